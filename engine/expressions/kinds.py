"""What kind of value an expression gives, told from its text and the kinds of the fields.

FEEL answers a comparison of two kinds with false (or null) at run time, which a designer never sees. So the
checker asks here: a condition that is no boolean, a timer that is no instant, `number = "text"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from engine.expressions.signatures import SIGNATURES
from engine.expressions.syntax import Node
from engine.expressions.values import kind_of

Kind = Literal["boolean", "number", "string", "date", "instant", "list", "context", "null", "any"]
KindOfPath = Callable[[tuple[str, ...]], Kind]

KIND_NAMES: dict[str, str] = {
    "boolean": "是否",
    "number": "数值",
    "string": "文本",
    "date": "日期",
    "instant": "时刻",
    "list": "列表",
    "context": "分组",
    "null": "空值",
    "any": "任意",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that parses but cannot be meant."""

    position: int  # in the text, from 0
    message: str  # Chinese


def _unknown(path: tuple[str, ...]) -> Kind:
    return "any"


def kind_of_tree(node: Node, kind_of_path: KindOfPath = _unknown) -> Kind:
    """The kind of the value, "any" where it depends on data."""
    if node.op == "literal":
        return kind_of(node.value)  # type: ignore[return-value]
    if node.op == "path":
        return kind_of_path(node.value)
    if node.op == "call":
        return SIGNATURES[node.value].gives  # type: ignore[return-value]
    if node.op == "choice":
        yes, no = (kind_of_tree(child, kind_of_path) for child in node.children[1:])
        if yes == no or no == "null":
            return yes
        return no if yes == "null" else "any"
    if node.op == "+":
        left, right = (kind_of_tree(child, kind_of_path) for child in node.children)
        if "string" in (left, right):
            return "string"
        return "number" if "number" in (left, right) else "any"
    return _RESULTS.get(node.op, "boolean")


_RESULTS: dict[str, Kind] = {
    "list": "list",
    "-": "number",
    "*": "number",
    "/": "number",
    "negative": "number",
}


def doubts(tree: Node, kind_of_path: KindOfPath = _unknown) -> Iterator[Doubt]:
    """Every place where two kinds meet that never agree, in the order of the text's nodes."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(node.children))
        kinds = [kind_of_tree(child, kind_of_path) for child in node.children]
        message = _doubt(node, kinds)
        if message:
            yield Doubt(node.at, message)


def _doubt(node: Node, kinds: list[Kind]) -> str | None:
    if node.op == "compare":
        ordering = node.value not in ("=", "!=")
        return _meeting(kinds[0], kinds[1], ordering)
    if node.op in ("within", "between"):
        return _meeting(kinds[0], kinds[1], True) or _meeting(kinds[0], kinds[2], True)
    if node.op in ("one of", "member"):
        for other in kinds[1:]:
            if other != "list" and (message := _meeting(kinds[0], other, False)):
                return message
        return None
    if node.op in ("+", "-", "*", "/", "negative"):
        return _sum(node, kinds)
    if node.op in ("and", "or"):
        wrong = [kind for kind in kinds if kind not in ("boolean", "null", "any")]
        return f"{node.op} 的两边应为是否（true/false），此处是{KIND_NAMES[wrong[0]]}" if wrong else None
    if node.op == "choice" and kinds[0] not in ("boolean", "null", "any"):
        return f"if 后面应为是否（true/false），此处是{KIND_NAMES[kinds[0]]}"
    return _arguments(node, kinds) if node.op == "call" else None


def _meeting(left: Kind, right: Kind, ordering: bool) -> str | None:
    if ordering and "null" in (left, right):
        return "与 null 比较大小恒为 false；判断有无请用 != null"
    if left == right or {"any", "null"} & {left, right}:
        if ordering and left in ("boolean", "list", "context"):
            return f"{KIND_NAMES[left]}不能比较大小"
        return None
    hint = "；时刻请先用 date(…) 取日期" if {left, right} == {"date", "instant"} else ""
    return f"{KIND_NAMES[left]}与{KIND_NAMES[right]}比较，结果总是相同{hint}"


def _sum(node: Node, kinds: list[Kind]) -> str | None:
    fit = {"number", "any"} if node.op != "+" else {"number", "string", "any"}
    wrong = [kind for kind in kinds if kind not in fit]
    if wrong:
        days = "；日期请用 working days after() 或 months after()" if wrong[0] in ("date", "instant") else ""
        return f"{KIND_NAMES[wrong[0]]}不能做加减乘除{days}"
    if set(kinds) == {"number", "string"}:
        return "文本与数值不能相加"
    return None


def _arguments(node: Node, kinds: list[Kind]) -> str | None:
    for wanted, kind in zip(SIGNATURES[node.value].takes, kinds, strict=True):
        fits = {wanted, "any", "null"} | ({"instant"} if wanted == "date" else set())
        if wanted != "any" and kind not in fits:
            return f"{node.value}() 需要{KIND_NAMES[wanted]}，此处是{KIND_NAMES[kind]}"
        if node.value == "date" and kind not in ("string", "date", "instant", "any", "null"):
            return f"date() 需要文本、日期或时刻，此处是{KIND_NAMES[kind]}"
    return None
