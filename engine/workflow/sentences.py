"""What was decided, as Chinese sentences: one vocabulary for the case's history, the player and whoever tells it next.

The engine records decisions; who tells them chooses which (a history leaves timers to the chart), never how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.clock import SHANGHAI
from engine.deadlines import TimeLimit
from engine.workflow.messages import letter_from, takes_over
from engine.workflow.model import Element, Model
from engine.workflow.paths import element_id, is_seat, seat_number
from engine.workflow.scope import OPEN_OBJECTIONS
from engine.workflow.words import alarm_name, deadline_name, group_name, letter_name, objection_name, outcome_name


@dataclass(frozen=True)
class Teller:
    """Knows how the places and people of one case are called."""

    model: Model
    person: Callable[[str], str] = str  # user name -> as printed
    timers: Mapping[tuple[str, int], datetime] = field(default_factory=dict)  # (path, n) -> when it will fire

    def element(self, path: str) -> Element | None:
        return self.model.elements.get(element_id(path))

    def takes_over(self, path: str) -> bool:
        """Whether the place belongs to a letter that takes the case to it at once: that it waited is no news."""
        element = self.element(path)
        return element is not None and bool(element.message) and takes_over(self.model, element.message)

    def by_letter(self, path: str) -> bool:
        """Whether the timer at that place waits for such a letter (投诉举报人撤回), and for no day."""
        element = self.element(path)
        leads = (f.target for f in self.model.flows.values() if element is not None and f.source == element.id)
        return any(self.takes_over(target) for target in leads)

    def by_objection(self, path: str) -> bool:
        """Whether the timer at that place waits for an objection that is entered late, and for no day."""
        element = self.element(path)
        timer = element.timer if element is not None and element.attached_to else None
        return timer is not None and OPEN_OBJECTIONS in timer.names

    def stood_at(self, path: str) -> bool:
        """Whether the case stood at the timer: then it names what has come (公示结束) and no limit that ran out."""
        element = self.element(path)
        return element is not None and element.kind == "intermediateCatchEvent"

    def place(self, path: str) -> str:
        """The printed name, of a seat with its number; a place that the diagram lacks is called by its path."""
        element = self.element(path)
        number = f"（第 {seat_number(path)} 席）" if is_seat(path) else ""
        return f"{element.name}{number}" if element else path


def day_and_time(instant: datetime, last: bool = False) -> str:
    """2026年10月13日 17:00; as the end of a limit (`last`) midnight is 24:00 of the day before."""
    local = instant.astimezone(SHANGHAI)
    if last and (local.hour, local.minute, local.second) == (0, 0, 0):
        local = datetime.fromtimestamp(local.timestamp() - 1, SHANGHAI)
        return f"{local.year}年{local.month}月{local.day}日 24:00"
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def headline(teller: Teller, kind: str, node: str, facts: Mapping[str, Any], choice: str = "") -> str:
    """What an event was, in one line. `choice`: the decision made on its form, in the words of the option."""
    if kind == "timer_fired" and (teller.by_letter(node) or teller.stood_at(node)):
        return teller.place(node)
    if kind == "timer_fired" and teller.by_objection(node):
        return f"{teller.place(node)}：办件回到公示"
    words = _headline(teller, kind, teller.place(node), facts, choice)
    return f"{words}（即办）" if "counter" in facts else words


def _headline(teller: Teller, kind: str, name: str, facts: Mapping[str, Any], choice: str) -> str:
    detail = facts.get("detail") or {}
    match kind:
        case "case_opened":
            return f"开立办件：{name}"
        case "task_completed":
            return f"{name}：{choice}" if choice else f"办理“{name}”"
        case "timer_fired":
            return f"到期：{name}"
        case "alarm_raised":
            return f"{deadline_name(detail['key'])}{alarm_name(detail['alarm'])}"
        case "message_received":
            early = detail["early"] and not takes_over(teller.model, detail["message"])
            return f"登记“{letter_from(teller.model, detail['message'])}”{'（先行登记）' if early else ''}"
        case "participant_substituted":
            before, after = teller.person(detail["instead_of"]), teller.person(detail["assignee"])
            return f"替换“{name}”的人员：{before}由{after}代替"
        case "task_claimed":
            return f"领取“{name}”"
        case "task_released":
            return f"退回“{name}”，待他人领取"
        case "deadline_extended":
            return f"{deadline_name(detail['key'])}延期"
        case "calendar_amended":
            return "工作日历修订"
        case "case_reopened":
            return "恢复办理"
        case "values_erased":
            return f"依法删除个人信息 {len(detail['erased'])} 项"
        case "objection_received":
            return f"登记第 {facts['n']} 号异议"
        case "objection_resolved":
            return f"第 {facts['n']} 号异议：{objection_name(detail['resolution'])}"
    return kind


def sentence(teller: Teller, decision: list[Any], numbers: Iterator[str]) -> str:
    """One decision; '' for what only moves a token. `numbers`: of the event's letters, in order."""
    name = teller.place
    match decision:
        case ["open", "task", path, _] if is_seat(path):
            return ""  # told with whose it is
        case ["assign", path, _, who] if is_seat(path):
            return f"“{name(path)}”指定由{teller.person(who)}办理"
        case ["open", "task", path, n]:
            return _turn(teller, path, n)
        case ["open" | "deliver", _, path, _] if teller.takes_over(path):
            return ""
        case ["keep", message] if takes_over(teller.model, message):
            return ""
        case ["open", "message", path, _]:
            return f"等待“{name(path)}”"
        case ["keep", _]:
            return "留存，办件到达等待的环节时使用"
        case ["deliver", _, path, _]:
            return f"使用先前登记的“{name(path)}”"
        case ["open", "timer", path, n]:
            due = teller.timers.get((path, n))
            return f"设定到期处理“{name(path)}”：{day_and_time(due, last=True)}" if due else ""
        case ["open", "activity", path, _]:
            return f"进入“{name(path)}”"
        case ["close", path, _, "cancelled"]:
            element = teller.element(path)
            return f"“{name(path)}”取消" if element and element.kind in ("userTask", "subProcess") else ""
        case ["letter", template, _]:
            return f"应出具{letter_name(template)}（{next(numbers, '')}）"
        case ["outcome", code, _]:
            return f"办件结束：{outcome_name(code)}"
        case ["objection", _, "open"]:
            return "本件公示事项在异议处理完毕前暂停"
        case ["reopen", seq]:
            return f"第 {seq} 号事件起的处理不再有效，办件回到此前的状态；已发出的文书仍然列明"
    return _of_limits(decision)


def _turn(teller: Teller, path: str, n: int) -> str:
    """Whose turn it is now."""
    element = teller.element(path)
    round_ = f"（第 {n} 次）" if n > 1 else ""
    who = group_name(element.group) if element and element.group else "经办人员"
    if element and element.group == "applicant":
        return f"等待{who}：{teller.place(path)}{round_}"
    return f"转到“{teller.place(path)}”{round_}，由{who}办理"


def _of_limits(decision: list[Any]) -> str:
    match decision:
        case ["start", key, limit, at]:
            return f"{deadline_name(key)}开始计时：{TimeLimit.from_value(limit)}，自{day_and_time(at)}起"
        case ["end", key, at, due]:
            return f"{deadline_name(key)}{'逾期' if due is not None and at >= due else '按期'}结束"
        case ["suspend", key, *_]:
            return f"{deadline_name(key)}暂停"
        case ["resume", key, *_]:
            return f"{deadline_name(key)}恢复计时"
        case ["extend", key, limit, _, _, level, _]:
            return f"{deadline_name(key)}经{level}批准延长为{TimeLimit.from_value(limit)}，起算日不变"
        case ["calendar", old, new]:
            return f"改按新的工作日历计算（{old[:12]} 改为 {new[:12]}）"
    return ""
