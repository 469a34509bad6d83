"""The tables of a sheet: heads in one or two rows, lines of a list, rows with heads, sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from engine.forms.model import Field, Group
from engine.forms.presenting import checklist_words, value_at
from engine.forms.printed import Head, Item, heads_of, matrix_rows
from engine.forms.sheet import Block, Cell, Line
from engine.forms.sheet_words import Words, in_words, spaced

_BLANK_LINES, _BLANK_HALVES = 6, 4  # of an empty table that is filled by hand; side by side twice as much is written


class Tables:
    """Builds the tables of one sheet."""

    def __init__(self, words: Words, everything: bool) -> None:
        self.words, self.everything = words, everything

    def table(self, item: Item, examples: Sequence[Item] = ()) -> Block:
        """A list: as many lines as were entered; the blank sheet has room for some, the first with the printed examples
        (XX市XX区（县）)."""
        table = item.component
        assert isinstance(table, Field)
        corner, heads, row_labels = heads_of(item, self.everything)
        counted = item.kind == "table"
        rows = self._entries(table)
        numbered = corner is not None
        if row_labels:
            lines = self._with_row_heads(table, heads, rows, row_labels)
        else:
            times = max(1, int(table.properties.get("printed_columns", 1))) if counted else 1
            lines = self._lines(table, heads[: len(heads) // times], rows, times, numbered)
        for example in examples if self.words.given.blank else ():
            at = [head.label for head in heads].index(example.group or "") + numbered
            written = Cell("value", example.label, example.label or "")
            lines[0] = (*lines[0][:at], written, *lines[0][at + 1 :])
        weights = [_weight(head) for head in heads]
        return Block("table", (*((2,) if numbered else ()), *weights), tuple(lines), _head_rows(corner, heads, counted))

    def _entries(self, table: Field) -> list[Mapping[str, Any]]:
        given = self.words.given
        entries = None if given.blank or given.hides(table) else value_at(given.values, table.path)
        return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []

    def _lines(
        self, table: Field, heads: Sequence[Head], rows: list[Mapping[str, Any]], times: int, numbered: bool
    ) -> list[Line]:
        least = (_BLANK_LINES if times == 1 else _BLANK_HALVES) if self.words.given.blank else 1
        count = max(least, -(-len(rows) // times))
        lines: list[Line] = []
        for number in range(count):
            cells = [Cell("value", None, "", str(number + 1) if rows else "")] if numbered else []
            for place in range(times):
                at = number * times + place
                cells += self._cells(table, heads, rows[at] if at < len(rows) else {})
            lines.append(tuple(cells))
        return lines

    def _cells(self, table: Field, heads: Sequence[Head], row: Mapping[str, Any]) -> list[Cell]:
        cells = []
        for head in heads:
            assert head.column is not None
            name = head.column.path
            beside = [c for c in table.columns if c.properties.get("blank_of") == name]
            cells.append(Cell("value", None, "", self.words.column(head.column, row, beside) if row else ""))
        return cells

    def _with_row_heads(
        self, table: Field, heads: Sequence[Head], rows: list[Mapping[str, Any]], labels: list[str]
    ) -> list[Line]:
        """疾病类型1, 小计：…, 合计：. Filled, each entry is a line, summed with those of its kind and with all."""
        if not rows:
            empty = tuple(Cell("value") for _ in heads[1:])
            return [(Cell("row_head", label, label), *empty) for label in labels]
        sums: dict[str, str] = {}
        for field in self.words.fields.values():
            if field.computed:
                sums[field.computed] = sums.get(field.computed) or self.words.words(field)
        totals = [sums.get(f"sum({table.path}.{head.column.path})") if head.column else None for head in heads[1:]]
        kind = heads[0].column.path if heads[0].column else ""
        lines: list[Line] = []
        for _, of_kind in groupby(rows, lambda row: value_at(row, kind)):
            entries = list(of_kind)
            lines += [tuple(self._cells(table, heads, row)) for row in entries]
            if len(labels) > 2:
                summed = [_sum(h, entries) if t is not None else "" for h, t in zip(heads[1:], totals, strict=True)]
                lines.append(_sum_line(labels[1], summed))
        return [*lines, _sum_line(labels[-1], [total or "" for total in totals])]

    def matrix(self, item: Item) -> Block:
        """Rows with heads; its first row's fields are the columns of all."""
        group = item.component
        assert isinstance(group, Group)
        corner, heads, labels = heads_of(item, self.everything)
        lines: list[Line] = []
        for row, label in zip(matrix_rows(group), labels, strict=True):
            fields = [f for f in row.components if isinstance(f, Field) and (not f.ours or self.everything)]
            values = [Cell("value", None, "", self.words.words(f)) for f in fields[: len(heads)]]
            values += [Cell("value") for _ in range(len(heads) - len(values))]
            lines.append((Cell("row_head", label, label), *values))
        widths = (4, *(_weight(head) for head in heads))
        return Block("table", widths, tuple(lines), _head_rows(corner or Head(""), heads, True))

    def line_of_columns(self, run: list[Item]) -> Block:
        """Fields that stand in one line below their heads (西药、医保西药…)."""
        heads = tuple(Cell("column", item.label, spaced(item.label or "")) for item in run)
        values = tuple(Cell("value", None, "", self.words.of(item)) for item in run)
        return Block("table", (1,) * len(run), (values,), (heads,))

    def findings(self, run: list[Item]) -> Block:
        """材料名称, 审核结果 and who signs: a line for each paper, the signatures beside all of them."""
        heads = [item for item in run if item.kind != "row_head"]
        rows = [item for item in run if item.kind == "row_head"]
        values = [item for item in heads if item.kind == "column"][1:]
        signed = [item for item in heads if item.kind == "signature"]
        lines: list[Line] = []
        for number, item in enumerate(rows):
            cells = [Cell("row_head", item.label, item.label or ""), Cell("value", None, "", self.words.of(item))]
            cells += [Cell("value") for _ in values[1:]]
            if number == 0:
                cells += [Cell("signature", None, self.words.place(i), height=len(rows)) for i in signed]
            lines.append(tuple(cells))
        widths = (9, *(4 for _ in heads[1:]))
        return Block("table", widths, tuple(lines), (tuple(Cell("column", h.label, h.label or "") for h in heads),))

    def checklist(self, item: Item) -> Block:
        """The materials checklist: what was received."""
        field, given = item.component, self.words.given
        assert isinstance(field, Field)
        entries = self.words.value(field)
        lines: list[Line] = []
        for material_id, entry in (entries or {}).items():
            material = given.guide.material(material_id) if given.guide else None
            words = checklist_words(entry, given.guide, material_id)
            name = Cell("value", None, "", material.text if material else material_id)
            lines.append((name, Cell("value", None, "", words)))
        heads = (Cell("column", None, "材料"), Cell("column", None, "收取情况"))
        return Block("table", (3, 2), tuple(lines) or ((Cell("value"), Cell("value")),), (heads,))


