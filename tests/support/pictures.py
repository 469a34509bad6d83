"""Is a diagram tidy? Finds what a reader stumbles over: overlaps, edges through shapes, loose ends, crossings.

`untidy(data)` gives one sentence for each fault of a BPMN file's picture; a tidy picture gives an empty list. Sizes
are px of the picture. Texts are measured as the viewer draws them: 12 px a Chinese character.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

from lxml import etree

from engine.drafting.geometry import Box, text_width

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
CONTAINERS = {"participant", "lane", "subProcess"}
Point = tuple[float, float]


@dataclass
class Shape:
    id: str
    tag: str
    name: str
    box: Box
    label: Box | None
    host: str | None
    parent: str | None  # the sub-process it stands in


@dataclass
class Edge:
    id: str
    source: str
    target: str
    points: list[Point]
    label: Box | None

    @property
    def segments(self) -> list[tuple[Point, Point]]:
        return list(pairwise(self.points))


def untidy(data: bytes) -> list[str]:
    """What is wrong with the picture, one sentence each."""
    shapes, edges = read(data)
    nodes = {shape.id: shape for shape in shapes.values() if shape.tag not in ("participant", "lane")}
    return [
        *_shapes_overlap(nodes),
        *_outside(shapes, nodes),
        *_names_too_long(nodes),
        *_labels(shapes, nodes, edges),
        *_loose(nodes, edges),
        *_through(nodes, edges),
        *_crossings(edges),
    ]


def read(data: bytes) -> tuple[dict[str, Shape], list[Edge]]:
    root = etree.fromstring(data)
    elements = {e.get("id"): e for e in root.iter(etree.Element) if e.get("id")}
    shapes: dict[str, Shape] = {}
    for di in root.iter(DI + "BPMNShape"):
        element = elements[di.get("bpmnElement")]
        parent = element.getparent()
        inside = parent.get("id") if parent is not None and parent.tag == BPMN + "subProcess" else None
        bounds = di.find(DC + "Bounds")
        assert bounds is not None
        shapes[element.get("id", "")] = Shape(
            element.get("id", ""), str(element.tag).removeprefix(BPMN), element.get("name", ""),
            _box(bounds), _label(di), element.get("attachedToRef"), inside,
        )  # fmt: skip
    edges = []
    for di in root.iter(DI + "BPMNEdge"):
        flow = elements[di.get("bpmnElement")]
        points = [(float(w.get("x", "")), float(w.get("y", ""))) for w in di.iter(DD + "waypoint")]
        edges.append(Edge(flow.get("id", ""), flow.get("sourceRef", ""), flow.get("targetRef", ""), points, _label(di)))
    return shapes, edges


def _label(di: etree._Element) -> Box | None:
    found = di.find(f"{DI}BPMNLabel/{DC}Bounds")
    return None if found is None else _box(found)


def _box(bounds: etree._Element) -> Box:
    return Box(*(round(float(bounds.get(key, ""))) for key in ("x", "y", "width", "height")))


def _meet(one: Box, two: Box) -> bool:
    return one.x < two.right and two.x < one.right and one.y < two.bottom and two.y < one.bottom


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x and inner.right <= outer.right and outer.y <= inner.y and inner.bottom <= outer.bottom
    )  # fmt: skip


def _covers(node: Shape, label: Box) -> bool:
    """A gateway is a diamond: its corners are free."""
    if node.tag.endswith("Gateway"):
        across = max(label.x - node.box.cx, node.box.cx - label.right, 0) / (node.box.width / 2)
        along = max(label.y - node.box.cy, node.box.cy - label.bottom, 0) / (node.box.height / 2)
        return across + along < 1
    return _meet(label, node.box)


def _around(nodes: dict[str, Shape], node_id: str) -> set[str]:
    """The sub-processes that a node stands in."""
    found = set()
    parent = nodes[node_id].parent
    while parent is not None:
        found.add(parent)
        parent = nodes[parent].parent
    return found


def _shapes_overlap(nodes: dict[str, Shape]) -> list[str]:
    def related(one: Shape, two: Shape) -> bool:
        around = _around(nodes, two.id)
        return one.host == two.id or one.id in around or one.host in around

    return [
        f"{one.id} overlaps {two.id}"
        for one, two in combinations(nodes.values(), 2)
        if _meet(one.box, two.box) and not related(one, two) and not related(two, one)
    ]


def _outside(shapes: dict[str, Shape], nodes: dict[str, Shape]) -> list[str]:
    lanes = [shape for shape in shapes.values() if shape.tag == "lane"]
    found = []
    for node in nodes.values():
        if node.parent is not None:
            if not _holds(shapes[node.parent].box, node.box) and node.host is None:
                found.append(f"{node.id} sticks out of {node.parent}")
        elif lanes and not any(_holds(lane.box, node.box) for lane in lanes):
            found.append(f"{node.id} stands in no lane")
    return found


def _names_too_long(nodes: dict[str, Shape]) -> list[str]:
    found = []
    for node in nodes.values():
        if node.tag == "userTask":
            lines = -(-text_width(node.name) // ((node.box.width - 10) // 12 * 12))
            if lines * 15 > node.box.height - 10:
                found.append(f"the name of {node.id} does not fit")
    return found


def _labels(shapes: dict[str, Shape], nodes: dict[str, Shape], edges: list[Edge]) -> list[str]:
    labels = {s.id: s.label for s in nodes.values() if s.label} | {e.id: e.label for e in edges if e.label}
    found = [f"the labels of {a} and {b} overlap" for a, b in combinations(labels, 2) if _meet(labels[a], labels[b])]
    for owner, label in labels.items():
        for node in nodes.values():
            if node.tag not in CONTAINERS and _covers(node, label):
                found.append(f"the label of {owner} lies on {node.id}")
            if node.tag == "subProcess" and _meet(label, node.box) and not _holds(node.box, label):
                found.append(f"the border of {node.id} cuts the label of {owner}")
        for shape in shapes.values():
            if shape.tag == "lane" and _meet(label, shape.box) and not _holds(shape.box, label):
                found.append(f"the border of {shape.id} cuts the label of {owner}")
        for edge in edges:
            if any(_cuts(segment, label) for segment in edge.segments):
                found.append(f"{edge.id} runs through the label of {owner}")
    return list(dict.fromkeys(found))


def _loose(nodes: dict[str, Shape], edges: list[Edge]) -> list[str]:
    found = []
    for edge in edges:
        ends = ((edge.source, edge.points[0]), (edge.target, edge.points[-1]))
        found += [f"{edge.id} does not end at the border of {n}" for n, p in ends if not _at_border(nodes[n], p)]
        if any(a[0] != b[0] and a[1] != b[1] for a, b in edge.segments):
            found.append(f"{edge.id} is not drawn at right angles")
    return found


def _at_border(node: Shape, point: Point) -> bool:
    box, (x, y) = node.box, point
    if node.tag in ("userTask", "subProcess"):
        upright = x in (box.x, box.right) and box.y <= y <= box.bottom
        return upright or (y in (box.y, box.bottom) and box.x <= x <= box.right)
    middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
    return (x in (box.x, box.right) and y == middle_y) or (y in (box.y, box.bottom) and x == middle_x)


def _through(nodes: dict[str, Shape], edges: list[Edge]) -> list[str]:
    found = []
    for edge in edges:
        containers = _around(nodes, edge.source) | _around(nodes, edge.target)
        for node in nodes.values():
            if node.id not in containers and any(_cuts(segment, node.box) for segment in edge.segments):
                found.append(f"{edge.id} runs through {node.id}")
    return found


def _cuts(segment: tuple[Point, Point], box: Box) -> bool:
    """Runs through the inside of the box (touching its border is none of that)."""
    (x1, y1), (x2, y2) = segment
    return (
        min(x1, x2) < box.right and max(x1, x2) > box.x and min(y1, y2) < box.bottom and max(y1, y2) > box.y
    )  # fmt: skip


def _crossings(edges: list[Edge]) -> list[str]:
    found = []
    for one, two in combinations(edges, 2):
        ends = {one.points[-1]} & {two.points[-1]}
        if any(_cross(a, b, ends) for a in one.segments for b in two.segments):
            found.append(f"{one.id} and {two.id} cross")
    return found


def _cross(a: tuple[Point, Point], b: tuple[Point, Point], ends: set[Point]) -> bool:
    """The segments share a point that is not where both edges arrive together."""
    (ax1, ax2), (ay1, ay2) = sorted((a[0][0], a[1][0])), sorted((a[0][1], a[1][1]))
    (bx1, bx2), (by1, by2) = sorted((b[0][0], b[1][0])), sorted((b[0][1], b[1][1]))
    left, right, top, low = max(ax1, bx1), min(ax2, bx2), max(ay1, by1), min(ay2, by2)
    if left > right or top > low:
        return False
    return not (left == right and top == low and (left, top) in ends)
