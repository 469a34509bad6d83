"""What a new calendar version would do to the cases: which deadlines move, and which cases a timer closed too early.

A preview writes nothing. The same questions are asked again of each case when it is moved, so that what came in between
is not overlooked.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actions.calendar_notice import CalendarNotice
from engine.actions.history import UNREADABLE, CaseEvent, read_events, refold, superseded
from engine.actions.system import Deployed, System
from engine.calendars import Calendar
from engine.deadlines import moves, start_of_day
from engine.errors import EngineError
from engine.store import amending
from engine.store.recorder import unpack_state
from engine.workflow.measures import AMENDED, Reopenable
from engine.workflow.program import Timekeeper
from engine.workflow.runner import Armed, Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState


@dataclass(frozen=True, slots=True)
class Affected:
    """One deadline (or timer of its own) that ends at another instant under the new version."""

    case_id: int
    number: str
    region: str
    office: str
    key: str  # deadline key; path of a timer that asks for no deadline
    before: datetime  # first instant too late under the old version; of a closed case when it was closed
    after: datetime
    reopens: bool  # a timer has closed the case, which would still be open: for the supervisor
    closed_by: int | None = None  # of those: the event to be superseded


@dataclass(frozen=True, slots=True)
class Preview:
    old: Calendar
    new: Calendar
    affected: tuple[Affected, ...]
    unreadable: tuple[str, ...] = ()  # numbers of cases whose state cannot be read


def preview_amendment(system: System, notice: CalendarNotice, reason: str = "") -> Preview:
    """Which open deadlines of which cases move, and which closed cases would still be open, in the order of opening."""
    old = system.calendar()
    new = notice.applied(old, reason)
    found: list[Affected] = []
    unreadable: list[str] = []
    with system.store.reading() as connection:
        for row in candidates(connection, old, new):
            try:
                found += affected_of(system, connection, row, old, new)
            except (EngineError, zlib.error, *UNREADABLE):
                unreadable.append(row.number)
    return Preview(old, new, tuple(found), tuple(unreadable))


def candidates(connection: Any, old: Calendar, new: Calendar) -> list[Any]:
    """Cases that a different day can concern.

    A limit is counted up to its last day only: one that was over before the first differing day stays where it is.
    """
    differing = old.differing_days(new)
    if not differing:
        return []
    closed = amending.closed_by_timer(connection, start_of_day(differing[0]))
    return [*amending.open_cases(connection), *closed]


def affected_of(system: System, connection: Any, row: Any, old: Calendar, new: Calendar) -> list[Affected]:
    """Of one case, whose row was just read."""
    deployed = system.deployed(row.deployment_id)
    if row.status == "closed":
        found = reopenable(system, connection, row, deployed, new)
        return [found] if found is not None else []
    if row.state is not None:
        state = unpack_state(row.state, row.variables)
    else:
        state = list(refold(read_events(connection, row.id, row.number)))[-1][1]
    return moved(row, deployed, state, old, new)


def moved(row: Any, deployed: Deployed, state: CaseState, old: Calendar, new: Calendar) -> list[Affected]:
    """Running limits whose end differs; then whatever else acts by itself at another instant."""
    if state.status != "open":
        return []
    hours = deployed.program.hours
    running = [m for m in moves(state.ledger, old, new, hours) if state.ledger.deadlines[m.key].ended_at is None]
    keys = {m.key for m in running}
    found = [_affected(row, m.key, m.before, m.after) for m in running]
    was = {(a.kind, a.key, a.n): a.due for a in armed_under(row, deployed, state, old)}
    for armed in armed_under(row, deployed, state, new):
        before = was.get((armed.kind, armed.key, armed.n))
        if before is not None and before != armed.due and not _keys(deployed, armed) & keys:
            found.append(_affected(row, armed.key, before, armed.due))
    return found


def armed_under(row: Any, deployed: Deployed, state: CaseState, calendar: Calendar) -> tuple[Armed, ...]:
    facts = CaseFacts(row.number, row.matter, row.region, row.office)
    return Runner(deployed.program, facts, Timekeeper(calendar, deployed.program.hours)).armed(state)


def _keys(deployed: Deployed, armed: Armed) -> frozenset[str]:
    """Deadlines that it belongs to."""
    if armed.kind != "timer":
        return frozenset([armed.key])
    timer = deployed.program.model.element_of(armed.key).timer
    return frozenset(timer.deadline_keys) if timer else frozenset()


def reopenable(system: System, connection: Any, row: Any, deployed: Deployed, new: Calendar) -> Affected | None:
    """The closed case's timer, when under the new version it would not have fired by now."""
    recorded = read_events(connection, row.id, row.number)
    closing = closing_timer(recorded)
    if closing is None:
        return None
    state = [after for _, after in refold(recorded[: closing.seq - 1])][-1]
    for armed in armed_under(row, deployed, state, new):
        if (armed.kind, armed.key, armed.n) == ("timer", closing.header.node, closing.facts["n"]):
            if armed.due <= system.clock.now():
                return None
            key = next(iter(sorted(_keys(deployed, armed))), armed.key)
            return _affected(row, key, closing.header.effective_at, armed.due, closing.seq)
    return None


def closing_timer(recorded: list[CaseEvent]) -> CaseEvent | None:
    """The timer that closed the case; None when somebody did, or when it is open."""
    undone = superseded(recorded)
    for event in reversed(recorded):
        if event.seq in undone or event.kind == AMENDED:
            continue
        ended = any(decision[0] == "outcome" for decision in event.facts["decisions"])
        return event if event.kind == "timer_fired" and ended else None
    return None


def to_reopen(state: CaseState, found: Affected) -> Reopenable | None:
    """What the event on a closed case says of it."""
    if found.closed_by is None:
        return None
    deadline = state.ledger.deadlines.get(found.key)
    return Reopenable(found.closed_by, found.key if deadline else "", deadline.occurrence if deadline else 1)


def _affected(row: Any, key: str, before: datetime, after: datetime, closed_by: int | None = None) -> Affected:
    reopens = closed_by is not None
    return Affected(row.id, row.number, row.region, row.office, key, before, after, reopens, closed_by)
