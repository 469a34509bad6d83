"""Resolves an objection (处理异议): upheld or dismissed, with reasons and who decided."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.history import read_events
from engine.actions.incidents import raise_incident
from engine.actions.submitting import check_request_id
from engine.actions.system import System
from engine.actions.taking import Taken, advance, fire_due
from engine.errors import EngineFailure, InvalidInput, RequestReused
from engine.store import cases, events
from engine.workflow import objections

MAX_TEXT, MAX_BODY = 2000, 40
REUSED = "这份处理结果已经提交过，内容不同；已作出的处理没有改变"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided."""

    resolution: str  # objections.UPHELD or DISMISSED
    reasons: str
    decided_by: str  # 单位负责人, 集体研究 …: an office or body, no personal data


@dataclass(frozen=True, slots=True)
class Resolved:
    case_id: int
    number: str
    n: int
    seq: int  # of the event that recorded it
    left: int  # objections still open
    ended: bool = False  # the case is over with this resolution


def resolve_objection(
    system: System, actor: Actor, case_id: int, n: int, given: Resolution, request_id: str
) -> Resolved:
    """What was recorded; the same request with the same content gives the first result again.

    The last resolution lets the case go at once where the notice's end has passed meanwhile, and one upheld ends it;
    what was still open then is answered on the closed case. Raises InvalidInput,
    Forbidden (the leader decides), NotFound, Conflict where it is resolved already, RequestReused; and EngineFailure,
    after which the case is as it was and an incident tells the administrator.
    """
    check_request_id(request_id)
    given = checked(given)

    def decide(taken: Taken) -> Resolved:
        row = taken.row
        actor.require("leader", row.region, row.office)
        submission = {"reasons": given.reasons}
        detail = {"resolution": given.resolution, "decided_by": given.decided_by}
        state = taken.before.state
        first = events.by_request(taken.step.connection, row.id, request_id)
        if first is not None:
            event = read_events(taken.step.connection, row.id, row.number)[first.seq - 1]
            same = (event.kind, event.header.actor, event.facts["n"], event.submission, event.facts.get("detail")) == (
                objections.RESOLVED, actor.username, n, submission, detail,
            )  # fmt: skip
            if not same:
                raise RequestReused(REUSED)
            return Resolved(row.id, row.number, n, first.seq, state.objections.count("open"), state.status == "closed")
        at = taken.effective(taken.now)
        done = objections.resolve(taken.runner, state, n, given.resolution, given.decided_by, submission, at)
        taken.add(done, actor.username, request_id)
        fire_due(taken)
        ended = taken.before.state.status == "closed"
        return Resolved(row.id, row.number, n, done.state.inputs, done.state.objections.count("open"), ended)

    try:
        return advance(system, lambda step: cases.take(step, case_id), decide)
    except EngineFailure as failure:
        raise_incident(system, case_id, "resolve_objection", str(n), failure.message)
        raise
    except IntegrityError as error:  # the case has an event of this request: another form of it was first
        raise RequestReused(REUSED) from error


def checked(given: Resolution) -> Resolution:
    """The same without blanks around. Raises InvalidInput naming what is missing."""
    reasons, decided_by = given.reasons.strip(), given.decided_by.strip()
    if given.resolution not in (objections.UPHELD, objections.DISMISSED):
        raise InvalidInput("请选择处理结果：异议成立，或异议不成立")
    if not reasons or len(reasons) > MAX_TEXT:
        raise InvalidInput(f"请填写处理理由（不超过 {MAX_TEXT} 字）")
    if not decided_by or len(decided_by) > MAX_BODY:
        raise InvalidInput(f"请填写由谁决定（不超过 {MAX_BODY} 字），如单位负责人、集体研究")
    return Resolution(given.resolution, reasons, decided_by)
