"""The functions that need to know the case: handed in by the caller, never found in submitted data.

A call is recognised by the grammar and looked up here and nowhere else, so a form field named `due` shadows
nothing. All of them are asked with checked arguments.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from engine.errors import InvalidExpression


class Functions(Protocol):
    """What a case answers while an expression is evaluated."""

    def due(self, key: str) -> datetime | None:
        """First instant too late of the deadline `key`, UTC; None when the guide has no such limit."""
        ...

    def warning(self, key: str) -> datetime | None:
        """Instant at which the deadline `key` warns, UTC; None when the guide has no such limit."""
        ...

    def now(self) -> datetime:
        """The one instant of the running action, aware."""
        ...

    def working_days_after(self, day: date, count: int) -> date | None:
        """The `count`-th working day after `day` (民法典 201: the first day is not counted)."""
        ...

    def months_after(self, day: date, count: int) -> date | None:
        """The corresponding day `count` months later (民法典 202)."""
        ...

    def cycle_of(self, day: date) -> str | None:
        """The quarterly cycle that papers accepted on `day` belong to, e.g. `2026Q1`."""
        ...

    def assessment_opens(self, cycle: str) -> date | None:
        """The day on which the assessment of a cycle opens."""
        ...

    def cycle_starts(self, cycle: str) -> date | None:
        """The first day of a cycle."""
        ...

    def cycle_ends(self, cycle: str) -> date | None:
        """The last day of a cycle."""
        ...


class NoFunctions:
    """For conditions outside a running case (a form's `when:`): no deadlines, no clock, no calendar."""

    def due(self, key: str) -> datetime | None:
        return None

    def warning(self, key: str) -> datetime | None:
        return None

    def now(self) -> datetime:
        raise InvalidExpression("此处的条件不能使用 now() 或 today()")

    def working_days_after(self, day: date, count: int) -> date | None:
        raise InvalidExpression("此处的条件不能使用 working days after()")

    def months_after(self, day: date, count: int) -> date | None:
        raise InvalidExpression("此处的条件不能使用 months after()")

    def cycle_of(self, day: date) -> str | None:
        raise InvalidExpression("此处的条件不能使用 cycle of()")

    def assessment_opens(self, cycle: str) -> date | None:
        raise InvalidExpression("此处的条件不能使用 assessment opens()")

    def cycle_starts(self, cycle: str) -> date | None:
        raise InvalidExpression("此处的条件不能使用 cycle starts()")

    def cycle_ends(self, cycle: str) -> date | None:
        raise InvalidExpression("此处的条件不能使用 cycle ends()")
