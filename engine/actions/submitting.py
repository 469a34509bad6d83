"""What opening a case and completing a task share: validation in the case's context, and harmless resubmission."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from engine.actions.history import read_events
from engine.actions.system import Deployed, System
from engine.errors import InvalidInput

NAME_FIELDS = ("unit_name", "name", "institution_name", "applicant_name")


def check_request_id(request_id: str) -> None:
    """A request id is the UUID of a rendered form."""
    try:
        uuid.UUID(request_id)
    except (ValueError, AttributeError, TypeError) as error:
        raise InvalidInput("缺少请求编号，请刷新页面后重新提交") from error


def same_submission(system: System, case_id: int, number: str, seq: int, submission: Mapping[str, Any]) -> bool:
    """Whether the event recorded the same content that is posted again now."""
    with system.store.reading() as connection:
        recorded = read_events(connection, case_id, number)
    event = next(e for e in recorded if e.seq == seq)
    return not event.erased and event.submission == dict(submission)


def applicant_of(deployed: Deployed, submission: Mapping[str, Any]) -> str:
    """The name that lists show: the start form's `applicant` property names the field, else the usual ones."""
    form = deployed.forms.get(deployed.program.model.start.form)
    named = (str(form.definition["applicant"]),) if form and "applicant" in form.definition else NAME_FIELDS
    for path in named:
        value: Any = submission
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value:
            return value[:200]
    return ""
