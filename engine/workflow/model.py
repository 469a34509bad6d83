"""What a deployed diagram says, read once: elements with our attributes, flows, and SpiffWorkflow's frozen specs.

A Model is shared by every case of its deployment and never written to after `parser.parse` returns it.
Element ids are unique in a file (the check refuses duplicates), so a *path* (`handling/review`: the ids of the
enclosing sub-processes and of the element) and an id say the same; paths are what histories store, because they
stay readable and survive SpiffWorkflow's random task ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.expressions import Expression
from engine.workflow.paths import element_id


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node of the diagram, with the attributes of the `jingban:` namespace."""

    id: str
    path: str
    name: str
    kind: str  # local name of the BPMN tag: userTask, subProcess, startEvent ...
    line: int  # in the BPMN file
    lane: str = ""  # printed name of the lane
    group: str = ""  # candidate group: own attribute, else the lane's
    form: str = ""
    starts: tuple[str, ...] = ()  # deadline keys
    ends: tuple[str, ...] = ()
    suspends: tuple[str, ...] = ()
    outcome: str = ""
    letter: str = ""
    purpose: str = ""
    act_as: str = ""
    separate_from: tuple[str, ...] = ()  # ids of tasks that other people must have done, see separation.py
    interrupting: bool = True  # boundary events only
    attached_to: str = ""
    timer: Expression | None = None
    message: str = ""  # id of the message that a catch event waits for
    participants: Expression | None = None  # list of user names: one seat each, see seats.py


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow."""

    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True)
class Model:
    """A diagram ready to run."""

    process_id: str
    name: str
    elements: Mapping[str, Element]  # by id
    flows: Mapping[str, Flow]  # by id
    between: Mapping[tuple[str, str], str]  # (source id, target id) -> flow id
    spec: Any  # SpiffWorkflow's BpmnProcessSpec; never written to
    subprocess_specs: Mapping[str, Any]
    presses: Mapping[str, tuple[str, ...]]  # activity id -> deadline keys that press it, the most telling first
    prunable: frozenset[str]  # names of specs whose finished tasks can be forgotten (see snapshot.py)

    def element_of(self, path: str) -> Element:
        return self.elements[element_id(path)]

    @property
    def start(self) -> Element:
        """The one start event of the process (the check allows exactly one)."""
        return next(e for e in self.elements.values() if e.kind == "startEvent" and "/" not in e.path)

    @property
    def user_tasks(self) -> tuple[Element, ...]:
        return tuple(e for e in self.elements.values() if e.kind == "userTask")
