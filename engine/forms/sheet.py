"""A form as it looks on paper: blocks of rows of cells, for a submission or for a blank sheet.

One model for every sheet that the product prints: a case's form, a letter that is a sheet, a guide's blank form. What
draws it knows kinds of cells and nothing of forms. Each printed label of the form stands in exactly one cell (`label`),
so that a test can count them against the published form. Made by `printing`, laid out by `sheet_layout`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from engine.expressions import Functions, NoFunctions, parse
from engine.forms.printed import Component
from engine.guides import Guide

CellKind = Literal[
    "label",  # names the cell after it
    "value",
    "inline",  # label and value in one cell
    "head",  # of a group, beside its rows
    "section",
    "statement",
    "signature",  # room to sign, seal or date, with its words
    "column",
    "row_head",
    "photo",
]
UNITS = 24  # a row of a grid is so wide
WIDE_TABLE = 9  # columns from which a sheet lies on its side


class Box(NamedTuple):
    """One printed choice."""

    label: str  # exactly as printed
    ticked: bool
    text: str  # as it is drawn: 其他（　　）


@dataclass(frozen=True, slots=True)
class Cell:
    """`label`: exactly as printed, None in cells that carry no printed label of their own."""

    kind: CellKind
    label: str | None = None
    text: str = ""  # the label as it is drawn: room for what is written by hand, blanks filled
    value: str = ""
    boxes: tuple[Box, ...] = ()
    width: int = 1  # units of its block
    height: int = 1  # rows
    tall: bool = False  # room for several lines


Line = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together. lines: no borders, above and below the table; grid: of UNITS; table: has heads."""

    kind: Literal["lines", "grid", "table"]
    widths: tuple[int, ...]  # of its columns, relative
    rows: tuple[Line, ...]
    heads: tuple[Line, ...] = ()  # repeated on every page

    @property
    def total(self) -> int:
        return sum(self.widths)

    def spans(self, lines: tuple[Line, ...]) -> list[list[tuple[Cell, int]]]:
        """Heads or rows, each cell with the width that it spans when a column's width is that many narrow columns."""
        taken: dict[int, set[int]] = {}
        drawn: list[list[tuple[Cell, int]]] = []
        for number, line in enumerate(lines):
            column, row = 0, []
            for cell in line:
                while column in taken.get(number, set()):
                    column += 1
                for below in range(number + 1, number + cell.height):
                    taken.setdefault(below, set()).update(range(column, column + cell.width))
                row.append((cell, sum(self.widths[column : column + cell.width])))
                column += cell.width
            drawn.append(row)
        return drawn


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed sheet, on pages of its own."""

    title: str
    table_no: str | None
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()  # printed below
    above: tuple[str, ...] = ()  # printed between title and table (单位：元)
    part: str | None = None
    by: str = ""  # of several people who filled it, who this one is
    printed: bool = True  # by the guide; False: a form of ours, with everything that it asks

    @property
    def landscape(self) -> bool:
        return any(block.kind == "table" and len(block.widths) >= WIDE_TABLE for block in self.blocks)

    def cells(self) -> Iterator[Cell]:
        for block in self.blocks:
            for row in (*block.heads, *block.rows):
                yield from row


@dataclass(frozen=True)
class Given:
    """What a sheet is filled with; the empty one gives the blank sheet."""

    values: Mapping[str, Any] = field(default_factory=dict)  # the submission
    variables: Mapping[str, Any] = field(default_factory=dict)  # the case's, for what is printed and entered elsewhere
    guide: Guide | None = None  # names the materials of a checklist
    withheld: bool = False  # restricted values were taken out, for somebody who does not handle the case
    functions: Functions = field(default_factory=NoFunctions)
    blank: bool = False
    letter: bool = False  # for a letter: without what its head and foot say, and without room to sign

    @property
    def scope(self) -> Mapping[str, Any]:
        return {**self.variables, **self.values}

    def hides(self, component: Component) -> bool:
        """Whether a condition of its own or of a group around it takes it away from this case."""
        return not self.blank and any(parse(c).truth(self.scope, self.functions) for c in component.hide)
