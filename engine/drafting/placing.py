"""Where everything stands: lanes as rows, 办理 as a grid of its own, and each column as wide as its words need.

The picture grows from left to right: 申请, 受理, 办理 sized by its content, the outcomes. Inside 办理 the way of the
case is one row; refusals and the way back stand above it, supplements below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from engine.drafting.geometry import GATEWAY, Box, size, text_width, wrapped
from engine.drafting.model import HANDLING, Flow, Node, Process

POOL_X, POOL_Y, HEAD = 60, 40, 30  # the pool's corner, and the width of its and the lanes' headings
START_X, INTAKE_X, DECISION_X = 160, 270, 415
APPLICANT_Y, LOW = 100, 28  # a boundary timer sits below the middle of its task's border, clear of the text
BEFORE_EXPIRED = 35  # from a timer's label to the circle's centre that follows
MARGIN = 20  # between a container and its lane


@dataclass
class Picture:
    """Boxes by id; `axis` is the height at which flows enter and leave 办理, `channel` that of the ways back."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    pool: Box = field(default_factory=lambda: Box(0, 0, 0, 0))
    axis: int = 0
    channel: int = 0

    def put(self, node: Node, cx: int, cy: int) -> None:
        self.boxes[node.id] = Box.around(cx, cy, *size(node.kind, node.name))


