"""Plays the tokens of one scope through every choice and finds joins that wait for ever.

A diagram of tasks, exclusive and parallel gateways is a free-choice net: what one node does never takes away what
another may do. So in each marking it is enough to fire one node, with all its alternatives (a stubborn set), and
every dead marking is still found. Conditions are not looked at; whether that may mislead is said in the result.
Where the picture is too large or has gateways without a local meaning (inclusive joins), nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from engine.check.document import Flow, Node, Scope

MAX_FIRINGS = 10_000  # of nodes, over all markings
MAX_TOKENS = 40
Marking = tuple[int, ...]  # sorted numbers of the flows that hold a token


def explore(scope: Scope) -> Iterator[tuple[Node, bool]]:
    """(join that starves, certain). Certain: no consistent reading of the conditions can save it."""
    joins = [n for n in scope.nodes if n.tag == "parallelGateway" and len(n.incoming) > 1]
    if not joins or any(not _local(node) for node in scope.nodes):
        return
    number = {flow: i for i, flow in enumerate(scope.flows)}
    start = tuple(sorted(number[flow] for node in scope.starts for flow in node.outgoing))
    seen = {start}
    waiting = [start]
    fired: set[Node] = set()
    fired_times = 0
    starved: set[Node] = set()
    while waiting:
        marking = waiting.pop()
        node = _enabled(scope, marking)
        if node is None:
            held = set(marking)
            starved |= {join for join in joins if any(number[flow] in held for flow in join.incoming)}
            continue
        fired.add(node)
        for following in _fire(node, marking, number):
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


def _local(node: Node) -> bool:
    """Whether the node's behaviour depends on its own incoming tokens only."""
    if node.tag in ("complexGateway", "adHocSubProcess"):
        return False
    return node.tag != "inclusiveGateway" or len(node.incoming) < 2


def _enabled(scope: Scope, marking: Marking) -> Node | None:
    held = {scope.flows[i] for i in marking}
    for i in marking:
        target = scope.flows[i].target
        if target is not None and (target.tag != "parallelGateway" or held.issuperset(target.incoming)):
            return target
    return None


def _fire(node: Node, marking: Marking, number: dict[Flow, int]) -> Iterator[Marking]:
    tokens = list(marking)
    if node.tag == "parallelGateway":
        for flow in node.incoming:
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
        yield from ([flow] for flow in out)
        yield from (list(pair) for pair in combinations(out[:6], 2))
        yield list(out)
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
