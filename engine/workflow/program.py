"""A deployment made ready to run: diagram, limits and the fields of its forms; and the clockwork of one moment.

A Program is derived from a deployment's bundle alone and cached by the bundle's hash, so that two cases of one
version share one parsed diagram, in whatever process they run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from engine.calendars import Calendar
from engine.clock import SHANGHAI
from engine.deadlines import Ledger, OfficeHours, TimeLimit
from engine.expressions import Expression, Functions
from engine.workflow.model import Model


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the resolved guide, with where its day is counted from."""

    limit: TimeLimit
    counts_from: Expression | None = None  # day or instant it counts from; absent or null: when its node is entered
    cases: tuple[tuple[Expression, TimeLimit], ...] = ()  # by kind of applicant; the first that holds wins

    def budget(self, values: Mapping[str, Any], functions: Functions) -> TimeLimit:
        """The budget that this case takes; what an expression reads and nobody entered is null, and does not hold."""
        return next((limit for when, limit in self.cases if when.truth(values, functions)), self.limit)


@dataclass(frozen=True)
class Program:
    """Everything of a deployment that running a case needs."""

    sha: str
    model: Model
    limits: Mapping[str, Limit]  # deadline key -> limit; a key the guide lacks is never due
    hours: OfficeHours

    @cached_property
    def form_keys(self) -> frozenset[str]:
        return frozenset(e.form for e in self.model.elements.values() if e.form)

    @cached_property
    def absent(self) -> Mapping[str, None]:
        """Every variable of the diagram, not yet submitted: null."""
        return dict.fromkeys(self.form_keys)


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Asks the ledger under one calendar version and one office's hours."""

    calendar: Calendar
    hours: OfficeHours

    def due(self, ledger: Ledger, key: str) -> datetime | None:
        return ledger.due(key, self.calendar, self.hours)

    def warning(self, ledger: Ledger, key: str) -> datetime | None:
        return ledger.warning(key, self.calendar, self.hours)


def as_instant(value: object) -> datetime | None:
    """An instant of a timer or of a limit's `counts_from`: a bare date is the start of that day in Shanghai."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=SHANGHAI)
    return None
