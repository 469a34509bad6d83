"""J12x who does it with which form; the attributes of our namespace; J13x lanes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from engine.check.document import ACTIVITIES, BPMN, EVENTS, GATEWAYS, JINGBAN, Document, Node, local
from engine.check.findings import ERROR, WARNING, CheckContext, Fault, Severity, rule, shown

GROUPS = ("applicant", "window", "review", "finance", "leader")
PURPOSES = ("intake", "review", "supplement", "decision", "application")
_KEY = re.compile(r"[a-z][a-z0-9_]*")

# a deadline may start or end where a token enters, or passes without stopping
PASSED = ("userTask", "subProcess", *sorted(EVENTS), *sorted(GATEWAYS))

# attribute -> the elements it means something on
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "candidateGroup": ("lane", "userTask", "intermediateCatchEvent"),
    "form": ("userTask", "startEvent", "intermediateCatchEvent"),
    "starts": PASSED,
    "ends": PASSED,
    "suspends": ("userTask",),
    "outcome": ("endEvent",),
    "letter": ("endEvent", "intermediateThrowEvent", "userTask", "subProcess"),
    "purpose": ("userTask",),
    "actAs": ("userTask",),
    "separateFrom": ("userTask",),
    "participants": ("userTask",),
}

# activities that are refused themselves (J10x): what is written on them counts, so that nothing else is blamed
REFUSED = ACTIVITIES - {"userTask", "subProcess"}


def severity_of(doc: Document) -> Severity:
    return ERROR if doc.uses_jingban else WARNING


def lanes_of(doc: Document) -> dict[str, Any]:
    """Node id -> the lane that counts: the last one listing it, as the engine reads them."""
    found: dict[str, Any] = {}
    for element in doc.model_elements:
        if local(element) == "lane":
            for reference in element.iterchildren(BPMN + "flowNodeRef"):
                found[(reference.text or "").strip()] = element
    return found


def group_of(node: Node, lanes: dict[str, Any]) -> str:
    """Candidate group of a task: its own, else that of the lane of its outermost sub-process."""
    own = node.ours("candidateGroup")
    outermost = node
    while outermost.scope.node is not None:
        outermost = outermost.scope.node
    lane = lanes.get(outermost.id)
    return own or (lane.get(JINGBAN + "candidateGroup", "") if lane is not None else "").strip()


@rule(
    "J120",
    ERROR,
    "用户任务没有办理组",
    "在任务或泳道上写 jingban:candidateGroup（applicant、window、review、finance、leader）",
)
def no_group(doc: Document, context: CheckContext) -> Iterator[Fault]:
    lanes = lanes_of(doc)
    for node in doc.iter_nodes("userTask"):
        if not group_of(node, lanes) and not node.for_compensation:
            yield Fault(node.element, "用户任务没有办理组，没有人会看到它", severity=severity_of(doc))


@rule("J121", ERROR, "用户任务没有表单", '在任务上写 jingban:form，如 jingban:form="intake"')
def no_form(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes("userTask"):
        if not node.ours("form") and not node.for_compensation:
            yield Fault(node.element, "用户任务没有表单，无从填写和提交", severity=severity_of(doc))


@rule("J122", ERROR, "不认识的 jingban: 属性", "改正拼写；可用的属性见设计手册")
def unknown_attribute(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for element in doc.elements:
        if isinstance(element.tag, str) and element.tag.startswith(JINGBAN):
            owner = next((a for a in element.iterancestors() if a.get("id")), element)
            name = shown(element.tag[len(JINGBAN) :])
            yield Fault(owner, f"jingban:{name} 不能写成元素", "jingban: 的内容都写成属性")
        for key in element.attrib:
            if not key.startswith(JINGBAN):
                continue
            name = key[len(JINGBAN) :]
            if name not in ATTRIBUTES:
                yield Fault(element, f"没有 jingban:{shown(name)} 这个属性，写了也不起作用")
            elif local(element) not in ATTRIBUTES[name] and local(element) not in REFUSED:
                where = "节点" if ATTRIBUTES[name] is PASSED else "、".join(ATTRIBUTES[name])
                yield Fault(element, f"jingban:{name} 写在这里不起作用", f"它只能写在 {where} 上")


def _values(doc: Document, attribute: str) -> Iterator[tuple[Any, str, str]]:
    """(element, tag, value) wherever the attribute stands where it may, or on an activity that is refused."""
    for element in doc.model_elements:
        value = element.get(JINGBAN + attribute)
        if value is not None and (local(element) in ATTRIBUTES[attribute] or local(element) in REFUSED):
            yield element, local(element), value.strip()


@rule("J123", ERROR, "jingban: 属性的值不对", "改成允许的值")
def wrong_value(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for attribute, allowed in (("candidateGroup", GROUPS), ("purpose", PURPOSES), ("actAs", GROUPS)):
        usable = f"可用：{'、'.join(allowed)}"
        for element, _, value in _values(doc, attribute):
            if value not in allowed and not (attribute == "candidateGroup" and not value):
                yield Fault(element, f'jingban:{attribute}="{shown(value)}" 不是可用的值', usable)
    for attribute in ("form", "letter", "outcome", "starts", "ends", "suspends"):
        plural = attribute in ("starts", "ends", "suspends")
        for element, _, value in _values(doc, attribute):
            words = value.split() if plural else [value]
            taken = ("case",) if attribute == "form" else ()  # in expressions that is the case itself
            bad = [word for word in words if not _KEY.fullmatch(word) or word in taken]
            if bad and not (attribute == "form" and not value):
                yield Fault(
                    element,
                    f'jingban:{attribute}="{shown(value)}" 不是可用的名称',
                    "名称以小写字母开头，只含小写字母、数字和下划线"
                    + ("；几个名称用空格分开" if plural else "")
                    + ("；表单不能叫 case" if taken else ""),
                )


@rule("J124", ERROR, "结果写在子流程的结束事件上", "把 jingban:outcome 写在最上层的结束事件上")
def inner_outcome(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes("endEvent"):
        if node.ours("outcome") and not node.scope.is_process:
            yield Fault(node.element, "子流程的结束事件不能给出办件的结果，办件会继续")


@rule("J125", ERROR, "代收写在不是申请人的任务上", "删去 jingban:actAs，或把任务的办理组改为 applicant")
def act_as_without_applicant(doc: Document, context: CheckContext) -> Iterator[Fault]:
    lanes = lanes_of(doc)
    for node in doc.iter_nodes("userTask"):
        if node.ours("actAs") and group_of(node, lanes) not in ("applicant", ""):
            yield Fault(node.element, "代收（jingban:actAs）只用于申请人的任务")


def started_keys(doc: Document) -> set[str]:
    return {key for _, _, value in _values(doc, "starts") for key in value.split()}


def _never_started(rule_id: str, attribute: str, title: str, message: Callable[[str], str]) -> None:
    @rule(rule_id, ERROR, title, "在开始此期限的节点上写 jingban:starts，或改正期限键")
    def find(doc: Document, context: CheckContext) -> Iterator[Fault]:
        started = started_keys(doc)
        for element, _, value in _values(doc, attribute):
            lost = [key for key in value.split() if _KEY.fullmatch(key) and key not in started]
            if lost:
                yield Fault(element, message(lost[0]))


_never_started("J127", "ends", "结束的期限从未开始", lambda key: f"期限 {key} 在图中从未开始，无从结束")
_never_started("J128", "suspends", "暂停的期限从未开始", lambda key: f"期限 {key} 在图中从未开始，无从暂停")


@rule("J129", ERROR, "办事指南中没有的期限键", "改正期限键，或在办事指南中写上此期限")
def unknown_deadline(doc: Document, context: CheckContext) -> Iterator[Fault]:
    if context.deadline_keys is None:
        return
    for element, _, value in _values(doc, "starts"):
        lost = [key for key in value.split() if _KEY.fullmatch(key) and key not in context.deadline_keys]
        if lost:
            yield Fault(element, f"办事指南中没有期限 {lost[0]}")


@rule("J130", WARNING, "泳道列出的节点不存在", "删去多余的 flowNodeRef，或改正 id")
def lane_reference(doc: Document, context: CheckContext) -> Iterator[Fault]:
    inside = {scope.element for scope in doc.scopes}
    for element in doc.model_elements:
        if local(element) != "lane" or not any(a in inside for a in element.iterancestors()):
            continue
        for reference in element.iterchildren(BPMN + "flowNodeRef"):
            node_id = (reference.text or "").strip()
            if doc.find_node(node_id) is None and not any(node.id_broken for node in doc.nodes):
                yield Fault(element, f"泳道列出的节点 {shown(node_id)} 不存在")
                break


@rule("J131", ERROR, "节点同时在两个办理组不同的泳道里", "只留在一个泳道里，或在任务上写 jingban:candidateGroup")
def two_lanes(doc: Document, context: CheckContext) -> Iterator[Fault]:
    listed: dict[str, list[Any]] = {}
    for element in doc.model_elements:
        if local(element) == "lane":
            for reference in element.iterchildren(BPMN + "flowNodeRef"):
                listed.setdefault((reference.text or "").strip(), []).append(element)
    for node in doc.iter_nodes("userTask"):
        if node.ours("candidateGroup"):
            continue
        groups = {(lane.get(JINGBAN + "candidateGroup") or "").strip() for lane in listed.get(node.id, [])}
        if len(groups - {""}) > 1:
            yield Fault(node.element, f"任务同时在办理组为{'、'.join(sorted(groups))}的泳道里")


@rule("J132", ERROR, "没有这个表单", "改正 jingban:form，或在 forms/ 中写出这个表单")
def unknown_form(doc: Document, context: CheckContext) -> Iterator[Fault]:
    if context.forms is None:
        return
    for element, _, value in _values(doc, "form"):
        if _KEY.fullmatch(value) and value not in context.forms:
            yield Fault(element, f"没有表单 {shown(value)}")
