"""What happened, why, and what followed: one event of a case in Chinese sentences, for who was not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actions.history import CaseEvent
from engine.actions.system import Deployed
from engine.clock import SHANGHAI
from engine.deadlines import Deadline, TimeLimit
from engine.expressions import parse
from engine.forms import Form
from engine.workflow.measures import AMENDED, EXTENDED, REOPENED
from engine.workflow.messages import letter_from
from engine.workflow.model import Element
from engine.workflow.objections import RECEIVED, RESOLVED
from engine.workflow.parser import BPMN
from engine.workflow.paths import element_id, is_seat, seat_number
from engine.workflow.program import Timekeeper
from engine.workflow.state import CaseState
from engine.workflow.words import alarm_name, deadline_name, group_name, letter_name, objection_name, outcome_name
from engine.workflow.xml import parse_xml

ERASED = "已依法删除"
MEASURES = (EXTENDED, AMENDED, REOPENED)
OBJECTION_FIELDS = {"objector": "异议人", "contact": "联系方式", "grounds": "异议理由", "reasons": "处理理由"}
REASONS = ("reason", "received_reason")  # fields in which a person says why
_CHOICE = re.compile(r"([a-z_][a-z0-9_]*)\.([a-z_][a-z0-9_.]*) = \"([^\"]*)\"")


@dataclass(frozen=True)
class Chart:
    """What the words need of a deployment's diagram and the runner does not keep."""

    deployed: Deployed
    conditions: Mapping[str, str]  # flow id -> text of its condition
    defaults: frozenset[str]  # ids of default flows

    @classmethod
    def of(cls, deployed: Deployed) -> Chart:
        root = parse_xml(deployed.bundle.bpmn.encode(), "process.bpmn").getroot()
        conditions = {
            flow.get("id", ""): (text.text or "").strip()
            for flow in root.iter(BPMN + "sequenceFlow")
            for text in flow.findall(BPMN + "conditionExpression")
        }
        defaults = frozenset(e.get("default", "") for e in root.iter("{*}exclusiveGateway", "{*}inclusiveGateway"))
        return cls(deployed, conditions, defaults - {""})

    def element(self, path: str) -> Element | None:
        return self.deployed.program.model.elements.get(element_id(path))

    def name(self, path: str) -> str:
        element = self.element(path)
        number = f"（第 {seat_number(path)} 席）" if is_seat(path) else ""
        return f"{element.name}{number}" if element else path

    def form(self, key: str) -> Form | None:
        return self.deployed.forms.get(key)


@dataclass(frozen=True)
class Moment:
    """One event between the state before it and the state after it."""

    chart: Chart
    event: CaseEvent
    before: CaseState
    after: CaseState
    timekeeper: Timekeeper  # under the calendar version recorded at the event
    timers: Mapping[tuple[str, int], datetime]  # (path, n) of each armed timer -> when it will fire

    @property
    def detail(self) -> Mapping[str, Any]:
        detail: Mapping[str, Any] = self.event.facts.get("detail") or {}
        return detail

    def limit(self, key: str) -> Deadline | None:
        return self.after.ledger.deadlines.get(key) or self.before.ledger.deadlines.get(key)


def day_and_time(instant: datetime, last: bool = False) -> str:
    """2026年10月13日 17:00; as the end of a limit (`last`) midnight is 24:00 of the day before."""
    local = instant.astimezone(SHANGHAI)
    if last and (local.hour, local.minute, local.second) == (0, 0, 0):
        local = datetime.fromtimestamp(local.timestamp() - 1, SHANGHAI)
        return f"{local.year}年{local.month}月{local.day}日 24:00"
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


# --- what ------------------------------------------------------------------------------------------------


def title(moment: Moment) -> str:
    return f"{_what(moment)}（即办）" if "counter" in moment.event.facts else _what(moment)


def _what(moment: Moment) -> str:
    name, event = moment.chart.name(moment.event.header.node), moment.event
    match event.kind:
        case "case_opened":
            return f"开立办件：{name}"
        case "task_completed":
            choice = _choice(moment)
            return f"{name}：{choice}" if choice else f"办理“{name}”"
        case "timer_fired":
            return f"到期：{name}"
        case "alarm_raised":
            return f"{deadline_name(moment.detail['key'])}{alarm_name(moment.detail['alarm'])}"
        case "message_received":
            early = "（先行登记）" if moment.detail["early"] else ""
            return f"登记回函：{letter_from(moment.chart.deployed.program.model, moment.detail['message'])}{early}"
        case "participant_substituted":
            return f"替换“{name}”的人员：{moment.detail['instead_of']} 由 {moment.detail['assignee']} 代替"
        case "task_claimed":
            return f"领取“{name}”"
        case "task_released":
            return f"退回“{name}”，待他人领取"
        case "deadline_extended":
            return f"{deadline_name(moment.detail['key'])}延期"
        case "calendar_amended":
            return "工作日历修订"
        case "case_reopened":
            return "恢复办理"
        case "objection_received":
            return f"登记第 {event.facts['n']} 号异议"
        case "objection_resolved":
            return f"第 {event.facts['n']} 号异议：{objection_name(moment.detail['resolution'])}"
    return event.kind


