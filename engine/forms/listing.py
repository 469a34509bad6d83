"""A long table in brief: how many rows, the sums of its numbers, and both for every kind of row.

Somebody who takes over a list of two thousand people checks its sums, not its lines; histories and letters must not
repeat it line by line either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.forms.importing import imports, value_of
from engine.forms.model import Field

BRIEF = 20  # rows of a table from a file that a history still tells one by one


@dataclass(frozen=True)
class Kind:
    """The rows of one kind (特困人员), or all of them."""

    label: str
    count: int
    sums: tuple[str, ...]  # as many as the summary has `numbers`


@dataclass(frozen=True)
class Summary:
    """`kinds` are the options of the first choice among the columns; empty when there is none."""

    by: str  # label of that column
    numbers: tuple[str, ...]  # labels of the columns that are summed
    kinds: tuple[Kind, ...]
    whole: Kind

    @property
    def words(self) -> str:
        """共2000行；个人缴费标准合计 760000.00；资助金额合计 380000.00"""
        sums = (f"{label}合计 {value}" for label, value in zip(self.numbers, self.whole.sums, strict=True))
        return "；".join([f"共{self.whole.count}行", *sums])


def is_brief(table: Field, rows: Sequence[Any]) -> bool:
    """Whether such a table is told by its sums."""
    return imports(table) and len(rows) > BRIEF


def summarise(table: Field, rows: Sequence[Mapping[str, Any]]) -> Summary:
    """Numbers with decimals are amounts and are summed; ages and years are not."""
    summed = [column for column in table.columns if column.type == "number" and column.decimals]
    by = next((column for column in table.columns if column.type in ("select", "radio")), None)
    kinds = tuple(_kinds(by, summed, rows)) if by else ()
    return Summary(by.label if by else "", tuple(column.label for column in summed), kinds, _kind("合计", summed, rows))


def _kinds(by: Field, summed: list[Field], rows: Sequence[Mapping[str, Any]]) -> Iterator[Kind]:
    for option in by.options:
        chosen = [row for row in rows if value_of(row, by.path) == option.value]
        if chosen:
            yield _kind(option.label, summed, chosen)
    rest = [row for row in rows if value_of(row, by.path) is None]
    if rest:
        yield _kind("未填", summed, rest)


def _kind(label: str, summed: list[Field], rows: Sequence[Mapping[str, Any]]) -> Kind:
    return Kind(label, len(rows), tuple(_sum(column, rows) for column in summed))


def _sum(column: Field, rows: Sequence[Mapping[str, Any]]) -> str:
    found = [value for row in rows if isinstance(value := value_of(row, column.path), int | Decimal)]
    return f"{sum(found, Decimal(0)):,.{column.decimals}f}"
