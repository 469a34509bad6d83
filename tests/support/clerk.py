"""A clerk of Hunan who works enrolments through the product's own actions, as the pages would."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from engine.actions.actor import Actor, Membership
from engine.actions.complete_task import Completed, complete_task
from engine.actions.open_case import Opened, open_case
from engine.actions.system import System
from engine.clock import SHANGHAI
from engine.store import tasks
from tests.support.forms import ENROLMENT, UNIT

REGION, OFFICE = "hunan", "本级"
CLERK = Actor(
    1, "hunan.clerk", "周静", tuple(Membership(REGION, OFFICE, r) for r in ("window", "review", "finance", "leader"))
)
COMPLETE = {
    "licence": {"received": True, "form": "original", "choice": "credit_code_certificate"},
    "registration_form": {"received": True, "form": "original", "sealed": True},
}
ACCEPT = {"decision": "accept", "materials": COMPLETE}
INCOMPLETE = {"decision": "supplement", "materials": {"licence": COMPLETE["licence"]}}
PASS = {"decision": "pass"}
SUPPLEMENT_LATER = {"decision": "supplement", "items": "单位参保信息登记表"}  # 审核 finds something missing


def new_request() -> str:
    return str(uuid.uuid4())


def moment(system: System) -> str:
    """Now, as a form's datetime field has it."""
    return system.clock.now().astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def application(system: System) -> dict[str, Any]:
    return {**UNIT, "channel": "window", "received_at": moment(system)}


def supplement(system: System) -> dict[str, Any]:
    return {"items": "单位参保信息登记表", "channel": "window", "received_at": moment(system)}


def enrol(system: System, request_id: str | None = None) -> Opened:
    raw = application(system)
    return open_case(system, CLERK, ENROLMENT, REGION, OFFICE, raw, request_id or new_request())


def open_task(system: System, case_id: int) -> Any:
    """The one open task of a case."""
    with system.store.reading() as connection:
        (row,) = tasks.open_of_case(connection, case_id)
    return row


def act(system: System, case_id: int, raw: Mapping[str, Any], request_id: str | None = None) -> Completed:
    """Completes the case's one open task."""
    return complete_task(system, CLERK, open_task(system, case_id).id, raw, request_id or new_request())


def enrolled(system: System) -> int:
    """An enrolment from application to its end."""
    case = enrol(system).case_id
    act(system, case, ACCEPT)
    act(system, case, PASS)
    return case