def _choice(moment: Moment) -> str:
    """The decision made on the form, in the words of its option."""
    form = moment.chart.form(moment.event.facts.get("form", ""))
    field = form.fields().get("decision") if form else None
    value = moment.event.submission.get("decision")
    return field.label_of(value) if field and isinstance(value, str) else ""


# --- why -------------------------------------------------------------------------------------------------


def why(moment: Moment) -> str:
    """The reason that was given, and the conditions and limits that decided."""
    return "\n".join([*_given(moment), *_limits(moment), *_conditions(moment)])


def _given(moment: Moment) -> Iterator[str]:
    event, element = moment.event, moment.chart.element(moment.event.header.node)
    if event.kind == "participant_substituted":
        yield f"理由：{moment.detail['reason']}"
    if event.kind in MEASURES:
        level = f"{moment.detail['level']}批准。" if "level" in moment.detail else ""
        yield f"{level}理由：{moment.detail['reason']}"
    if event.kind in (RECEIVED, RESOLVED):
        yield from _objection(event)
    form = moment.chart.form(event.facts.get("form", ""))
    erased = {entry[0] for entry in event.fields if len(entry) == 3}
    for path, field in form.fields().items() if form else ():
        if path.rpartition(".")[2] in REASONS:
            value = ERASED if path in erased else event.submission.get(path)
            if isinstance(value, str) and value:
                yield f"{field.label}：{value}"
    if event.kind == "task_completed" and element and element.group == "applicant" and element.act_as:
        received = event.submission.get("received_at")
        at = f"，收件时间 {day_and_time(received)}" if isinstance(received, datetime) else ""
        yield f"由{group_name(element.act_as)}代申请人登记{at}"


def _objection(event: CaseEvent) -> Iterator[str]:
    """Who objected, when and why, or who decided and why; what was lawfully erased is named and not shown."""
    detail, erased = event.facts["detail"], {entry[0] for entry in event.fields if len(entry) == 3}
    if event.kind == RECEIVED:
        yield f"收到时间：{day_and_time(detail['received_at'])}"
    else:
        yield f"{detail['decided_by']}决定"
    for key, label in OBJECTION_FIELDS.items():
        value = ERASED if key in erased else event.submission.get(key)
        if value:
            yield f"{label}：{value}"


def _limits(moment: Moment) -> Iterator[str]:
    """The limit that made a timer or an alarm go off, with its explanation."""
    element = moment.chart.element(moment.event.header.node)
    keys: tuple[str, ...] = ()
    if moment.event.kind == "timer_fired" and element and element.timer:
        keys = tuple(sorted(element.timer.deadline_keys))
    elif moment.event.kind == "alarm_raised":
        keys = (moment.detail["key"],)
    for key in keys:
        yield _explained(moment, key, moment.before)
    for key in _moved(moment):
        yield _explained(moment, key, moment.after)


def _moved(moment: Moment) -> list[str]:
    """Limits that an extension, an amended calendar or a reopening has moved: explained as they run from here on."""
    if moment.event.kind == EXTENDED:
        return [moment.detail["key"]]
    return moment.after.ledger.running_keys() if moment.event.kind in MEASURES else []


def _explained(moment: Moment, key: str, state: CaseState) -> str:
    deadline = state.ledger.deadlines.get(key)
    if deadline is None:
        return f"{deadline_name(key)}：本统筹区没有规定"
    projection = deadline.projection(moment.timekeeper.calendar, moment.timekeeper.hours)
    return f"{deadline_name(key)}：{projection.explanation}"


