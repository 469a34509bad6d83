"""Which sequence flows of a diagram the examples take: 100 % is the rule, and what is missing is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.workflow.model import Flow, Model


@dataclass(frozen=True, slots=True)
class Coverage:
    taken: int
    total: int
    missing: tuple[Flow, ...]

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return 100 * self.taken // self.total if self.total else 100

    def __str__(self) -> str:
        words = f"{self.taken}/{self.total} 条连线，{self.percent} %"
        if not self.missing:
            return words
        return f"{words}；未走过：{'、'.join(f'{f.id}（{f.name or f.target}）' for f in self.missing)}"


def coverage_of(model: Model, taken: Iterable[str]) -> Coverage:
    walked = set(taken)
    missing = tuple(f for f in model.flows.values() if f.id not in walked)
    return Coverage(len(model.flows) - len(missing), len(model.flows), missing)
