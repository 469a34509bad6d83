"""Armed timers and alarms: a projection for the case page and the administrator; the sweep reads `cases.next_due`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, bindparam, delete, insert, select

from engine.store.base import Instant, metadata

timers = Table(
    "timers",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),  # timer, warning, overdue
    Column("key", String(200), primary_key=True),  # path of the timer, or deadline key
    Column("n", Integer, primary_key=True),  # occurrence
    Column("due", Instant, nullable=False),
    Column("calendar", String(64), nullable=False),
)

_insert = insert(timers)
_delete = delete(timers).where(
    timers.c.case_id == bindparam("b_case"),
    timers.c.kind == bindparam("b_kind"),
    timers.c.key == bindparam("b_key"),
    timers.c.n == bindparam("b_n"),
)
_clear = delete(timers).where(timers.c.case_id == bindparam("b_case"))
_of_case = select(timers).where(timers.c.case_id == bindparam("b_case")).order_by(timers.c.due)


def arm(connection: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(_insert, rows)


def disarm(connection: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(_delete, rows)


def clear(connection: Any, case_id: int) -> None:
    connection.execute(_clear, {"b_case": case_id})


def of_case(connection: Any, case_id: int) -> list[Row[Any]]:
    return list(connection.execute(_of_case, {"b_case": case_id}))
