"""J117-J119: letters from third parties (回函), in the one form of message event that is run.

<bpmn:message id="reply" name="信息表"/>
<bpmn:intermediateCatchEvent jingban:form="reply" jingban:candidateGroup="window">
  <bpmn:messageEventDefinition messageRef="reply"/>
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.check.document import JINGBAN, Document, Node, local
from engine.check.findings import ERROR, CheckContext, Fault, rule, shown
from engine.check.rules_ours import group_of, lanes_of, severity_of


def awaited(doc: Document) -> Iterator[Node]:
    """Catch events that wait for a message and nothing else."""
    return (n for n in doc.iter_nodes("intermediateCatchEvent") if n.kinds == {"message"} and len(n.definitions) == 1)


def reference_of(node: Node) -> str:
    return next((d.get("messageRef") or "" for kind, d in node.definitions if kind == "message"), "")


@rule("J117", ERROR, "等待的消息不存在或没有名称", "在 definitions 下定义 message，给它名称，并在事件中引用它的 id")
def no_message(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in awaited(doc):
        message = doc.element(reference_of(node))
        if not reference_of(node):
            yield Fault(node.element, "事件没有写明等待哪个消息（messageRef）", severity=severity_of(doc))
        elif message is None or local(message) != "message":
            yield Fault(node.element, f"等待的消息 {shown(reference_of(node))} 不存在")
        elif not (message.get("name") or "").strip():
            yield Fault(node.element, "等待的消息没有名称，登记人员看不出是什么", severity=severity_of(doc))


@rule(
    "J118",
    ERROR,
    "等待回函的事件没有表单或办理组",
    "在事件上写 jingban:form 和 jingban:candidateGroup（或放进泳道），由该组登记回函",
)
def nobody_registers(doc: Document, context: CheckContext) -> Iterator[Fault]:
    lanes = lanes_of(doc)
    for node in awaited(doc):
        group = group_of(node, lanes)
        if not node.ours("form") or not group:
            yield Fault(node.element, "没有表单或办理组，收到的回函无人登记", severity=severity_of(doc))
        elif group == "applicant":
            yield Fault(node.element, "回函由经办机构登记，办理组不能是申请人")


@rule("J119", ERROR, "回函的等待方式不对", "每个消息只由一个中间捕获事件等待；要设期限的，放进子流程，在边上放定时")
def awaited_wrongly(doc: Document, context: CheckContext) -> Iterator[Fault]:
    seen: set[str] = set()
    for node in awaited(doc):
        reference = reference_of(node)
        if any(f.source is not None and f.source.tag == "eventBasedGateway" for f in node.incoming):
            yield Fault(node.element, "回函不能接在事件网关之后")
        elif reference and reference in seen:
            yield Fault(node.element, f"消息 {shown(reference)} 已由另一个事件等待，登记时分不清给哪一个")
        seen.add(reference)
    for node in doc.iter_nodes("intermediateCatchEvent"):
        if "message" not in node.kinds:
            for name in ("form", "candidateGroup"):
                if node.element.get(JINGBAN + name) is not None:
                    yield Fault(
                        node.element, f"jingban:{name} 写在这里不起作用", "只有等待消息的事件可以有表单和办理组"
                    )
                    break
