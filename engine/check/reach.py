"""Which nodes a token can reach, and which findings are only consequences of others.

A broken reference makes its neighbours look wrong: the node that lost its only flow seems unreachable, the one
before it seems to end nowhere. Here every node that may be such a victim is taken as reached or as continued, so
that the report names the cause and leaves the innocent alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.check.document import BPMN, Document, Flow, Node, Scope


@dataclass(slots=True)
class Reach:
    """One scope's reachability."""

    reached: set[Node]
    first_unreached: list[Node]  # one for each unreached part, where it begins
    excused_end: set[Node] = field(default_factory=set)  # need no outgoing flow

    @property
    def complete(self) -> bool:
        return not self.first_unreached


def dangling(flow: Flow) -> bool:
    return flow.source is None or flow.target is None


def excused(doc: Document, flow: Flow) -> bool:
    """The flow's missing end is a node of its scope whose id is missing or double: that finding says it all."""
    return any(node.id_broken for node in flow.scope.nodes)


def _victims(scope: Scope, flows: list[Flow], tag: str) -> set[Node]:
    """Nodes that a flow with a missing end would have touched: those that list it, else all without any flow."""
    if not flows:
        return set()
    listing: dict[str, set[Node]] = {}
    for node in scope.nodes:
        for child in node.element.iterchildren(BPMN + tag):
            listing.setdefault((child.text or "").strip(), set()).add(node)
    victims: set[Node] = set()
    for flow in flows:
        victims |= listing.get(flow.id, set()) if flow.id else set()
    if any(flow.id not in listing for flow in flows):
        victims |= {node for node in scope.nodes if not (node.incoming if tag == "incoming" else node.outgoing)}
    return victims


def _unlisted(scope: Scope, flows: list[Flow]) -> bool:
    """Whether one of the flows is in no node's list of incoming flows: it may have led to any node."""
    listed = {(c.text or "").strip() for node in scope.nodes for c in node.element.iterchildren(BPMN + "incoming")}
    return any(flow.id not in listed for flow in flows)


def _crossing(doc: Document) -> dict[Scope, list[Flow]]:
    """Scope -> the flows that cross its border."""
    known: dict[Scope, list[Flow]] | None = doc.remembered.get("crossing")
    if known is None:
        known = doc.remembered["crossing"] = {}
        for flow in doc.flows:
            if flow.crosses:
                for scope in {flow.scope, *(node.scope for node in (flow.source, flow.target) if node is not None)}:
                    known.setdefault(scope, []).append(flow)
    return known


def reach_of(doc: Document, scope: Scope) -> Reach:
    """Walks the scope from its start event, once."""
    known: dict[Scope, Reach] = doc.remembered.setdefault("reach", {})
    if scope not in known:
        known[scope] = _reach(doc, scope)
    return known[scope]


def _reach(doc: Document, scope: Scope) -> Reach:
    assumed = {node for node in scope.nodes if _begins_by_itself(node)}
    crossing = _crossing(doc).get(scope, [])
    lost_target = [flow for flow in scope.flows if flow.target is None]
    lost_source = [flow for flow in scope.flows if flow.source is None]
    assumed |= _victims(scope, lost_target + crossing, "incoming")
    assumed |= {f.target for f in crossing + lost_source if f.target is not None and f.target.scope is scope}
    excused_end = {node for node in scope.nodes if _ends_by_itself(node)}
    excused_end |= _victims(scope, lost_source + crossing, "outgoing")
    if not scope.starts or scope.is_ad_hoc or _unlisted(scope, lost_target + crossing):
        return Reach(set(scope.nodes), [], excused_end)
    reached = reachable(assumed)
    return Reach(reached, list(_beginnings(scope, reached)), excused_end)


def _begins_by_itself(node: Node) -> bool:
    if node.tag == "startEvent" or node.id_broken or node.for_compensation:
        return True
    if node.inner is not None and node.inner.is_event_subprocess:
        return True
    if node.tag == "boundaryEvent" and node.host is None:
        return True
    return node.tag == "intermediateCatchEvent" and "link" in node.kinds


def _ends_by_itself(node: Node) -> bool:
    if node.id_broken or node.for_compensation or node.scope.is_ad_hoc or "link" in node.kinds:
        return True
    if node.tag == "boundaryEvent" and "compensate" in node.kinds:
        return True
    return node.inner is not None and node.inner.is_event_subprocess


def successors(node: Node) -> Iterator[Node]:
    """Where a token goes next, boundary events included."""
    for flow in node.outgoing:
        if flow.whole and flow.target is not None:
            yield flow.target
    yield from node.boundaries


def reachable(roots: Iterable[Node]) -> set[Node]:
    """The nodes themselves and everything that a token from them may come to."""
    reached = set(roots)
    waiting = list(reached)
    while waiting:
        for following in successors(waiting.pop()):
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    return reached


def _beginnings(scope: Scope, reached: set[Node]) -> Iterator[Node]:
    lost = [node for node in scope.nodes if node not in reached]
    lost_set = set(lost)
    led_to = {following for node in lost for following in successors(node) if following is not node}
    covered: set[Node] = set()
    # first those that nothing lost leads to, then one of each lost circle, in the order of the file
    for node in [n for n in lost if n not in led_to] + lost:
        if node not in covered:
            covered |= reachable([node]) & lost_set
            yield node


def circles(nodes: list[Node]) -> list[list[Node]]:
    """The strongly connected parts with a circle in them, among `nodes` (Tarjan, without recursion)."""
    inside = set(nodes)
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: list[list[Node]] = []
    for root in nodes:
        if root in index:
            continue
        work = [(root, iter(list(successors(root))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            pushed = False
            for target in following:
                if target not in inside:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(list(successors(target)))))
                    pushed = True
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            if pushed:
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                part = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    part.append(member)
                    if member is node:
                        break
                if len(part) > 1 or any(t is node for t in successors(node)):
                    found.append(part)
    return found
