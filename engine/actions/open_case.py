"""Opens a case of a matter in a region, with the submission of its start form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.incidents import raise_incident
from engine.actions.submitting import applicant_of, check_request_id, posted_again
from engine.actions.system import Deployed, System
from engine.clock import local_date
from engine.errors import EngineFailure, Forbidden, InvalidInput, NotFound, RequestReused
from engine.forms import FormContext, validate
from engine.store import cases, recorder
from engine.store.base import Step
from engine.store.recorder import Before, Recording
from engine.workflow.runner import Advance, Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState

MAY_OPEN = ("window",)


@dataclass(frozen=True, slots=True)
class Opened:
    case_id: int
    number: str


def open_case(
    system: System,
    actor: Actor,
    matter: str,
    region: str,
    office: str,
    raw: Mapping[str, Any],
    request_id: str,
    linked_case: int | None = None,
) -> Opened:
    """The case's number; the same request with the same content gives the first result again.

    Raises InvalidSubmission (per field), Forbidden, NotFound (matter not offered there), RequestReused.
    """
    check_request_id(request_id)
    deployed = offered(system, actor, matter, region, office)
    first = opened_by_request(system, actor, request_id)
    if first is not None:
        return _first_result(system, first, matter, region, office, raw)
    now = system.clock.now()
    submission = _validated(deployed, raw, now, {"region": region, "office": office, "matter": matter})
    number = case_number(system, region, local_date(now).year)
    facts = CaseFacts(number, matter, region, office)
    timekeeper = system.timekeeper(deployed)
    try:
        advance = Runner(deployed.program, facts, timekeeper).start(submission, now)
    except EngineFailure as failure:
        raise_incident(system, None, "open_case", f"{matter}/{region}", failure.message)
        raise
    recording = Recording(
        actor.username, now, deployed.program, timekeeper, deployed.bundle.marks.get(advance.form, {}), request_id,
        case=identity_of(system, deployed, facts, linked_case),
    )  # fmt: skip
    try:
        with system.store.step() as step:
            step.lock()
            case_id = _insert(step, deployed, facts, advance, recording, submission, linked_case)
    except IntegrityError:  # the same form, posted at the same moment, was first
        first = opened_by_request(system, actor, request_id)
        if first is None:
            raise
        return _first_result(system, first, matter, region, office, raw)
    return Opened(case_id, number)


def offered(system: System, actor: Actor, matter: str, region: str, office: str) -> Deployed:
    """What a new case of the matter runs on. Raises Forbidden, NotFound, InvalidInput for an office of elsewhere."""
    if not actor.may_any(MAY_OPEN, region, office):
        raise Forbidden(f"您没有在{system.region_name(region)}{office}收件的权限，须由窗口受理人员办理")
    deployed = system.current(matter, region)
    if office not in deployed.bundle.settings["offices"]:
        raise InvalidInput(f"{system.region_name(region)}没有经办机构“{office}”")
    return deployed


def identity_of(system: System, deployed: Deployed, facts: CaseFacts, linked_case: int | None) -> dict[str, Any]:
    """What the case is: hashed with its first event, since its row alone could be changed unseen."""
    return {
        "matter": facts.matter,
        "region": facts.region,
        "office": facts.office,
        "deployment": deployed.bundle.sha,
        "version": deployed.version,
        "linked": _linked_number(system, facts, linked_case) if linked_case is not None else None,
    }


def _linked_number(system: System, facts: CaseFacts, case_id: int) -> str:
    """Of the case it follows, which is one of the same matter and region: others are none of this clerk's business."""
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
    if row is None or (row.matter, row.region) != (facts.matter, facts.region):
        raise NotFound("没有找到要关联的办件：只能关联同一统筹区同一事项的办件，请核对编号")
    return str(row.number)


def _validated(deployed: Deployed, raw: Mapping[str, Any], now: datetime, case: dict[str, str]) -> dict[str, Any]:
    start = deployed.program.model.start
    if not start.form:
        return {}
    context = FormContext(now=now, guide=deployed.guide, variables={"case": case}, agency=True)
    return validate(deployed.forms[start.form], raw, context)


def _insert(
    step: Step,
    deployed: Deployed,
    facts: CaseFacts,
    advance: Advance,
    recording: Recording,
    submission: Mapping[str, Any],
    linked_case: int | None,
) -> int:
    """The case's row as it is before its first event, then the event like any other."""
    applicant = applicant_of(deployed, submission)
    case_id = add_row(step, deployed, facts, recording, applicant, linked_case)
    before = Before(case_id, facts.number, 0, "", CaseState(), (), applicant, facts.matter, facts.region, facts.office)
    recorder.record(step, before, advance, recording)
    return case_id


def add_row(
    step: Step, deployed: Deployed, facts: CaseFacts, recording: Recording, applicant: str, linked_case: int | None
) -> int:
    """The row of a case that has no event yet. IntegrityError where this person's request opened one already."""
    return cases.add(
        step.connection,
        {
            "number": facts.number,
            "matter": facts.matter,
            "region": facts.region,
            "office": facts.office,
            "applicant": applicant,
            "deployment_id": deployed.id,
            "revision": 0,
            "status": "open",
            "outcome": "",
            "opened_at": recording.recorded_at,
            "opened_by": recording.actor,
            "attempts": 0,
            "seq": 0,
            "hash": "",
            "variables": "{}",
            "linked_case": linked_case,
            "open_request": recording.request_id,
        },
    )


def case_number(system: System, region: str, year: int) -> str:
    """430100-2026-000017: administrative division, year, running number in the region."""
    division = system.regions()[region].division
    return f"{division}-{year}-{system.next_number('case', region, year):06d}"


def opened_by_request(system: System, actor: Actor, request_id: str) -> Any:
    with system.store.reading() as connection:
        return cases.by_open_request(connection, actor.username, request_id)


def _first_result(system: System, row: Any, matter: str, region: str, office: str, raw: Mapping[str, Any]) -> Opened:
    deployed, case = system.deployed(row.deployment_id), {"region": region, "office": office, "matter": matter}
    same_place = (row.matter, row.region, row.office) == (matter, region, office)

    def read(now: datetime, _: CaseState) -> Mapping[str, Any]:
        return _validated(deployed, raw, now, case)

    if not same_place or not posted_again(system, row.id, row.number, 1, read):
        raise RequestReused(f"这张申请表已经提交过（办件 {row.number}），内容不同；请从该办件继续办理")
    return Opened(row.id, row.number)
