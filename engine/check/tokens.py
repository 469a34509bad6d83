"""Plays the tokens of one scope through every choice and finds joins that wait for ever.

A diagram of tasks, exclusive and parallel gateways is a free-choice net: what one node does never takes away what
another may do. So in each marking it is enough to fire one node, with all its alternatives (a stubborn set), and
every dead marking is still found. Conditions are not looked at; whether that may mislead is said in the result.
Where the picture is too large or has gateways without an agreed meaning, nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from engine.check.document import Flow, Node, Scope
from engine.check.reach import circles, reachable

MAX_FIRINGS = 10_000  # of nodes, over all markings
MAX_TOKENS = 40
Marking = tuple[int, ...]  # sorted numbers of the flows that hold a token


def explore(scope: Scope) -> Iterator[tuple[Node, bool]]:
    """(join that starves, certain). Certain: no consistent reading of the conditions can save it."""
    joins = [n for n in scope.nodes if n.tag == "parallelGateway" and len(n.incoming) > 1]
    on_circles = {node for circle in circles(scope.nodes) for node in circle}
    if not joins or not _playable(scope, on_circles):
        return
    # on a circle without splits (J055) there is one token, and an inclusive join has nothing to wait for
    patient = {node for node in scope.nodes if _joins_inclusively(node) and node not in on_circles}
    number = {flow: i for i, flow in enumerate(scope.flows)}
    start = tuple(sorted(number[flow] for node in scope.starts for flow in node.outgoing))
    seen = {start}
    waiting = [start]
    fired: set[Node] = set()
    fired_times = 0
    starved: set[Node] = set()
    while waiting:
        marking = waiting.pop()
        node = _enabled(scope, marking, patient)
        if node is None:
            held = set(marking)
            starved |= {join for join in joins if any(number[flow] in held for flow in join.incoming)}
            continue
        fired.add(node)
        for following in _fire(node, marking, number, patient):
            fired_times += 1
            if len(following) > MAX_TOKENS or fired_times > MAX_FIRINGS:
                return
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    independent = _choices_are_independent(scope)
    for join in joins:
        if join in starved:
            yield join, join not in fired or independent


def _playable(scope: Scope, on_circles: set[Node]) -> bool:
    """No complex gateways, and no split on a circle: their waiting has no agreed meaning."""
    if any(node.tag in ("complexGateway", "adHocSubProcess") for node in scope.nodes):
        return False
    return not any(may_split(node) for node in on_circles)


def may_split(node: Node) -> bool:
    """Several of its flows may be taken at once; an inclusive gateway with one condition is an either-or."""
    if node.tag == "inclusiveGateway":
        return sum(not flow.is_default for flow in node.outgoing) > 1
    return node.tag == "parallelGateway" and len(node.outgoing) > 1


def _joins_inclusively(node: Node) -> bool:
    return node.tag == "inclusiveGateway" and len(node.incoming) > 1


def _enabled(scope: Scope, marking: Marking, patient: set[Node]) -> Node | None:
    """A node that can fire now. Inclusive joins come last: they wait for every token that may still reach them."""
    held = {scope.flows[i] for i in marking}
    waiting: list[Node] = []
    for i in marking:
        target = scope.flows[i].target
        if target is None:
            continue
        if target in patient:
            waiting.append(target)
        elif target.tag != "parallelGateway" or held.issuperset(target.incoming):
            return target
    for join in waiting:
        others = [flow.target for flow in held if flow.target is not None and flow.target is not join]
        if join not in reachable(others):
            return join
    return None


def _fire(node: Node, marking: Marking, number: dict[Flow, int], patient: set[Node]) -> Iterator[Marking]:
    tokens = list(marking)
    if node.tag == "parallelGateway":
        for flow in node.incoming:
            tokens.remove(number[flow])
    elif node in patient:
        for flow in node.incoming:
            if number[flow] in tokens:
                tokens.remove(number[flow])
    else:
        tokens.remove(min(number[flow] for flow in node.incoming if number[flow] in marking))
    if node.tag == "endEvent" and (node.ours("outcome") or node.kinds & {"terminate", "error"}):
        yield ()  # ends everything in the scope
        return
    for flows in _alternatives(node):
        yield tuple(sorted(tokens + [number[flow] for flow in flows]))


def _alternatives(node: Node) -> Iterator[list[Flow]]:
    out = node.outgoing
    if node.tag in ("exclusiveGateway", "eventBasedGateway"):
        yield from ([flow] for flow in out)
        if not out:
            yield []
        return
    if node.tag == "inclusiveGateway":
        conditional = [flow for flow in out if not flow.is_default]  # the default is taken alone or not at all
        yield from ([flow] for flow in out)
        yield from (list(pair) for pair in combinations(conditional[:6], 2))
        if len(conditional) > 2:
            yield conditional
        return
    yield list(out)
    for event in node.boundaries:
        yield [*event.outgoing] if event.interrupts else [*out, *event.outgoing]


_NAMES = re.compile(r"[^\W\d][\w.]*")


def _choices_are_independent(scope: Scope) -> bool:
    """No two gateways decide over the same data: then any combination of their choices can happen."""
    seen: set[str] = set()
    for node in scope.nodes:
        if node.tag not in ("exclusiveGateway", "inclusiveGateway"):
            continue
        names = {name for flow in node.outgoing for name in _NAMES.findall(re.sub(r'"[^"]*"', "", flow.condition))}
        names -= {"and", "or", "not", "in", "if", "then", "else", "null", "true", "false", "between"}
        if names & seen:
            return False
        seen |= names
    return True
