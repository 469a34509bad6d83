"""The diagram as a graph: scopes, nodes and flows, read iteratively from the tree, with every reference resolved.

Nothing is refused here and nothing can fail: what is missing stays None and is a rule's business. Only the
processes that would run are read in (all of them when none says it runs).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
JINGBAN = "{urn:jingban:bpmn:1}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"

SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
TASKS = frozenset(
    {
        *("task", "userTask", "manualTask", "scriptTask", "serviceTask"),
        *("businessRuleTask", "sendTask", "receiveTask"),
    }
)
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS


def local(element: Any) -> str:
    """The BPMN name of an element's tag; empty for other namespaces."""
    tag = element.tag
    return tag[len(BPMN) :] if isinstance(tag, str) and tag.startswith(BPMN) else ""


def line_of(element: Any) -> int:
    return element.sourceline or 1


@dataclass(eq=False, slots=True)
class Scope:
    """A process or sub-process: what its flows may connect."""

    element: Any
    parent: Scope | None
    node: Node | None  # the sub-process as a node of its parent
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    @property
    def is_process(self) -> bool:
        return self.parent is None

    @property
    def is_event_subprocess(self) -> bool:
        return bool(self.element.get("triggeredByEvent") in ("true", "1"))

    @property
    def is_ad_hoc(self) -> bool:
        return local(self.element) == "adHocSubProcess"

    @property
    def starts(self) -> list[Node]:
        return [node for node in self.nodes if node.tag == "startEvent"]


@dataclass(eq=False, slots=True)
class Node:
    """A flow node."""

    element: Any
    tag: str
    id: str  # empty when missing
    scope: Scope
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundaries: list[Node] = field(default_factory=list)  # events attached to it, same scope
    host: Node | None = None  # of a boundary event
    inner: Scope | None = None  # of a sub-process
    id_broken: bool = False  # no id, or one that an earlier element has

    @property
    def name(self) -> str:
        return (self.element.get("name") or "").strip()

    @property
    def definitions(self) -> list[tuple[str, Any]]:
        """(kind, element) of each event definition: timer, message, error ...; `ref` for a reference."""
        found = []
        for child in self.element:
            tag = local(child)
            if tag == "eventDefinitionRef":
                found.append(("ref", child))
            elif tag.endswith("EventDefinition"):
                found.append((tag.removesuffix("EventDefinition"), child))
        return found

    @property
    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.definitions}

    @property
    def interrupts(self) -> bool:
        return self.element.get("cancelActivity") not in ("false", "0")

    @property
    def for_compensation(self) -> bool:
        return self.element.get("isForCompensation") in ("true", "1")

    def ours(self, attribute: str) -> str:
        return (self.element.get(JINGBAN + attribute) or "").strip()


@dataclass(eq=False, slots=True)
class Flow:
    """A sequence flow; an end that could not be found is None."""

    element: Any
    id: str
    scope: Scope
    source: Node | None = None
    target: Node | None = None

    @property
    def crosses(self) -> bool:
        """Both ends exist, but not all of flow, source and target stand in one scope."""
        return (
            self.source is not None
            and self.target is not None
            and not (self.source.scope is self.target.scope is self.scope)
        )

    @property
    def whole(self) -> bool:
        return self.source is not None and self.target is not None and not self.crosses

    @property
    def condition_element(self) -> Any | None:
        return self.element.find(BPMN + "conditionExpression")

    @property
    def condition(self) -> str:
        """The condition's text; empty when there is none."""
        element = self.condition_element
        return text_of(element) if element is not None else ""

    @property
    def is_default(self) -> bool:
        return self.source is not None and bool(self.id) and self.source.element.get("default") == self.id


def text_of(element: Any) -> str:
    """Trimmed text, with that of stray child elements."""
    return "".join(element.itertext()).strip()


