"""Grammar and syntax tree. LALR, so parsing is linear and does not recurse whatever the input nests.

The tree is built by lark's inline callbacks while it parses, and every node knows its size and depth: an
expression beyond the caps is refused before anything walks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from engine.errors import InvalidExpression
from engine.expressions.signatures import SIGNATURES
from engine.expressions.values import day_of

MAX_SOURCE = 2_000  # characters
MAX_NODES = 400
MAX_NESTING = 60  # levels of the tree; evaluation recurses this deep
MAX_DIGITS = 30  # of a number as written

_CALLS = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(SIGNATURES, key=len, reverse=True))

GRAMMAR = rf"""
?start: expression
?expression: "if" expression "then" expression "else" expression -> choice
           | disjunction
?disjunction: conjunction ("or" conjunction)*
?conjunction: comparison ("and" comparison)*
?comparison: sum
           | sum COMPARE sum                  -> compare
           | sum "between" sum "and" sum      -> between
           | sum "in" OPEN expression ".." expression (SHUT | ")")   -> within
           | sum "in" "(" expression ".." expression (SHUT | ")")    -> within_open
           | sum "in" "(" expression ("," expression)+ ")"           -> one_of
           | sum "in" sum                     -> member
?sum: product
    | sum "+" product -> plus
    | sum "-" product -> minus
?product: unary
        | product "*" unary -> times
        | product "/" unary -> divide
?unary: primary
      | "-" unary -> negative
?primary: "(" expression ")"
        | NUMBER -> number
        | STRING -> text
        | (TRUE | FALSE | NULL) -> constant
        | OPEN [expression ("," expression)*] SHUT -> items
        | CALL "(" [expression ("," expression)*] ")" -> call
        | NAME ("." NAME)* -> path

