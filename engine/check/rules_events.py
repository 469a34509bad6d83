"""J06x boundary events; J07x events that are not run; J08x errors; J09x timers without an instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.check.document import ACTIVITIES, BPMN, Document, Node, local, text_of
from engine.check.findings import ERROR, WARNING, CheckContext, Fault, rule, shown
from engine.check.rules_ours import severity_of


@rule("J060", ERROR, "边界事件没有附着在任务或子流程上", "把它放到同一层的任务或子流程的边上")
def detached_boundary(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes("boundaryEvent"):
        if node.host is not None:
            continue
        reference = node.element.get("attachedToRef")
        host = doc.element(reference)
        if not reference:
            yield Fault(node.element, "边界事件没有附着在任何节点上（attachedToRef）")
        elif host is None:
            if not any(other.id_broken for other in node.scope.nodes):
                yield Fault(node.element, f"边界事件附着的 {shown(reference)} 不存在")
        elif local(host) not in ACTIVITIES:
            yield Fault(node.element, f"边界事件附着在 {shown(reference)} 上，那不是任务或子流程，引擎会忽略它")
        else:
            yield Fault(node.element, f"边界事件与所附着的 {shown(reference)} 不在同一层")


@rule("J061", ERROR, "边界事件没有流出线", "从边界事件连到它触发后要走的节点；不再继续的，连到一个结束事件")
def boundary_dead_end(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes("boundaryEvent"):
        loses_flow = any(f.source is None for f in node.scope.flows)
        if not node.outgoing and "compensate" not in node.kinds and not node.id_broken and not loses_flow:
            yield Fault(node.element, "边界事件没有流出线，触发后办件会消失在这里", severity=severity_of(doc))


@rule("J062", WARNING, "同一节点上有两个相同的定时", "只留一个，或改为不同的期限")
def same_timer_twice(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        seen: dict[tuple[str, bool], Node] = {}
        for event in node.boundaries:
            instant = timer_text(event)
            first = seen.setdefault((instant, event.interrupts), event) if instant else event
            if first is not event:
                yield Fault(event.element, f"与 {shown(first.id)} 的定时相同，两个会在同一时刻先后触发")


_NOT_RUN = (
    (
        "J070",
        "message",
        "消息事件",
        "来函画成等待消息的中间捕获事件（写 jingban:form 和 jingban:candidateGroup），由人登记",
    ),
    ("J071", "signal", "信号事件", "改用用户任务或定时"),
    ("J072", "escalation", "升级事件", "改用定时的边界事件，或错误结束与错误边界事件"),
    ("J073", "conditional", "条件事件", "改用排他网关，在网关的流出线上写条件"),
    ("J074", "link", "链接事件", "直接画出顺序流"),
    ("J075", "compensate", "补偿事件", "把撤销的步骤画成普通的用户任务"),
    ("J076", "cancel", "取消事件", "改用错误结束与错误边界事件"),
)


def _not_run(rule_id: str, kind: str, word: str, hint: str) -> None:
    @rule(rule_id, ERROR, f"引擎不能正确运行的{word}", hint)
    def find(doc: Document, context: CheckContext) -> Iterator[Fault]:
        for node in doc.nodes:
            awaited = kind == "message" and node.tag == "intermediateCatchEvent"  # J117 to J119 judge it
            if kind in node.kinds and len(node.definitions) == 1 and not awaited:
                yield Fault(node.element, f"{word}不能运行")


for _row in _NOT_RUN:
    _not_run(*_row)


@rule("J077", ERROR, "子流程中的终止结束事件", "改为普通的结束事件；要离开子流程，用错误结束与错误边界事件")
def inner_terminate(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        if "terminate" in node.kinds and not node.scope.is_process:
            yield Fault(node.element, "子流程中的终止只结束子流程，办件会继续")


@rule("J078", WARNING, "最上层的终止结束事件", "改为普通的结束事件并写 jingban:outcome，办结时其余任务自动关闭")
def outer_terminate(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        if "terminate" in node.kinds and node.scope.is_process:
            yield Fault(node.element, "不必使用终止结束事件：有结果的结束事件会自动关闭其余任务")


@rule("J079", ERROR, "事件的定义缺失或不止一个", "每个捕获事件和边界事件只带一个定时或错误定义")
def unclear_event(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        definitions = node.definitions
        if len(definitions) > 1:
            yield Fault(node.element, f"事件带有 {len(definitions)} 个定义，引擎会弄错何时触发")
        elif not definitions and node.tag in ("boundaryEvent", "intermediateCatchEvent"):
            yield Fault(node.element, "事件没有说明等待什么，引擎会直接越过它或不能装载")
        elif node.kinds == {"ref"}:
            yield Fault(node.element, "事件引用了别处的定义，引擎不认", "把定时或错误定义写在事件里面")
        elif definitions and node.kinds <= {"error", "timer"} and not _fits(node):
            yield Fault(node.element, "这种事件不能带这样的定义，引擎不运行")


def _fits(node: Node) -> bool:
    """Error and timer definitions stand where they mean something; a timer start has J042, an error start J079."""
    if node.scope.is_event_subprocess and node.tag == "startEvent":
        return True  # J104 refuses the whole event sub-process
    if "error" in node.kinds:
        return node.tag in ("endEvent", "boundaryEvent")
    return node.tag in ("boundaryEvent", "intermediateCatchEvent", "startEvent")


def _error_definition(node: Node) -> Any | None:
    return next((element for kind, element in node.definitions if kind == "error"), None)


def _code(doc: Document, definition: Any) -> str | None:
    """The error code of a definition; None when it names no error (a boundary then catches all)."""
    error = doc.element(definition.get("errorRef"))
    return (error.get("errorCode") or "") if error is not None else None


@rule("J080", ERROR, "错误结束没有边界事件捕获", "在外层子流程的边上放一个引用同一错误的错误边界事件")
def uncaught_error(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes("endEvent"):
        definition = _error_definition(node)
        if definition is None or len(node.definitions) > 1 or _bad_reference(doc, definition):
            continue
        if node.scope.is_process:
            yield Fault(
                node.element,
                "最上层的错误结束无人捕获，引擎会当作正常结束",
                "改为普通的结束事件并写 jingban:outcome",
            )
        elif not _caught(doc, node, _code(doc, definition)):
            yield Fault(node.element, "错误结束没有边界事件捕获，引擎会当作什么也没发生继续走")


def _caught(doc: Document, node: Node, code: str | None) -> bool:
    scope = node.scope
    while scope.node is not None:
        astray = [event for event in scope.node.scope.nodes if event.tag == "boundaryEvent" and event.host is None]
        for event in scope.node.boundaries + astray:  # astray: J060 says it; the end event is innocent
            definition = _error_definition(event)
            if definition is None:
                continue
            if _bad_reference(doc, definition):
                return True  # J082 at the boundary event says it; the end event may be innocent
            if _code(doc, definition) in (None, code):
                return True
        if scope.is_event_subprocess or scope.parent is None:
            break
        scope = scope.parent
    return False


def _bad_reference(doc: Document, definition: Any) -> bool:
    reference = definition.get("errorRef")
    error = doc.element(reference)
    return bool(reference) and (error is None or local(error) != "error" or not error.get("errorCode"))


@rule("J082", ERROR, "错误引用不存在或没有代码", "在 definitions 下定义 error，并给它 errorCode")
def bad_error_reference(doc: Document, context: CheckContext) -> Iterator[Fault]:
    without_code = set()
    for node in doc.nodes:
        definition = _error_definition(node)
        if definition is None or not _bad_reference(doc, definition):
            continue
        error = doc.element(definition.get("errorRef"))
        if error is None or local(error) != "error":
            yield Fault(node.element, f"引用的错误 {shown(definition.get('errorRef'))} 不存在")
        elif error not in without_code:
            without_code.add(error)
            yield Fault(error, "错误没有 errorCode，引擎无法分辨它与别的错误", "给它一个 errorCode，如与 id 相同")


@rule("J083", WARNING, "错误边界事件永远不会触发", "在子流程里画引用同一错误的错误结束，或删去此边界事件")
def never_thrown(doc: Document, context: CheckContext) -> Iterator[Fault]:
    thrown: dict[Any, set[str | None]] = {}
    unknown: set[Any] = set()
    for node in doc.iter_nodes("endEvent"):
        definition = _error_definition(node)
        scope = node.scope
        while definition is not None and scope.node is not None and scope.parent is not None:
            thrown.setdefault(scope.node, set()).add(_code(doc, definition))
            if _bad_reference(doc, definition):
                unknown.add(scope.node)
            scope = scope.parent
    for node in doc.iter_nodes("boundaryEvent"):
        definition = _error_definition(node)
        if definition is None or node.host is None or _bad_reference(doc, definition) or node.host in unknown:
            continue
        codes = thrown.get(node.host, set())
        code = _code(doc, definition)
        runs = node.host.tag in ("userTask", "subProcess", "transaction")  # the others are refused themselves
        if runs and not (codes if code is None else code in codes):
            yield Fault(node.element, "所附着的节点里没有抛出此错误的错误结束，这个边界事件永远不会触发")


@rule("J084", ERROR, "不中断的错误边界事件", '去掉 cancelActivity="false"：错误总是中断所附着的子流程')
def error_without_interruption(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes("boundaryEvent"):
        if node.kinds == {"error"} and not node.interrupts:
            yield Fault(node.element, "错误边界事件不能是不中断的，引擎会让子流程继续走")


def timer_of(node: Node) -> Any | None:
    """The timer definition of an event that waits; those of start events have J042."""
    if node.tag not in ("boundaryEvent", "intermediateCatchEvent") or len(node.definitions) != 1:
        return None
    return next((element for kind, element in node.definitions if kind == "timer"), None)


def timer_text(node: Node) -> str:
    """The instant's expression; empty when there is none."""
    timer = timer_of(node)
    if timer is None:
        return ""
    dates = timer.findall(BPMN + "timeDate")
    return text_of(dates[0]) if len(dates) == 1 else ""


