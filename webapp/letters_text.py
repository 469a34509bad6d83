"""What a letter says: the facts its template needs, taken from the case as it stood when the letter fell due.

A later step of the case must not change a letter that was sent, so facts come from the folded state of the letter's
own event (or, for a preview, from the state that would be), never from the case as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.actions.case_row import applicant_told
from engine.actions.history import CaseEvent
from engine.actions.submitting import addressee_of, naming_field
from engine.actions.system import Deployed
from engine.deadlines import TimeLimit
from engine.forms import RESTRICTED
from engine.forms.sheet import Block
from engine.guides.contacts import UNPRINTED, contacts
from engine.store import letters
from engine.workflow.objections import RESOLVED, UPHELD
from engine.workflow.program import Timekeeper
from engine.workflow.state import CaseState
from engine.workflow.words import letter_name
from webapp.casework import CaseFile, Limit, limit_of
from webapp.context import system
from webapp.letters_sheets import addressee, number_in_words, sheet_of

NAMES_OF_UNITS = ("unit_name", "institution_name", "unit")
NAMES_OF_PEOPLE = ("applicant_name", "filler", "claimant", "heir.name")
OF_UNITS = (*NAMES_OF_UNITS, "credit_code", "legal_rep")  # fields that only units fill


@dataclass(frozen=True)
class Letter:
    """Everything a letter's template prints."""

    template: str
    title: str
    number: str  # '' in a preview
    numbered: str  # the same as the letter's own form writes it
    case_number: str
    applicant: str
    matter: str
    you: str  # 您 to a person, 你单位 to a unit, 您（单位） where the application does not tell
    asked: str  # how a letter begins: 您申请办理的“…”, or what the guide has in its place
    agency: str  # who signs
    at: datetime
    reason: str
    missing: tuple[str, ...]  # everything at once (一次性告知)
    limits: dict[str, Limit]
    extended: Extended | None  # the newest extension
    said: Mapping[str, Any]  # submissions by form key, for what a template names: agreement.number
    upheld: tuple[str, ...]  # reasons of the objections that were upheld
    contacts: tuple[tuple[str, str], ...]  # (联系地址, …), (咨询电话, …), (监督电话, …), as the guide prints them
    agency_to: str = ""  # another agency that it goes to; '' for letters to the applicant
    sheet: tuple[Block, ...] = ()  # of a letter that is a printed sheet
    follows: tuple[str, datetime] | None = None  # number (as written) and instant of the letter that it reminds of

    @property
    def closing(self) -> str:
        """How a letter of its kind ends; sheets and orders have no such words."""
        kinds = {"通知书": "特此通知。", "告知书": "特此告知。", "函": "特此函告。"}
        return "" if self.sheet else next((words for kind, words in kinds.items() if self.title.endswith(kind)), "")


@dataclass(frozen=True)
class Extended:
    """A limit that was replaced by a longer one."""

    limit: Limit  # as it is now
    before: str  # the budget that it replaced, in words
    level: str  # who approved it: 单位负责人 …
    reason: str


def preview_of(case: CaseFile, state: CaseState, template: str, at: datetime) -> Letter:
    """The letter that a step would send: the case as it would stand, under the calendar in force."""
    state = case.as_read(state)
    return _letter(case, state, template, "", at, _addressee(case, state, case.row.applicant), case.timekeeper)


def sent_letter(case: CaseFile, row: Row[Any]) -> Letter:
    """A letter that went out, the same whenever it is read: state, name and calendar are those of its own event."""
    event, state = case.event_at(row.seq)
    timekeeper = system().timekeeper(case.deployed, event.header.calendar)
    until = case.events[: row.seq]
    name = applicant_told(until, case.deployed) if case.seen else case.row.applicant
    return _letter(case, state, row.template, row.number, row.due_at, _addressee(case, state, name), timekeeper)


def _addressee(case: CaseFile, state: CaseState, listed: str) -> str:
    """The name as lists show it; where that is withheld, the name itself for those who handle the case."""
    if listed != RESTRICTED or not case.seen:
        return listed
    start = case.deployed.program.model.start.form
    return addressee_of(case.deployed, state.variables.get(start) or {}) or listed