TRUE: "true"
FALSE: "false"
NULL: "null"
COMPARE: "<=" | ">=" | "!=" | "=" | "<" | ">"
OPEN: "["
SHUT: "]"
CALL.2: /(?:{_CALLS})(?=\s*\()/
NAME: /[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]*/
NUMBER: /[0-9]+(?:\.[0-9]+)?/
STRING: /"(?:[^"\\\r\n]|\\.)*"/
%ignore /[ \t\r\n\u00a0\u3000]+/
"""


@dataclass(frozen=True, slots=True)
class Node:
    """One construct: `op` names it, `value` is its literal, operator, path or function name."""

    op: str
    at: int  # position in the text, from 0
    value: Any = None
    children: tuple[Node, ...] = ()
    size: int = 1
    depth: int = 1


def _node(op: str, at: int, value: Any = None, children: tuple[Node, ...] = ()) -> Node:
    size = 1 + sum(child.size for child in children)
    depth = 1 + max((child.depth for child in children), default=0)
    if size > MAX_NODES:
        raise InvalidExpression(f"表达式过长：最多 {MAX_NODES} 个成分，请拆成几个条件", position=at)
    if depth > MAX_NESTING:
        raise InvalidExpression(f"表达式嵌套过深：最多 {MAX_NESTING} 层", position=at)
    return Node(op, at, value, children, size, depth)


def _branch(op: str) -> Callable[..., Node]:
    def build(_: Any, *parts: Any) -> Node:
        children = tuple(part for part in parts if isinstance(part, Node))
        return _node(op, children[0].at, None, children)

    return build


@v_args(inline=True)
class _Builder(Transformer):  # type: ignore[type-arg]
    choice = _branch("choice")
    disjunction = _branch("or")
    conjunction = _branch("and")
    between = _branch("between")
    one_of = _branch("one of")
    member = _branch("member")
    plus = _branch("+")
    minus = _branch("-")
    times = _branch("*")
    divide = _branch("/")
    negative = _branch("negative")

    def compare(self, left: Node, operator: Token, right: Node) -> Node:
        return _node("compare", left.at, str(operator), (left, right))

    def within(self, value: Node, _: Token, low: Node, high: Node, *shut: Token) -> Node:
        return _node("within", value.at, (True, bool(shut)), (value, low, high))

    def within_open(self, value: Node, low: Node, high: Node, *shut: Token) -> Node:
        return _node("within", value.at, (False, bool(shut)), (value, low, high))

    def number(self, token: Token) -> Node:
        if len(token) > MAX_DIGITS:
            raise InvalidExpression(f"数值过长：最多 {MAX_DIGITS} 位", position=token.start_pos)
        return _literal(token, Decimal(token) if "." in token else int(token))

    def text(self, token: Token) -> Node:
        return _literal(token, _unescape(token))

    def path(self, *names: Token) -> Node:
        return _node("path", names[0].start_pos or 0, tuple(str(name) for name in names))

    def items(self, opening: Token, *parts: Any) -> Node:
        return _node("list", opening.start_pos or 0, None, tuple(p for p in parts if isinstance(p, Node)))

    def call(self, token: Token, *parts: Any) -> Node:
        arguments = tuple(part for part in parts if isinstance(part, Node))
        name = " ".join(token.split())
        _check_call(name, token.start_pos or 0, arguments)
        return _node("call", token.start_pos or 0, name, arguments)

    def constant(self, token: Token) -> Node:
        return _literal(token, {"true": True, "false": False, "null": None}[token])


def _literal(token: Token, value: Any) -> Node:
    return _node("literal", token.start_pos or 0, value)


_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "/": "/"}


def _unescape(token: Token) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise InvalidExpression(
                f"文本中的“{_shown(match[0])}”不是可用的转义；反斜杠请写成 \\\\",
                position=(token.start_pos or 0) + 1 + match.start(),
            )
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", one, token[1:-1])


def _check_call(name: str, at: int, arguments: tuple[Node, ...]) -> None:
    signature = SIGNATURES[name]
    if len(arguments) != len(signature.takes):
        raise InvalidExpression(
            f"第 {at + 1} 个字符处：{name}() 需要 {len(signature.takes)} 个参数，实际有 {len(arguments)} 个",
            position=at,
        )
    if not arguments:
        return
    first = arguments[0]
    text = first.value if first.op == "literal" and isinstance(first.value, str) else None
    if signature.literal and not text:
        raise InvalidExpression(
            f'第 {at + 1} 个字符处：{name}() 的参数必须是带双引号的期限键，如 {name}("supplement")',
            position=at,
        )
    if name == "date" and text is not None and day_of(text) is None:
        raise InvalidExpression(
            f'第 {at + 1} 个字符处：“{_shown(text)}”不是日期，应写成 date("2026-01-31")', position=at
        )


_PARSER = Lark(GRAMMAR, parser="lalr", transformer=_Builder(), maybe_placeholders=False, propagate_positions=False)


def parse_tree(text: str) -> Node:
    """The tree of an expression; InvalidExpression says where and what was expected."""
    if len(text) > MAX_SOURCE:
        raise InvalidExpression(f"表达式过长：{len(text)} 个字符，最多 {MAX_SOURCE} 个", position=MAX_SOURCE)
    if not text.strip():
        raise InvalidExpression('表达式为空；应写成如 intake.decision = "accepted"', position=0)
    try:
        tree: Node = _PARSER.parse(text)  # type: ignore[assignment]
    except VisitError as error:
        raise _positioned(error.orig_exc) from None
    except InvalidExpression as error:
        raise _positioned(error) from None
    except UnexpectedInput as error:
        raise _explain(text, error) from None
    return tree


def _shown(text: str) -> str:
    """Text fit for a message: no control characters, no lone surrogates that a terminal cannot print."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:40])


def _positioned(error: Exception) -> Exception:
    if not isinstance(error, InvalidExpression) or error.message.startswith("第"):
        return error
    position = int(str(error.details.get("position", 0)))
    return InvalidExpression(f"第 {position + 1} 个字符处：{error.message}", **error.details)


