"""Letters due: one row a letter, numbered when it is recorded; rendering happens outside the write transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    insert,
    select,
)

from engine.store.base import Instant, metadata
from engine.store.prepared import Prepared

letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("seq", Integer, nullable=False),  # of the event that made it due
    Column("position", Integer, nullable=False),  # among the letters of that event
    Column("template", String(60), nullable=False),
    Column("node", String(200), nullable=False),
    Column("number", String(40), nullable=False, unique=True),
    Column("due_at", Instant, nullable=False),
    UniqueConstraint("case_id", "seq", "position"),
    sqlite_autoincrement=True,
)

_insert = Prepared(insert(letters), [c for c in letters.c.keys() if c != "id"])  # noqa: SIM118
_of_case = select(letters).where(letters.c.case_id == bindparam("b_case")).order_by(letters.c.id)
_by_id = select(letters).where(letters.c.id == bindparam("b_id"))


def add(connection: Any, rows: list[dict[str, Any]]) -> None:
    _insert.run(connection, rows)


def of_case(connection: Any, case_id: int) -> list[Row[Any]]:
    return list(connection.execute(_of_case, {"b_case": case_id}))


def by_id(connection: Any, letter_id: int) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_by_id, {"b_id": letter_id}).first()
    return row
