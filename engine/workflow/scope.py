"""What an expression of a running case can see: its submissions by form key, `case`, and the ledger's functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.deadlines import assessment_opens, cycle_of, first_day_of, internal_target, months_after
from engine.workflow.draft import Draft
from engine.workflow.program import Program, Timekeeper


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of a case before its first submission and never changes."""

    number: str
    matter: str
    region: str
    office: str

    def to_value(self) -> dict[str, str]:
        return {"number": self.number, "matter": self.matter, "region": self.region, "office": self.office}


COUNTS = ("open_objections", "upheld_objections")  # of `case`, besides its facts: numbers
OPEN_OBJECTIONS = ("case", "open_objections")  # the path, as an expression's names have it


class Scope:
    """Lives for one step: looks through to the draft, so a deadline started in the step is seen by its gateways."""

    def __init__(self, program: Program, facts: CaseFacts, draft: Draft, timekeeper: Timekeeper) -> None:
        self._program = program
        self._facts = facts.to_value()
        self._draft = draft
        self._timekeeper = timekeeper
        self.functions = self

    @property
    def values(self) -> Mapping[str, Any]:
        objections = self._draft.objections
        counts = {"open_objections": objections.count("open"), "upheld_objections": objections.count("upheld")}
        return {**self._program.absent, **self._draft.variables, "case": {**self._facts, **counts}}

    # the functions of the language, see engine.expressions.Functions

    def due(self, key: str) -> datetime | None:
        return self._timekeeper.due(self._draft.ledger, key)

    def warning(self, key: str) -> datetime | None:
        return self._timekeeper.warning(self._draft.ledger, key)

    def now(self) -> datetime:
        return self._draft.at

    def working_days_after(self, day: date, count: int) -> date | None:
        return self._timekeeper.calendar.working_days_after(day, count)

    def months_after(self, day: date, count: int) -> date | None:
        return months_after(day, count)

    def cycle_of(self, day: date) -> str | None:
        return cycle_of(day)

    def assessment_opens(self, cycle: str) -> date | None:
        return assessment_opens(cycle)

    def cycle_starts(self, cycle: str) -> date | None:
        return first_day_of(cycle)

    def cycle_ends(self, cycle: str) -> date | None:
        return internal_target(cycle)
