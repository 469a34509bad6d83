"""The closed table of functions: names, what they take and give, and how many arguments.

It stands apart from the implementations because three readers need it: the grammar (names contain spaces),
the static check of kinds, and the documentation of the designer page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """One function of the language."""

    name: str  # as written, with single spaces
    takes: tuple[str, ...]  # kind of each argument; "any" accepts all; "date" accepts an instant too
    gives: str  # kind of the result (null is always possible)
    says: str  # one line for the designer, Chinese
    literal: bool = False  # the only argument must be a text in quotes, so that it can be checked beforehand


_TABLE = (
    Signature("due", ("string",), "instant", "期限届满的时刻；办事指南没有此期限时为 null", literal=True),
    Signature("warning", ("string",), "instant", "期限预警的时刻；办事指南没有此期限时为 null", literal=True),
    Signature("working days after", ("date", "number"), "date", "某日之后第 n 个工作日"),
    Signature("months after", ("date", "number"), "date", "某日之后 n 个月的对应日；n 为负则为之前"),
    Signature("cycle of", ("date",), "string", "受理日所属的季度协议周期，如 2026Q1"),
    Signature("assessment opens", ("string",), "date", "某协议周期的评估开始日"),
    Signature("cycle starts", ("string",), "date", "某协议周期的首日"),
    Signature("cycle ends", ("string",), "date", "某协议周期的末日"),
    Signature("end of day", ("date",), "instant", "某日结束（24:00）的时刻"),
    Signature("now", (), "instant", "办理时刻"),
    Signature("today", (), "date", "办理当日"),
    Signature("date", ("any",), "date", '日期：date("2026-01-31") 或某时刻所在的日期'),
    Signature("count", ("list",), "number", "列表的项数"),
    Signature("sum", ("list",), "number", "列表各数之和，空项不计；列表为空或有非数值时为 null"),
    Signature("count where", ("list", "any"), "number", "列表中等于某值的项数"),
    Signature("sum where", ("list", "list", "any"), "number", "第二列等于某值的各行，第一列之和；没有这样的行为 0"),
    Signature("capital amount", ("number",), "string", "金额的大写，如 壹仟零肆元零伍分"),
    Signature("list contains", ("list", "any"), "boolean", "列表是否含有某值"),
    Signature("string length", ("string",), "number", "文本的字数"),
    Signature("not", ("boolean",), "boolean", "取反；null 仍为 null"),
)

SIGNATURES: dict[str, Signature] = {signature.name: signature for signature in _TABLE}
