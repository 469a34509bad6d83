"""Where a case stands on its chart, for the viewer: state of elements and the flows its token took."""

from __future__ import annotations

from typing import Any

from engine.actions.history import superseded
from engine.workflow.paths import element_id, is_seat
from webapp.casework import CaseFile

ACTIVE, WAITING, DONE, CANCELLED = "active", "waiting", "done", "cancelled"
_CLOSED = {"completed": DONE, "fired": DONE, "cancelled": CANCELLED}


def standing(case: CaseFile) -> dict[str, Any]:
    """`{"elements": {id: active|waiting|done|cancelled}, "flows": [id ...]}`.

    What is open now outweighs how an earlier round of the same element ended.
    """
    elements: dict[str, str] = {}
    flows: list[str] = []
    model = case.deployed.program.model
    undone = superseded(case.events)
    for event in (e for e in case.events if e.seq not in undone):
        for decision in event.facts["decisions"]:
            match decision:
                case ["flow", flow]:
                    flows.append(flow)
                case ["pass", path]:
                    elements[_id(path)] = DONE
                case ["close", path, _, how] if not is_seat(path):  # the whole has its own place
                    if how != "cancelled" or model.elements[_id(path)].kind == "userTask":
                        elements[_id(path)] = _CLOSED.get(how, DONE)
                case ["outcome", _, path]:
                    elements[_id(path)] = DONE
    elements.setdefault(model.start.id, DONE)
    for node in case.state.nodes:
        if node.kind == "task":
            waiting = model.elements[node.element].group == "applicant"
            elements[node.element] = WAITING if waiting else ACTIVE
        elif node.kind in ("message", "activity"):  # a reply is awaited here; WAITING is the applicant's
            elements[node.element] = ACTIVE
    return {"elements": elements, "flows": list(dict.fromkeys(flows))}


def _id(path: str) -> str:
    return element_id(path)
