"""A submission on paper as the guide prints its form: order, labels, tables, boxes to tick, room to sign and to seal.

What no guide prints (our questions, the receipt) stays off the sheet; the page lists it apart. A form that holds
several printed sheets gives one each, without those that are blank for this case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.forms import Form
from engine.forms.model import Field, Group, Text
from engine.forms.presenting import display, hidden, sourced, value_at
from engine.forms.withholding import MARK as WITHHELD
from engine.forms.withholding import RESTRICTED
from engine.guides import Guide

DATE = "年月日"
_LINES = 2  # of a table at least, the rest is to be filled by hand
_WIDE = 14  # characters from which a label or a value takes a whole row
_LANDSCAPE = 8  # columns from which a sheet lies


@dataclass(frozen=True)
class Cell:
    label: str
    words: str
    wide: bool = False


@dataclass(frozen=True)
class Block:
    """Cells in pairs, a table, a sentence, or boxes to sign in."""

    kind: Literal["cells", "table", "sentence", "signatures"]
    heading: str = ""
    text: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()  # cells, signatures
    columns: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()

    @property
    def last_label(self) -> str:
        """A heading that only repeats it is left out."""
        return self.rows[-1][-1].label if self.rows else ""


@dataclass(frozen=True)
class Sheet:
    title: str
    table_no: str | None
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def landscape(self) -> bool:
        return any(len(block.columns) > _LANDSCAPE for block in self.blocks)


def sheets_of(
    guide: Guide, form: Form, values: Mapping[str, Any], variables: Mapping[str, Any], withheld: bool = False
) -> tuple[Sheet, ...]:
    """The printed sheets of a form, filled; empty where the guide prints none. `withheld` as in `present`."""
    sheets = []
    for printed in guide.plain.get("forms", []):
        if printed["form"] != form.key:
            continue
        writer = _Writer(values, {**variables, **values}, withheld, printed.get("part"))
        blocks = tuple(writer.blocks(form.components))
        if writer.filled:
            notes = tuple(printed.get("notes") or ())
            sheets.append(Sheet(printed["title"], printed["table_no"], notes, blocks))
    return tuple(sheets)


class _Writer:
    """Walks a form once for one of its sheets; `filled`: something of it was answered."""

    def __init__(self, values: Mapping[str, Any], scope: Mapping[str, Any], withheld: bool, wanted: str | None) -> None:
        self.values, self.scope, self.withheld, self.wanted = values, scope, withheld, wanted
        self.filled = False

    def blocks(self, components: tuple[Field | Group | Text, ...]) -> Iterator[Block]:
        yield from _joined(self._blocks(components, None, ""))

    def _blocks(self, components: tuple[Field | Group | Text, ...], sheet: str | None, heading: str) -> Iterator[Block]:
        for component in components:
            own_sheet = component.properties.get("sheet", sheet)
            if component.ours:
                continue
            if isinstance(component, Group):
                said = component.properties.get("printed_group") or component.properties.get("printed_section")
                under = (component.label or "") if said is True else said or heading
                if component.properties.get("printed_matrix") and own_sheet == self.wanted:
                    yield self._matrix(component, under)
                else:
                    yield from self._blocks(component.components, own_sheet, under)
            elif own_sheet == self.wanted:
                yield from self._component(component, heading)

    def _component(self, component: Field | Text, around: str) -> Iterator[Block]:
        own = component.properties.get("printed_group", around) or ""
        label = component.properties.get("printed", component.label if isinstance(component, Field) else component.text)
        kind = component.properties.get("printed_kind") or ("field" if isinstance(component, Field) else component.kind)
        if isinstance(component, Field) and component.type == "dynamiclist":
            yield self._table(component, own)
        elif isinstance(component, Field) and "blank_of" in component.properties:
            words = self._words(component)
            if words:
                yield Block("cells", around, rows=((_cell(component.label, words),),))
        elif kind == "signature":
            words = self._words(component) if isinstance(component, Field) else ""
            whose = own if own != around else ""  # 本人 and 单位 sign side by side
            yield Block("signatures", around, rows=((_signature(label or "", words, whose),),))
        elif isinstance(component, Field) or kind == "field":
            words = self._words(component) if isinstance(component, Field) else ""
            yield Block("cells", own, rows=((_cell(label or "", words),),))
        elif kind == "statement":
            yield Block("sentence", own, text=label or "")

    def _words(self, field: Field) -> str:
        if self.withheld and field.mark == WITHHELD:
            return RESTRICTED
        value = None if hidden(field, self.scope) else self._value(field)
        if value not in (None, False, "", []) and not field.source:
            self.filled = True
        printed = field.properties.get("printed_options")
        if field.type == "checkbox":
            return f"{'■' if value else '□'}{printed[0] if printed else ''}"
        if field.options and printed is None:
            chosen = value if isinstance(value, list) else [value]
            return "　".join(f"{'■' if option.value in chosen else '□'}{option.label}" for option in field.options)
        return f"{value:,.2f}" if field.decimals == 2 and value is not None else display(field, value)

    def _value(self, field: Field) -> Any:
        return sourced(field, self.scope) if field.source else value_at(self.values, field.path)

    def _table(self, table: Field, heading: str) -> Block:
        columns = [column for column in table.columns if not column.ours]
        entries = [] if hidden(table, self.scope) else (value_at(self.values, table.path) or [])
        self.filled = self.filled or bool(entries)
        numbered = bool(table.properties.get("printed_number"))
        lines = []
        for number in range(max(len(entries), _LINES)):
            entry = entries[number] if number < len(entries) else {}
            words = (self._column(column, entry) for column in columns)
            lines.append((*((str(number + 1),) if numbered else ()), *words))
        heads = [str(column.properties.get("printed") or column.label) for column in columns]
        return Block("table", heading, columns=(*(("序号",) if numbered else ()), *heads), lines=tuple(lines))

    def _column(self, column: Field, entry: Mapping[str, Any]) -> str:
        if self.withheld and column.mark == WITHHELD:
            return RESTRICTED
        value = value_at(entry, column.path)
        if column.type == "checkbox":
            return "√" if value else ""
        return f"{value:,.2f}" if column.decimals == 2 and value is not None else display(column, value)

    def _matrix(self, group: Group, heading: str) -> Block:
        rows = [row for row in group.components if isinstance(row, Group)]
        fields = [[field for field in row.components if isinstance(field, Field)] for row in rows]
        heads = [field.label for field in fields[0]] if fields else []
        corner = str(group.properties.get("printed_corner") or "")
        lines = tuple((row.label or "", *map(self._words, line)) for row, line in zip(rows, fields, strict=True))
        return Block("table", heading, columns=(corner, *heads), lines=lines)


def _cell(label: str, words: str) -> Cell:
    label = label.rstrip("：: ")
    return Cell(label, words, len(words) > _WIDE or len(label) > _WIDE or not label)


def _signature(label: str, words: str, whose: str) -> Cell:
    if label == DATE:
        return Cell(whose, words or "　　年　　月　　日")
    return Cell(label.rstrip("：: "), words)


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """Cells that stand side by side become one table of pairs, signatures one row of boxes, a date alone a cell."""
    waiting: list[Block] = []
    for block in blocks:
        if waiting and (block.kind, block.heading) != (waiting[0].kind, waiting[0].heading):
            yield _together(waiting)
            waiting = []
        if block.kind in ("cells", "signatures"):
            waiting.append(block)
        else:
            yield block
    if waiting:
        yield _together(waiting)


def _together(blocks: list[Block]) -> Block:
    first, cells = blocks[0], [cell for block in blocks for row in block.rows for cell in row]
    if first.kind == "signatures" and any(cell.label for cell in cells):
        return Block(first.kind, first.heading, rows=(tuple(cells),))
    rows: list[tuple[Cell, ...]] = []
    for cell in cells:
        if rows and not cell.wide and len(rows[-1]) == 1 and not rows[-1][0].wide:
            rows[-1] = (rows[-1][0], cell)
        else:
            rows.append((cell,))
    return Block("cells", first.heading, rows=tuple(rows))
