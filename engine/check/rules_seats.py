"""J107, J114-J116, J133: several named people side by side, in the one form of multi-instance that is run.

    <bpmn:userTask jingban:form="assessment" jingban:participants="group.members" ...>
      <bpmn:multiInstanceLoopCharacteristics isSequential="false">
        <bpmn:loopCardinality>count(group.members)</bpmn:loopCardinality>

What a reader of the diagram sees (as many as there are members) and what is run (one seat for each member) must be the
same, so the cardinality may say nothing else.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from engine.check.document import BPMN, Document, Node, local, text_of
from engine.check.findings import ERROR, CheckContext, Fault, Fields, rule, shown
from engine.check.rules_ours import group_of, lanes_of
from engine.expressions import Kind

RECORDED: tuple[tuple[str, ...], ...] = (("performer",), ("seat",))  # what the engine adds to each submission
_PATH = re.compile(r"[a-z][a-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+")  # a form key and its field
LOOP = BPMN + "multiInstanceLoopCharacteristics"
COLUMN = "名单应为表格里的一列，类型为 user，candidate_group 与任务的办理组相同"
HOW = (
    '只有写了 jingban:participants="名单的路径" 的用户任务可以多实例：isSequential="false"，'
    "其中只有一个 loopCardinality，写 count(名单的路径)；人数固定的，也可用并行网关画出"
)


def with_lists(doc: Document, context: CheckContext) -> CheckContext:
    """What several people fill is a list, and so is each of its fields: expressions are judged by that."""
    if context.forms is None:
        return context
    forms: dict[str, Fields] = dict(context.forms)
    for node in _tasks(doc):
        key = node.ours("form")
        if key in forms and node.element.find(LOOP) is not None:
            own = {path: kind for path, kind in forms[key].items() if path in RECORDED}  # J116 says it
            each: dict[tuple[str, ...], Kind] = dict.fromkeys([(), *RECORDED, *forms[key]], "list")
            forms[key] = each | own
    return dataclasses.replace(context, forms=forms)


def _tasks(doc: Document) -> Iterator[Node]:
    """Tasks that name participants."""
    return (node for node in doc.iter_nodes("userTask") if node.ours("participants"))


@rule("J107", ERROR, "引擎不能运行的多实例", HOW)
def multi_instance(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        loop = node.element.find(LOOP)
        if loop is not None:
            words = _not_ours(node, loop)
            if words:
                yield Fault(node.element, words)


def _not_ours(node: Node, loop: Any) -> str:
    if node.tag != "userTask" or not node.ours("participants"):
        return "多实例的任务或子流程不能运行"
    if loop.get("isSequential", "false") not in ("false", "0"):
        return "依次办理的多实例不能运行"
    wrong = [child for child in loop if local(child) != "loopCardinality"]
    other = [name for name in loop.attrib if name not in ("id", "isSequential", "behavior")]
    if wrong or other or loop.get("behavior", "All") != "All":
        named = local(wrong[0]) if wrong else (other[0] if other else "behavior")
        return f"多实例带有 {shown(named)}，引擎不运行"
    counts = loop.findall(BPMN + "loopCardinality")
    said = "".join(text_of(counts[0]).split()) if len(counts) == 1 else ""
    wanted = f"count({''.join(node.ours('participants').split())})"
    if said != wanted:
        return f"多实例的 loopCardinality 应为 {shown(wanted)}，与名单的人数一致"
    return ""


@rule("J114", ERROR, "指定人员的任务没有画成多实例", HOW)
def seats_without_loop(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in _tasks(doc):
        if node.element.find(LOOP) is None:
            yield Fault(node.element, "写了 jingban:participants，但任务不是多实例，名单不起作用")


@rule(
    "J115",
    ERROR,
    "指定人员的名单不对",
    "写一个用户任务的表单里名单字段的路径，如 group.members",
)
def no_list(doc: Document, context: CheckContext) -> Iterator[Fault]:
    lanes = lanes_of(doc)
    filled = {node.ours("form") for node in doc.iter_nodes("userTask")} - {""}
    for node in _tasks(doc):
        text = node.ours("participants")
        path = tuple(text.split("."))
        if not _PATH.fullmatch(text) or path[0] == "case":
            yield Fault(node.element, f"名单“{shown(text)}”不是表单里一个字段的路径")
        elif path[0] == node.ours("form"):
            yield Fault(node.element, f"名单“{shown(text)}”在这个任务自己的表单里，任务开始时还没有")
        elif path[0] not in filled:
            yield Fault(node.element, f"名单“{shown(text)}”所在的表单 {shown(path[0])} 没有用户任务填写")
        elif context.forms is not None and path[0] in context.forms:
            kind = context.forms[path[0]].get(path[1:])
            if kind is None:
                yield Fault(node.element, f"表单 {shown(path[0])} 没有字段 {shown('.'.join(path[1:]))}")
            elif kind not in ("list", "any"):
                yield Fault(node.element, f"名单“{shown(text)}”不是列表", COLUMN)
            else:
                yield from _not_chosen(node, context, path, lanes)


def _not_chosen(node: Node, context: CheckContext, path: tuple[str, ...], lanes: Any) -> Iterator[Fault]:
    """The list is a column of people, of the group that does the task: what is typed may be nobody's user name."""
    if context.people is None:
        return
    chosen = context.people.get(path[0], {}).get(path[1:])
    if chosen is None:
        yield Fault(node.element, f"名单“{shown('.'.join(path))}”不是选人的列", COLUMN)
    elif chosen != group_of(node, lanes):
        group = shown(group_of(node, lanes))
        yield Fault(node.element, f"名单从 {shown(chosen)} 组选人，任务由 {group} 组办理", "两处写同一组")


@rule("J116", ERROR, "指定人员的任务用得不对", "指定的人员是本机构人员，各填各的表")
def misused(doc: Document, context: CheckContext) -> Iterator[Fault]:
    lanes = lanes_of(doc)
    forms: dict[str, int] = {}
    for node in doc.iter_nodes("userTask", "startEvent"):
        forms[node.ours("form")] = forms.get(node.ours("form"), 0) + 1
    for node in _tasks(doc):
        if group_of(node, lanes) == "applicant":
            yield Fault(node.element, "申请人的任务不能指定人员")
        elif node.ours("form") and forms[node.ours("form")] > 1:
            words = f"表单 {shown(node.ours('form'))} 别处也填写，这里是一人一份的列表，那里不是"
            yield Fault(node.element, words, "给指定人员的任务一个自己的表单")
        else:
            fields = (context.forms or {}).get(node.ours("form"), {})
            if any(fields.get(path, "list") != "list" for path in RECORDED):
                yield Fault(node.element, "表单的字段不能叫 performer 或 seat，引擎用它们记载席位", "给字段换一个名称")


@rule("J133", ERROR, "申请人填写的表单上选人", "选人的字段（user）放在经办机构人员办理的任务的表单上")
def chosen_by_applicants(doc: Document, context: CheckContext) -> Iterator[Fault]:
    """Who works at an agency is not for applicants to see, and before a case is opened nobody knows at which."""
    lanes = lanes_of(doc)
    for node in doc.iter_nodes("userTask", "startEvent"):
        asks = (context.people or {}).get(node.ours("form"), {})
        if asks and (node.tag == "startEvent" or group_of(node, lanes) == "applicant"):
            field = ".".join(next(iter(asks)))
            yield Fault(
                node.element, f"表单 {shown(node.ours('form'))} 的 {shown(field)} 从经办人员中选，这里由申请人填写"
            )