class Document:
    """A parsed BPMN file."""

    def __init__(self, tree: Any) -> None:
        self.root = tree.getroot()
        self.elements: list[Any] = list(self.root.iter())
        self.processes = [element for element in self.root if local(element) == "process"]
        self.executable = [p for p in self.processes if p.get("isExecutable", "true") == "true"]
        self.scopes: list[Scope] = []
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.node_of: dict[Any, Node] = {}  # by element
        self._inside: dict[tuple[Scope, str], Node] = {}  # by id within one scope
        self.remembered: dict[str, Any] = {}  # what several rules ask, computed once
        self._read()

    @cached_property
    def first_with_id(self) -> dict[str, Any]:
        """Id -> the first element that has it (of the model, not of the picture)."""
        found: dict[str, Any] = {}
        for element in self.model_elements:
            if element.get("id"):
                found.setdefault(element.get("id"), element)
        return found

    @cached_property
    def model_elements(self) -> list[Any]:
        """The elements of BPMN's model: no diagram interchange, no vendor's extensions."""
        return [element for element in self.elements if local(element)]

    @cached_property
    def uses_jingban(self) -> bool:
        """Whether the file is meant for us: then what is missing is an error and not only a warning."""
        if JINGBAN[1:-1] in self.root.nsmap.values():
            return True
        return any(key.startswith(JINGBAN) for element in self.elements for key in element.attrib)

    def element(self, element_id: str | None) -> Any | None:
        return self.first_with_id.get(element_id) if element_id else None

    def find_node(self, element_id: str | None) -> Node | None:
        element = self.element(element_id)
        return self.node_of.get(element) if element is not None else None

    def near(self, scope: Scope, element_id: str | None) -> Node | None:
        """The node with that id, the scope's own first: a double id elsewhere (J020) must not tear its flows off."""
        return self._inside.get((scope, element_id or "")) or self.find_node(element_id)

    def iter_nodes(self, *tags: str) -> Iterator[Node]:
        return (node for node in self.nodes if node.tag in tags)

    def _read(self) -> None:
        waiting = [Scope(process, None, None) for process in reversed(self.executable or self.processes)]
        while waiting:
            scope = waiting.pop()
            self.scopes.append(scope)
            inner = []
            for element in scope.element:
                tag = local(element)
                if tag == "sequenceFlow":
                    flow = Flow(element, element.get("id") or "", scope)
                    scope.flows.append(flow)
                    self.flows.append(flow)
                elif tag in FLOW_NODES:
                    node = self._read_node(element, tag, scope)
                    if tag in SUBPROCESSES:
                        node.inner = Scope(element, scope, node)
                        inner.append(node.inner)
            waiting.extend(reversed(inner))
        self.nodes.sort(key=lambda node: self._position[node.element])
        self.flows.sort(key=lambda flow: self._position[flow.element])
        for flow in self.flows:
            self._connect(flow)
        for node in self.nodes:
            if node.tag == "boundaryEvent":
                host = self.near(node.scope, node.element.get("attachedToRef"))
                if host is not None and host.scope is node.scope and host.tag in ACTIVITIES:
                    node.host = host
                    host.boundaries.append(node)

    def _read_node(self, element: Any, tag: str, scope: Scope) -> Node:
        node_id = element.get("id") or ""
        node = Node(element, tag, node_id, scope)
        node.id_broken = not node_id or self.first_with_id[node_id] is not element
        scope.nodes.append(node)
        if node_id:
            self._inside.setdefault((scope, node_id), node)
        self.nodes.append(node)
        self.node_of[element] = node
        return node

    @cached_property
    def _position(self) -> dict[Any, int]:
        return {element: number for number, element in enumerate(self.elements)}

    def _connect(self, flow: Flow) -> None:
        flow.source = self.near(flow.scope, flow.element.get("sourceRef"))
        flow.target = self.near(flow.scope, flow.element.get("targetRef"))
        if flow.source is not None:
            flow.source.outgoing.append(flow)
        if flow.target is not None:
            flow.target.incoming.append(flow)
