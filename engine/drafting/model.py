"""A process before it is drawn: nodes, flows and lanes, and in which row of the picture each inner node stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Row = Literal["main", "above", "below"]
HANDLING = "handling"  # the embedded sub-process 办理, the only container of this family of diagrams
LAPSED = "supplement_lapsed"  # the error by which 办理 is left when a supplement never came


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node; `ours` are attributes of the jingban: namespace, in the order they are written."""

    kind: str  # local name of the BPMN tag
    id: str
    name: str
    lane: str | None = None  # id of its lane; None inside 办理
    host: str | None = None  # what a boundary event is attached to
    timer: str | None = None  # expression of the instant that an event waits for
    message: str | None = None  # id of the message that an event waits for
    error: bool = False  # throws or catches LAPSED
    interrupts: bool = True
    ours: Mapping[str, str] = field(default_factory=dict)
    row: Row = "main"  # inside 办理: in the way of the case, above it (refusals) or below it (supplements)
    by: str | None = None  # inside 办理: the node that it stands above or below

    @property
    def inside(self) -> bool:
        return self.lane is None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. One that leaves an exclusive gateway without a condition is the gateway's default."""

    source: str
    target: str
    name: str | None = None
    condition: str | None = None

    @property
    def id(self) -> str:
        return f"{self.source}_to_{self.target}"


@dataclass(frozen=True, slots=True)
class Lane:
    id: str
    name: str
    group: str  # candidate group


@dataclass(frozen=True, slots=True)
class Process:
    """Everything that is drawn, in the order it is written."""

    slug: str
    id: str
    name: str
    documentation: str
    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    def node(self, node_id: str) -> Node | None:
        return next((node for node in self.nodes if node.id == node_id), None)

    def has(self, node_id: str) -> bool:
        return self.node(node_id) is not None

    def inner(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.inside)

    def outer(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if not node.inside)

    def leaving(self, node_id: str) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows if flow.source == node_id)

    def default_of(self, node: Node) -> Flow | None:
        """The flow that an exclusive gateway takes when no condition holds."""
        if node.kind != "exclusiveGateway":
            return None
        return next((flow for flow in self.leaving(node.id) if flow.condition is None), None)

    def is_inner(self, flow: Flow) -> bool:
        source = self.node(flow.source)
        return source is not None and source.inside
