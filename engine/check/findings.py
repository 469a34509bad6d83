"""What the check says, and the register of its rules.

A rule is one small function with an id, a severity and a hint; it yields faults, each at one element. Rules do
not know each other: what keeps an error on one element from producing errors on innocent ones is decided in
`document.py` and `reach.py`, once for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.check.document import JINGBAN, Document
from engine.expressions import Kind
from engine.workflow.xml import parse_xml

Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"
Fields = Mapping[tuple[str, ...], Kind]  # path inside a submission -> kind of value
People = Mapping[tuple[str, ...], str]  # path inside a submission -> candidate group


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What the caller knows beyond the file; None means: not known, so not checked."""

    forms: Mapping[str, Fields] | None = None  # form key -> its fields, as `Form.kinds()` gives them
    people: Mapping[str, People] | None = None  # form key -> fields on which people are chosen
    deadline_keys: frozenset[str] | None = None  # keys of the guide's limits


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One line of the report."""

    line: int  # of the element's tag, from 1
    rule: str  # J050
    element_id: str  # "-" when the element has none
    severity: Severity
    message: str  # what is wrong, Chinese
    hint: str  # what to do, Chinese

    def text(self, name: str) -> str:
        """`FILE:LINE: error|warning Jnnn ELEMENT-ID: what is wrong; what to do`."""
        return f"{name}:{self.line}: {self.severity} {self.rule} {self.element_id}: {self.message}; {self.hint}"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one file, by line."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == ERROR)

    @property
    def ok(self) -> bool:
        return not self.errors

    def lines(self) -> list[str]:
        return [finding.text(self.name) for finding in self.findings]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule yields: the element, what is wrong there, and a hint or severity that differ from the rule's."""

    element: Any  # lxml element
    message: str
    hint: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered rule."""

    id: str
    severity: Severity
    title: str  # what it refuses, for the documentation
    hint: str
    find: Callable[[Document, CheckContext], Iterator[Fault]] = field(repr=False, compare=False)


RULES: dict[str, Rule] = {}
Finder = Callable[[Document, CheckContext], Iterator[Fault]]


def rule(rule_id: str, severity: Severity, title: str, hint: str) -> Callable[[Finder], Finder]:
    """Registers a rule; ids are never reused for another meaning."""

    def register(find: Finder) -> Finder:
        if rule_id in RULES:
            raise ValueError(f"rule {rule_id} is registered twice")
        RULES[rule_id] = Rule(rule_id, severity, title, hint, find)
        return find

    return register


def about(rule_id: str, message: str, hint: str, warning: bool = False) -> Finding:
    """A finding about a whole file, or about what stands beside the diagram."""
    return Finding(1, rule_id, "-", WARNING if warning else ERROR, shown(message, 300), hint)


def attributes_of(data: bytes, name: str) -> dict[str, set[str]]:
    """jingban: attribute -> its values in the file. Raises InvalidDiagram for what is no XML."""
    found: dict[str, set[str]] = {}
    for element in parse_xml(data, name).getroot().iter():
        for key, value in element.attrib.items():
            if str(key).startswith(JINGBAN):
                found.setdefault(str(key)[len(JINGBAN) :], set()).add(str(value).strip())
    return found


def shown(text: object, limit: int = 60) -> str:
    """Text of the file fit for one line of a report."""
    cut = str(text)
    cut = cut if len(cut) <= limit else cut[: limit - 1] + "…"
    return "".join(char if char.isprintable() else " " for char in cut).strip()
