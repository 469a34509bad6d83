"""What a letter says: the facts its template needs, taken from the case as it stood when the letter fell due.

A later step of the case must not change a letter that was sent, so facts come from the folded state of the letter's
own event (or, for a preview, from the state that would be), never from the case as it is now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actions.system import Deployed
from engine.guides import Guide, Office
from engine.workflow.state import CaseState
from webapp.casework import CaseFile, Limit, limit_of

TITLES = {
    "one_time_notice": "一次性告知书", "acceptance_notice": "受理通知书", "not_accepted_notice": "不予受理通知书",
    "refusal_notice": "审核不通过告知书", "lapsed_notice": "逾期未补正终止办理告知书",
    "filing_lapsed_notice": "逾期未备案告知书", "closing_notice": "办结通知书",
}  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """Everything a letter's template prints."""

    template: str
    title: str
    number: str  # '' in a preview
    case_number: str
    applicant: str
    matter: str
    agency: str  # who signs
    at: datetime
    reason: str
    missing: tuple[str, ...]  # everything at once (一次性告知)
    limits: dict[str, Limit]
    guide: Guide
    office: Office | None  # of the guide, for addresses and telephones

    @property
    def known(self) -> bool:
        return self.template in TITLES


def letter_text(case: CaseFile, state: CaseState, template: str, number: str, at: datetime) -> Letter:
    """The letter of `template` in a case that stands at `state`."""
    deployed, row = case.deployed, case.row
    limits = {key: limit_of(state, key, case.timekeeper) for key in state.ledger.deadlines}
    return Letter(
        template=template,
        title=TITLES.get(template, template),
        number=number,
        case_number=row.number,
        applicant=row.applicant,
        matter=deployed.guide.name,
        agency=str(deployed.bundle.settings.get("agency", "")),
        at=at,
        reason=_latest(state, "reason"),
        missing=tuple(_missing(state)),
        limits={key: limit for key, limit in limits.items() if limit},
        guide=deployed.guide,
        office=_office(deployed, row.office),
    )


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


def _office(deployed: Deployed, name: str) -> Office | None:
    """The guide's entry of the case's office; 本级 is printed as 市本级 or 省本级, or is the only one."""
    offices = deployed.guide.offices
    named = [o for o in offices if o.district == name or (name == "本级" and "本级" in o.district)]
    return named[0] if named else (offices[0] if len(offices) == 1 else None)
