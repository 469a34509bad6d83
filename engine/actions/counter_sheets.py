"""The sheets of a case that is done in one go at the counter (即办): found by running the process on what is typed.

Nothing is known beforehand of which steps there are: the application is run through the diagram, and whatever task it
comes to next that this clerk may do is the next sheet. Gateways decide as they always do, so that 材料不全 ends the
counter part exactly where an ordinary 受理 would have ended. What is wrong on one sheet does not keep the next from
being looked at: what could be understood is run, and all that is wrong is told at once. Only `handle_at_counter`
records anything, and only where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.actions.actor import Actor
from engine.actions.colleagues import directory
from engine.actions.participants import completed
from engine.actions.submitting import applicant_of
from engine.actions.system import Deployed
from engine.actions.taking import Taken, fire_due
from engine.errors import EngineError, InvalidSubmission
from engine.forms import Form, FormContext
from engine.forms.importing import imports
from engine.forms.validation import understood
from engine.workflow.draft import Draft
from engine.workflow.model import Element
from engine.workflow.paths import is_seat
from engine.workflow.program import Program, Timekeeper
from engine.workflow.scope import CaseFacts, Scope
from engine.workflow.separation import kept_out
from engine.workflow.state import TASK, CaseState, Node

MAX_SHEETS = 12  # more in one go is no counter matter

Raw = Mapping[str, Mapping[str, Any]]  # element id -> what was typed on its sheet


@dataclass(frozen=True)
class Sheet:
    """One step as the counter does it: the form, under what circumstances, and what is wrong with it."""

    element: Element
    form: Form
    context: FormContext
    errors: Mapping[str, str]


@dataclass
class Sheets:
    """All that were reached, the application first; and why it went no further, when the engine could not go on."""

    taken: Taken
    found: list[Sheet] = field(default_factory=list)
    failure: EngineError | None = None

    @property
    def errors(self) -> dict[str, str]:
        """`element id:path` -> message."""
        return {f"{sheet.element.id}:{path}": said for sheet in self.found for path, said in sheet.errors.items()}

    @property
    def state(self) -> CaseState:
        return self.taken.before.state

    @property
    def letters(self) -> tuple[str, ...]:
        """Templates of all letters that fell due, in order."""
        return tuple(d[1] for _, advance, _ in self.taken.pending for d in advance.decisions if d[0] == "letter")

    @property
    def at_counter(self) -> bool:
        """Whether there is more than the application: only then is it 即办."""
        return len(self.found) > 1

    @property
    def left(self) -> list[Element]:
        """Tasks that wait for somebody afterwards."""
        model = self.taken.deployed.program.model
        return [model.element_of(node.path) for node in self.state.nodes if node.kind == TASK]


def may_be_immediate(deployed: Deployed) -> bool:
    """Whether the guide promises 即时办结, to everybody or to some kind of applicant.

    Not where the case begins with a list of another office: it is checked and looked at before anything is opened.
    """
    limit, form = deployed.guide.limit("handling"), deployed.forms.get(deployed.program.model.start.form)
    from_list = form is not None and any(imports(item) and item.required for item in form.fields().values())
    return limit is not None and limit.may_be_immediate and not from_list


def is_immediate(program: Program, facts: CaseFacts, state: CaseState, timekeeper: Timekeeper, at: datetime) -> bool:
    """Whether it is 即时办结 for this applicant, by what the application says."""
    limit = program.limits.get("handling")
    scope = Scope(program, facts, Draft(state, at), timekeeper)
    return limit is not None and limit.budget(scope.values, scope).unit == "immediate"


def fill(taken: Taken, actor: Actor, raw: Raw, request_id: str = "", case: Mapping[str, Any] | None = None) -> Sheets:
    """Runs what was typed through the process, sheet by sheet; the Advances are pending in `taken`.

    `taken` is of a case that has no event yet. With errors left, what is pending is only what would have been.
    """
    sheets = Sheets(taken)
    try:
        _open(sheets, actor, raw, request_id, case)
        for node in _next(sheets, actor):
            _complete(sheets, node, actor, raw)
    except InvalidSubmission as refused:  # people named on a sheet who cannot act: forms do not know it
        last = sheets.found[-1]
        sheets.found[-1] = replace(last, errors={**refused.errors, **last.errors})
    except EngineError as failure:
        sheets.failure = failure
    return sheets


def _open(sheets: Sheets, actor: Actor, raw: Raw, request_id: str, case: Mapping[str, Any] | None) -> None:
    taken = sheets.taken
    deployed, facts, element = taken.deployed, taken.runner.facts, taken.deployed.program.model.start
    place = {"region": facts.region, "office": facts.office, "matter": facts.matter}
    context = FormContext(now=taken.now, guide=deployed.guide, variables={"case": place}, agency=True)
    submission = _understood(sheets, element, context, raw)
    applicant = applicant_of(deployed, submission)
    advance = taken.runner.start(submission, taken.now)
    taken.add(advance, actor.username, request_id, deployed.bundle.marks.get(element.form, {}), applicant, case)
    fire_due(taken)


def _complete(sheets: Sheets, node: Node, actor: Actor, raw: Raw) -> None:
    taken = sheets.taken
    deployed, element = taken.deployed, taken.deployed.program.model.element_of(node.path)
    scope = Scope(deployed.program, taken.runner.facts, Draft(taken.before.state, taken.now), taken.runner.timekeeper)
    people = directory(taken.step.connection, taken.before.region, taken.before.office)
    context = FormContext(taken.now, deployed.guide, scope.values, agency=True, people=people, functions=scope)
    submission = _understood(sheets, element, context, raw)
    advance = completed(taken, node, submission, actor, taken.effective(taken.now))
    applicant = applicant_of(deployed, submission) if element.purpose == "application" else ""
    taken.add(advance, actor.username, "", deployed.bundle.marks.get(element.form, {}), applicant)
    fire_due(taken)


def _understood(sheets: Sheets, element: Element, context: FormContext, raw: Raw) -> dict[str, Any]:
    form = sheets.taken.deployed.forms[element.form]
    submission, errors = understood(form, raw.get(element.id, {}), context)
    sheets.found.append(Sheet(element, form, context, errors))
    return submission


def _next(sheets: Sheets, actor: Actor) -> Iterator[Node]:
    """The tasks that this clerk may do next, each step once; ends where somebody else has to act."""
    taken = sheets.taken
    runner = taken.runner
    if not is_immediate(runner.program, runner.facts, taken.before.state, runner.timekeeper, taken.now):
        return
    while len(sheets.found) < MAX_SHEETS:
        done = {sheet.element.id for sheet in sheets.found}
        node = next((n for n in taken.before.state.nodes if _may_do(taken, n, actor, done)), None)
        if node is None:
            return
        yield node


def _may_do(taken: Taken, node: Node, actor: Actor, done: set[str]) -> bool:
    if node.kind != TASK or is_seat(node.path) or node.assignee:
        return False
    element = taken.deployed.program.model.element_of(node.path)
    if element.id in done or element.group == "applicant" or element.form not in taken.deployed.forms:
        return False
    if actor.username in kept_out(taken.before.state.performers, element):
        return False
    return bool(element.group) and actor.may(element.group, taken.before.region, taken.before.office)
