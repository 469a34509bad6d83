"""Cases that a new calendar version may move, read by pages: this is asked seldom, so they are all looked through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, or_, select

from engine.store.cases import cases
from engine.store.events import events

PAGE = 200
TIMER_FIRED, AMENDED = "timer_fired", "calendar_amended"  # kinds of events, as the engine names them


def open_cases(connection: Any) -> Iterator[Row[Any]]:
    """Every open case in the order of opening."""
    yield from _paged(connection, cases.c.status == "open")


def closed_by_timer(connection: Any, since: datetime) -> Iterator[Row[Any]]:
    """Cases that a timer closed at or after `since`, and that nobody has touched since except by an amendment."""
    last = exists().where(
        and_(events.c.case_id == cases.c.id, events.c.seq == cases.c.seq, events.c.kind.in_((TIMER_FIRED, AMENDED)))
    )
    yield from _paged(connection, and_(cases.c.status == "closed", cases.c.closed_at >= since, last))


def _paged(connection: Any, condition: Any) -> Iterator[Row[Any]]:
    after = 0
    while True:
        statement = select(cases).where(condition, cases.c.id > after).order_by(cases.c.id).limit(PAGE)
        rows = list(connection.execute(statement))
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1].id


def is_under(connection: Any, case_id: int, version: str) -> bool:
    """Whether the case was opened under this calendar version, or has been moved to it."""
    statement = select(events.c.seq).where(
        events.c.case_id == case_id,
        events.c.calendar == version,
        or_(events.c.seq == 1, events.c.kind == AMENDED),
    )
    return connection.execute(statement.limit(1)).first() is not None
