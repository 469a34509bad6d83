"""Files an objection to a public notice (登记异议) that came by telephone, letter or in person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.history import read_events
from engine.actions.incidents import raise_incident
from engine.actions.submitting import check_request_id
from engine.actions.system import System
from engine.actions.taking import Taken, advance, fire_due
from engine.errors import EngineFailure, Forbidden, InvalidInput, RequestReused
from engine.store import cases, events
from engine.workflow import objections

MAY_FILE = ("window", "leader")  # on behalf of the public, who have no account
MAX_NAME, MAX_CONTACT, MAX_TEXT = 100, 100, 2000
REUSED = "这份异议已经提交过，内容不同；已登记的内容没有改变"


@dataclass(frozen=True, slots=True)
class Objection:
    """What came in."""

    objector: str  # name of a person or a unit
    contact: str  # telephone or address; may be empty
    received_at: datetime  # when the agency received it: what counts against the period
    grounds: str


@dataclass(frozen=True, slots=True)
class Filed:
    case_id: int
    number: str  # of the case
    n: int  # of the objection within it
    seq: int  # of the event that recorded it


def file_objection(system: System, actor: Actor, case_id: int, given: Objection, request_id: str) -> Filed:
    """What was recorded; the same request with the same content gives the first result again.

    One received within the period and entered after it brings a case that is not signed yet back to the notice at once.
    Raises InvalidInput (a field is missing, too long or in the future), Forbidden, Conflict where it was not received
    within the period or comes too late for the case, RequestReused; and EngineFailure, after which the case is as it
    was and an incident tells the administrator.
    """
    check_request_id(request_id)
    given = checked(given)

    def decide(taken: Taken) -> Filed:
        row = taken.row
        if not actor.may_any(MAY_FILE, row.region, row.office):
            raise Forbidden("异议须由本机构的窗口或单位负责人登记")
        if given.received_at > taken.now:
            raise InvalidInput("收到时间不能晚于现在")
        submission = {"objector": given.objector, "contact": given.contact, "grounds": given.grounds}
        first = events.by_request(taken.step.connection, row.id, request_id)
        if first is not None:
            event = read_events(taken.step.connection, row.id, row.number)[first.seq - 1]
            same = (event.kind, event.header.actor, event.submission, (event.facts.get("detail") or {})) == (
                objections.RECEIVED, actor.username, submission, {"received_at": given.received_at},
            )  # fmt: skip
            if not same:
                raise RequestReused(REUSED)
            return Filed(row.id, row.number, event.facts["n"], first.seq)
        at = taken.effective(taken.now)
        done = objections.receive(taken.runner, taken.before.state, submission, given.received_at, at)
        taken.add(done, actor.username, request_id)
        fire_due(taken)
        return Filed(row.id, row.number, done.n, done.state.inputs)

    try:
        return advance(system, lambda step: cases.take(step, case_id), decide)
    except EngineFailure as failure:
        raise_incident(system, case_id, "file_objection", "", failure.message)
        raise
    except IntegrityError as error:  # the case has an event of this request: another form of it was first
        raise RequestReused(REUSED) from error


def checked(given: Objection) -> Objection:
    """The same without blanks around. Raises InvalidInput naming what is missing."""
    objector, contact, grounds = given.objector.strip(), given.contact.strip(), given.grounds.strip()
    if not objector or len(objector) > MAX_NAME:
        raise InvalidInput(f"请填写异议人姓名或单位名称（不超过 {MAX_NAME} 字）")
    if len(contact) > MAX_CONTACT:
        raise InvalidInput(f"联系方式不超过 {MAX_CONTACT} 字")
    if not grounds or len(grounds) > MAX_TEXT:
        raise InvalidInput(f"请填写异议理由（不超过 {MAX_TEXT} 字）")
    return Objection(objector, contact, given.received_at, grounds)
