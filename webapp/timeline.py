"""A case's history in words: one entry an event, newest first, with what followed from it.

The engine records decisions; here they become sentences. Timers, alarms and letters are told where they happened,
gateways and flows are left to the chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actions.history import CaseEvent
from engine.deadlines import TimeLimit
from engine.forms import Shown
from webapp.casework import CaseFile
from webapp.letters_text import TITLES
from webapp.words import ALARMS, DEADLINES, outcome_name


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    seq: int
    at: datetime  # in law
    recorded_at: datetime
    who: str  # '' for the system
    what: str
    kind: str  # of the event, for the mark at its side
    follows: tuple[str, ...]  # what came of it
    shown: tuple[Shown, ...]  # the form as submitted

    @property
    def late(self) -> bool:
        """Entered well after it took effect: both instants are shown."""
        return abs((self.recorded_at - self.at).total_seconds()) > 60


def timeline(case: CaseFile, names: Mapping[str, str]) -> list[Entry]:
    """Newest first. `names`: user name -> name as printed."""
    return [_entry(case, event, names) for event in reversed(case.events)]


def actors(events: list[CaseEvent]) -> set[str]:
    return {e.header.actor for e in events} - {"system"}


def _entry(case: CaseFile, event: CaseEvent, names: Mapping[str, str]) -> Entry:
    form = event.facts.get("form", "")
    who = "" if event.header.actor == "system" else names.get(event.header.actor, event.header.actor)
    return Entry(
        seq=event.seq,
        at=event.header.effective_at,
        recorded_at=event.header.recorded_at,
        who=who,
        what=_what(case, event),
        kind=event.kind,
        follows=tuple(_follows(case, event)),
        shown=tuple(case.shown(form, event.submission)) if form and event.fields else (),
    )


def _what(case: CaseFile, event: CaseEvent) -> str:
    name, detail = case.element_name(event.header.node), event.facts.get("detail") or {}
    match event.kind:
        case "case_opened":
            return "收件，开立办件"
        case "task_completed":
            return f"办理“{name}”{_choice(case, event)}"
        case "timer_fired":
            return f"{name}（期限届满自动处理）"
        case "alarm_raised":
            return f"{DEADLINES.get(detail['key'], detail['key'])}{ALARMS.get(detail['alarm'], detail['alarm'])}"
        case "task_claimed":
            return f"领取“{name}”"
        case "task_released":
            return f"退回“{name}”，待他人领取"
    return event.kind


def _choice(case: CaseFile, event: CaseEvent) -> str:
    """The decision that was made on the form, in the words of its option."""
    form = case.deployed.forms.get(event.facts.get("form", ""))
    value = event.submission.get("decision") if form else None
    field = form.fields().get("decision") if form else None
    return f"：{field.label_of(value)}" if field and isinstance(value, str) else ""


def _follows(case: CaseFile, event: CaseEvent) -> Iterator[str]:
    numbers = iter(event.facts.get("letters", []))
    for decision in event.facts["decisions"]:
        words = _consequence(case, decision, numbers)
        if words:
            yield words


def _consequence(case: CaseFile, decision: list[Any], numbers: Iterator[str]) -> str:
    match decision:
        case ["open", "task", path, _]:
            return f"转到“{case.element_name(path)}”"
        case ["close", path, _, "cancelled"] if _is_task(case, path):
            return f"“{case.element_name(path)}”取消"
        case ["start", key, limit, _]:
            return f"{DEADLINES.get(key, key)}开始计时（{_limit_words(limit)}）"
        case ["suspend", key, *_]:
            return f"{DEADLINES.get(key, key)}暂停"
        case ["resume", key, *_]:
            return f"{DEADLINES.get(key, key)}恢复计时"
        case ["letter", template, _]:
            return f"{TITLES.get(template, template)}（{next(numbers, '')}）"
        case ["outcome", code, _]:
            return f"办件结束：{outcome_name(code)}"
    return ""


def _is_task(case: CaseFile, path: str) -> bool:
    """Timers that stop with their task are no news."""
    element = case.deployed.program.model.elements.get(path.rpartition("/")[2])
    return element is not None and element.kind == "userTask"


def _limit_words(limit: list[Any]) -> str:
    return str(TimeLimit.from_value(limit))
