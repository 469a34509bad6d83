"""Under what circumstances a form is filled: the hour, the case, who is filling it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.expressions import Functions, NoFunctions
from engine.forms.people import People
from engine.guides import Guide


class _OnlyTheClock(NoFunctions):
    """Functions of a form outside a running case: it knows the hour and nothing else."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


@dataclass(frozen=True, slots=True)
class FormContext:
    """Everything a validation depends on besides the form and the input."""

    now: datetime  # aware; the one instant of the running action
    guide: Guide | None = None  # needed by forms with a materials checklist
    variables: Mapping[str, Any] = field(default_factory=dict)  # case variables: application, intake, case ...
    agency: bool = False  # a clerk is filling it (also on the applicant's behalf, 代收)
    people: People | None = None  # who may be chosen where people are; None: not known, so any user name is taken
    functions: Functions | None = None  # of the running case; None: only now() and today()

    def feel(self) -> Functions:
        return self.functions or _OnlyTheClock(self.now)
