"""What a printed form says, in reading order: one walk for the sheet that is printed and for the published catalogue.

Our definitions are the forms: `form_fields` reads them back, so that a test can prove that every printed field,
option, section, statement and signature is there and nothing else pretends to be printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from engine.forms.model import Field, Form, Group, Text
from engine.guides import Guide

Component = Field | Group | Text


class Item(NamedTuple):
    """One printed thing. Of a table or matrix the heads are still inside: `heads_of` takes them out."""

    component: Component
    label: str | None  # as printed; None: only its options are
    kind: str  # field, section, statement, signature, column, row_head, example, help; table, matrix
    group: str | None  # the head that it stands under, 原登记事项/开户银行 for one within another


class Head(NamedTuple):
    """The head of a column or row; `column` is the field below it."""

    label: str
    group: str | None = None
    column: Field | None = None


def printed_items(
    components: tuple[Component, ...],
    part: str | None,
    everything: bool = False,
    left_out: Callable[[Component], bool] = lambda component: False,
) -> Iterator[Item]:
    """The items of one sheet of a form; `part`: which of its sheets (property `sheet`), None: the only or first one.

    `everything`: also what is ours, of a form that no guide prints; its groups' names are then its sections.
    """
    return _items(components, _Sheet(part, everything, left_out), None, None)


class _Sheet(NamedTuple):
    part: str | None
    everything: bool
    left_out: Callable[[Component], bool]


def _items(components: tuple[Component, ...], of: _Sheet, sheet: str | None, heading: str | None) -> Iterator[Item]:
    for component in components:
        properties = component.properties
        own_sheet = properties.get("sheet", sheet)
        unprinted = (component.ours and not of.everything) or "blank_of" in properties  # a blank: see the words around
        here = own_sheet == of.part or (of.everything and of.part is None)
        if unprinted or of.left_out(component) or (not isinstance(component, Group) and not here):
            continue
        if isinstance(component, Group):
            if here and (properties.get("printed_section") or (of.everything and _names_section(component))):
                yield Item(component, properties.get("printed", component.label), "section", None)
            printed_group = properties.get("printed_group")
            group = (component.label if printed_group is True else printed_group) or heading
            if properties.get("printed_matrix") and here:
                yield Item(component, None, "matrix", group)
            else:
                yield from _items(component.components, of, own_sheet, group)
        elif isinstance(component, Field) and (properties.get("printed_columns") or _is_list(component, of)):
            yield Item(component, component.label, "table", properties.get("printed_group", heading))
        elif "printed" in properties or isinstance(component, Field) or component.kind != "help":
            words = component.label if isinstance(component, Field) else component.text
            kind = properties.get("printed_kind") or ("field" if isinstance(component, Field) else component.kind)
            yield Item(component, properties.get("printed", words), kind, properties.get("printed_group", heading))


def _names_section(group: Group) -> bool:
    return bool(group.label) and not ({"printed_group", "printed_section"} & group.properties.keys())


def _is_list(field: Field, of: _Sheet) -> bool:
    return of.everything and field.type == "dynamiclist"


def heads_of(item: Item, everything: bool = False) -> tuple[Head | None, list[Head], list[str]]:
    """Of a table or matrix: its corner (序号, 人员类别), the heads of its columns from left to right, of its rows."""
    properties = item.component.properties
    if isinstance(item.component, Field):
        columns = tuple(column for column in item.component.columns if not _between(column, everything))
        corner = (
            Head("序号") if properties.get("printed_number") else None
        )  # on the screen every row is numbered anyway
        return corner, [_head(c) for c in columns] * _times(item.component), list(properties.get("printed_rows", []))
    assert isinstance(item.component, Group)
    rows = matrix_rows(item.component)
    columns = tuple(column for column in rows[0].components if isinstance(column, Field)) if rows else ()
    printed = properties.get("printed_corner")
    corner = None if printed is None else Head(printed)
    return corner, [_head(c) for c in columns if not _between(c, everything)], [row.label or "" for row in rows]


def matrix_rows(group: Group) -> list[Group]:
    """The rows of a table whose rows have heads (医生、护士…): on the screen groups, whose fields are the columns."""
    return [row for row in group.components if isinstance(row, Group)]


def _between(column: Field, everything: bool) -> bool:
    return (column.ours and not everything) or "blank_of" in column.properties


def _head(column: Field) -> Head:
    return Head(column.properties.get("printed", column.label), column.properties.get("printed_group"), column)


def _times(table: Field) -> int:
    return int(table.properties.get("printed_columns", 1))  # 2: side by side on the sheet


def printed_options(component: Component) -> list[str]:
    """The choices that are printed, each with its box."""
    if "printed_options" in component.properties:
        return list(component.properties["printed_options"])
    return [option.label for option in component.options] if isinstance(component, Field) else []


def form_fields(guide: Guide, forms: Mapping[str, Form]) -> list[dict[str, Any]]:
    """`form_fields` of the catalogue: for each printed form of the guide its entries.

    `forms` holds the region's forms by key. A guide's entry under `forms:` names the key and, where one of
    our forms holds two printed sheets, the `part` (property `sheet` of the sheet's groups).
    """
    return [
        {
            "form": printed["title"],
            "table_no": printed["table_no"],
            "fields": [
                entry
                for item in printed_items(forms[printed["form"]].components, printed.get("part"))
                for entry in _entries(item)
            ],
        }
        for printed in guide.plain.get("forms", [])
    ]


def _entries(item: Item) -> Iterator[dict[str, Any]]:
    if item.kind not in ("table", "matrix"):
        yield _entry(item.label, item.kind, item.group, printed_options(item.component))
        return
    corner, columns, rows = heads_of(item)
    entries = [] if corner is None else [_entry(corner.label, "column", item.group)]
    entries += [*_columns(columns, item.group), *(_entry(label, "row_head", item.group) for label in rows)]
    if item.component.properties.get("printed_matrix") == "reversed":  # listed backwards, in one row of heads
        entries = [{"label": entry["label"], "kind": entry["kind"]} for entry in reversed(entries)]
    yield from entries


def _columns(heads: list[Head], heading: str | None) -> Iterator[dict[str, Any]]:
    """Columns with a `printed_group` stand in a second row under that head (死亡停保: 死亡日期…)."""
    below: list[dict[str, Any]] = []
    for head in heads:
        if head.group is None:
            yield _entry(head.label, "column", heading)
            continue
        if all(entry["group"] != head.group for entry in below):
            yield _entry(head.group, "column", heading)
        below.append(_entry(head.label, "column", head.group))
    yield from below


def _entry(label: str | None, kind: str, group: str | None, options: list[str] | None = None) -> dict[str, Any]:
    entry: dict[str, Any] = {"label": label, "kind": kind}
    if group is not None:
        entry["group"] = group
    if options:
        entry["options"] = options
    return entry
