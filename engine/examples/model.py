"""What an example is once read, and the two ways it can be wrong: not an example, or not what the engine does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import EngineError, InvalidInput


class InvalidExample(InvalidInput):
    """示例写得不正确。"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as told. `name`: of expecting.EXPECTATIONS, of an example's end, or `act`: the step."""

    name: str
    wanted: str
    had: str

    def __str__(self) -> str:
        return f"{self.name} 应为 {self.wanted}，实为 {self.had}"


class ExampleFailed(EngineError):
    """示例与实际办理的结果不符。"""

    def __init__(self, message: str | None = None, *differences: Difference) -> None:
        super().__init__(message)
        self.differences = differences


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands, for messages."""

    file: str
    line: int
    example: str = ""
    step: int = 0  # from 1; 0: the example as a whole

    def __str__(self) -> str:
        words = f"{self.file}:{self.line}:"
        if self.example:
            words += f" “{self.example}”"
        return f"{words} 第{self.step}步" if self.step else words


@dataclass(frozen=True, slots=True)
class Person:
    """A named user of the installation."""

    username: str
    name: str
    roles: tuple[str, ...]
    region: str = ""  # '': the example's
    office: str = ""  # '': the example's, or 本级 of another region
    active: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens at one instant."""

    place: Place
    at: datetime  # aware
    act: str  # one of loading.ACTS
    what: str  # whom or what it is about, as loading.py tells for every act; '' for none
    values: Mapping[str, Any]  # of the form, over what `given` says
    by: str  # lane of who does it; '': the lane that the task is for
    who: str  # user name of a named person, or any word for another person of the lane; '': the usual one
    to: str  # substitute: user name of who takes the seat
    reason: str  # of a substitution, an extension, a reopening
    linked: bool  # open: a new case linked to the one before
    expect: Mapping[str, Any]  # see expecting.py


@dataclass(frozen=True, slots=True)
class Example:
    place: Place
    sentence: str
    region: str
    office: str
    steps: tuple[Step, ...]
    end: Mapping[str, Any]  # outcome, node, event instant
    path: tuple[str, ...]  # printed names of start, tasks, awaited letters and end, in order; empty: not told
    people: tuple[Person, ...] = ()

    def __str__(self) -> str:
        return f"{self.sentence}［{self.region}］"