def place(process: Process) -> Picture:
    picture = Picture()
    short = process.lanes[1].id == _lane_of(process, HANDLING)  # 办理 stands in the lane of the window itself
    top = 170 + MARGIN if short else 310 + MARGIN
    left = DECISION_X + (GATEWAY // 2 + text_width("受理") + 36 if short else 50)
    bottom = _inside(process, picture, left, top)
    intake_y = picture.axis if short else 240
    _before(process, picture, intake_y, short)
    right = _after(process, picture)
    floor = bottom + 25
    if short and process.has("not_accepted"):
        refusal = picture.boxes["not_accepted"]
        floor = max(floor, refusal.bottom + 4 + wrapped(_name(process, "not_accepted"))[1] + 15)
    if process.has("supervised"):
        picture.put(_node(process, "supervised"), picture.boxes["handling_overdue"].cx, floor + 45)
    _lanes(process, picture, floor, right, short)
    return picture


def _inside(process: Process, picture: Picture, left: int, top: int) -> int:
    """Fills 办理 and sizes it; its lower border."""
    inner = process.inner()
    main = [node for node in inner if node.row == "main"]
    returns = any(_goes_back(process, flow, main) for flow in process.flows)
    above = any(node.row == "above" for node in inner)
    below = [node for node in inner if node.row == "below"]
    picture.channel = top + 55
    refusal_y = top + (95 if returns else 70)
    picture.axis = refusal_y + (85 if returns else 80) if above else top + (115 if returns else 90)
    right = _main_row(process, picture, main, left)
    low_y = picture.axis + (100 if returns else 95)
    for node in inner:
        if node.row == "above":
            gateway = picture.boxes[node.by or ""]
            (flow,) = [flow for flow in process.flows if flow.target == node.id]
            x = gateway.cx + 32 + text_width(flow.name or "")
            picture.put(node, _level_with_end(process, picture, node.by or "", x), refusal_y)
        elif node.row == "below":
            _put_below(picture, node, low_y)
        right = max(right, picture.boxes[node.id].right + (37 if node.row == "main" else 35))
    bottom = (low_y if below else picture.axis) + (80 if returns else 75)
    picture.boxes[HANDLING] = Box(left, top, right - left, bottom - top)
    return bottom


def _goes_back(process: Process, flow: Flow, main: list[Node]) -> bool:
    order = [node.id for node in main]
    if flow.source not in order or flow.target not in order:
        return False
    return order.index(flow.target) < order.index(flow.source)


def _main_row(process: Process, picture: Picture, main: list[Node], left: int) -> int:
    """Columns from left to right; where the last one ends."""
    x = left + 22
    for number, node in enumerate(main):
        width, _ = size(node.kind, node.name)
        picture.put(node, x + width // 2, picture.axis)
        x += width
        if number + 1 < len(main):
            x += _gap(process, node, main[number + 1])
    return x


def _gap(process: Process, node: Node, following: Node) -> int:
    """The room between two columns: the words on the edge, or those at the corner of the gateway."""
    name = next((flow.name for flow in process.leaving(node.id) if flow.target == following.id), None)
    if name:
        hanging = [one for one in process.inner() if one.by == node.id and one.row == "below"]
        lapses = any(process.has(f"{one.id}_expired") for one in hanging)
        least = (91 if lapses else 66 if hanging else 0) if following.kind == "endEvent" else 0
        return max(text_width(name) + 36, least)
    if following.kind == "exclusiveGateway":
        return max(36, text_width(following.name) - 11)
    return 24 if node.kind == "startEvent" else 35


def _level_with_end(process: Process, picture: Picture, gateway: str, x: int) -> int:
    """A refusal stands over the end that its gateway leads to, where there is one and the words leave room."""
    ends = [
        picture.boxes[flow.target].cx
        for flow in process.leaving(gateway)
        if flow.condition is None and (node := process.node(flow.target)) is not None and node.kind == "endEvent"
    ]
    return max([x, *ends])


def _put_below(picture: Picture, node: Node, y: int) -> None:
    by = picture.boxes[node.by or ""]
    if node.kind == "boundaryEvent":
        picture.put(node, by.right, y + LOW)
    elif node.kind == "endEvent" and by.width < GATEWAY:  # follows a timer on the right
        picture.put(node, by.cx + 69, y + LOW)
    else:
        picture.put(node, by.cx, y)


def _before(process: Process, picture: Picture, y: int, short: bool) -> None:
    picture.put(_node(process, "application_received"), START_X, APPLICANT_Y)
    picture.put(_node(process, "intake"), INTAKE_X, y)
    picture.put(_node(process, "intake_decision"), DECISION_X, y)
    ends_x = DECISION_X + 205
    if process.has("supplement"):
        picture.put(_node(process, "supplement"), DECISION_X, APPLICANT_Y)
        border = picture.boxes["supplement"].right
        picture.put(_node(process, "supplement_expired"), border, APPLICANT_Y + LOW)
        ends_x = border + 20 + text_width(_name(process, "supplement_expired")) + 33
        picture.put(_node(process, "lapsed"), ends_x, APPLICANT_Y + LOW)
    if short:
        picture.put(_node(process, "not_accepted"), DECISION_X, y + 95)
    else:
        picture.put(_node(process, "not_accepted"), ends_x, y)


def _after(process: Process, picture: Picture) -> int:
    """What hangs on 办理 and follows it; where the pool ends."""
    box = picture.boxes[HANDLING]
    if process.has("handling_overdue"):
        picture.put(_node(process, "handling_overdue"), picture.boxes["handling_started"].cx, box.bottom)
    x = box.right + 68
    outcome = process.node("outcome")
    if outcome is not None:
        picture.put(outcome, x, picture.axis)
        words = max(text_width(flow.name or "") for flow in process.leaving("outcome"))
        x += max(100, words + 52)
        above = [box for node_id, box in picture.boxes.items() if _is_above(process, node_id)]
        picture.put(_node(process, "refused"), x, above[0].cy if above else picture.axis - 85)
    picture.put(_node(process, "closed"), x, picture.axis)
    if process.has("handling_abandoned"):
        low = picture.boxes["handling_lapsed"].cy
        picture.put(_node(process, "handling_abandoned"), box.right, low)
        picture.put(_node(process, "handling_lapsed_end"), x, low)
    return max(x, *(picture.boxes[end].cx for end in ("lapsed", "not_accepted") if process.has(end))) + 55


def _is_above(process: Process, node_id: str) -> bool:
    node = process.node(node_id)
    return node is not None and node.inside and node.row == "above"


def _lanes(process: Process, picture: Picture, floor: int, right: int, short: bool) -> None:
    borders = [POOL_Y, 170, floor] if short else [POOL_Y, 170, 310, floor]
    if process.has("supervised"):
        borders.append(floor + 100)
    for lane, (top, bottom) in zip(process.lanes, pairwise(borders), strict=True):
        picture.lanes[lane.id] = Box(POOL_X + HEAD, top, right - POOL_X - HEAD, bottom - top)
    picture.pool = Box(POOL_X, POOL_Y, right - POOL_X, borders[-1] - POOL_Y)


def _lane_of(process: Process, node_id: str) -> str | None:
    return _node(process, node_id).lane


def _node(process: Process, node_id: str) -> Node:
    node = process.node(node_id)
    if node is None:
        raise KeyError(node_id)
    return node


def _name(process: Process, node_id: str) -> str:
    return _node(process, node_id).name
