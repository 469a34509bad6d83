"""A BPMN file's picture as shapes and edges, and how boxes and lines lie to each other. Sizes are px of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from engine.drafting.geometry import Box

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass
class Shape:
    id: str
    tag: str
    name: str
    box: Box
    label: Box | None
    host: str | None
    parent: str | None  # the sub-process it stands in
    lane: str | None = None  # the lane that names it

    @property
    def is_node(self) -> bool:
        return self.tag not in ("participant", "lane")


@dataclass
class Edge:
    id: str
    name: str
    source: str
    target: str
    points: list[Point]
    label: Box | None
    decides: bool  # has a condition, or is taken when no condition holds
    default: bool

    @property
    def segments(self) -> list[Segment]:
        return list(pairwise(self.points))


@dataclass
class Picture:
    shapes: dict[str, Shape]
    edges: list[Edge]
    undrawn: list[str]  # elements that a picture should show

    @property
    def nodes(self) -> dict[str, Shape]:
        return {shape.id: shape for shape in self.shapes.values() if shape.is_node}

    @property
    def lanes(self) -> list[Shape]:
        return [shape for shape in self.shapes.values() if shape.tag == "lane"]

    @property
    def boxes(self) -> list[Shape]:
        """The sub-processes."""
        return [shape for shape in self.shapes.values() if shape.tag == "subProcess"]

    def around(self, node_id: str) -> list[str]:
        """The sub-processes that a node stands in, from the inside."""
        found = []
        parent = self.shapes[node_id].parent
        while parent is not None:
            found.append(parent)
            parent = self.shapes[parent].parent
        return found


def read(data: bytes) -> Picture:
    root = etree.fromstring(data)
    elements = {e.get("id", ""): e for e in root.iter(etree.Element) if e.get("id")}
    lanes = {ref.text: lane.get("id") for lane in root.iter(BPMN + "lane") for ref in lane.iter(BPMN + "flowNodeRef")}
    defaults = {e.get("default") for e in elements.values() if e.get("default")}
    shapes: dict[str, Shape] = {}
    for di in root.iter(DI + "BPMNShape"):
        element = elements[di.get("bpmnElement", "")]
        parent = element.getparent()
        inside = parent.get("id") if parent is not None and parent.tag == BPMN + "subProcess" else None
        bounds = di.find(DC + "Bounds")
        assert bounds is not None
        element_id = element.get("id", "")
        shapes[element_id] = Shape(
            element_id, str(element.tag).removeprefix(BPMN), element.get("name", ""), _box(bounds), _label(di),
            element.get("attachedToRef"), inside, lanes.get(element_id),
        )  # fmt: skip
    edges = []
    for di in root.iter(DI + "BPMNEdge"):
        flow = elements[di.get("bpmnElement", "")]
        points = [(float(w.get("x", "")), float(w.get("y", ""))) for w in di.iter(DD + "waypoint")]
        default = flow.get("id") in defaults
        decides = default or flow.find(BPMN + "conditionExpression") is not None
        edges.append(
            Edge(flow.get("id", ""), flow.get("name", ""), flow.get("sourceRef", ""), flow.get("targetRef", ""), points,
                 _label(di), decides, default)
        )  # fmt: skip
    drawn = shapes.keys() | {edge.id for edge in edges}
    undrawn = [element_id for element_id, e in elements.items() if _is_shown(e) and element_id not in drawn]
    return Picture(shapes, edges, undrawn)


def _is_shown(element: etree._Element) -> bool:
    kind = str(element.tag).removeprefix(BPMN)
    return kind in ("participant", "lane", "subProcess", "sequenceFlow") or kind.endswith(("Event", "Task", "Gateway"))


def _label(di: etree._Element) -> Box | None:
    found = di.find(f"{DI}BPMNLabel/{DC}Bounds")
    return None if found is None else _box(found)


def _box(bounds: etree._Element) -> Box:
    return Box(*(round(float(bounds.get(key, ""))) for key in ("x", "y", "width", "height")))


def grown(box: Box, by: int) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def meet(one: Box, two: Box) -> bool:
    return one.x < two.right and two.x < one.right and one.y < two.bottom and two.y < one.bottom


def holds(outer: Box, inner: Box) -> bool:
    across = outer.x <= inner.x and inner.right <= outer.right
    return across and outer.y <= inner.y and inner.bottom <= outer.bottom


def cuts(segment: Segment, box: Box) -> bool:
    """Runs through the inside of the box (touching its border is none of that)."""
    (x1, y1), (x2, y2) = segment
    across = min(x1, x2) < box.right and max(x1, x2) > box.x
    return across and min(y1, y2) < box.bottom and max(y1, y2) > box.y


def apart(box: Box, segment: Segment) -> float:
    """How far a line runs from a box, along the farther axis; 0 where they touch."""
    (x1, y1), (x2, y2) = segment
    across = max(min(x1, x2) - box.right, box.x - max(x1, x2), 0)
    along = max(min(y1, y2) - box.bottom, box.y - max(y1, y2), 0)
    return max(across, along)
