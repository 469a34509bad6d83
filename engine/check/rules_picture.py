"""J15x what a reader misses: names, shapes, lists that contradict the flows. Warnings only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from engine.check.document import BPMN, DI, TASKS, Document, Node
from engine.check.findings import WARNING, CheckContext, Fault, rule, shown


@rule("J150", WARNING, "节点没有名称", "写上办事指南中的名称")
def no_name(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        if node.tag in TASKS | {"subProcess"} and not node.name:
            yield Fault(node.element, "没有名称，任务清单和流程图上看不出是什么")


@rule("J151", WARNING, "图形信息缺失", "在设计器中打开并保存，补上图形")
def no_shape(doc: Document, context: CheckContext) -> Iterator[Fault]:
    drawn = {
        (element.get("bpmnElement") or "").strip().rpartition(":")[2]  # a QName: some tools write a prefix
        for element in doc.elements
        if element.tag in (DI + "BPMNShape", DI + "BPMNEdge")
    }
    if not drawn:
        yield Fault(doc.root, "文件没有图形信息，无法显示流程图")
        return
    things: list[Any] = [*doc.nodes, *doc.flows]
    for thing in things:
        if thing.id and thing.id not in drawn and not getattr(thing, "id_broken", False):
            yield Fault(thing.element, "没有图形，流程图上看不到它")


@rule("J152", WARNING, "节点列出的流入、流出线与顺序流不符", "在设计器中打开并保存，或改正 incoming、outgoing")
def contradicting_lists(doc: Document, context: CheckContext) -> Iterator[Fault]:
    if any(not flow.whole for flow in doc.flows) or any(node.id_broken for node in doc.nodes):
        return
    for node in doc.nodes:
        for tag, flows in (("incoming", node.incoming), ("outgoing", node.outgoing)):
            listed = [(child.text or "").strip() for child in node.element.iterchildren(BPMN + tag)]
            real = {flow.id for flow in flows}
            wrong = [flow_id for flow_id in listed if flow_id not in real]
            if wrong:
                yield Fault(node.element, f"{tag} 列出的 {shown(wrong[0])} 并不是它的顺序流；以顺序流为准")
                break


DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_Box = tuple[float, float, float, float]  # left, top, right, low


@rule("J153", WARNING, "图形重叠", "把其中一个移开；地方不够的，先用“腾出空间”工具让出地方")
def overlapping(doc: Document, context: CheckContext) -> Iterator[Fault]:
    """Two shapes of one process or sub-process on the same spot: a box that grew over its neighbours hides them."""
    boxes = _boxes(doc)
    for scope in doc.scopes:
        placed = [(boxes[node.id], node) for node in scope.nodes if node.id in boxes and not node.id_broken]
        placed.sort(key=lambda pair: pair[0])
        for number, (box, node) in enumerate(placed):
            for other_box, other in placed[number + 1 :]:
                if other_box[0] >= box[2]:
                    break  # all that follow begin further right
                if box[1] < other_box[3] and other_box[1] < box[3] and not _attached(node, other):
                    yield Fault(other.element, f"与“{shown(node.name or node.id)}”重叠，图上看不清")
                    break


def _attached(one: Node, two: Node) -> bool:
    return one.host is two or two.host is one


def _boxes(doc: Document) -> dict[str, _Box]:
    """Where shapes stand, by the element that they show; shapes without sound numbers are nowhere."""
    found: dict[str, _Box] = {}
    for shape in doc.elements:
        bounds = shape.find(DC + "Bounds") if shape.tag == DI + "BPMNShape" else None
        if bounds is None:
            continue
        try:
            x, y, width, height = (float(bounds.get(key, "")) for key in ("x", "y", "width", "height"))
        except ValueError:
            continue
        if all(map(math.isfinite, (x, y, width, height))):
            shown_element = (shape.get("bpmnElement") or "").strip().rpartition(":")[2]
            found.setdefault(shown_element, (x, y, x + width, y + height))
    return found
