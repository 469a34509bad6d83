"""What a guide asks of the diagram it runs with: limits that start, and forms that its conditions read.

A condition (`when` of materials, `cases` and `from` of limits) with a misspelt field is simply never true: a material
would never be asked for, a limit would be the wrong kind's, and nobody would see. J207 says it before a case is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.check.findings import CheckContext, Fields, Finding, about, shown
from engine.check.rules_expressions import CASE_FIELDS, kind_of_path
from engine.errors import InvalidExpression
from engine.expressions import doubts, parse
from engine.expressions.kinds import KIND_NAMES, kind_of_tree
from engine.forms import Form
from engine.forms.withholding import leaks
from engine.guides import Guide

_APPLICATION = ("application",)


def limits_not_started(keys: Iterable[str], attributes: Mapping[str, Iterable[str]]) -> Iterator[Finding]:
    """J205 for each limit that no node of the diagram starts; `attributes` as `attributes_of` gives them."""
    started = {word for value in attributes.get("starts", ()) for word in value.split()}
    for key in sorted(set(keys) - started):
        hint = "在开始此期限的节点上写 jingban:starts"
        yield about("J205", f"办事指南的期限 {shown(key)} 在图中没有开始", hint, warning=True)


def unfit_for_guide(guide: Guide, forms: Mapping[str, Form], where: str) -> Iterator[Finding]:
    """J207 and J208 for the forms that the diagram names; `where` is what readers call the guide's region."""
    for message in condition_faults(guide, {key: form.kinds() for key, form in forms.items()}):
        hint = "在图中用上它所读的表单，或改正办事指南中的条件"
        yield about("J207", f"办事指南（{where}）{message}", hint)
    for message in leaks(forms):
        yield about("J208", f"{message}（{where}）", "在这个字段上写 mark: restricted")


def condition_faults(guide: Guide, forms: Mapping[str, Fields]) -> Iterator[str]:
    """One sentence for each condition that cannot mean what was intended; `forms`: those of the guide's region."""
    for material in guide.materials:
        if material.when is not None:
            # a registration that is no application yet has no such form; then nothing is known of its fields
            yield from _faults(f"材料“{shown(material.id)}”的 when", material.when, _APPLICATION, forms, "boolean")
    for key, limit in guide.limits.items():
        known = (*sorted(forms), "case")
        for case in limit.cases:
            yield from _faults(f"时限“{shown(key)}”的 cases", case.when, known, forms, "boolean")
        if limit.start is not None:
            yield from _faults(f"时限“{shown(key)}”的 from", limit.start, known, forms, "instant")


def _faults(where: str, text: str, known: tuple[str, ...], forms: Mapping[str, Fields], wanted: str) -> Iterator[str]:
    try:
        expression = parse(text)
    except InvalidExpression as error:  # a guide that was not loaded from files
        yield f"{where}：{error.message}"
        return
    context = CheckContext(forms=forms)
    for path in sorted(expression.names):
        name = shown(".".join(path))
        if path[0] not in known:
            yield f"{where}：变量 {name} 不存在；可用：{'、'.join(known)}"
            return
        if path[0] == "case" and (len(path) != 2 or path[1] not in CASE_FIELDS):
            yield f"{where}：{name} 不存在；case 只有 {'、'.join(CASE_FIELDS)}"
            return
        if kind_of_path(context, path) is None:
            yield f"{where}：表单 {shown(path[0])} 没有字段 {name}"
            return
    kind = kind_of_tree(expression.tree, lambda path: kind_of_path(context, path) or "any")
    fits = ("boolean",) if wanted == "boolean" else ("instant", "date")
    if kind not in (*fits, "any", "null"):
        said = "是否" if wanted == "boolean" else "日期或时刻"
        yield f"{where}：表达式“{shown(text)}”的结果是{KIND_NAMES[kind]}，不是{said}"
        return
    for doubt in doubts(expression.tree, lambda path: kind_of_path(context, path) or "any"):
        yield f"{where}：表达式“{shown(text)}”第 {doubt.position + 1} 个字符处：{doubt.message}"
        return
