"""Which sheets a form has, and each of them filled or blank: what the pages, letters and PDF files print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.forms.model import Form, Group, Text
from engine.forms.printed import Component, printed_items
from engine.forms.sheet import Block, Given, Sheet
from engine.forms.sheet_layout import laid_out
from engine.guides import Guide


def sheets_of(form: Form, guide: Guide, given: Given) -> list[Sheet]:
    """The printed sheets of a form that concern the case, titled as the guide titles them; one sheet with everything
    that was asked where the guide prints none."""
    entries = [entry for entry in guide.plain.get("forms", []) if entry["form"] == form.key]
    concerned = [entry for entry in entries if _concerns(form, entry.get("part"), given)]
    if not concerned:
        return [Sheet(form.title, form.table_no, blocks_of(form, None, given, everything=True))]
    return [printed_sheet(form, entry, given) for entry in concerned]


def printed_sheet(form: Form, entry: Mapping[str, Any], given: Given) -> Sheet:
    """The sheet of one entry of a guide's `forms`."""
    part = entry.get("part")
    notes = tuple(note for note in entry.get("notes", []) if note)
    return Sheet(entry["title"] or form.title, entry["table_no"], blocks_of(form, part, given), notes, part)


def blank_sheet(form: Form, entry: Mapping[str, Any]) -> Sheet:
    """The same without any value, to be filled by hand."""
    return printed_sheet(form, entry, Given(blank=True))


def blocks_of(form: Form, part: str | None, given: Given, everything: bool = False) -> tuple[Block, ...]:
    """One sheet's blocks; `everything`: also what no guide prints."""
    items = list(printed_items(form.components, part, everything, _left_out(given, everything)))
    return laid_out(items, form, given, everything)


def labels_of(sheet: Sheet) -> list[str]:
    """Every printed label of the sheet, as often as it stands there."""
    return [cell.label for cell in sheet.cells() if cell.label is not None]


def _concerns(form: Form, part: str | None, given: Given) -> bool:
    """A sheet concerns the case unless every group that makes it is hidden."""
    groups = [group for group in _groups(form.components) if part and group.properties.get("sheet") == part]
    return not groups or not all(given.hides(group) for group in groups)


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