def _conditions(moment: Moment) -> Iterator[str]:
    """Which way each gateway went and what decided it."""
    model = moment.chart.deployed.program.model
    for decision in moment.event.facts["decisions"]:
        flow = model.flows.get(decision[1]) if decision[0] == "flow" else None
        if flow is None:
            continue
        source = model.elements.get(flow.source)
        if source is None or not source.kind.endswith("Gateway"):
            continue
        target = flow.name or moment.chart.name(flow.target)
        others = [f.id for f in model.flows.values() if f.source == flow.source and f.id in moment.chart.conditions]
        deciding = others if flow.id in moment.chart.defaults else [flow.id]
        texts = [moment.chart.conditions[i] for i in deciding if i in moment.chart.conditions]
        if not texts:
            continue
        words = "；".join(in_words(moment.chart, text) for text in texts)
        how = "不成立，按默认流向" if flow.id in moment.chart.defaults else "成立"
        yield f"“{source.name}”走向“{target}”：条件 {words} {how}"
        for key in sorted({key for text in texts for key in parse(text).deadline_keys}):
            yield _explained(moment, key, moment.after)


def in_words(chart: Chart, text: str) -> str:
    """An expression with its simple comparisons translated: `受理决定为“不予受理”（intake.decision = "reject"）`."""
    words = []
    for key, path, value in _CHOICE.findall(text):
        form = chart.form(key)
        field = form.fields().get(path) if form else None
        if field is not None:
            words.append(f"{field.label}为“{field.label_of(value)}”")
    return f"{'、'.join(words)}（{text}）" if words else text


# --- what followed ---------------------------------------------------------------------------------------


def consequences(moment: Moment) -> list[str]:
    numbers = iter(moment.event.facts.get("letters", []))
    said = [_consequence(moment, decision, numbers) for decision in moment.event.facts["decisions"]]
    if moment.event.kind == "alarm_raised" and moment.detail["party"] == "agency":
        said.append("列入督办")
    if moment.event.kind == AMENDED and "reopens" in moment.detail:
        said.append("列入督办：按修订后的日历期限尚未届满，可以恢复办理")
    return [words for words in said if words]


def _consequence(moment: Moment, decision: list[Any], numbers: Iterator[str]) -> str:
    name = moment.chart.name
    match decision:
        case ["open", "task", path, _] if is_seat(path):
            return ""  # told with whose it is
        case ["assign", path, n, who] if is_seat(path) and moment.before.node(path, n) is None:
            return f"“{name(path)}”指定由 {who} 办理"
        case ["open", "task", path, n]:
            element = moment.chart.element(path)
            round_ = f"（第 {n} 次）" if n > 1 else ""
            who = group_name(element.group) if element and element.group else "经办人员"
            return (
                f"等待申请人：{name(path)}{round_}" if who == "申请人" else f"转到“{name(path)}”{round_}，由{who}办理"
            )
        case ["open", "message", path, _]:
            return f"等待回函“{name(path)}”"
        case ["keep", _]:
            return "留存，办件到达等待的环节时使用"
        case ["deliver", _, path, _]:
            return f"使用先前登记的回函“{name(path)}”"
        case ["open", "timer", path, n]:
            due = moment.timers.get((path, n))
            return f"设定到期处理“{name(path)}”：{day_and_time(due, last=True)}" if due else ""
        case ["open", "activity", path, _]:
            return f"进入“{name(path)}”"
        case ["close", path, _, "cancelled"]:
            element = moment.chart.element(path)
            return f"“{name(path)}”取消" if element and element.kind in ("userTask", "subProcess") else ""
        case ["start", key, limit, at]:
            return f"{deadline_name(key)}开始计时：{TimeLimit.from_value(limit)}，自{day_and_time(at)}起"
        case ["end", key, at, due]:
            return f"{deadline_name(key)}{'逾期' if due is not None and at >= due else '按期'}结束"
        case ["suspend", key, *_]:
            return f"{deadline_name(key)}中止"
        case ["resume", key, *_]:
            return f"{deadline_name(key)}恢复计时"
        case ["extend", key, limit, _, _, level, _]:
            return f"{deadline_name(key)}经{level}批准延长为{TimeLimit.from_value(limit)}，起算日不变"
        case ["calendar", old, new]:
            return f"改按新的工作日历计算（{old[:12]} 改为 {new[:12]}）"
        case ["reopen", seq]:
            return f"第 {seq} 号事件起的处理不再有效，办件回到此前的状态；已发出的文书仍然列明"
        case ["objection", _, "open"]:
            return "本件公示事项在异议处理完毕前暂停"
        case ["objection", *_]:
            left = moment.after.objections.count("open")
            return f"尚有 {left} 件异议未处理" if left else "异议已全部处理，公示事项恢复办理"
        case ["letter", template, _]:
            return f"应出具{letter_name(template)}（{next(numbers, '')}）"
        case ["outcome", code, _]:
            return f"办件结束：{outcome_name(code)}"
    return ""
