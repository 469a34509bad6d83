"""Running and ended deadlines: a projection of each case's ledger, for lists and statistics."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    select,
)

from engine.store.base import Instant, metadata, upsert

deadlines = Table(
    "deadlines",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("key", String(40), primary_key=True),
    Column("occurrence", Integer, primary_key=True),
    Column("unit", String(20), nullable=False),
    Column("value", Integer),
    Column("party", String(10), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("state", String(10), nullable=False),  # running, suspended, met, breached
    Column("last_day", Date),
    Column("due", Instant),
    Column("provisional", Boolean, nullable=False),
    Column("calendar", String(64), nullable=False),
    sqlite_with_rowid=False,  # one b-tree less to write on every step
    info={"rights": ("UPDATE",)},
)

_put = upsert(
    deadlines, ("unit", "value", "started_at", "ended_at", "state", "last_day", "due", "provisional", "calendar")
)
_of_case = select(deadlines).where(deadlines.c.case_id == bindparam("b_case")).order_by(deadlines.c.started_at)


def put(connection: Any, rows: list[dict[str, Any]]) -> None:
    """Adds or replaces the given occurrences."""
    _put.run(connection, rows)


def of_case(connection: Any, case_id: int) -> list[Row[Any]]:
    return list(connection.execute(_of_case, {"b_case": case_id}))
