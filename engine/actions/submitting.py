"""What opening a case and completing a task share: validation in the case's context, and harmless resubmission."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from engine.actions.history import read_events, refold
from engine.actions.system import Deployed, System
from engine.errors import InvalidInput
from engine.forms import RESTRICTED
from engine.forms.withholding import MARK
from engine.workflow.state import CaseState

ERASED_NAME = "〔已依法删除〕"
NAME_FIELDS = ("unit_name", "name", "institution_name", "applicant_name")


def check_request_id(request_id: str) -> None:
    """A request id is the UUID of a rendered form, written the usual way."""
    try:
        well_formed = str(uuid.UUID(request_id)) == request_id.lower()
    except (ValueError, AttributeError, TypeError):
        well_formed = False
    if not well_formed:
        raise InvalidInput("缺少请求编号，请刷新页面后重新提交")


def posted_again(
    system: System, case_id: int, number: str, seq: int, read: Callable[[datetime, CaseState], Mapping[str, Any]]
) -> bool:
    """Whether an event recorded just the content that is posted again now.

    `read(now, state)` validates what is posted. It is read as it was the first time, at the event's instant and in the
    case as it stood: else a default of `now`, or a receipt that by now would need a reason, made the same form another
    one.
    """
    with system.store.reading() as connection:
        recorded = read_events(connection, case_id, number)
    event = recorded[seq - 1]
    state = [CaseState(), *(state for _, state in refold(recorded[: seq - 1]))][-1]
    try:
        return not event.erased and event.submission == dict(read(event.header.recorded_at, state))
    except InvalidInput:
        return False


def applicant_of(deployed: Deployed, submission: Mapping[str, Any], erased: Collection[str] = ()) -> str:
    """The name that lists show: the start form's `applicant` property names the field, or several of which the first
    that is filled counts (an heir, else the insured), else the usual ones.

    A restricted name is not kept where lists, searches and exports read: RESTRICTED stands in its place for everybody.
    `erased`: paths whose value was lawfully erased; of a name that was among them ERASED_NAME is left.
    """
    return _named(deployed, submission, RESTRICTED, erased)


def addressee_of(deployed: Deployed, submission: Mapping[str, Any]) -> str:
    """The name itself, for whoever may read this submission: where it is restricted, those who handle the case."""
    return _named(deployed, submission, None)


def naming_field(deployed: Deployed, submission: Mapping[str, Any], erased: Collection[str] = ()) -> tuple[str, str]:
    """The path of the field that names the applicant, and the name ('' of an erased one); ('', '') without a name."""
    form = deployed.forms.get(deployed.program.model.start.form)
    told = form.definition.get("applicant", NAME_FIELDS) if form else NAME_FIELDS
    for path in (told,) if isinstance(told, str) else tuple(told):
        if path in erased:
            return path, ""
        value: Any = submission
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value:
            return path, value
    return "", ""


def _named(deployed: Deployed, submission: Mapping[str, Any], hidden: str | None, erased: Collection[str] = ()) -> str:
    path, name = naming_field(deployed, submission, erased)
    if path in erased:
        return ERASED_NAME
    form = deployed.forms.get(deployed.program.model.start.form)
    field = form.fields().get(path) if form else None
    return hidden if name and hidden and field is not None and field.mark == MARK else name[:200]
