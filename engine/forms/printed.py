"""The labels of a printed form in reading order, as the published catalogue lists them.

Our definitions are the forms: this reads them back, so that a test can prove that every printed field,
option, section, statement and signature is there and nothing else pretends to be printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.model import Field, Form, Group, Text
from engine.guides import Guide


def form_fields(guide: Guide, forms: Mapping[str, Form]) -> list[dict[str, Any]]:
    """`form_fields` of the catalogue: for each printed form of the guide its entries.

    `forms` holds the region's forms by key. A guide's entry under `forms:` names the key and, where one of
    our forms holds two printed sheets, the `part` (property `sheet` of the sheet's groups).
    """
    return [
        {
            "form": printed["title"],
            "table_no": printed["table_no"],
            "fields": list(_entries(forms[printed["form"]].components, printed.get("part"), None, None)),
        }
        for printed in guide.plain.get("forms", [])
    ]


def _entries(
    components: tuple[Field | Group | Text, ...], wanted: str | None, sheet: str | None, heading: str | None
) -> Iterator[dict[str, Any]]:
    for component in components:
        properties = component.properties
        own_sheet = properties.get("sheet", sheet)
        unprinted = component.ours or "blank_of" in properties  # a blank belongs to the words around it
        if unprinted or (not isinstance(component, Group) and own_sheet != wanted):
            continue
        if isinstance(component, Group):
            if properties.get("printed_section") and own_sheet == wanted:
                yield {"label": properties.get("printed", component.label), "kind": "section"}
            printed_group = properties.get("printed_group")
            group = (component.label if printed_group is True else printed_group) or heading
            if properties.get("printed_matrix") and own_sheet == wanted:
                yield from _matrix(component, group)
            else:
                yield from _entries(component.components, wanted, own_sheet, group)
        elif isinstance(component, Field) and properties.get("printed_columns"):
            yield from _columns(component, properties.get("printed_group", heading))
        elif "printed" in properties or isinstance(component, Field) or component.kind != "help":
            yield _entry(component, heading)


def _columns(table: Field, heading: str | None) -> Iterator[dict[str, Any]]:
    """The head of a table, and the heads of its rows where the sheet prints them (小计, 合计)."""
    if table.properties.get("printed_number"):  # 序号: on the screen every row has its number anyway
        yield _head("序号", heading)
    yield from _heads(table.columns * int(table.properties["printed_columns"]), heading)  # 2: side by side on the sheet
    yield from (_head(label, heading, "row_head") for label in table.properties.get("printed_rows", []))


def _matrix(group: Group, heading: str | None) -> Iterator[dict[str, Any]]:
    """A table whose rows have heads (医生、护士…): on the screen each row is a group, its fields are the columns.

    `reversed`: the published sheet lists all of it backwards, in one row of heads.
    """
    rows = [row for row in group.components if isinstance(row, Group)]
    columns = tuple(column for column in rows[0].components if isinstance(column, Field)) if rows else ()
    corner = group.properties.get("printed_corner")
    entries = [] if corner is None else [_head(corner, heading)]
    entries += [*_heads(columns, heading), *(_head(row.label or "", heading, "row_head") for row in rows)]
    if group.properties["printed_matrix"] == "reversed":
        return ({"label": entry["label"], "kind": entry["kind"]} for entry in reversed(entries))
    return iter(entries)


def _heads(columns: tuple[Field, ...], heading: str | None) -> Iterator[dict[str, Any]]:
    """Columns with a `printed_group` stand in a second row under that head (死亡停保: 死亡日期…)."""
    below: list[dict[str, Any]] = []
    for column in columns:
        if column.ours or "blank_of" in column.properties:
            continue
        label, head = column.properties.get("printed", column.label), column.properties.get("printed_group")
        if head is None:
            yield _head(label, heading)
            continue
        if all(entry["group"] != head for entry in below):
            yield _head(head, heading)
        below.append(_head(label, head))
    yield from below


def _head(label: str, group: str | None, kind: str = "column") -> dict[str, Any]:
    return {"label": label, "kind": kind} | ({} if group is None else {"group": group})


def _entry(component: Field | Text, heading: str | None) -> dict[str, Any]:
    properties = component.properties
    words = component.label if isinstance(component, Field) else component.text
    kind = properties.get("printed_kind") or ("field" if isinstance(component, Field) else component.kind)
    entry = {"label": properties.get("printed", words), "kind": kind}
    group = properties.get("printed_group", heading)
    if group is not None:
        entry["group"] = group
    options = _options(component)
    if options:
        entry["options"] = options
    return entry


def _options(component: Field | Text) -> list[str]:
    if "printed_options" in component.properties:
        return list(component.properties["printed_options"])
    return [option.label for option in component.options] if isinstance(component, Field) else []