@rule("J090", ERROR, "循环定时 timeCycle", '改用 timeDate，写 due("期限键") 或 warning("期限键")')
def time_cycle(doc: Document, context: CheckContext) -> Iterator[Fault]:
    yield from _timers_with(doc, "timeCycle", "循环定时按固定秒数计算，月和季度会越走越偏")


@rule("J091", ERROR, "时长定时 timeDuration", '改用 timeDate，写 due("期限键")；期限的长短在办事指南中规定')
def time_duration(doc: Document, context: CheckContext) -> Iterator[Fault]:
    yield from _timers_with(doc, "timeDuration", "时长不计工作日和节假日，也不随暂停、延长而变")


def _timers_with(doc: Document, child: str, message: str) -> Iterator[Fault]:
    for node in doc.nodes:
        timer = timer_of(node)
        if timer is not None and len(_instants(timer)) == 1 and timer.find(BPMN + child) is not None:
            yield Fault(node.element, message)


def _instants(timer: Any) -> list[Any]:
    return [child for child in timer if local(child) in ("timeDate", "timeCycle", "timeDuration")]


@rule("J092", ERROR, "定时没有时刻", '在定时里写一个 timeDate，如 due("supplement")')
def no_instant(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        timer = timer_of(node)
        if timer is None:
            continue
        instants = _instants(timer)
        if not instants:
            yield Fault(node.element, "定时没有写明时刻，永远不会触发")
        elif len(instants) > 1:
            yield Fault(node.element, "定时里写了几个时刻，引擎只认一个")
        elif local(instants[0]) == "timeDate" and not text_of(instants[0]):
            yield Fault(node.element, "定时的时刻是空的，永远不会触发")
