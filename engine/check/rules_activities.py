"""J10x activities that this product does not run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.check.document import ACTIVITIES, BPMN, Document, local
from engine.check.findings import ERROR, WARNING, CheckContext, Fault, rule, shown
from engine.check.rules_ours import severity_of

_USER_TASK = "改为用户任务（userTask），由人办理"
_REFUSED = (
    ("J100", ("scriptTask",), "脚本任务", "删去脚本；需要计算的，写成条件或由表单字段计算"),
    ("J101", ("serviceTask", "businessRuleTask", "sendTask", "receiveTask"), "服务、规则、发送或接收任务", _USER_TASK),
    ("J102", ("callActivity",), "调用活动", "把被调用的流程直接画成子流程"),
    ("J105", ("adHocSubProcess",), "特别子流程", "改为普通子流程，画出先后或并行"),
    ("J106", ("transaction",), "事务子流程", "改为普通子流程，用错误结束与错误边界事件离开"),
)
_WORDS = {
    "scriptTask": "脚本任务",
    "serviceTask": "服务任务",
    "businessRuleTask": "业务规则任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "callActivity": "调用活动",
    "task": "未指明类型的任务",
    "manualTask": "手工任务",
    "adHocSubProcess": "特别子流程",
    "transaction": "事务子流程",
}


def _refuse(rule_id: str, tags: tuple[str, ...], title: str, hint: str) -> None:
    @rule(rule_id, ERROR, title, hint)
    def find(doc: Document, context: CheckContext) -> Iterator[Fault]:
        for node in doc.iter_nodes(*tags):
            if not node.for_compensation:  # the compensation itself is refused
                yield Fault(node.element, f"{_WORDS[node.tag]}不能运行")


@rule("J103", ERROR, "未指明类型的任务或手工任务", _USER_TASK)
def plain_task(doc: Document, context: CheckContext) -> Iterator[Fault]:
    """It waits as a user task does, with nobody to see it and no form: the same fault, so the same severity."""
    for node in doc.iter_nodes("task", "manualTask"):
        if not node.for_compensation:
            yield Fault(node.element, f"{_WORDS[node.tag]}没有人会看到，办件会停在这里", severity=severity_of(doc))


for _row in _REFUSED:
    _refuse(*_row)


@rule("J104", ERROR, "事件子流程", "改用边界事件：把定时或错误放在子流程的边上")
def event_subprocess(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        if scope.is_event_subprocess and not scope.is_process:
            yield Fault(scope.element, "事件子流程会使流程无法结束，还会影响别的办件")


@rule("J108", ERROR, "循环标记", "用排他网关画出循环")
def standard_loop(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        if node.element.find(BPMN + "standardLoopCharacteristics") is not None:
            yield Fault(node.element, "带循环标记的任务或子流程不能运行")


@rule("J109", ERROR, "数据关联", "删去数据输入输出；数据都在表单里")
def data_association(doc: Document, context: CheckContext) -> Iterator[Fault]:
    holders = [node.element for node in doc.nodes] + [s.element for s in doc.scopes if s.is_process]
    for element in holders:
        found = next((child for child in element if _moves_data(child)), None)
        if found is not None:
            yield Fault(element, f"数据关联（{local(found)}）会使任务在办理时出错")


def _moves_data(child: Any) -> bool:
    """Whether SpiffWorkflow reads or writes task data for it; what only declares, as jBPM writes it, does nothing."""
    if local(child) == "ioSpecification":
        return any(local(e) in ("dataInputRefs", "dataOutputRefs") for e in child.iter())
    if local(child) == "dataInputAssociation":
        return child.find(BPMN + "sourceRef") is not None
    return local(child) == "dataOutputAssociation" and child.find(BPMN + "targetRef") is not None


@rule("J110", ERROR, "补偿活动", "把撤销的步骤画成普通的用户任务")
def compensation_activity(doc: Document, context: CheckContext) -> Iterator[Fault]:
    linked = {element.get("targetRef") for element in doc.model_elements if local(element) == "association"}
    for node in doc.nodes:
        if node.for_compensation and not (node.id in linked and _has_compensation_event(doc)):
            yield Fault(node.element, "补偿活动不能运行")


def _has_compensation_event(doc: Document) -> bool:
    return any("compensate" in node.kinds for node in doc.nodes)


@rule("J111", ERROR, "令牌数量", "删去 startQuantity 和 completionQuantity")
def token_quantity(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        if node.tag in ACTIVITIES:
            for attribute in ("startQuantity", "completionQuantity"):
                if node.element.get(attribute, "1").strip() not in ("1", ""):
                    yield Fault(node.element, f'{attribute}="{shown(node.element.get(attribute))}" 会被引擎忽略')
                    break


@rule("J113", ERROR, "数据存储", "删去 dataStore；数据都在表单里")
def data_store(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for element in doc.model_elements:
        if local(element) == "dataStore":
            yield Fault(element, "引擎没有数据存储，整个文件都不能装载")


@rule("J112", WARNING, "消息流", "消息流只作说明；来函由人登记")
def message_flow(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for element in doc.model_elements:
        if local(element) == "messageFlow":
            yield Fault(element, "消息流不会运行")
