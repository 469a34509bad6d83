"""Amends the calendar: adds an immutable version, then moves the cases it concerns, one transaction and event each.

Adding the version is what counts: from then on every action is computed under it. Moving a case writes down when, why
and from which version to which, and brings lists, timers and `next_due` up to date. A process killed in between leaves
cases that are not yet moved; entering the same notice again moves the rest, and so does the next amendment.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any

from engine import encoding
from engine.actions.actor import Actor
from engine.actions.calendar_notice import CalendarNotice
from engine.actions.history import UNREADABLE
from engine.actions.preview_amendment import Affected, affected_of, armed_under, candidates, moved, to_reopen
from engine.actions.system import System
from engine.actions.taking import Taken, advance
from engine.calendars import Calendar
from engine.errors import Conflict, EngineError, Forbidden, InvalidInput
from engine.store import amending, cases, settings
from engine.workflow import measures

MAX_REASON = 500
MOVED, LISTED, FAILED = "moved", "listed", "failed"


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one case."""

    case_id: int
    number: str
    result: str  # moved; listed (for reopening); failed
    affected: tuple[Affected, ...] = ()
    message: str = ""  # why it failed


@dataclass(frozen=True, slots=True)
class Amended:
    old: str  # version that was in force
    version: str  # version in force now
    added: bool  # False: the notice says what is in force already, and only the rest was moved
    items: tuple[Item, ...]


def amend_calendar(system: System, actor: Actor, notice: CalendarNotice, reason: str, expected: str = "") -> Amended:
    """Adds the version and moves every case concerned.

    `expected`: the version that the preview was made against. Raises Forbidden, InvalidInput without a reason,
    NotCovered, Conflict when the calendar was amended meanwhile. A case that fails is told of in its item and stops no
    other.
    """
    reason = reason.strip()
    require_may_amend(actor)
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput(f"请填写修订依据（不超过 {MAX_REASON} 字），例如通知的文号")
    old = _in_force(system)
    if expected and expected != old.version:
        raise Conflict("预览之后工作日历又有修订，请重新预览")
    new = notice.applied(old, reason)
    earlier = _moved_all(system, actor)  # what an interrupted amendment has left
    if new.version == old.version:
        return Amended(old.version, old.version, False, tuple(earlier))
    version = _add(system, actor, old, new, reason)
    return Amended(old.version, version, True, tuple(_moved_all(system, actor)))


def may_amend(actor: Actor) -> bool:
    """The calendar is one for all: who administers a region or an office would move the others' limits with it."""
    return actor.may("admin", "*", "*")


def require_may_amend(actor: Actor) -> None:
    if not may_amend(actor):
        raise Forbidden("工作日历各统筹区共用，须由管理全部统筹区的系统管理员修订")


def _in_force(system: System) -> Calendar:
    system.forget_calendar()
    return system.calendar()


def _add(system: System, actor: Actor, old: Calendar, new: Calendar, reason: str) -> str:
    with system.store.writing() as connection:
        settings.hold(connection)
        if settings.calendar_in_force(connection) != old.version:
            raise Conflict("工作日历刚刚由他人修订，请重新预览")
        while settings.calendar_table(connection, new.version) is not None:
            new = replace(new, again=new.again + 1)
        settings.add_calendar(
            connection,
            {
                "version": new.version,
                "table": encoding.dumps(new.to_value()),
                "reason": reason,
                "entered_at": system.clock.now(),
                "entered_by": actor.username,
            },
        )
    system.forget_calendar()
    return new.version


def _moved_all(system: System, actor: Actor) -> list[Item]:
    """Moves every case that is still counted by the version before the one in force."""
    new = _in_force(system)
    with system.store.reading() as connection:
        before = settings.calendar_before(connection, new.version)
        if before is None:
            return []
        old = system.calendar_version(before)
        found = [
            (row.id, row.number)
            for row in candidates(connection, old, new)
            if _concerned(system, connection, row, old, new)
        ]
    items = []
    for case_id, number in found:
        try:
            item = _move(system, actor, case_id, old, new)
        except EngineError as error:
            item = Item(case_id, number, FAILED, (), error.message)
        if item is not None:
            items.append(item)
    return items


def _concerned(system: System, connection: Any, row: Any, old: Calendar, new: Calendar) -> bool:
    """A case whose state cannot be read is concerned, too: moving it will say so."""
    if amending.is_under(connection, row.id, new.version):
        return False
    try:
        return bool(affected_of(system, connection, row, old, new))
    except (EngineError, zlib.error, *UNREADABLE):
        return True


def _move(system: System, actor: Actor, case_id: int, old: Calendar, new: Calendar) -> Item | None:
    """One case, in its own transaction; None when it needs no moving after all."""

    def decide(taken: Taken) -> Item | None:
        row, state, connection = taken.row, taken.before.state, taken.step.connection
        if taken.runner.timekeeper.calendar != new:
            raise Conflict("工作日历又有修订，请再次执行")
        if amending.is_under(connection, case_id, new.version):
            return None
        if state.status == "closed":
            found = affected_of(system, connection, row, old, new) if row.status == "closed" else []
        else:
            found = moved(row, taken.deployed, state, old, new)
        if not found:
            return None
        reopens = to_reopen(state, found[0])
        # what was armed, was armed under the old version
        taken.before = replace(taken.before, armed=armed_under(row, taken.deployed, state, old))
        at = taken.effective(taken.now)
        value = reopens.to_value() if reopens else None
        taken.add(measures.amend(taken.runner, state, old.version, new.reason, at, value), actor.username)
        return Item(case_id, row.number, LISTED if reopens else MOVED, tuple(found))

    return advance(system, lambda step: cases.take(step, case_id), decide)