def _letter(
    case: CaseFile,
    state: CaseState,
    template: str,
    number: str,
    at: datetime,
    applicant: str,
    timekeeper: Timekeeper,
) -> Letter:
    deployed = case.deployed
    found = {key: limit_of(state, key, timekeeper, at) for key in state.ledger.deadlines}
    limits = {key: limit for key, limit in found.items() if limit}
    to_agency = addressee(template, state.variables)
    told_by = contacts(deployed.guide, case.row.office, deployed.bundle.settings.get("telephones"))
    you = _you(deployed, state.variables)
    return Letter(
        template=template,
        title=letter_name(template),
        number=number,
        numbered=number_in_words(template, deployed.forms, number),
        case_number=case.row.number,
        applicant=applicant,
        matter=deployed.guide.name,
        you=you,
        asked=str(deployed.guide.plain.get("request") or f"{you}申请办理的“{deployed.guide.name}”"),
        agency=str(deployed.bundle.settings.get("agency", "")),
        at=at,
        reason=_latest(state, "reason"),
        missing=tuple(_missing(state)),
        limits=limits,
        extended=_extended(state, limits),
        said=state.variables,
        upheld=tuple(_upheld(case.events[: state.inputs])),
        contacts=tuple(pair for pair in told_by if not (to_agency and _for_applicants(*pair))),
        agency_to=to_agency,
        sheet=sheet_of(template, deployed.forms, state.variables, deployed.guide),
        follows=_followed(case, template),
    )


def _followed(case: CaseFile, template: str) -> tuple[str, datetime] | None:
    """What a 催办函 reminds of: the 联系函 that went out, so that the other agency finds it."""
    if template != "reminder_letter":
        return None
    with system().store.reading() as connection:
        sent = [row for row in letters.of_case(connection, case.row.id) if row.template == "contact_letter"]
    return (number_in_words("contact_letter", case.deployed.forms, sent[0].number), sent[0].due_at) if sent else None


def _for_applicants(label: str, text: str) -> bool:
    """What another agency has no use for."""
    return label.startswith("监督") or text == UNPRINTED


def _you(deployed: Deployed, variables: Mapping[str, Any]) -> str:
    """By the field that names the applicant; a mere name is a unit's where the form asks what only units have."""
    form = deployed.forms.get(deployed.program.model.start.form)
    given = variables.get(deployed.program.model.start.form)
    if form is None or not isinstance(given, Mapping):
        return "您（单位）"
    named, _ = naming_field(deployed, given)
    if named in NAMES_OF_UNITS:
        return "你单位"
    if named in NAMES_OF_PEOPLE or given.get("identity_number"):
        return "您"
    return "你单位" if any(field.path in OF_UNITS for field in form.fields().values()) else "您（单位）"


def _upheld(recorded: Sequence[CaseEvent]) -> Iterator[str]:
    """Why objections were upheld, of the events up to the letter's own; who objected is nobody else's business."""
    for event in recorded:
        if event.kind == RESOLVED and (event.facts.get("detail") or {}).get("resolution") == UPHELD:
            yield str(event.submission.get("reasons", ""))


def _extended(state: CaseState, limits: dict[str, Limit]) -> Extended | None:
    """The deadline that was extended last."""
    extended = [d for d in state.ledger.deadlines.values() if d.extensions]
    if not extended:
        return None
    newest = max(extended, key=lambda d: d.extensions[-1].at)
    budgets: list[TimeLimit] = [newest.limit, *(e.limit for e in newest.extensions)]
    last = newest.extensions[-1]
    return Extended(limits[newest.key], str(budgets[-2]), last.level, last.reason)


def _by_age(state: CaseState) -> list[dict[str, Any]]:
    """Submissions, newest first."""
    keys = sorted(state.sources, key=lambda key: state.sources[key], reverse=True)
    return [state.variables[key] for key in keys if isinstance(state.variables.get(key), dict)]


def _latest(state: CaseState, field: str) -> str:
    """The field of the newest submission that decided something; an older round's reason is not this one's."""
    deciding = next((s for s in _by_age(state) if "decision" in s), {})
    value = deciding.get(field)
    return value if isinstance(value, str) else ""


def _missing(state: CaseState) -> list[str]:
    """What the newest decision found missing: the checklist's list, or the reviewer's lines."""
    deciding = next((s for s in _by_age(state) if "decision" in s), {})
    if isinstance(deciding.get("items"), str):
        return [line.strip() for line in deciding["items"].splitlines() if line.strip()]
    return [str(line) for line in deciding.get("missing") or []]
