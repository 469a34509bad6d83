"""Extends a running limit of a case (延期), with approval, reason and notice (行政许可法 42)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.history import read_events, refold
from engine.actions.submitting import check_request_id
from engine.actions.system import System
from engine.actions.taking import Taken, advance
from engine.deadlines import UNITS
from engine.deadlines.deadline import Deadline
from engine.deadlines.limits import UNIT_NAMES
from engine.errors import Conflict, Forbidden, InvalidInput, RequestReused
from engine.guides import ExtensionLevel, Guide
from engine.store import cases, events
from engine.workflow import measures
from engine.workflow.program import Timekeeper
from engine.workflow.runner import Advance
from engine.workflow.state import CaseState
from engine.workflow.words import deadline_name

MAY_EXTEND = ("supervisor", "leader")
LEVELS = ("单位负责人", "集体研究决定", "上级机关")  # offered by pages; ours, no guide lists them
EXTENSION_UNITS = tuple(unit for unit in UNITS if unit != "immediate")
MAX_REASON = 500
MAX_LEVEL = 40
MAX_VALUE = 1000
REUSED = "这份延期已经提交过，内容不同；已批准的延期没有改变"


@dataclass(frozen=True, slots=True)
class Extension:
    """What is approved: a budget that replaces the one before, counted from the same start."""

    key: str  # of the limit: handling …
    unit: str  # working_days, months, calendar_days
    value: int
    level: str  # who decided: 单位负责人, 集体研究决定 …
    reason: str  # printed on the letter; no personal data, since it cannot be erased


@dataclass(frozen=True, slots=True)
class Extended:
    case_id: int
    number: str
    seq: int  # of the event that recorded it
    before: date  # last day so far; while suspended as counted up to the suspension
    last_day: date
    explanation: str


def extend_deadline(system: System, actor: Actor, case_id: int, wanted: Extension, request_id: str) -> Extended:
    """What came of it; the same request with the same content gives the first result again.

    Raises InvalidInput (no reason, a budget that is none or gives no more time), Forbidden, NotFound (nothing runs
    under that key), Conflict (overdue already, or the guide allows no further extension), RequestReused.
    """
    check_request_id(request_id)
    wanted = checked(wanted)

    def decide(taken: Taken) -> Extended:
        require_may_extend(actor, taken.row)
        first = _posted_again(taken, actor, wanted, request_id)
        if first is not None:
            return first
        result, given = decided(taken, actor, wanted)
        taken.add(result, actor.username, request_id)
        return given

    try:
        return advance(system, lambda step: cases.take(step, case_id), decide)
    except IntegrityError as error:  # the case has an event of this request: another form of it was first
        raise RequestReused(REUSED) from error


def preview_extension(system: System, actor: Actor, case_id: int, wanted: Extension) -> tuple[Extended, CaseState]:
    """What extending would do and the state it would lead to, with the same refusals; nothing of it is written."""
    wanted = checked(wanted)

    def decide(taken: Taken) -> tuple[Extended, CaseState]:
        require_may_extend(actor, taken.row)
        result, given = decided(taken, actor, wanted)
        return given, result.state

    return advance(system, lambda step: cases.take(step, case_id), decide)


def require_may_extend(actor: Actor, case: Any) -> None:
    if not actor.may_any(MAY_EXTEND, case.region, case.office):
        raise Forbidden("延长期限须由本机构的单位负责人或督办人员批准")


def checked(wanted: Extension) -> Extension:
    """The same without blanks around. Raises InvalidInput naming what is missing."""
    reason, level = wanted.reason.strip(), wanted.level.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput(f"请填写延期理由（不超过 {MAX_REASON} 字），理由会印在延期通知书上")
    if not level or len(level) > MAX_LEVEL:
        raise InvalidInput(f"请填写由谁批准（不超过 {MAX_LEVEL} 字）")
    if wanted.unit not in EXTENSION_UNITS or not 1 <= wanted.value <= MAX_VALUE:
        raise InvalidInput(f"请填写延长后的期限：1 至 {MAX_VALUE} 个工作日、日或月，从原起算日起算")
    return Extension(wanted.key, wanted.unit, wanted.value, level, reason)


def next_level(guide: Guide, deadline: Deadline) -> ExtensionLevel | None:
    """The extension that the guide prints next for this limit; None where it prints none and the authority decides."""
    limit = guide.limit(deadline.key)
    used = len(deadline.extensions)
    return limit.levels[used] if limit is not None and used < len(limit.levels) else None


def require_printed_level(guide: Guide, deadline: Deadline | None, wanted: Extension) -> None:
    """Raises InvalidInput for a budget or an approver other than the guide prints for the next extension."""
    level = next_level(guide, deadline) if deadline is not None else None
    if level is not None and (wanted.unit, wanted.value, wanted.level) != (level.unit, level.value, level.level):
        raise InvalidInput(
            f"办事指南规定本次只能经{level.level}批准延长至{level.value}{UNIT_NAMES[level.unit]}"
            f"（从原起算日起算），不能另定期限或越级延长"
        )


def decided(taken: Taken, actor: Actor, wanted: Extension) -> tuple[Advance, Extended]:
    """The Advance and what it gives, when the limit still runs and ends later by it.

    A limit that has run out is not extended: the breach has happened, and an extension afterwards would hide it.
    """
    state, timekeeper = taken.before.state, taken.runner.timekeeper
    deadline, name = state.ledger.deadlines.get(wanted.key), deadline_name(wanted.key)
    require_printed_level(taken.deployed.guide, deadline, wanted)
    if deadline is not None and deadline.state(taken.now, timekeeper.calendar, timekeeper.hours) == "breached":
        raise Conflict(f"{name}已经届满，不能再延长")
    at = taken.effective(taken.now)
    result = measures.extend(
        taken.runner, state, wanted.key, wanted.unit, wanted.value, actor.username, wanted.level, wanted.reason, at
    )
    given = _extended(taken, wanted.key, state, result.state, timekeeper)
    if given.last_day <= given.before:
        raise InvalidInput(
            f"从原起算日起算，延长后的{name}到 {given.last_day.isoformat()} 为止，"
            f"不晚于原来的 {given.before.isoformat()}；请填写更长的期限"
        )
    return result, given


def _extended(taken: Taken, key: str, before: CaseState, after: CaseState, timekeeper: Timekeeper) -> Extended:
    old = before.ledger.projection(key, timekeeper.calendar, timekeeper.hours)
    new = after.ledger.projection(key, timekeeper.calendar, timekeeper.hours)
    assert old is not None
    assert new is not None
    row = taken.row
    return Extended(row.id, row.number, after.inputs, old.counted_to, new.counted_to, new.explanation)


def _posted_again(taken: Taken, actor: Actor, wanted: Extension, request_id: str) -> Extended | None:
    """The first result where this very form was posted before. Raises RequestReused where it said something else."""
    row = taken.row
    first = events.by_request(taken.step.connection, row.id, request_id)
    if first is None:
        return None
    recorded = read_events(taken.step.connection, row.id, row.number)[: first.seq]
    event = recorded[-1]
    content = {name: getattr(wanted, name) for name in ("key", "unit", "value", "level", "reason")}
    if event.kind != measures.EXTENDED or event.header.actor != actor.username or event.facts["detail"] != content:
        raise RequestReused(REUSED)
    *_, before, after = [CaseState(), *(state for _, state in refold(recorded))]
    timekeeper = taken.system.timekeeper(taken.deployed, event.header.calendar)
    return _extended(taken, wanted.key, before, after, timekeeper)
