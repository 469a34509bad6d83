"""Words in a picture: names, labels, titles. Each rule gives one sentence for each word that a reader stumbles over.

Labels are written in 11 px, names in 12 px, both centred in their bounds (bpmn-js).
"""

from __future__ import annotations

from itertools import combinations

from engine.drafting.geometry import Box, text_width
from tests.support.picture_parts import Edge, Picture, Shape, apart, cuts, grown, holds, meet

LINE = 13.2  # px, a line of a label
ICON = 24  # px from the top of a task that its icon takes
FAR = 16  # px from a label to what it names


def of_words(picture: Picture) -> list[str]:
    labels = _labels(picture)
    return [
        *_unnamed(picture),
        *_without_place(picture),
        *_names_too_long(picture),
        *_lying_on(picture, labels),
        *_at_titles(picture, labels),
        *_at_default_marks(picture),
        *_far(picture),
    ]


def _labels(picture: Picture) -> dict[str, Box]:
    return {one.id: one.label for one in [*picture.nodes.values(), *picture.edges] if one.label}


def _written(label: Box, name: str) -> Box:
    """Where the letters of a label are; the bounds leave room on both sides."""
    width = min(text_width(name) * 11 // 12, label.width)
    return Box(label.cx - width // 2, label.y, width, label.height)


def _unnamed(picture: Picture) -> list[str]:
    leaving = [edge.source for edge in picture.edges]
    found = [f"{edge.id} decides and has no words" for edge in picture.edges if edge.decides and not edge.name]
    for node in picture.nodes.values():
        asks = node.tag == "exclusiveGateway" and leaving.count(node.id) > 1
        if not node.name and (asks or not node.tag.endswith("Gateway")):
            found.append(f"{node.id} has no name")
    return found


def _without_place(picture: Picture) -> list[str]:
    found = []
    outside = [node for node in picture.nodes.values() if node.tag.endswith(("Event", "Gateway"))]
    for one in [*outside, *picture.edges]:
        if not one.name:
            continue
        if one.label is None:
            found.append(f"the label of {one.id} has no place")
            continue
        lines = -(-text_width(one.name) * 11 // 12 // one.label.width)
        if lines * LINE > one.label.height + 1:
            found.append(f"the label of {one.id} does not fit its place")
        if not any(holds(pool.box, one.label) for pool in picture.shapes.values() if pool.tag == "participant"):
            found.append(f"the label of {one.id} lies outside the pool")
    return found


def _names_too_long(picture: Picture) -> list[str]:
    """A task's name keeps clear of the icon above it (and of the three bars of several people below)."""
    found = []
    for shape in picture.shapes.values():
        if shape.tag == "userTask":
            lines = -(-text_width(shape.name) // ((shape.box.width - 10) // 12 * 12))
            if (shape.box.height - lines * 15) / 2 < ICON:
                found.append(f"the name of {shape.id} does not fit")
        if shape.tag in ("participant", "lane") and text_width(shape.name) > shape.box.height - 10:
            found.append(f"the name of {shape.id} does not fit")
    return found


def _covers(node: Shape, label: Box) -> bool:
    """A gateway is a diamond: its corners are free."""
    if node.tag.endswith("Gateway"):
        across = max(label.x - node.box.cx, node.box.cx - label.right, 0) / (node.box.width / 2)
        along = max(label.y - node.box.cy, node.box.cy - label.bottom, 0) / (node.box.height / 2)
        return across + along < 1
    return meet(label, node.box)


def _lying_on(picture: Picture, labels: dict[str, Box]) -> list[str]:
    found = [f"the labels of {a} and {b} overlap" for a, b in combinations(labels, 2) if meet(labels[a], labels[b])]
    for owner, label in labels.items():
        for shape in picture.shapes.values():
            cut = meet(label, shape.box) and not holds(shape.box, label)
            if shape.tag in ("lane", "subProcess") and cut:
                found.append(f"the border of {shape.id} cuts the label of {owner}")
            if shape.is_node and shape.tag != "subProcess" and _covers(shape, label):
                found.append(f"the label of {owner} lies on {shape.id}")
        for edge in picture.edges:
            if any(cuts(segment, label) for segment in edge.segments):
                found.append(f"{edge.id} runs through the label of {owner}")
    return list(dict.fromkeys(found))


def _at_titles(picture: Picture, labels: dict[str, Box]) -> list[str]:
    """A sub-process's name stands in the middle under its upper border."""
    found = []
    for box in picture.boxes:
        width = text_width(box.name)
        title = Box(box.box.cx - width // 2, box.box.y + 5, width, 15)
        found += [
            f"{edge.id} runs through the title of {box.id}"
            for edge in picture.edges
            if any(cuts(segment, title) for segment in edge.segments)
        ]
        found += [f"{n.id} lies on the title of {box.id}" for n in picture.nodes.values()
                  if n.tag != "subProcess" and meet(n.box, title)]  # fmt: skip
        below = Box(title.x, title.y, title.width, title.height + 10)  # read as a second line of it
        found += [
            f"the label of {o} lies on the title of {box.id}" for o, label in labels.items() if meet(label, below)
        ]
    return found


def _at_default_marks(picture: Picture) -> list[str]:
    """The stroke that crosses a default flow behind its gateway."""
    found = []
    for edge in picture.edges:
        if edge.default:
            mark = _mark(edge)
            for one in [*picture.nodes.values(), *picture.edges]:
                if one.label and meet(_written(one.label, one.name), mark):
                    found.append(f"the label of {one.id} lies on the mark of {edge.id}")
    return found


def _mark(edge: Edge) -> Box:
    (x1, y1), (x2, y2) = (tuple(map(round, point)) for point in edge.points[:2])
    if y1 == y2:
        return Box(x1 + 4 if x2 > x1 else x1 - 13, y1 - 8, 9, 16)
    return Box(x1 - 8, y1 + 4 if y2 > y1 else y1 - 13, 16, 9)


def _far(picture: Picture) -> list[str]:
    """A label stands next to what it names, and no other line is nearer."""
    found = []
    for node in picture.nodes.values():
        if node.label and not meet(grown(node.box, FAR), node.label):
            found.append(f"the label of {node.id} is far from it")
    for edge in picture.edges:
        if edge.label is None:
            continue
        own = min(apart(edge.label, segment) for segment in edge.segments)
        if own > FAR:
            found.append(f"the label of {edge.id} is far from it")
        for other in picture.edges:
            if other.id != edge.id and min(apart(edge.label, segment) for segment in other.segments) < own:
                found.append(f"the label of {edge.id} is nearer to {other.id}")
    return found
