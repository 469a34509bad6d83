"""Reopens a case that a timer closed and that, by the calendar now in force, it would not have closed yet.

Only what the system did by itself is superseded, never anybody's work: the events from the timer's on stay in the chain
with the letters they sent, and the case goes on from the state before them. Where the limit has run out by the present
calendar, too, nothing is reopened: the timer would close the case again at once, and a new, linked case is the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.actions.actor import Actor
from engine.actions.history import CaseEvent, read_events, superseded
from engine.actions.restoring import replayed
from engine.actions.system import System
from engine.actions.taking import Taken, advance
from engine.errors import Conflict, InvalidInput
from engine.store import cases, finding
from engine.store.supervision import supervisions
from engine.workflow import measures

MAX_REASON = 500
BY_ITSELF = ("timer_fired", "alarm_raised", measures.AMENDED)


@dataclass(frozen=True, slots=True)
class Reopened:
    case_id: int
    number: str
    seq: int  # of the event that recorded it
    superseded_from: int  # first event that no longer counts
    due: datetime | None  # when the case acts by itself next


def reopen_case(system: System, actor: Actor, case_id: int, reason: str, from_seq: int | None = None) -> Reopened:
    """Supersedes event `from_seq` (default: the timer that closed the case) and what followed it.

    Raises Forbidden, InvalidInput without a reason or for an event that somebody worked after, Conflict when the case
    is open, was not closed by a timer, or the timer would close it again at once.
    """
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput(f"请填写恢复办理的理由（不超过 {MAX_REASON} 字）")

    def decide(taken: Taken) -> Reopened:
        row, state = taken.row, taken.before.state
        actor.require("supervisor", row.region, row.office)
        if state.status != "closed":
            raise Conflict("这个办件没有办结，不需要恢复办理")
        recorded = read_events(taken.step.connection, row.id, row.number)
        if any(event.erased for event in recorded):
            raise Conflict("这个办件的部分内容已依法删除，不能恢复办理；请引导申请人重新申请并与本件关联")
        fired = _fired(recorded, from_seq)
        seq = from_seq or fired[0].seq
        facts = taken.runner.facts
        earlier = replayed(system, taken.deployed, facts, recorded[: seq - 1])
        result = measures.reopen(taken.runner, state, earlier, seq, reason, taken.effective(taken.now))
        timers = {(event.header.node, event.facts["n"]) for event in fired}
        if any(a.kind == "timer" and (a.key, a.n) in timers and a.due <= taken.now for a in result.armed):
            raise Conflict("按现行工作日历，这个期限也已届满，恢复后会立即再次终止；请引导申请人重新申请并与本件关联")
        taken.add(result, actor.username)
        _handle(taken, actor, reason)
        due = result.armed[0].due if result.armed else None
        return Reopened(row.id, row.number, result.state.inputs, seq, due)

    return advance(system, lambda step: cases.take(step, case_id), decide)


def _fired(recorded: list[CaseEvent], from_seq: int | None) -> list[CaseEvent]:
    """The timers that would be superseded, the one that closed the case last. Raises Conflict or InvalidInput."""
    undone = superseded(recorded)
    counting = [event for event in recorded if event.seq not in undone]
    closing = next((e for e in reversed(counting) if any(d[0] == "outcome" for d in e.facts["decisions"])), None)
    if closing is None or closing.kind != "timer_fired":
        raise Conflict("这个办件不是因期限届满自动办结的，不能恢复办理")
    if from_seq is None:
        return [closing]
    tail = [event for event in counting if event.seq >= from_seq]
    if not 2 <= from_seq <= closing.seq or tail[0].seq != from_seq:
        raise InvalidInput(f"第 {from_seq} 号事件不能撤销：应为第 2 号至第 {closing.seq} 号之间仍然有效的事件")
    if any(event.kind not in BY_ITSELF for event in tail):
        raise InvalidInput(f"第 {from_seq} 号事件之后有人员办理的内容，不能一并撤销；可从第 {closing.seq} 号事件起恢复")
    return [event for event in tail if event.kind == "timer_fired"]


def _handle(taken: Taken, actor: Actor, reason: str) -> None:
    """The 督办 item that listed the case is done with it."""
    taken.step.lock()
    connection = taken.step.connection
    query = select(supervisions.c.id).where(
        supervisions.c.case_id == taken.row.id, supervisions.c.kind == "reopen", supervisions.c.status == "open"
    )
    for item in connection.execute(query).scalars().all():
        finding.handle_supervision(connection, item, actor.username, f"已恢复办理：{reason}", taken.now)


def reopenable_item(connection: Any, case_id: int) -> bool:
    """Whether an amendment listed the case and nobody has done anything about it."""
    query = select(supervisions.c.id).where(
        supervisions.c.case_id == case_id, supervisions.c.kind == "reopen", supervisions.c.status == "open"
    )
    return connection.execute(query.limit(1)).first() is not None
