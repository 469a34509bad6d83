"""J14x conditions and timers: our FEEL, and names that mean something."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from engine.check.document import Document
from engine.check.findings import ERROR, WARNING, CheckContext, Fault, Fields, rule, shown
from engine.check.rules_events import timer_text
from engine.check.rules_ours import REFUSED, severity_of, started_keys
from engine.errors import InvalidExpression
from engine.expressions import Expression, Kind, doubts, parse
from engine.expressions.kinds import KIND_NAMES, kind_of_tree
from engine.expressions.syntax import MAX_SOURCE
from engine.workflow.scope import COUNTS, CaseFacts

# what a running case answers
CASE_FIELDS = (*(field.name for field in dataclasses.fields(CaseFacts)), *COUNTS)
MAX_EXPRESSIONS = 100_000  # characters of all expressions of a file, each counted once
_DECIDING = ("exclusiveGateway", "inclusiveGateway")


def _conditions(doc: Document) -> Iterator[tuple[Any, str]]:
    for flow in doc.flows:
        if flow.source is not None and flow.source.tag in _DECIDING and flow.condition and not flow.is_default:
            yield flow.element, flow.condition


def _timers(doc: Document) -> Iterator[tuple[Any, str]]:
    for node in doc.nodes:
        if timer_text(node):
            yield node.element, timer_text(node)


def _parse(doc: Document, text: str) -> Expression | InvalidExpression:
    """Each text once a file, also one that does not parse; a file made of expressions must not take minutes."""
    known: dict[str, Expression | InvalidExpression] = doc.remembered.setdefault("expressions", {})
    if text not in known:
        size = doc.remembered.get("expressions' size", 0) + min(len(text), MAX_SOURCE)
        doc.remembered["expressions' size"] = size
        try:
            if size > MAX_EXPRESSIONS:
                raise InvalidExpression(f"全文件的表达式过长：合计最多 {MAX_EXPRESSIONS} 个字符", position=0)
            known[text] = parse(text)
        except InvalidExpression as error:
            known[text] = error
    return known[text]


def _parsed(doc: Document, texts: Iterable[tuple[Any, str]]) -> Iterator[tuple[Any, Expression]]:
    for element, text in texts:
        expression = _parse(doc, text)
        if isinstance(expression, Expression):  # else J140 says it
            yield element, expression


def _form_keys(doc: Document) -> set[str]:
    return {node.ours("form") for node in doc.nodes} - {""}


def _form_missing(doc: Document) -> bool:
    """A task of ours has lost its form (J121): an unknown name may be that form's, and its user is innocent."""
    return doc.uses_jingban and any(not node.ours("form") for node in doc.iter_nodes("userTask", *REFUSED))


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name[:60], sorted(known)[:200], n=1)
    return f"，是否应为 {shown(near[0])}" if near else ""


