"""What differs between two versions of a diagram, in words, element by element: what an approver signs for.

Elements are compared by id, the one vocabulary that histories, forms and letters use; a renamed id is one element
removed and one added. Nothing is left out silently: content that has no words of its own is reported as changed
without being shown. How the picture is laid out is counted, not listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.workflow.parser import BPMN, FLOW_NODES, JINGBAN
from engine.workflow.words import DEADLINES, GROUPS, LETTERS, OUTCOMES
from engine.workflow.xml import parse_xml

ADDED, REMOVED, CHANGED = "added", "removed", "changed"

KINDS = {
    "startEvent": "开始事件", "endEvent": "结束事件", "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件", "boundaryEvent": "边界事件", "userTask": "人工任务",
    "subProcess": "子流程", "exclusiveGateway": "排他网关", "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关", "eventBasedGateway": "事件网关", "task": "任务", "manualTask": "手工任务",
    "scriptTask": "脚本任务", "serviceTask": "服务任务", "sequenceFlow": "连线", "lane": "泳道",
    "laneSet": "泳道组", "participant": "参与方", "process": "流程", "collaboration": "协作图", "error": "错误",
    "message": "消息", "signal": "信号", "textAnnotation": "注释", "association": "关联线",
    "dataObjectReference": "数据对象", "group": "分组",
}  # fmt: skip
ATTRIBUTES = {
    "name": "名称", "sourceRef": "起点", "targetRef": "终点", "default": "默认流向", "attachedToRef": "附着于",
    "cancelActivity": "触发时中断", "isExecutable": "可执行", "processRef": "流程", "errorCode": "错误代码",
    JINGBAN + "candidateGroup": "办理岗位", JINGBAN + "form": "表单", JINGBAN + "starts": "起算的期限",
    JINGBAN + "ends": "结束的期限", JINGBAN + "suspends": "暂停的期限", JINGBAN + "outcome": "办理结果",
    JINGBAN + "letter": "文书", JINGBAN + "purpose": "用途", JINGBAN + "actAs": "可代办岗位",
    JINGBAN + "separateFrom": "不得与之同一人", JINGBAN + "participants": "指定人员",
}  # fmt: skip
_VALUES = {
    JINGBAN + "candidateGroup": GROUPS,
    JINGBAN + "actAs": GROUPS,
    JINGBAN + "outcome": OUTCOMES,
    JINGBAN + "letter": LETTERS,
    "cancelActivity": {"true": "是", "false": "否"},
    "isExecutable": {"true": "是", "false": "否"},
}  # fmt: skip
_DEFAULTS = {"cancelActivity": "true", "gatewayDirection": "Unspecified", "isInterrupting": "true",
             "triggeredByEvent": "false", "isForCompensation": "false", "startQuantity": "1",
             "completionQuantity": "1", "parallelMultiple": "false"}  # fmt: skip
_SAID_ELSEWHERE = frozenset(BPMN + tag for tag in ("incoming", "outgoing", "flowNodeRef", "laneSet"))
_KEYS = (JINGBAN + "starts", JINGBAN + "ends", JINGBAN + "suspends")
_REFERENCES = ("sourceRef", "targetRef", "default", "attachedToRef", JINGBAN + "separateFrom")


Fact = tuple[str, str]  # as written, and as shown: a renamed element does not change what refers to it


@dataclass(frozen=True, slots=True)
class Difference:
    """One element that is not the same in both."""

    kind: str  # ADDED, REMOVED or CHANGED
    id: str
    what: str  # kind of element, Chinese
    name: str  # '' where it has none
    details: tuple[str, ...]  # what changed: `名称：“甲” → “乙”`; of an added or removed element what it says


@dataclass(frozen=True, slots=True)
class Comparison:
    elements: tuple[Difference, ...]  # removed first, then changed, then added
    moved: int  # shapes and edges whose place in the picture changed, beyond those listed
    undrawn: tuple[str, ...]  # ids of flow nodes and flows of the new version that the picture does not show

    @property
    def same(self) -> bool:
        return not self.elements and not self.moved


def compare(old: bytes, new: bytes) -> Comparison:
    """Raises InvalidDiagram when either is not XML that we read."""
    before, after = _Reading(parse_xml(old, "old")), _Reading(parse_xml(new, "new"))
    found = [_difference(REMOVED, i, e, {}) for i, e in before.facts.items() if i not in after.facts]
    for identity, facts in after.facts.items():
        if identity in before.facts and _written(facts) != _written(before.facts[identity]):
            found.append(_difference(CHANGED, identity, before.facts[identity], facts))
    found += [_difference(ADDED, i, {}, e) for i, e in after.facts.items() if i not in before.facts]
    listed = {d.id for d in found}
    moved = sum(1 for i, b in after.places.items() if i in before.places and b != before.places[i] and i not in listed)
    return Comparison(tuple(found), moved, tuple(i for i in after.drawable if i not in after.places))


class _Reading:
    """One version: element id -> what it says, in words."""

    def __init__(self, tree: Any) -> None:
        self.root = tree.getroot()
        self.named: dict[str, Any] = {}
        for element in self.root.iter(etree.Element):
            if element.get("id") and str(element.tag).startswith(BPMN) and not _is_part(element):
                self.named.setdefault(element.get("id"), element)
        self.lanes = self._lanes()
        self.facts = {identity: dict(self._facts(element)) for identity, element in self.named.items()}
        self.places = self._places()
        flow = BPMN + "sequenceFlow"
        self.drawable = [i for i, e in self.named.items() if e.tag in FLOW_NODES or e.tag == flow]

    def name_of(self, identity: str) -> str:
        element = self.named.get(identity)
        name = element.get("name") if element is not None else None
        return f"{name}（{identity}）" if name else identity

    def _facts(self, element: Any) -> Iterator[tuple[str, Fact]]:
        tag = etree.QName(element).localname
        yield "类型", (tag, KINDS.get(tag, tag))
        for name, value in element.attrib.items():
            if name != "id" and value.strip() and _DEFAULTS.get(name) != value:
                yield ATTRIBUTES.get(name, _short(name)), (value.strip(), self._value(name, value.strip()))
        if element.get("id") in self.lanes:
            yield "泳道", self.lanes[element.get("id")]
        inside = element.getparent()
        if inside is not None and inside.tag == BPMN + "subProcess":
            identity = inside.get("id", "")
            yield "所在子流程", (identity, self.name_of(identity))
        for label, text in _content(element):
            yield label, (text, text)

    def _value(self, name: str, value: str) -> str:
        if name in _REFERENCES:
            return "、".join(self.name_of(identity) for identity in value.split())
        if name in _KEYS:
            return "、".join(f"{DEADLINES[key]}（{key}）" if key in DEADLINES else key for key in value.split())
        return _VALUES.get(name, {}).get(value, value)

    def _lanes(self) -> dict[str, Fact]:
        lanes: dict[str, Fact] = {}
        for lane in self.root.iter(BPMN + "lane"):
            for reference in lane.findall(BPMN + "flowNodeRef"):
                lanes[(reference.text or "").strip()] = (lane.get("id", ""), lane.get("name", ""))
        return lanes

    def _places(self) -> dict[str, str]:
        """Element id -> its geometry without labels."""
        places = {}
        for shape in self.root.iter("{*}BPMNShape", "{*}BPMNEdge"):
            points = [e for e in shape if etree.QName(e).localname in ("Bounds", "waypoint")]
            places[shape.get("bpmnElement", "")] = " ".join(
                f"{name}={_rounded(value)}" for point in points for name, value in sorted(point.attrib.items())
            )
        return places


def _written(facts: Mapping[str, Fact]) -> dict[str, str]:
    return {label: fact[0] for label, fact in facts.items()}


def _is_part(element: Any) -> bool:
    """Event definitions and documentation belong to the element around them, whatever id a tool gave them."""
    tag = etree.QName(element).localname
    return tag.endswith("EventDefinition") or tag in ("documentation", "conditionExpression", "timeDate")


def _content(element: Any) -> Iterator[tuple[str, str]]:
    """What the element holds besides other elements with a line of their own."""
    rest = []
    for child in element.iterchildren(etree.Element):
        tag = etree.QName(child).localname
        text = " ".join((child.text or "").split())
        if child.tag in _SAID_ELSEWHERE or (child.get("id") and not _is_part(child)):
            continue
        if tag == "conditionExpression" and not len(child):
            yield "条件", text
        elif tag == "documentation" and not len(child):
            yield "说明", text
        elif tag == "timerEventDefinition":
            yield "定时", "；".join(" ".join("".join(part.itertext()).split()) for part in child)
        elif tag == "errorEventDefinition":
            yield "错误", child.get("errorRef", "")
        elif tag != "extensionElements" or len(child):
            rest.append(_canonical(child))
    if rest:
        yield "其他内容", " ".join(sorted(rest))


def _canonical(element: Any) -> str:
    return " ".join(etree.tostring(element, method="c14n").decode().split())


def _difference(kind: str, identity: str, old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Difference:
    facts = new or old
    name = facts["名称"][1] if "名称" in facts else ""
    return Difference(kind, identity, facts["类型"][1], name, tuple(_details(kind, old, new)))


def _details(kind: str, old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[str]:
    for label in dict.fromkeys((*old, *new)):
        before, after = old.get(label), new.get(label)
        if (before and before[0]) == (after and after[0]) or (kind != CHANGED and label in ("类型", "名称")):
            continue
        if label == "其他内容":
            yield "其他内容（扩展元素等）有改动" if kind == CHANGED else "含其他内容（扩展元素等）"
        elif kind == CHANGED:
            yield f"{label}：{_shown(before)} → {_shown(after)}"
        else:
            yield f"{label}：{_shown(after or before)}"


def _shown(fact: Fact | None) -> str:
    if fact is None:
        return "（无）"
    value = fact[1]
    return f"“{value if len(value) <= 200 else value[:199] + '…'}”"


def _short(name: str) -> str:
    return name.rpartition("}")[2]


def _rounded(value: str) -> str:
    try:
        return str(round(float(value)))
    except (ValueError, OverflowError):
        return value
