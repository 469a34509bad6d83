"""Edges at right angles, and the labels of edges and nodes where nothing else is drawn."""

from __future__ import annotations

from engine.drafting.geometry import DEFAULT_MARK, Box, Point, above, below, beside, text_width
from engine.drafting.model import HANDLING, Flow, Node, Process
from engine.drafting.placing import Picture


def points(process: Process, picture: Picture, flow: Flow) -> list[Point]:
    """The corners of a flow, from border to border.

    Gateways and events are left upwards or downwards first, tasks sideways first; the way back runs in the channel.
    """
    source, target = picture.boxes[flow.source], picture.boxes[flow.target]
    at, to = _axis(picture, flow.source), _axis(picture, flow.target)
    node = process.node(flow.source)
    if at == to:
        if target.x >= source.right:
            return [(source.right, at), (target.x, to)]
        return [
            (source.cx, source.y), (source.cx, picture.channel), (target.cx, picture.channel), (target.cx, target.y)
        ]  # fmt: skip
    down = to > at
    if source.cx == target.cx:
        return [(source.cx, source.bottom if down else source.y), (target.cx, target.y if down else target.bottom)]
    rightwards = target.cx > source.cx
    if node is not None and node.kind == "userTask":
        side = source.right if rightwards else source.x
        return [(side, at), (target.cx, at), (target.cx, target.y if down else target.bottom)]
    leaves = source.bottom if down else source.y
    return [(source.cx, leaves), (source.cx, to), (target.x if rightwards else target.right, to)]


def edge_label(corners: list[Point], name: str, default: bool = False) -> Box:
    """Above a level stretch, right of an upright one; on the way down right behind the gateway.

    A default flow is crossed by a stroke behind its gateway: its words stand beyond that.
    """
    first, second = corners[0], corners[1]
    if len(corners) == 4 or (len(corners) == 3 and second[1] < first[1]):  # the way back
        first, second = corners[1], corners[2]
    if first[1] == second[1]:
        start = first[0] + DEFAULT_MARK if default and first == corners[0] else first[0]
        return beside((start + second[0] - text_width(name)) // 2, first[1] - 18, name)
    return beside(first[0] + 7, first[1] + 8 if second[1] > first[1] else first[1] - 36, name)


def node_label(process: Process, picture: Picture, node: Node) -> Box | None:
    """The label of an event or gateway; tasks carry their names inside."""
    box = picture.boxes[node.id]
    if node.kind in ("userTask", "subProcess") or not node.name:
        return None
    if node.kind == "boundaryEvent":
        return _boundary_label(node, box)
    touched = _sides(process, picture, node, box)
    if "bottom" not in touched:
        return below(box, node.name)
    if "top" not in touched:
        return above(box, node.name)
    return beside(box.cx - 8 - text_width(node.name), box.y - 15, node.name)  # left of the edge that leads up


def _boundary_label(node: Node, box: Box) -> Box:
    if node.host == HANDLING:
        if node.error:
            return beside(box.cx + 8, box.cy + 20, node.name)  # on the right border, below the edge
        return beside(box.cx + 22, box.cy + 5, node.name)  # on the lower border
    if node.inside:
        return beside(box.cx + 4, box.cy - 36, node.name)
    return beside(box.cx + 20, box.cy - 20, node.name)


def _sides(process: Process, picture: Picture, node: Node, box: Box) -> set[str]:
    """At which of top and bottom an edge touches the node."""
    found = set()
    for flow in process.flows:
        if node.id in (flow.source, flow.target):
            corners = points(process, picture, flow)
            x, y = corners[0] if flow.source == node.id else corners[-1]
            if x == box.cx:
                found.add("top" if y == box.y else "bottom")
    return found


def _axis(picture: Picture, node_id: str) -> int:
    return picture.axis if node_id == HANDLING else picture.boxes[node_id].cy
