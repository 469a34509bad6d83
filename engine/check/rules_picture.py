"""J15x what a reader misses: names, shapes, lists that contradict the flows. Warnings only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.check.document import BPMN, DI, TASKS, Document
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
