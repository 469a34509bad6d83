"""J01x which process runs; J02x ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.check.document import FLOW_NODES, SUBPROCESSES, Document, local
from engine.check.findings import ERROR, CheckContext, Fault, rule, shown

_NCNAME = re.compile(r"[^\W\d][\w.\-·]*")
_PICTURE = ("http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524/DI")


@rule("J010", ERROR, "没有可执行的流程", '在 process 上设 isExecutable="true"')
def not_executable(doc: Document, context: CheckContext) -> Iterator[Fault]:
    if doc.processes and not doc.executable:
        for process in doc.processes:
            value = shown(process.get("isExecutable"))
            yield Fault(process, f'流程不可执行（isExecutable="{value}"），引擎只认小写的 true')
            return


@rule(
    "J011",
    ERROR,
    "一张图中有几个可执行的流程",
    '只留一个，其余设 isExecutable="false" 或分到别的文件',
)
def several_executable(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for process in doc.executable[1:]:
        first = shown(doc.executable[0].get("id"))
        yield Fault(process, f"除 {first} 外又有一个可执行的流程，引擎不知道运行哪一个")


@rule("J012", ERROR, "图中没有流程", "在文件中画一个 process，或检查是否选错了文件")
def no_process(doc: Document, context: CheckContext) -> Iterator[Fault]:
    if not doc.processes:
        yield Fault(doc.root, "文件中没有 process，无可运行的内容")


@rule("J020", ERROR, "元素的 id 重复", "给它一个全文件唯一的 id，并改正对它的引用")
def duplicate_id(doc: Document, context: CheckContext) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for element in doc.elements:
        in_picture = isinstance(element.tag, str) and element.tag[1:].partition("}")[0] in _PICTURE
        element_id = element.get("id")
        if not element_id or not (local(element) or in_picture):
            continue
        if element_id in seen:
            yield Fault(element, f"id 与第 {seen[element_id]} 行的元素重复，两个元素会被当作一个")
        else:
            seen[element_id] = element.sourceline or 1
    yield from _vendors_that_hide_nodes(doc)


def _vendors_that_hide_nodes(doc: Document) -> Iterator[Fault]:
    """SpiffWorkflow finds nodes by id among all elements of the process and takes the last: a form field, say."""
    nodes: set[str] = set()
    for element in doc.elements:
        node = doc.node_of.get(element)
        if node is not None:
            if node.tag not in ("startEvent", "boundaryEvent"):  # these are never looked up
                nodes.add(node.id)
        elif not local(element) and element.get("id") in nodes and _runs(doc, element):
            yield Fault(element, "扩展元素的 id 与前面一个节点的相同，引擎会找不到那个节点", "给扩展元素换一个 id")


def _runs(doc: Document, element: Any) -> bool:
    running = {scope.element for scope in doc.scopes}
    return any(ancestor in running for ancestor in element.iterancestors())


@rule("J021", ERROR, "id 与引擎内部的名称相同", "换一个 id，如 application_received")
def reserved_id(doc: Document, context: CheckContext) -> Iterator[Fault]:
    internal = {"Start", "End"}
    internal |= {f"{scope.element.get('id')}.EndJoin" for scope in doc.scopes}
    for node in doc.nodes:
        if node.boundaries:
            internal |= {f"{node.id}.BoundaryEventSplit", f"{node.id}.BoundaryEventJoin"}
    running = {scope.element for scope in doc.scopes}
    idle = {process for process in doc.processes if process not in running}
    for element in doc.model_elements:
        if element.get("id") in internal and not idle.intersection(element.iterancestors()):
            yield Fault(element, f"id “{shown(element.get('id'))}” 是引擎内部用的名称，会使整个流程的任务丢失")


@rule("J022", ERROR, "元素没有可用的 id", "给它一个 id：小写字母开头，只含小写字母、数字和下划线")
def unusable_id(doc: Document, context: CheckContext) -> Iterator[Fault]:
    needing = FLOW_NODES | SUBPROCESSES | {"sequenceFlow", "process", "error"}
    inside = {scope.element for scope in doc.scopes}
    for element in doc.model_elements:
        element_id = element.get("id")
        if not element_id:
            runs = element in inside or element.getparent() in inside or local(element) == "error"
            if local(element) in needing and runs:
                yield Fault(element, f"{local(element)} 没有 id，引擎无法记住办件走到了这里")
        elif not _NCNAME.fullmatch(element_id):
            yield Fault(element, f"id “{shown(element_id)}” 含有不允许的字符")
