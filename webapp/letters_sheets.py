"""Letters that are printed sheets (联系函, 信息表, 参保凭证), and letters to other agencies, not to the applicant.

A sheet prints what the guide's form prints, in its order, blank cells included: the other agency reads it as the form
it knows. What the form marks with `"on_letter": false` stays in the case: questions to our own clerk, and what the
letter's head and foot say already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.forms import Form
from engine.forms.model import Field, Group, Text
from engine.forms.presenting import display, sourced, value_at

SHEETS = {  # letter -> form that it prints
    "contact_letter": "contact_letter",
    "information_sheet": "information",
    "enrolment_voucher": "voucher",
    "enquiry_result": "result",
    "withdrawal_notice": "bank_notice",
}
ADDRESSEES = {  # letter -> where the case says which agency it goes to
    "contact_letter": "application.sender.name",
    "reminder_letter": "application.sender.name",
    "information_sheet": "application.receiver.name",
    "transfer_declined_notice": "application.receiver.name",
}
_WIDE = 18  # characters from which a value takes a whole row


@dataclass(frozen=True)
class Cell:
    label: str
    words: str
    wide: bool


@dataclass(frozen=True)
class Block:
    """A heading with cells, a table, or a sentence; what it is not is empty."""

    heading: str = ""
    sentence: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()  # two cells, or a wide one
    columns: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()


def addressee(template: str, variables: Mapping[str, Any]) -> str:
    """The agency that a letter goes to; '' for letters to the applicant."""
    return str(value_at(variables, ADDRESSEES.get(template, "none")) or "")


def sheet_of(template: str, forms: Mapping[str, Form], variables: Mapping[str, Any]) -> tuple[Block, ...]:
    """The printed sheet of a letter, filled from the case; empty for letters that are no sheets."""
    form, values = forms.get(SHEETS.get(template, "")), variables.get(SHEETS.get(template, ""))
    if form is None or not isinstance(values, Mapping):
        return ()
    return tuple(_blocks(form.components, "", values, {**variables, **values}))


def _blocks(
    components: tuple[Field | Group | Text, ...], heading: str, values: Mapping[str, Any], scope: Mapping[str, Any]
) -> Iterator[Block]:
    cells: list[Cell] = []
    for component in components:
        if component.properties.get("on_letter") is False:
            continue
        if isinstance(component, Text):
            if component.kind == "statement":
                yield Block(sentence=component.text)
        elif isinstance(component, Field) and component.type != "dynamiclist":
            cells.append(_cell(component, values, scope))
        else:
            yield from _table(heading, cells)
            cells = []
            if isinstance(component, Group):
                yield from _blocks(component.components, component.label or "", values, scope)
            else:
                yield _list(component, heading, values)
    yield from _table(heading, cells)


def _cell(field: Field, values: Mapping[str, Any], scope: Mapping[str, Any]) -> Cell:
    value = sourced(field, scope) if field.source else value_at(values, field.path)
    if field.type == "radio" and "printed_options" not in field.properties:
        words = "　".join(f"{'■' if option.value == value else '□'}{option.label}" for option in field.options)
    else:
        words = f"{value:,.2f}" if field.decimals == 2 and value is not None else display(field, value)
    return Cell(field.label, words, len(words) > _WIDE)


def _table(heading: str, cells: list[Cell]) -> Iterator[Block]:
    rows: list[tuple[Cell, ...]] = []
    waiting: tuple[Cell, ...] = ()
    for cell in cells:
        if cell.wide:
            rows += [waiting] if waiting else []
            rows.append((cell,))
            waiting = ()
        elif waiting:
            rows.append((*waiting, cell))
            waiting = ()
        else:
            waiting = (cell,)
    if waiting:
        rows.append(waiting)
    if rows:
        yield Block(heading=heading, rows=tuple(rows))


def _list(field: Field, heading: str, values: Mapping[str, Any]) -> Block:
    entries = value_at(values, field.path) or []
    lines = tuple(tuple(_words(c, value_at(entry, c.path)) for c in field.columns) for entry in entries)
    return Block(heading, columns=tuple(column.label for column in field.columns), lines=lines)


def _words(column: Field, value: Any) -> str:
    """As the form shows it; a day of which the sheet prints the month only: 2018年3月."""
    if column.properties.get("on_letter") == "month" and isinstance(value, date):
        return f"{value.year}年{value.month}月"
    return display(column, value)