# What people write out of habit (other engines' languages, Chinese input methods) -> what to write instead.
_HABITS: tuple[tuple[str, str], ...] = (
    (r"[“”„‟＂]", "文本请用半角双引号"),
    (r"['‘’`]", '文本请用双引号，如 "supplement"'),
    (r"[＝（），．＜＞！＋－＊／［］]", "请改用半角符号"),
    (r"==", "相等请写一个等号 ="),
    (r"&&", "并且请写 and"),
    (r"\|\|", "或者请写 or"),
    (r"!(?!=)", "取反请写 not(…)，不等请写 !="),
    (r"[$#]\{|\{\{", "不要写 ${…}，直接写表达式"),
    (r"not\b(?!\s*\()", "not 后面要有括号：not(…)"),
    (r"=", "表达式不以 = 开头，相等写在两个值之间"),
    (r"\*\*", "不支持乘方"),
    (r"%", "不支持求余"),
    (r"\[\s*[0-9]", "不支持按序号取列表的项，可用 list contains(列表, 值)"),
    (r"\[", "不支持列表筛选，可用 list contains(列表, 值)"),
    (r"\"", "文本缺少结尾的双引号"),
)
_WORDS = frozenset(["and", "or", "in", "if", "then", "else", "between", "true", "false", "null"])
_EXPECTED = {
    "NAME": "字段",
    "NUMBER": "数值",
    "STRING": "带双引号的文本",
    "CALL": "函数",
    "COMPARE": "比较符（= != < <= > >=）",
    "OPEN": "[",
    "SHUT": "]",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "DOT": ".",
    "PLUS": "+",
    "MINUS": "-",
    "STAR": "*",
    "SLASH": "/",
    "$END": "结束",
    "__ANON_0": "..",
}


def _explain(text: str, error: UnexpectedInput) -> InvalidExpression:
    at = len(text)
    if isinstance(error, UnexpectedCharacters) or (isinstance(error, UnexpectedToken) and error.token.type != "$END"):
        at = error.pos_in_stream or 0
    found = f"“{_shown(text[at : at + 12])}”" if at < len(text) else "表达式结尾"
    allowed = (
        (error.accepts or error.expected if isinstance(error, UnexpectedToken) else error.allowed or set())
        if isinstance(error, UnexpectedToken | UnexpectedCharacters)
        else set()
    )
    expected = sorted(_EXPECTED.get(name, name.lower()) for name in allowed)
    return InvalidExpression(
        f"第 {at + 1} 个字符处（{found}）不符合语法：{_advice(text, at, expected)}",
        position=at,
        expected=tuple(expected),
    )


def _advice(text: str, at: int, expected: list[str]) -> str:
    # a name before a bracket that is no function: `hours after(` stumbles at `after`, `foo(` at the bracket
    rest = re.compile(r"(?:\w+\s+)*\w*\s*(?=\()").match(text[: at + 60], at)
    before = re.search(r"\b[A-Za-z_\u4e00-\u9fff]\w*\s*$", text[max(0, at - 60) : at])
    if rest and before and (words := before[0].split()[0]) not in _WORDS:
        name = " ".join(f"{words} {rest[0]}".split())
        return f"没有函数“{_shown(name)}”，可用的函数：{'、'.join(SIGNATURES)}"
    # an unquoted habit may begin one character before the place where the parser stumbles (`==`, `not x`)
    for pattern, advice in _HABITS:
        for start in (at, at - 1):
            if start >= 0 and re.compile(pattern).match(text, start) and (start == at or text[start] in "=*"):
                return advice
    if re.search(r"\bnot\s*$", text[:at]):
        return "not 后面要有括号：not(…)"
    return f"此处应为：{'、'.join(expected)}" if expected else "此处不应再有内容"
