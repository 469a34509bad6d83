"""Registers a letter that came in from a third party (登记回函), awaited already or early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.complete_task import REUSED, judged, validated
from engine.actions.incidents import raise_incident
from engine.actions.submitting import check_request_id, posted_again
from engine.actions.system import System
from engine.actions.taking import Taken, advance, fire_due
from engine.errors import EngineFailure, NotFound, RequestReused, TaskAlreadyDone
from engine.store import cases, events
from engine.workflow import messages
from engine.workflow.state import CaseState


@dataclass(frozen=True, slots=True)
class Registered:
    case_id: int
    number: str
    seq: int  # of the event that recorded it
    early: bool  # kept until the case waits for it
    closed: bool = False  # whether the case ended with it


def register_message(
    system: System, actor: Actor, case_id: int, message: str, raw: Mapping[str, Any], request_id: str
) -> Registered:
    """What happened; the same request with the same content gives the first result again.

    Raises InvalidSubmission (per field), Forbidden (the event's group registers it), NotFound, TaskAlreadyDone when
    somebody else has claimed it, Conflict for one that is kept already or not awaited any more, RequestReused.
    """
    check_request_id(request_id)

    def decide(taken: Taken) -> Registered:
        case, state, model = taken.row, taken.before.state, taken.deployed.program.model
        known = messages.catching(model, message)
        if not known:
            raise NotFound("这个办件的流程中没有这份回函")
        element = known[0]
        actor.require(element.group, case.region, case.office)
        first = events.by_request(taken.step.connection, case.id, request_id)
        if first is not None:
            return _again(taken, element.form, first, actor, raw)
        node = messages.waiting_for(model, state, message)
        if node is not None and node.assignee and node.assignee != actor.username:
            who = taken.name_of(node.assignee)
            raise TaskAlreadyDone(f"该回函已由{who}领取，须由其登记或先退回", who=node.assignee)
        submission = validated(taken, element.form, raw)
        at = taken.effective(taken.now)
        done = taken.runner.receive(state, message, submission, actor.username, at)
        taken.add(done, actor.username, request_id, taken.deployed.bundle.marks.get(element.form, {}))
        fire_due(taken)  # a timer may wait for nothing but this letter (撤回)
        after = taken.before.state
        return Registered(case.id, case.number, done.state.inputs, message in after.early, after.status == "closed")

    try:
        return advance(system, lambda step: cases.take(step, case_id), decide)
    except EngineFailure as failure:
        raise_incident(system, case_id, "register_message", message, failure.message)
        raise
    except IntegrityError as error:  # the case has an event of this request: it was posted for something else
        raise RequestReused(REUSED) from error


def _again(taken: Taken, form: str, first: Any, actor: Actor, raw: Mapping[str, Any]) -> Registered:
    case = taken.row

    def read(now: datetime, state: CaseState) -> Mapping[str, Any]:
        return judged(taken, form, raw, now, state)

    same = first.actor == actor.username and first.kind == "message_received"
    if not same or not posted_again(taken.system, case.id, case.number, first.seq, read):
        raise RequestReused(REUSED)
    return Registered(case.id, case.number, first.seq, first.node == "")
