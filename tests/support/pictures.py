"""Is a diagram tidy? Finds what a reader stumbles over: overlaps, edges through shapes, loose ends, crossings.

`untidy(data)` gives one sentence for each fault of a BPMN file's picture; a tidy picture gives an empty list. What is
asked of words stands in `picture_words`.
"""

from __future__ import annotations

from itertools import combinations

from tests.support.picture_parts import Picture, Point, Segment, Shape, cuts, grown, holds, meet, read
from tests.support.picture_words import of_words

CLOSE = 9  # px between shapes, and between lines side by side, below which they read as one
SHORT = 15  # px of a line before and behind its corners: an arrowhead and a little more


def untidy(data: bytes) -> list[str]:
    """What is wrong with the picture, one sentence each."""
    picture = read(data)
    return [
        *(f"{element} is not drawn" for element in picture.undrawn),
        *_shapes_overlap(picture),
        *_outside(picture),
        *_empty(picture),
        *_loose(picture),
        *_through(picture),
        *_leaving(picture),
        *_crossings(picture),
        *of_words(picture),
    ]


def _shapes_overlap(picture: Picture) -> list[str]:
    def related(one: Shape, two: Shape) -> bool:
        around = picture.around(two.id)
        return one.host == two.id or one.id in around or one.host in around

    found = []
    for one, two in combinations(picture.nodes.values(), 2):
        if related(one, two) or related(two, one):
            continue
        if meet(one.box, two.box):
            found.append(f"{one.id} overlaps {two.id}")
        elif meet(grown(one.box, CLOSE), two.box):
            found.append(f"{one.id} stands too close to {two.id}")
    return found


def _outside(picture: Picture) -> list[str]:
    found = []
    for node in picture.nodes.values():
        if node.parent is not None:
            box = picture.shapes[node.parent].box
            if node.host is None and not holds(grown(box, -CLOSE), node.box):
                found.append(f"{node.id} sticks out of {node.parent}")
            continue
        drawn = next((lane for lane in picture.lanes if holds(lane.box, node.box)), None)
        if picture.lanes and drawn is None:
            found.append(f"{node.id} stands in no lane")
        elif drawn and node.host is None and node.lane != drawn.id:
            found.append(f"{node.id} is drawn in {drawn.id}, but belongs to {node.lane}")
        elif drawn and node.host is None and not holds(grown(drawn.box, -CLOSE), node.box):
            found.append(f"{node.id} stands too close to the border of {drawn.id}")
    return found


def _empty(picture: Picture) -> list[str]:
    nodes = [node for node in picture.nodes.values() if node.host is None]
    return [f"{lane.id} is empty" for lane in picture.lanes if not any(holds(lane.box, node.box) for node in nodes)]


def _loose(picture: Picture) -> list[str]:
    found = []
    for edge in picture.edges:
        ends = ((edge.source, edge.points[0]), (edge.target, edge.points[-1]))
        for node_id, point in ends:
            if not _at_border(picture.shapes[node_id], point):
                found.append(f"{edge.id} does not end at the border of {node_id}")
        if any(a[0] != b[0] and a[1] != b[1] for a, b in edge.segments):
            found.append(f"{edge.id} is not drawn at right angles")
        if min(_length(edge.segments[0]), _length(edge.segments[-1])) < SHORT:
            found.append(f"{edge.id} is too short to be seen")
    return found


def _length(segment: Segment) -> float:
    (x1, y1), (x2, y2) = segment
    return abs(x1 - x2) + abs(y1 - y2)


def _at_border(node: Shape, point: Point) -> bool:
    box, (x, y) = node.box, point
    if node.tag in ("userTask", "subProcess"):
        upright = x in (box.x, box.right) and box.y <= y <= box.bottom
        return upright or (y in (box.y, box.bottom) and box.x <= x <= box.right)
    middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
    return (x in (box.x, box.right) and y == middle_y) or (y in (box.y, box.bottom) and x == middle_x)


def _through(picture: Picture) -> list[str]:
    found = []
    for edge in picture.edges:
        containers = {*picture.around(edge.source), *picture.around(edge.target)}
        for node in picture.nodes.values():
            if node.id not in containers and any(cuts(segment, node.box) for segment in edge.segments):
                found.append(f"{edge.id} runs through {node.id}")
    return found


def _leaving(picture: Picture) -> list[str]:
    """An edge stays inside the innermost box that holds both of its ends."""
    found = []
    for edge in picture.edges:
        shared = [box for box in picture.around(edge.source) if box in picture.around(edge.target)]
        pools = [shape.id for shape in picture.shapes.values() if shape.tag == "participant"]
        for holder in [*shared, *pools][:1]:
            box = picture.shapes[holder].box
            if not all(box.x <= x <= box.right and box.y <= y <= box.bottom for x, y in edge.points):
                found.append(f"{edge.id} leaves {holder}")
    return found


def _crossings(picture: Picture) -> list[str]:
    found = []
    for one, two in combinations(picture.edges, 2):
        ends = {one.points[-1]} & {two.points[-1]}
        if any(_cross(a, b, ends) for a in one.segments for b in two.segments):
            found.append(f"{one.id} and {two.id} cross")
        elif any(_beside(a, b) for a in one.segments for b in two.segments):
            found.append(f"{one.id} and {two.id} run side by side")
    return found


def _cross(a: Segment, b: Segment, ends: set[Point]) -> bool:
    """The segments share a point that is not where both edges arrive together."""
    (ax1, ax2), (ay1, ay2) = sorted((a[0][0], a[1][0])), sorted((a[0][1], a[1][1]))
    (bx1, bx2), (by1, by2) = sorted((b[0][0], b[1][0])), sorted((b[0][1], b[1][1]))
    left, right, top, low = max(ax1, bx1), min(ax2, bx2), max(ay1, by1), min(ay2, by2)
    if left > right or top > low:
        return False
    return not (left == right and top == low and (left, top) in ends)


def _beside(a: Segment, b: Segment) -> bool:
    """Both level or both upright, and so near along some way that they read as one line."""
    for axis in (0, 1):
        if a[0][axis] == a[1][axis] and b[0][axis] == b[1][axis] and 0 < abs(a[0][axis] - b[0][axis]) < CLOSE:
            other = 1 - axis
            start = max(min(a[0][other], a[1][other]), min(b[0][other], b[1][other]))
            end = min(max(a[0][other], a[1][other]), max(b[0][other], b[1][other]))
            if end - start > CLOSE:
                return True
    return False
