"""Which sheets a form has, and each of them filled or blank: what the pages, letters and PDF files print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.forms.model import Field, Form, Group, Text
from engine.forms.presenting import value_at
from engine.forms.printed import Component, printed_items
from engine.forms.sheet import Block, Given, Sheet
from engine.forms.sheet_layout import laid_out
from engine.guides import Guide

_ABOVE = ("单位：", "单元：", "（此表由")  # beginnings of what stands between title and table


def sheets_of(form: Form, guide: Guide, given: Given) -> list[Sheet]:
    """The printed sheets of a form that concern the case, titled as the guide titles them; one sheet with everything
    that was asked where the guide prints none."""
    entries = [entry for entry in guide.plain.get("forms", []) if entry["form"] == form.key]
    concerned = [entry for entry in entries if _concerns(form, entry, given)]
    if not concerned:
        return [Sheet(form.title, form.table_no, blocks_of(form, None, given, everything=True), printed=False)]
    return [printed_sheet(form, entry, given) for entry in concerned]


def printed_sheet(form: Form, entry: Mapping[str, Any], given: Given) -> Sheet:
    """The sheet of one entry of a guide's `forms`."""
    part = entry.get("part")
    placed = {item.component.properties.get("printed_under") for item in printed_items(form.components, part)}
    said = [note for note in entry.get("notes", []) if note and note not in placed]
    above = tuple(note for note in said if note.startswith(_ABOVE))
    return Sheet(
        title=entry["title"] or form.title,
        table_no=entry["table_no"],
        blocks=blocks_of(form, part, given),
        notes=tuple(note for note in said if note not in above),
        above=above,
        part=part,
    )


def blank_sheet(form: Form, entry: Mapping[str, Any]) -> Sheet:
    """The same without any value, to be filled by hand."""
    return printed_sheet(form, entry, Given(blank=True))


def blocks_of(form: Form, part: str | None, given: Given, everything: bool = False) -> tuple[Block, ...]:
    """One sheet's blocks; `everything`: also what no guide prints."""
    items = list(printed_items(form.components, part, everything, _left_out(given, everything)))
    items = [item for item in items if everything or "printed_within" not in item.component.properties]
    return laid_out(items, form, given, everything)


def labels_of(sheet: Sheet) -> list[str]:
    """Every printed label of the sheet, as often as it stands there."""
    return [cell.label for cell in sheet.cells() if cell.label is not None]


def _concerns(form: Form, entry: Mapping[str, Any], given: Given) -> bool:
    """A sheet concerns the case when something of it was entered, unless all the groups that make it are hidden."""
    part = entry.get("part")
    groups = [group for group in _groups(form.components) if part and group.properties.get("sheet") == part]
    if groups and all(given.hides(group) for group in groups):
        return False
    return any(_entered(item.component, given) for item in printed_items(form.components, part))


def _entered(component: Component, given: Given) -> bool:
    if isinstance(component, Group):  # a matrix
        return any(_entered(inner, given) for inner in component.components)
    if not isinstance(component, Field) or component.source or given.hides(component):
        return False
    return value_at(given.values, component.path) not in (None, False, "", [])


def _groups(components: tuple[Component, ...]) -> Iterator[Group]:
    for component in components:
        if isinstance(component, Group):
            yield component
            yield from _groups(component.components)


def _left_out(given: Given, everything: bool) -> Callable[[Component], bool]:
    def left_out(component: Component) -> bool:
        if given.letter and (component.properties.get("on_letter") is False or _to_sign(component)):
            return True
        return everything and given.hides(component)

    return left_out


def _to_sign(component: Component) -> bool:
    return isinstance(component, Text) and component.kind == "signature"