def _sum(head: Head, entries: Sequence[Mapping[str, Any]]) -> str:
    assert head.column is not None
    given = [value for entry in entries if (value := value_at(entry, head.column.path)) is not None]
    return in_words(head.column, sum(given)) if given else ""


def _sum_line(label: str, summed: Sequence[str]) -> Line:
    return (Cell("row_head", label, label), *(Cell("value", None, "", words) for words in summed))


def _head_rows(corner: Head | None, heads: Sequence[Head], counted: bool) -> tuple[Line, ...]:
    """One row, or two where columns stand under a common head."""
    deep = 2 if any(head.group for head in heads) else 1
    upper = [_column(corner.label, counted, height=deep)] if corner else []
    lower: list[Cell] = []
    before: str | None = None
    for head in heads:
        if head.group is None:
            upper.append(_column(head.label, counted, height=deep))
        else:
            if head.group != before:
                width = sum(1 for other in heads if other.group == head.group)
                upper.append(_column(head.group, counted, width=width))
            lower.append(_column(head.label, counted))
        before = head.group
    return (tuple(upper), tuple(lower)) if lower else (tuple(upper),)


def _column(label: str, counted: bool, width: int = 1, height: int = 1) -> Cell:
    return Cell("column", label if counted and label else None, spaced(label), width=width, height=height)


def _weight(head: Head) -> int:
    column = head.column
    if column is None:
        return 3
    if column.check in ("identity_number", "bank_account", "credit_code"):
        return 7
    if column.check == "phone":
        return 5
    if column.type == "number":
        return 4 if column.decimals else 3
    return 5 if column.type == "datetime" else min(6, max(3, len(head.label)))
