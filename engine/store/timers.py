"""Timers and alarms: what is armed and what became of it. A projection; the sweep itself reads `cases.next_due`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, bindparam, select

from engine.store.base import Instant, metadata, upsert

timers = Table(
    "timers",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),  # timer, warning, overdue
    Column("key", String(200), primary_key=True),  # path of the timer, or deadline key
    Column("n", Integer, primary_key=True),  # occurrence
    Column("status", String(10), nullable=False),  # armed, fired, cancelled
    Column("due", Instant, nullable=False),
    Column("calendar", String(64), nullable=False),
    sqlite_with_rowid=False,  # one b-tree less to write on every step
    info={"rights": ("UPDATE",)},
)

_put = upsert(timers, ("status", "due", "calendar"))
_of_case = select(timers).where(timers.c.case_id == bindparam("b_case")).order_by(timers.c.due)


def put(connection: Any, rows: list[dict[str, Any]]) -> None:
    _put.run(connection, rows)


def of_case(connection: Any, case_id: int) -> list[Row[Any]]:
    return list(connection.execute(_of_case, {"b_case": case_id}))