@rule("J140", ERROR, "表达式不符合语法", '改写为 FEEL 表达式，如 intake.decision = "supplement" 或 due("supplement")')
def not_feel(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for element, text in [*_conditions(doc), *_timers(doc)]:
        error = _parse(doc, text)
        if isinstance(error, InvalidExpression):
            yield Fault(element, f"表达式“{shown(text)}”：{error.message}", severity=severity_of(doc))


@rule("J141", ERROR, "表达式用了不存在的变量", "变量名是图中的表单键（jingban:form），或 case")
def unknown_name(doc: Document, context: CheckContext) -> Iterator[Fault]:
    forms = _form_keys(doc)
    lost_form = _form_missing(doc)
    for element, expression in _parsed(doc, [*_conditions(doc), *_timers(doc)]):
        for path in sorted(expression.names):
            if path[0] != "case" and path[0] not in forms and not lost_form:
                known = forms | {"case"}
                usable = "、".join(shown(key, 30) for key in sorted(known)[:12])
                message = f"变量 {shown(path[0])} 不存在{_near(path[0], known)}；可用：{usable}"
                yield Fault(element, message, severity=severity_of(doc))
                break
            if path[0] == "case" and (len(path) != 2 or path[1] not in CASE_FIELDS):
                message = f"{shown('.'.join(path))} 不存在；case 只有 {'、'.join(CASE_FIELDS)}"
                yield Fault(element, message, severity=severity_of(doc))
                break


def kind_of_path(context: CheckContext, path: tuple[str, ...]) -> Kind | None:
    """Kind of a path by the forms' fields; "any" where nothing is known, None where the field does not exist."""
    if path[0] == "case":
        if len(path) != 2 or path[1] not in CASE_FIELDS:
            return "context" if len(path) == 1 else "any"  # J141 says it
        return "number" if path[1] in COUNTS else "string"
    fields: Fields | None = (context.forms or {}).get(path[0])
    if fields is None:
        return "any"
    rest = path[1:]
    if not rest:
        return fields.get((), "context")  # of a task with seats: a list
    if rest in fields:
        return fields[rest]
    for depth in range(len(rest) - 1, 0, -1):
        if fields.get(rest[:depth]) == "context":
            children = any(len(known) > depth and known[:depth] == rest[:depth] for known in fields)
            return None if children else "any"
    return None


@rule("J142", ERROR, "表达式用了表单没有的字段", "改正字段名，或在表单中加上此字段")
def unknown_field(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for element, expression in _parsed(doc, [*_conditions(doc), *_timers(doc)]):
        for path in sorted(expression.names):
            if kind_of_path(context, path) is None:
                known = (".".join((path[0], *field)) for field in (context.forms or {})[path[0]])
                name = ".".join(path)
                yield Fault(element, f"表单 {shown(path[0])} 没有字段 {shown(name)}{_near(name, known)}")
                break


@rule("J143", ERROR, "表达式用了办事指南中没有的期限键", "改正期限键，或在办事指南中写上此期限")
def unknown_key(doc: Document, context: CheckContext) -> Iterator[Fault]:
    if context.deadline_keys is None:
        return
    for element, expression in _parsed(doc, [*_conditions(doc), *_timers(doc)]):
        lost = sorted(expression.deadline_keys - context.deadline_keys)
        if lost:
            yield Fault(element, f"办事指南中没有期限 {shown(lost[0])}{_near(lost[0], context.deadline_keys)}")


@rule("J144", ERROR, "定时所等的期限从未开始", "在开始此期限的节点上写 jingban:starts，或改正期限键")
def never_due(doc: Document, context: CheckContext) -> Iterator[Fault]:
    started = started_keys(doc)
    for element, expression in _parsed(doc, _timers(doc)):
        lost = sorted(expression.deadline_keys - started - _unknown_keys(expression, context))
        if lost:
            message = f"期限 {shown(lost[0])} 在图中从未开始，定时永远不会触发"
            yield Fault(element, message, severity=severity_of(doc))
    for element, expression in _parsed(doc, _conditions(doc)):
        lost = sorted(expression.deadline_keys - started - _unknown_keys(expression, context))
        if lost:
            yield Fault(element, f"期限 {shown(lost[0])} 在图中从未开始，比较恒为 false", severity=WARNING)


def _unknown_keys(expression: Expression, context: CheckContext) -> frozenset[str]:
    known = context.deadline_keys
    return frozenset() if known is None else expression.deadline_keys - known  # those have J143


@rule("J145", ERROR, "条件的结果不是 true 或 false", '写成比较，如 intake.decision = "supplement"')
def no_decision(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for element, expression in _parsed(doc, _conditions(doc)):
        kind = kind_of_tree(expression.tree, lambda path: kind_of_path(context, path) or "any")
        if kind not in ("boolean", "any"):
            yield Fault(element, f"条件“{shown(expression.text)}”的结果是{KIND_NAMES[kind]}，不是是否")


@rule("J146", ERROR, "定时的表达式不是时刻", '写 due("期限键")、warning("期限键")，或给出日期（该日零时）的表达式')
def no_moment(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for element, expression in _parsed(doc, _timers(doc)):
        kind = kind_of_tree(expression.tree, lambda path: kind_of_path(context, path) or "any")
        if kind not in ("instant", "date", "any"):
            yield Fault(element, f"定时“{shown(expression.text)}”是{KIND_NAMES[kind]}，不是时刻，永远不会触发")


@rule("J147", WARNING, "表达式恐怕不是本意", "对照字段的类型改写")
def doubtful(doc: Document, context: CheckContext) -> Iterator[Fault]:
    for element, expression in _parsed(doc, [*_conditions(doc), *_timers(doc)]):
        for doubt in doubts(expression.tree, lambda path: kind_of_path(context, path) or "any"):
            yield Fault(element, f"表达式“{shown(expression.text)}”第 {doubt.position + 1} 个字符处：{doubt.message}")
            break
