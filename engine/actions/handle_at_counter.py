"""即办: application, check of the materials, decision and letters of a 即时办结 matter in one go at the counter.

One transaction and one request, several steps: each is an event of its own, in the order of the diagram, exactly as if
the tasks had been done one after the other. What marks them is `counter` among their facts (the request that joins
them). A step that somebody else must do stays an ordinary open task.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.counter_sheets import Raw, Sheets, fill
from engine.actions.history import read_events
from engine.actions.incidents import raise_incident
from engine.actions.open_case import add_row, case_number, identity_of, offered, opened_by_request
from engine.actions.submitting import check_request_id
from engine.actions.system import Deployed, System
from engine.actions.taking import Taken
from engine.clock import local_date
from engine.errors import EngineFailure, InvalidSubmission, RequestReused
from engine.store import recorder
from engine.store.base import Step
from engine.store.recorder import Before
from engine.workflow.runner import Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState


@dataclass(frozen=True, slots=True)
class Handled:
    case_id: int
    number: str
    steps: tuple[str, ...]  # names of what was done after the application; none: the case was only opened
    closed: bool


def preview_at_counter(system: System, actor: Actor, matter: str, region: str, office: str, raw: Raw) -> Sheets:
    """The sheets as they stand with what is typed so far, and what would come of it. Writes nothing.

    Raises Forbidden, NotFound, InvalidInput; what is wrong on the sheets is in `errors`.
    """
    deployed = offered(system, actor, matter, region, office)
    with system.store.reading() as connection:
        facts = CaseFacts("", matter, region, office)
        return fill(_new(system, Step(connection, late_lock=True), deployed, facts, system.clock.now()), actor, raw)


def handle_at_counter(
    system: System,
    actor: Actor,
    matter: str,
    region: str,
    office: str,
    raw: Raw,
    request_id: str,
    linked_case: int | None = None,
) -> Handled:
    """What was done; the same request with the same content gives the first result again.

    `raw`: element id -> what was typed on its sheet; sheets that are not reached count for nothing, like hidden fields.
    Raises InvalidSubmission (`element id:path`), Forbidden, NotFound, RequestReused; and EngineFailure, after which
    there is no case and an incident tells the administrator.
    """
    check_request_id(request_id)
    deployed = offered(system, actor, matter, region, office)
    first = opened_by_request(system, actor, request_id)
    if first is not None:
        return _first_result(system, actor, first, (matter, region, office), raw, request_id)
    now = system.clock.now()
    facts = CaseFacts(case_number(system, region, local_date(now).year), matter, region, office)
    case = identity_of(system, deployed, facts, linked_case)
    try:
        with system.store.step() as step:
            sheets = _sound(fill(_new(system, step, deployed, facts, now), actor, raw, request_id, case))
            case_id = _record(step, sheets, deployed, facts, request_id, linked_case)
    except IntegrityError:  # the same sheets, posted at the same moment, were first
        first = opened_by_request(system, actor, request_id)
        if first is None:
            raise
        return _first_result(system, actor, first, (matter, region, office), raw, request_id)
    except EngineFailure as failure:
        raise_incident(system, None, "handle_at_counter", f"{matter}/{region}", failure.message)
        raise
    return Handled(case_id, facts.number, _steps(sheets), sheets.state.status == "closed")


def _new(system: System, step: Step, deployed: Deployed, facts: CaseFacts, now: datetime) -> Taken:
    """A case that is not there yet, in the hands of this action."""
    timekeeper = system.timekeeper(deployed)
    before = Before(0, facts.number, 0, "", CaseState(), (), "", facts.matter, facts.region, facts.office)
    row = SimpleNamespace(number=facts.number, matter=facts.matter, region=facts.region, office=facts.office)
    return Taken(system, step, row, deployed, Runner(deployed.program, facts, timekeeper), now, before)


def _sound(sheets: Sheets) -> Sheets:
    """Raises what keeps the sheets from being recorded; what people can mend comes first."""
    if sheets.errors:
        raise InvalidSubmission(sheets.errors)
    if sheets.failure is not None:
        raise sheets.failure
    return sheets


def _steps(sheets: Sheets) -> tuple[str, ...]:
    return tuple(sheet.element.name for sheet in sheets.found[1:])


def _record(
    step: Step, sheets: Sheets, deployed: Deployed, facts: CaseFacts, request_id: str, linked_case: int | None
) -> int:
    """The case's row, then every Advance as an event, those of the clerk marked; timers that fell due stay unmarked."""
    step.lock()
    pending = sheets.taken.pending
    opening, applicant = pending[0][2], pending[0][2].applicant
    case_id = add_row(step, deployed, facts, opening, applicant, linked_case)
    last_hash = ""
    for revision, (before, advance, recording) in enumerate(pending):
        current = replace(before, case_id=case_id, revision=revision, hash=last_hash)
        if sheets.at_counter and recording.actor == opening.actor:
            recording = replace(recording, counter=request_id)
        last_hash = recorder.record(step, current, advance, recording)
    return case_id


def _first_result(
    system: System, actor: Actor, row: Any, place: tuple[str, str, str], raw: Raw, request_id: str
) -> Handled:
    """Posted again: read as it was the first time, it must be what was recorded then."""
    with system.store.reading() as connection:
        recorded = read_events(connection, row.id, row.number)
        deployed = system.deployed(row.deployment_id)
        facts = CaseFacts(row.number, row.matter, row.region, row.office)
        taken = _new(system, Step(connection, late_lock=True), deployed, facts, recorded[0].header.recorded_at)
        sheets = fill(taken, actor, raw)
    then = [(e.header.node, e.submission) for e in recorded if e.seq == 1 or e.facts.get("counter") == request_id]
    again = [(a.node, dict(a.submission or {})) for _, a, r in taken.pending if r.actor == actor.username]
    same_place = (row.matter, row.region, row.office) == place
    if not same_place or sheets.errors or then != again:
        raise RequestReused(f"这些内容已经提交过（办件 {row.number}），这次的内容不同；请从该办件继续办理")
    return Handled(row.id, row.number, _steps(sheets), row.status == "closed")
