"""A submission in words: for the history, the print view and letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from engine.clock import SHANGHAI
from engine.expressions import NoFunctions, parse
from engine.forms.listing import is_brief, summarise
from engine.forms.materials import Owed
from engine.forms.model import Field, Form, Group, Mark, Text
from engine.forms.withholding import MARK as WITHHELD
from engine.forms.withholding import RESTRICTED
from engine.guides import Guide


class Shown(NamedTuple):
    """One line: heading of its group, label, value in words, confidentiality mark, and whether no guide prints it."""

    group: str
    label: str
    value: str
    mark: Mark
    ours: bool = False


def present(
    form: Form,
    submission: Mapping[str, Any],
    guide: Guide | None = None,
    variables: Mapping[str, Any] | None = None,
    withheld: bool = False,
) -> list[Shown]:
    """Every field that has a value, in the order of the sheet.

    `guide` names the materials of a checklist; `variables` (application, review ...) fill what is printed on
    this sheet but entered elsewhere, such as 经办机构意见. `withheld`: the restricted values were taken out, for
    somebody who does not handle the case; each such field says so, whether it was filled or not.
    """
    scope = {**(variables or {}), **submission}
    lines = _lines(form.components, "", submission, guide, scope, withheld)
    return list(lines)


def _lines(
    components: tuple[Field | Group | Text, ...],
    heading: str,
    submission: Mapping[str, Any],
    guide: Guide | None,
    scope: Mapping[str, Any],
    withheld: bool,
) -> Iterator[Shown]:
    for component in components:
        if isinstance(component, Group):
            yield from _lines(component.components, component.label or heading, submission, guide, scope, withheld)
        elif isinstance(component, Field) and withheld and component.mark == WITHHELD:
            yield Shown(heading, component.label, RESTRICTED, component.mark, component.ours)
        elif isinstance(component, Field):
            yield from _field_lines(component, heading, submission, guide, scope)


def _field_lines(
    field: Field, heading: str, submission: Mapping[str, Any], guide: Guide | None, scope: Mapping[str, Any]
) -> Iterator[Shown]:
    if field.source and hidden(field, scope):
        return  # what is entered is dropped when its field is hidden; what is only shown has to be left out here
    value = sourced(field, scope) if field.source else value_at(submission, field.path)
    if field.type == "materials" and isinstance(value, Mapping):
        for material_id, entry in _in_order(value, guide):
            material = guide.material(material_id) if guide else None
            label = material.text if material else material_id
            yield Shown(field.label, label, checklist_words(entry, guide, material_id), field.mark, field.ours)
    elif field.type == "dynamiclist" and isinstance(value, list) and is_brief(field, value):
        yield Shown(heading, field.label, summarise(field, value).words, field.mark, field.ours)
    elif field.type == "dynamiclist" and isinstance(value, list):
        for number, row in enumerate(value, start=1):
            for column in field.columns:
                words = display(column, value_at(row, column.path))
                if words:
                    yield Shown(f"{field.label} {number}", column.label, words, column.mark, column.ours)
    elif not _unticked(field, value):
        words = display(field, value)
        if words:
            yield Shown(heading, field.label, words, field.mark, field.ours)


def _in_order(checklist: Mapping[str, Any], guide: Guide | None) -> list[tuple[str, Any]]:
    """The lines of a checklist as the guide lists them."""
    order = [material.id for material in guide.materials] if guide else []
    return sorted(checklist.items(), key=lambda line: order.index(line[0]) if line[0] in order else len(order))


def _unticked(field: Field, value: Any) -> bool:
    """A box that was left empty says nothing: “经审核，不符合条件：否” would read as a finding. What must be answered
    with yes or no is a radio."""
    return field.type == "checkbox" and field.source is None and value is False


def lines_of(table: Field, rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], ...]:
    """The rows of a table in words."""
    return tuple(tuple(display(column, value_at(row, column.path)) for column in table.columns) for row in rows)


def display(field: Field, value: Any) -> str:
    """One value in words; empty when there is none."""
    if value is None:
        return ""
    if field.type == "checklist" and isinstance(value, list):
        return "、".join(field.label_of(entry) for entry in value)
    if field.type in ("select", "radio"):
        return field.label_of(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y年%m月%d日 %H:%M")
    if isinstance(value, date):
        return value.strftime("%Y年%m月%d日")
    return str(value)


def checklist_words(entry: Mapping[str, Any], guide: Guide | None, material_id: str) -> str:
    """`已收，社保卡，复印件，已盖章；备注：…` or `未提交` with what is missing."""
    material = guide.material(material_id) if guide else None
    if not entry.get("received"):
        words = "未提交" if material is None or material.required else "未提交（非必需）"
    else:
        choices = {alternative.id: alternative.text for alternative in material.alternatives} if material else {}
        parts = ["已收", choices.get(entry.get("choice", ""), entry.get("choice", ""))]
        parts.append({"original": "原件", "copy": "复印件"}.get(entry.get("form", ""), ""))
        parts.append("已盖章" if entry.get("sealed") else "")
        lack = Owed(material, entry).lack if material else None
        parts.append(lack or "")
        words = "，".join(part for part in parts if part)
    return f"{words}；备注：{entry['remark']}" if entry.get("remark") else words


def value_at(values: Mapping[str, Any] | None, path: str) -> Any:
    """The value at a dotted path, None when any step is absent."""
    value: Any = values
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def sourced(field: Field, scope: Mapping[str, Any]) -> Any:
    """The value of a field that is only shown: its expression over the case."""
    return parse(field.source or "null").evaluate(scope, NoFunctions())


def hidden(component: Field | Group | Text, scope: Mapping[str, Any]) -> bool:
    """Whether a condition of its own, or of a group around it, hides it from this case."""
    return any(parse(condition).truth(scope, NoFunctions()) for condition in component.hide)
