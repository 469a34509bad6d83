"""Figures with their targets, as a table and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured number."""

    what: str
    database: str  # sqlite, postgresql
    value: float
    target: str = ""  # as a person writes it: '>= 2.5', '<= 5'; '' where nothing was promised
    unit: str = "x"
    detail: dict[str, Any] = field(default_factory=dict)  # medians and rounds behind it

    @property
    def reached(self) -> bool | None:
        if not self.target:
            return None
        sign, bound = self.target.split()
        return self.value >= float(bound) if sign == ">=" else self.value <= float(bound)


def table(figures: list[Figure]) -> str:
    rows = [("what", "database", "measured", "target", "")]
    words = {True: "reached", False: "NOT REACHED", None: ""}
    rows += [(f.what, f.database, f"{f.value:.4g} {f.unit}", f.target, words[f.reached]) for f in figures]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def plain(figures: list[Figure]) -> list[dict[str, Any]]:
    return [{**asdict(figure), "reached": figure.reached} for figure in figures]
