"""J03x sequence flows; J04x how nodes hang together."""

from __future__ import annotations

from collections.abc import Iterator

from engine.check.document import FLOW_NODES, GATEWAYS, Document, Flow, Node, Scope, local
from engine.check.findings import ERROR, WARNING, CheckContext, Fault, rule, shown
from engine.check.reach import circles, dangling, excused, reach_of, reachable
from engine.check.rules_ours import severity_of

MAX_CHAIN = 300  # nodes in a row; SpiffWorkflow's parser recurses and fails from about 400 (490 without gateways)
MAX_NESTING = 12  # sub-processes in sub-processes
_ATTRIBUTES = (("sourceRef", "起点"), ("targetRef", "终点"))


@rule("J030", ERROR, "顺序流的起点或终点不存在", "把这条线重新连到图中的节点上，或删去它")
def dangling_flow(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for flow in doc.flows:
        for (attribute, word), node in zip(_ATTRIBUTES, (flow.source, flow.target), strict=True):
            if node is not None:
                continue
            reference = flow.element.get(attribute)
            element = doc.element(reference)
            if not reference:
                yield Fault(flow.element, f"顺序流没有{word}（{attribute}）")
                break
            if element is None and not excused(doc, flow):
                yield Fault(flow.element, f"顺序流的{word} {shown(reference)} 不存在")
                break
            if element is not None and local(element) not in FLOW_NODES:
                yield Fault(flow.element, f"顺序流的{word} {shown(reference)} 不是流程节点")
                break


@rule("J031", ERROR, "顺序流穿过子流程或泳池的边界", "从子流程本身（或其边界事件）连出，不要连到子流程里面的节点")
def crossing_flow(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for flow in doc.flows:
        lost = [attribute for attribute, node in (("sourceRef", flow.source), ("targetRef", flow.target)) if not node]
        ends = [doc.element(flow.element.get(attribute)) for attribute in lost]
        elsewhere = any(end is not None and local(end) in FLOW_NODES for end in ends)  # in a pool that does not run
        if flow.crosses or elsewhere:
            yield Fault(flow.element, "顺序流的两端不在同一个流程或子流程中，或线本身不画在那里，引擎会丢失它")


@rule("J032", ERROR, "顺序流指向开始事件或边界事件，或从结束事件出发", "删去这条线，或把它连到任务或网关上")
def impossible_flow(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for flow in doc.flows:
        source, target = flow.source, flow.target
        if target is not None and target.tag in ("startEvent", "boundaryEvent"):
            what = "开始事件" if target.tag == "startEvent" else "边界事件"
            yield Fault(flow.element, f"顺序流不能指向{what} {shown(target.id)}")
        elif source is not None and source.tag == "endEvent":
            yield Fault(flow.element, f"顺序流不能从结束事件 {shown(source.id)} 出发")


@rule("J033", ERROR, "两个节点之间有两条同向的顺序流", "合成一条，条件用 or 连接")
def double_flow(doc: Document, context: CheckContext) -> Iterator[Fault]:
    seen: dict[tuple[Node, Node], Flow] = {}
    for flow in doc.flows:
        if flow.source is not None and flow.target is not None:
            first = seen.setdefault((flow.source, flow.target), flow)
            if first is not flow:
                yield Fault(flow.element, f"与顺序流 {shown(first.id) or '-'} 起点终点相同，历史中无法分辨走了哪一条")


@rule("J034", ERROR, "条件写在不会被判断的顺序流上", "在节点之后加一个排他网关，把条件写在网关的流出线上")
def ignored_condition(doc: Document, context: CheckContext) -> Iterator[Fault]:
    deciding = ("exclusiveGateway", "inclusiveGateway", "complexGateway")
    for flow in doc.flows:
        if flow.source is not None and flow.source.tag not in deciding and flow.condition_element is not None:
            yield Fault(flow.element, f"从 {shown(flow.source.id)} 流出的线上的条件会被引擎忽略")


@rule("J035", ERROR, "不是网关的节点有几条流出线", "在节点之后加网关：择一用排他网关，同时进行用并行网关")
def implicit_split(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        out = [flow for flow in node.outgoing if flow.whole]
        conditional = any(flow.condition_element is not None for flow in out)  # those have J034
        if node.tag in GATEWAYS or node.tag == "endEvent" or len(out) < 2 or conditional:
            continue
        if node.tag == "startEvent":
            message = f"开始事件有 {len(out)} 条流出线，会同时走所有的线"
            yield Fault(node.element, message, "在开始事件之后画出并行网关", WARNING)
        else:
            yield Fault(node.element, f"有 {len(out)} 条流出线，引擎不能装载")


@rule("J040", ERROR, "流程或子流程没有开始事件", "画一个不带定时、消息等标记的开始事件，并连到第一个节点")
def no_start(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        if not scope.starts and not scope.is_ad_hoc and not scope.is_event_subprocess:
            yield Fault(scope.element, "没有开始事件，无从开始")


@rule("J041", ERROR, "有几个开始事件", "只留一个开始事件；不同的开始方式用表单字段和网关区分")
def several_starts(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        plain = [node for node in scope.starts if not node.definitions]
        for node in plain[1:]:
            yield Fault(node.element, f"除 {shown(plain[0].id)} 外又有一个开始事件，引擎不知道从哪里开始")


@rule("J042", ERROR, "开始事件带有触发标记", "改为普通的开始事件；办件由人开启，期限用 jingban:starts 与边界定时")
def triggered_start(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        for node in scope.starts:
            if not scope.is_event_subprocess and "timer" in node.kinds:
                yield Fault(node.element, "定时的开始事件不会自动开启办件，引擎一开始就会越过它")


@rule("J043", ERROR, "没有路能走到的节点", "从前面的节点连一条线过来，或删去它")
def unreachable(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        for node in reach_of(doc, scope).first_unreached:
            yield Fault(node.element, "从开始事件没有路能走到这里，永远不会办理")


@rule("J044", ERROR, "不是结束事件却没有流出线", "连到下一个节点；到此结束的，画一个结束事件")
def dead_end(doc: Document, context: CheckContext) -> Iterator[Fault]:
    """BPMN lets a task end its branch, and so does the engine; but a designer of ours owes the case an end event."""
    for scope in doc.scopes:
        reach = reach_of(doc, scope)
        loads = scope.is_process or any(node.tag == "endEvent" for node in scope.nodes)
        for node in scope.nodes:
            if node.tag in ("endEvent", "boundaryEvent") or node.outgoing or node in reach.excused_end:
                continue
            if node.incoming or node not in reach.first_unreached:  # else it stands alone, and J043 says so
                runs = loads and (node.tag == "parallelGateway" or node.tag not in GATEWAYS)
                severity = severity_of(doc) if runs else ERROR
                yield Fault(node.element, "没有流出线，办件会停在这里而没有结果", severity=severity)


@rule("J045", ERROR, "节点连得过长", "把连续的步骤合并，或放入子流程")
def too_long(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        node = _too_deep(scope)
        if node is not None:
            yield Fault(node.element, f"到此已连续经过 {MAX_CHAIN} 个节点，引擎无法装载")


def _too_deep(scope: Scope) -> Node | None:
    """The node at which a depth-first walk, as SpiffWorkflow's parser does it, is deeper than MAX_CHAIN."""
    seen: set[Node] = set()
    for start in scope.starts:
        stack = [iter([start])]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            elif node not in seen:
                seen.add(node)
                if len(stack) > MAX_CHAIN:
                    return node
                targets = [flow.target for flow in node.outgoing if flow.target is not None]
                stack.append(iter(node.boundaries + targets))
    return None


@rule("J046", ERROR, "循环中无人办理", "在循环中放入用户任务或定时等待，或改正网关的流向")
def idle_circle(doc: Document, context: CheckContext) -> Iterator[Fault]:
    passing = GATEWAYS | {"intermediateThrowEvent"}
    for scope in doc.scopes:
        for circle in circles([node for node in scope.nodes if node.tag in passing]):
            first = min(circle, key=scope.nodes.index)
            yield Fault(first.element, "这里有一个没有任务也没有等待的循环，一旦进入就不会停止")


@rule("J048", ERROR, "循环没有出口", "在循环中加一个排他网关，让一条线走向结束")
def no_way_out(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        if broken(doc, scope) or scope.is_ad_hoc:
            continue
        for circle in circles(scope.nodes):
            members = set(circle)
            if not reachable(circle) - members and all(node.outgoing for node in circle):
                first = min(circle, key=scope.nodes.index)
                yield Fault(first.element, "这个循环没有走向结束的出口，办件永远不能办结")


@rule("J047", ERROR, "子流程嵌套过深", "减少子流程的层数")
def nested_too_deep(doc: Document, context: CheckContext) -> Iterator[Fault]:
    depth: dict[Scope, int] = {}
    for scope in doc.scopes:
        depth[scope] = depth[scope.parent] + 1 if scope.parent is not None else 0
        if depth[scope] == MAX_NESTING + 1:
            yield Fault(scope.element, f"子流程嵌套超过 {MAX_NESTING} 层")


def broken(doc: Document, scope: Scope) -> bool:
    """Whether the scope has faults that make any statement about its tokens worthless."""
    plain = [node for node in scope.starts if not node.definitions]
    return (
        len(scope.starts) != 1
        or len(plain) != 1
        or any(dangling(flow) or not flow.whole for flow in scope.flows)
        or any(node.id_broken for node in scope.nodes)
        or not reach_of(doc, scope).complete
    )
