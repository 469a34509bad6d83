"""An expression, parsed and compiled once, with what a checker wants to know before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.errors import InvalidExpression
from engine.expressions.compiler import Run, compile_tree
from engine.expressions.functions import Functions
from engine.expressions.kinds import Kind, kind_of_tree
from engine.expressions.syntax import MAX_SOURCE, Node, parse_tree


@dataclass(frozen=True)
class Expression:
    """A compiled expression: equal texts are equal expressions."""

    text: str  # as written
    names: frozenset[tuple[str, ...]] = field(compare=False)  # paths used, e.g. ("intake", "decision")
    functions: frozenset[str] = field(compare=False)  # names of functions called
    deadline_keys: frozenset[str] = field(compare=False)  # keys given to due() and warning()
    kind: Kind = field(compare=False)  # what it gives as far as the text alone says; "any" if it depends
    tree: Node = field(compare=False, repr=False)
    _run: Run = field(compare=False, repr=False)

    def evaluate(self, scope: Mapping[str, Any], functions: Functions) -> Any:
        """The value under `scope` (form key -> submission or None, and `case`).

        Values are those of forms: text, bool, int, Decimal, date, datetime, list, dict, None. Raises
        InvalidExpression for any other value and for results beyond the caps; errors of `functions` pass
        through.
        """
        return self._run(scope, functions)

    def truth(self, scope: Mapping[str, Any], functions: Functions) -> bool:
        """The value as a decision: null counts as false, anything but a boolean is refused.

        Refused and not taken as false, because a gateway would then take its default flow and nobody would
        see.
        """
        value = self._run(scope, functions)
        if value is None or value is False or value is True:
            return bool(value)
        raise InvalidExpression(f"条件“{self.text[:80]}”的结果应为 true 或 false，实际不是")


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Expression:
    tree = parse_tree(text)
    nodes = list(_walk(tree))
    calls = [node for node in nodes if node.op == "call"]
    return Expression(
        text=text,
        names=frozenset(node.value for node in nodes if node.op == "path"),
        functions=frozenset(node.value for node in calls),
        deadline_keys=frozenset(node.children[0].value for node in calls if node.value in ("due", "warning")),
        kind=kind_of_tree(tree),
        tree=tree,
        _run=compile_tree(tree),
    )


def _walk(tree: Node) -> Iterator[Node]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def parse(text: str) -> Expression:
    """The expression of a text, cached. Raises InvalidExpression with `details["position"]` (from 0)."""
    if len(text) > MAX_SOURCE:  # before the cache, which would keep the text
        parse_tree(text)
    return _parsed(text)
