"""Letters that a case waits for from third parties (信息表, 公示): what may still be registered, and for which place.

A place of kind `message` opens when the token comes to the catch event, and closes when somebody registers what came
in. What comes in before the case is there is kept and delivered on arrival (SpiffWorkflow would refuse it); what the
case will never wait for any more is refused, because it would be kept for ever and nobody would see it.
"""

from __future__ import annotations

from engine.workflow.model import Element, Model
from engine.workflow.state import MESSAGE, CaseState, Node


def catching(model: Model, message: str) -> list[Element]:
    """The events that wait for a message; the check wants one form for all of them."""
    return [element for element in model.elements.values() if element.message == message]


def letter_from(model: Model, message: str) -> str:
    """What the diagram calls it."""
    return next((element.name for element in catching(model, message)), message)


def waiting_for(model: Model, state: CaseState, message: str) -> Node | None:
    """The place that has waited for it the longest."""
    places = (node for node in state.nodes if node.kind == MESSAGE)
    return next((node for node in places if model.element_of(node.path).message == message), None)


def may_come(model: Model, state: CaseState, message: str) -> bool:
    """Whether a token may still come to an event that waits for it, by any way of the diagram."""
    return any(element.id in _ahead(model, state) for element in catching(model, message))


def expected(model: Model, state: CaseState) -> tuple[str, ...]:
    """Messages that may be registered before the case waits for them: ahead of it, and not kept already."""
    if state.status != "open":
        return ()
    ahead = _ahead(model, state)
    named = dict.fromkeys(e.message for e in model.elements.values() if e.message and e.id in ahead)
    return tuple(m for m in named if m not in state.early and waiting_for(model, state, m) is None)


def takes_over(model: Model, message: str) -> bool:
    """Whether the case goes to it at once, from wherever it stands (撤回): a timer at the side of an activity leads
    there."""
    places = {element.id for element in catching(model, message)}
    return any(f.target in places and model.elements[f.source].attached_to for f in model.flows.values())


def _ahead(model: Model, state: CaseState) -> set[str]:
    """Elements that a token may come to; those where it stands only where a way leads back."""
    ways: dict[str, list[str]] = {}
    for flow in model.flows.values():
        ways.setdefault(flow.source, []).append(flow.target)
    for element in model.elements.values():
        if element.attached_to:
            ways.setdefault(element.attached_to, []).append(element.id)
    left = {name: list(targets) for name, targets in ways.items()}  # where leaving a sub-process leads: not back inside
    for element in model.elements.values():
        *_, around, _ = ("", *element.path.split("/"))
        if around and element.kind == "startEvent":
            ways.setdefault(around, []).append(element.id)
        if around:  # whatever is inside may be the last thing
            ways.setdefault(element.id, []).extend(left.get(around, ()))
    waiting = [target for node in state.nodes for target in ways.get(node.element, ())]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(ways.get(name, ()))
    return found
