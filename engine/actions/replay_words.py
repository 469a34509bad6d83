"""What happened, why, and what followed: one event of a case in Chinese sentences, for who was not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actions.history import CaseEvent
from engine.actions.system import Deployed
from engine.deadlines import Deadline
from engine.events import ERASURE
from engine.expressions import parse
from engine.forms import Form
from engine.workflow.measures import AMENDED, EXTENDED, REOPENED
from engine.workflow.model import Element
from engine.workflow.objections import RECEIVED, RESOLVED
from engine.workflow.parser import BPMN
from engine.workflow.paths import element_id
from engine.workflow.program import Timekeeper
from engine.workflow.sentences import Teller, day_and_time, headline, sentence
from engine.workflow.state import CaseState
from engine.workflow.words import deadline_name, group_name
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
    teller: Teller

    @property
    def detail(self) -> Mapping[str, Any]:
        detail: Mapping[str, Any] = self.event.facts.get("detail") or {}
        return detail

    def limit(self, key: str) -> Deadline | None:
        return self.after.ledger.deadlines.get(key) or self.before.ledger.deadlines.get(key)


# --- what ------------------------------------------------------------------------------------------------


def title(moment: Moment) -> str:
    event = moment.event
    return headline(moment.teller, event.kind, event.header.node, event.facts, _choice(moment))


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
    if event.kind == ERASURE:
        yield f"{moment.detail['basis']}。理由：{moment.detail['reason']}"
        yield "删除的内容：" + "、".join(dict.fromkeys(_erased_words(moment)))
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


def _erased_words(moment: Moment) -> Iterator[str]:
    """Labels of what an erasure took: of the fields of every form that the case has, else their paths."""
    known = {
        path: field.label for form in moment.chart.deployed.forms.values() for path, field in form.fields().items()
    }
    for _, path in moment.detail["erased"]:
        yield known.get(path) or OBJECTION_FIELDS.get(path, path)


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
        target = flow.name or moment.teller.place(flow.target)
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
    match decision:
        case ["assign", path, n, _] if moment.before.node(path, n) is not None:
            return ""  # a substitution: its title says who
        case ["objection", _, status] if status != "open":
            left = moment.after.objections.count("open")
            return f"尚有 {left} 件异议未处理" if left else "异议已全部处理，公示事项恢复办理"
    return sentence(moment.teller, decision, numbers)
