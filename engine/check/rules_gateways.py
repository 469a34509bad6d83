"""J05x gateways: decisions that decide, and branches that come together again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.check.document import Document, Flow, Node, Scope
from engine.check.findings import ERROR, WARNING, CheckContext, Fault, rule, shown
from engine.check.reach import circles
from engine.check.rules_flows import broken
from engine.check.tokens import explore, may_split

_DECIDING = ("exclusiveGateway", "inclusiveGateway")
_TOGETHER = ("endEvent", "parallelGateway", "inclusiveGateway")  # where branches may meet


def default_works(node: Node) -> bool:
    return any(flow.is_default for flow in node.outgoing)


@rule("J050", ERROR, "排他网关或包容网关没有默认流", "选一条流出线作为默认流（default），它不写条件")
def no_default(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes(*_DECIDING):
        if node.element.get("default") or not _decides(node):
            continue
        yield Fault(node.element, "网关没有默认流；各条件都不成立时办件会卡在这里")


def _decides(node: Node) -> bool:
    targets = {flow.target for flow in node.outgoing}  # two flows to one target have J033
    return len(targets) > 1 or any(flow.condition_element is not None for flow in node.outgoing)


@rule("J051", ERROR, "default 指向的不是本节点的流出线", "把 default 改为本节点的一条流出线的 id")
def wrong_default(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.nodes:
        default = node.element.get("default")
        if not default or default_works(node) or _lost(node, default):
            continue
        if node.tag in ("parallelGateway", "eventBasedGateway"):
            yield Fault(node.element, "这种网关没有默认流", "删去 default")
        elif doc.element(default) is None:
            yield Fault(node.element, f"默认流 {shown(default)} 不存在")
        else:
            yield Fault(node.element, f"默认流 {shown(default)} 不是从这里流出的线")


def _lost(node: Node, default: str) -> bool:
    """The default is a flow of the same scope that has lost its source: J030 says it."""
    return any(flow.id == default and flow.source is None for flow in node.scope.flows)


@rule(
    "J052", ERROR, "排他网关或包容网关的流出线没有条件", '写上条件，如 intake.decision = "supplement"，或把它设为默认流'
)
def no_condition(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes(*_DECIDING):
        if len(node.outgoing) < 2 or not default_works(node):
            continue  # without a working default J050 or J051 says it: one of these flows is the default meant
        for flow in node.outgoing:
            if not flow.is_default and not flow.condition:
                yield Fault(flow.element, f"从网关 {shown(node.id)} 流出的线既没有条件，也不是默认流")


@rule("J053", ERROR, "复杂网关", "改用排他、并行或包容网关")
def complex_gateway(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes("complexGateway"):
        yield Fault(node.element, "引擎不运行复杂网关")


@rule("J054", ERROR, "事件网关之后不是定时事件", "事件网关之后只连定时的中间捕获事件，至少两个")
def event_gateway(doc: Document, context: CheckContext) -> Iterator[Fault]:
    waiting = ("intermediateCatchEvent", "receiveTask")
    for node in doc.iter_nodes("eventBasedGateway"):
        targets = [flow.target for flow in node.outgoing if flow.target is not None]
        others = [target for target in targets if target.tag not in waiting]
        if node.element.get("instantiate") in ("true", "1"):
            yield Fault(node.element, "引擎不运行开启流程的事件网关")
        elif others:
            yield Fault(node.element, f"事件网关之后的 {shown(others[0].id)} 不是等待的事件")
        elif len(node.outgoing) == 1:
            yield Fault(node.element, "事件网关只有一条流出线，没有可择的事件")


@rule("J055", ERROR, "并行或包容网关在循环之中", "把同时进行的部分放进一个子流程，循环画在子流程外面")
def parallel_in_circle(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        for circle in circles(scope.nodes):
            members = set(circle)
            inside = [n for n in scope.nodes if n in members]
            splits = [n for n in inside if may_split(n)]
            joins = [n for n in inside if _is_join(n)]
            for node in splits or joins[:1]:
                yield Fault(node.element, "同时走几条线的网关在循环之中，引擎会把前几轮的分支混在一起")


def _parallel_splits(scope: Scope) -> list[Node]:
    """Those outside circles; the others have J055."""
    inside = {node for circle in circles(scope.nodes) for node in circle}
    return [n for n in scope.nodes if n.tag == "parallelGateway" and len(n.outgoing) > 1 and n not in inside]


def _is_join(node: Node) -> bool:
    return node.tag == "parallelGateway" and len(node.incoming) > 1


@rule("J056", ERROR, "一个流程中先后有几段并行", "把每一段并行放进各自的子流程")
def parallel_after_parallel(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        splits = _parallel_splits(scope)
        later = _behind_joins(splits)
        for node in splits:
            if node in later:
                yield Fault(node.element, "前面已有一段并行；引擎会为每条分支各预备一份后续，任务数成倍增加")


def _behind_joins(splits: list[Node]) -> set[Node]:
    seen: set[tuple[Node, bool]] = set()
    waiting = [(flow.target, False) for split in splits for flow in split.outgoing if flow.target is not None]
    while waiting:
        node, joined = waiting.pop()
        joined = joined or _is_join(node)
        if (node, joined) in seen:
            continue
        seen.add((node, joined))
        following = [flow.target for flow in node.outgoing] + [f.target for b in node.boundaries for f in b.outgoing]
        waiting.extend((target, joined) for target in following if target is not None)
    return {node for node, joined in seen if joined}


@rule(
    "J057",
    ERROR,
    "并行汇合等不到所有的分支",
    "择一的分支用排他网关汇合；并行网关汇合的每条线都要走到",
)
def starved_join(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        if broken(doc, scope):
            continue
        for node, certain in explore(scope):
            if certain:
                yield Fault(node.element, "并行汇合等不到所有的流入线，办件会永远停在这里")
            else:
                yield Fault(node.element, "有的走法到不了这个并行汇合的所有流入线，办件会停在这里", severity=WARNING)


@rule("J058", WARNING, "并行的分支未经汇合就合到一处", "用并行网关汇合各分支，再连到这里")
def unjoined(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for scope in doc.scopes:
        if broken(doc, scope):
            continue
        found: set[Node] = set()
        merges = [n for n in scope.nodes if len(n.incoming) > 1 and n.tag not in _TOGETHER]
        for split in _parallel_splits(scope)[:50]:
            branches = [_until_join(flow) for flow in split.outgoing[:20]]
            times = Counter(flow for branch in branches for flow in branch)
            alone = {f: i for i, branch in enumerate(branches) for f in branch if times[f] == 1}
            found.update(n for n in merges if len({alone[f] for f in n.incoming if f in alone}) > 1)
        for node in merges:
            if node in found:
                yield Fault(node.element, "同时进行的几条分支不经汇合就到了这里，此处和以后的步骤会各办一遍")


def _until_join(first: Flow) -> set[Flow]:
    seen = {first}
    waiting = [first]
    while waiting:
        target = waiting.pop().target
        if target is None or _is_join(target):
            continue
        for flow in [*target.outgoing, *(f for b in target.boundaries if b.interrupts for f in b.outgoing)]:
            if flow not in seen:
                seen.add(flow)
                waiting.append(flow)
    return seen


@rule("J059", WARNING, "默认流上写了条件", "删去默认流上的条件")
def condition_on_default(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for node in doc.iter_nodes(*_DECIDING):
        for flow in node.outgoing:
            if flow.is_default and flow.condition:
                yield Fault(flow.element, "默认流的条件不会被判断，其余条件都不成立时总走这里")
