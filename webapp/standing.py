"""Where a case stands on its chart, for the viewer: state of elements and the flows its token took."""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.actions.history import superseded
from engine.workflow.model import Element
from engine.workflow.paths import element_id, is_seat
from engine.workflow.runner import Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.sentences import day_and_time
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
        elif node.kind in ("message", "activity") or on_the_way(model.elements[node.element]):
            elements[node.element] = ACTIVE  # a reply is awaited here; WAITING is the applicant's
    return {"elements": elements, "flows": list(dict.fromkeys(flows))}


def on_the_way(element: Element) -> bool:
    """A timer that the case stands at (公示结束); one at the border of a step is its deadline."""
    return element.kind == "intermediateCatchEvent" and element.timer is not None


class Wait(NamedTuple):
    """What the case waits for without anybody's turn."""

    name: str  # as the diagram calls it
    until: str  # 2026年3月16日 24:00; '' while something else has to be done first


def waits(case: CaseFile) -> list[Wait]:
    """The timers that the case stands at, in the order in which it came to them."""
    program = case.deployed.program
    facts = CaseFacts(case.row.number, case.row.matter, case.row.region, case.row.office)
    armed = Runner(program, facts, case.timekeeper).armed(case.state)
    due = {(a.key, a.n): day_and_time(a.due, last=True) for a in armed if a.kind == "timer"}
    standing_at = [(node, program.model.element_of(node.path)) for node in case.state.nodes if node.kind == "timer"]
    return [Wait(e.name, due.get((node.path, node.n), "")) for node, e in standing_at if on_the_way(e)]


def _id(path: str) -> str:
    return element_id(path)
