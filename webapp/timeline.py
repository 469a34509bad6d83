"""A case's history in words: one entry an event, newest first, with what followed from it.

The engine records decisions; here they become sentences. Timers, alarms and letters are told where they happened,
gateways and flows are left to the chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actions.history import CaseEvent, superseded
from engine.actions.replay_words import ERASED
from engine.deadlines import TimeLimit
from engine.forms import Shown
from engine.workflow.messages import letter_from
from engine.workflow.paths import element_id, is_seat
from engine.workflow.words import alarm_name, deadline_name, letter_name, objection_name, outcome_name
from webapp.casework import CaseFile


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
    undone = superseded(case.events)
    return [_entry(case, event, names, event.seq in undone) for event in reversed(case.events)]


def actors(events: list[CaseEvent]) -> set[str]:
    """User names of everybody the history speaks of."""
    named = {d[3] for e in events for d in e.facts["decisions"] if d[0] == "assign" and is_seat(d[1])}
    return ({e.header.actor for e in events} | named) - {"system", ""}


def _entry(case: CaseFile, event: CaseEvent, names: Mapping[str, str], undone: bool) -> Entry:
    form = event.facts.get("form", "")
    who = "" if event.header.actor == "system" else names.get(event.header.actor, event.header.actor)
    return Entry(
        seq=event.seq,
        at=event.header.effective_at,
        recorded_at=event.header.recorded_at,
        who=who,
        what=_what(case, event, names)
        + ("（即办）" if "counter" in event.facts else "")
        + ("（已撤销）" if undone else ""),
        kind=event.kind,
        follows=tuple(_follows(case, event, names)),
        shown=tuple(case.shown(form, event.submission)) if form and event.fields else (),
    )


def _what(case: CaseFile, event: CaseEvent, names: Mapping[str, str]) -> str:
    name, detail = case.element_name(event.header.node), event.facts.get("detail") or {}
    match event.kind:
        case "case_opened":
            return "收件，开立办件"
        case "task_completed":
            return f"办理“{name}”{_choice(case, event)}"
        case "timer_fired":
            return f"{name}（期限届满自动处理）"
        case "alarm_raised":
            return f"{deadline_name(detail['key'])}{alarm_name(detail['alarm'])}"
        case "message_received":
            early = "（先行登记，办件到达等待的环节时使用）" if detail["early"] else ""
            return f"登记回函“{letter_from(case.deployed.program.model, detail['message'])}”{early}"
        case "participant_substituted":
            before, after = (names.get(detail[who], detail[who]) for who in ("instead_of", "assignee"))
            return f"替换“{name}”的人员：{before}由{after}代替，理由：{detail['reason']}"
        case "task_claimed":
            return f"领取“{name}”"
        case "task_released":
            return f"退回“{name}”，待他人领取"
        case "deadline_extended":
            return f"{deadline_name(detail['key'])}延期：{detail['level']}批准，{detail['reason']}"
        case "calendar_amended":
            return f"工作日历修订：{detail['reason']}"
        case "case_reopened":
            return f"恢复办理：{detail['reason']}"
        case "objection_received":
            return f"登记第 {event.facts['n']} 号异议（{event.submission.get('objector', ERASED)}）"
        case "objection_resolved":
            words = objection_name(detail["resolution"])
            return f"第 {event.facts['n']} 号{words}（{detail['decided_by']}决定）"
    return event.kind


def _choice(case: CaseFile, event: CaseEvent) -> str:
    """The decision that was made on the form, in the words of its option."""
    form = case.deployed.forms.get(event.facts.get("form", ""))
    value = event.submission.get("decision") if form else None
    field = form.fields().get("decision") if form else None
    return f"：{field.label_of(value)}" if field and isinstance(value, str) else ""


def _follows(case: CaseFile, event: CaseEvent, names: Mapping[str, str]) -> Iterator[str]:
    if event.kind == "participant_substituted":
        return  # its title says it all
    numbers = iter(event.facts.get("letters", []))
    for decision in event.facts["decisions"]:
        words = _consequence(case, event, decision, numbers, names)
        if words:
            yield words


def _consequence(
    case: CaseFile, event: CaseEvent, decision: list[Any], numbers: Iterator[str], names: Mapping[str, str]
) -> str:
    match decision:
        case ["open", "message", path, _]:
            return f"等待回函“{case.element_name(path)}”"
        case ["deliver", _, path, _]:
            return f"使用先前登记的回函“{case.element_name(path)}”"
        case ["open", "task", path, _] if is_seat(path):
            return ""  # told with whose it is
        case ["assign", path, _, who] if is_seat(path):
            return f"“{case.element_name(path)}”指定由{names.get(who, who)}办理"
        case ["open", "task", path, _]:
            return f"转到“{case.element_name(path)}”"
        case ["close", path, _, "cancelled"] if _is_task(case, path):
            return f"“{case.element_name(path)}”取消"
        case ["start", key, limit, _]:
            return f"{deadline_name(key)}开始计时（{_limit_words(limit)}）"
        case ["suspend", key, *_]:
            return f"{deadline_name(key)}暂停"
        case ["resume", key, *_]:
            return f"{deadline_name(key)}恢复计时"
        case ["extend", key, limit, *_]:
            return f"{deadline_name(key)}延长为{_limit_words(limit)}，起算日不变"
        case ["reopen", seq]:
            return f"第 {seq} 号事件起的处理不再有效"
        case ["objection", _, "open"]:
            return f"理由：{event.submission.get('grounds', ERASED)}"
        case ["objection", *_]:
            return f"理由：{event.submission.get('reasons', ERASED)}"
        case ["letter", template, _]:
            return f"{letter_name(template)}（{next(numbers, '')}）"
        case ["outcome", code, _]:
            return f"办件结束：{outcome_name(code)}"
    return ""


def _is_task(case: CaseFile, path: str) -> bool:
    """Timers that stop with their task are no news."""
    element = case.deployed.program.model.elements.get(element_id(path))
    return element is not None and element.kind == "userTask"


def _limit_words(limit: list[Any]) -> str:
    return str(TimeLimit.from_value(limit))
