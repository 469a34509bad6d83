"""Verifies a case: is its record whole, and does executing it again give what was recorded?

Three findings are possible and kept apart: the record was altered; the record is whole but runs differently under
this engine; the record is whole and lawfully erased in part, so execution cannot be repeated. The last is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.actions.case_row import state_holds, told
from engine.actions.history import UNREADABLE, CaseEvent, broken_at, read_events, reexecute, refold
from engine.actions.system import Deployed, System
from engine.errors import EngineError, NotFound
from engine.events import ERASURE, is_erased
from engine.store import cases, finding
from engine.workflow.runner import Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.sentences import day_and_time
from engine.workflow.state import CaseState

INTACT, ALTERED, DIFFERS, UNVERIFIABLE = "intact", "altered", "differs", "unverifiable"
COLUMNS = {
    "matter": "事项", "region": "统筹区", "office": "经办机构", "opened_at": "立案时间", "opened_by": "立案人",
    "open_request": "立案请求", "status": "办理状态", "outcome": "办理结果", "closed_at": "办结时间",
    "variables": "表单内容", "applicant": "申请人",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    result: str  # intact, altered, differs, unverifiable
    text: str  # one Chinese sentence
    details: tuple[str, ...] = ()
    events: int = 0

    @property
    def sound(self) -> bool:
        """Nothing was altered: every event is whole, and what is gone was erased by an event that says so."""
        return self.result in (INTACT, UNVERIFIABLE)

    def to_value(self) -> dict[str, Any]:
        return {"result": self.result, "text": self.text, "details": list(self.details), "events": self.events}


def verify_history(system: System, case_id: int) -> Verdict:
    """Reads everything, writes nothing."""
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        if row is None:
            raise NotFound("没有这个办件")
        linked = cases.by_id(connection, row.linked_case) if row.linked_case is not None else None
        try:
            recorded = read_events(connection, case_id, row.number)
        except (NotFound, *UNREADABLE) as error:
            return Verdict(ALTERED, "记录被改动：事件内容无法读取", (type(error).__name__,))
    try:
        deployed = system.deployed(row.deployment_id)
    except EngineError as error:
        return Verdict(ALTERED, "记录被改动：办件所用的流程版本无法读取", (error.message,), len(recorded))
    altered = (
        _chain(recorded, row)
        or _erasures(recorded)
        or _folded(recorded, row, deployed, linked.number if linked else None)
    )
    if altered:
        return Verdict(ALTERED, "记录被改动", tuple(altered), len(recorded))
    if any(e.erased for e in recorded):
        words = "记录完整，没有被改动：部分内容已依法删除，每一项都有删除的记录；缺少这些内容，不再重新执行"
        with system.store.reading() as connection:
            names = finding.names_of(connection, {e.header.actor for e in recorded if e.kind == ERASURE})
        return Verdict(UNVERIFIABLE, words, tuple(_erased(recorded, names)), len(recorded))
    differing = _executed(system, deployed, row, recorded)
    if differing:
        return Verdict(DIFFERS, "记录完整，但在当前引擎下重新执行的结果不同", tuple(differing), len(recorded))
    return Verdict(INTACT, f"记录完整：{len(recorded)} 个事件的哈希链与重新执行的结果全部一致", (), len(recorded))


def _chain(recorded: list[CaseEvent], row: Any) -> list[str]:
    broken = broken_at(recorded)
    if broken is not None:
        return [f"第 {broken} 号事件缺失，或其内容与哈希不符"]
    if row.hash != recorded[-1].hash or row.seq != len(recorded):
        return ["办件记载的最后事件与事件记录不符"]
    return []


def _erasures(recorded: list[CaseEvent]) -> list[str]:
    """What is gone must have been erased by an event that says so, and what such an event names must be gone."""
    try:
        told = {
            (seq, path)
            for event in recorded
            if event.kind == ERASURE
            for seq, path in event.facts["detail"]["erased"]
            if seq < event.seq
        }
        gone = {(event.seq, entry[0]) for event in recorded for entry in event.fields if is_erased(entry)}
    except UNREADABLE as error:
        return [f"删除个人信息的记录无法读取（{type(error).__name__}）"]
    return [
        *(f"第 {seq} 号事件的“{path}”不见了，却没有删除的记录" for seq, path in sorted(gone - told)),
        *(f"第 {seq} 号事件的“{path}”登记为已删除，内容却还在" for seq, path in sorted(told - gone)),
    ]


def _erased(recorded: list[CaseEvent], names: Mapping[str, str]) -> Iterator[str]:
    for event in recorded:
        if event.kind == ERASURE:
            many, basis = len(event.facts["detail"]["erased"]), event.facts["detail"]["basis"]
            when, who = day_and_time(event.header.effective_at), names.get(event.header.actor, event.header.actor)
            yield f"第 {event.seq} 号事件：{who}于{when}删除 {many} 项，依据：{basis}"


def _folded(recorded: list[CaseEvent], row: Any, deployed: Deployed, linked: str | None) -> list[str]:
    """Digests event by event, and what the case's row shows now."""
    state = CaseState()
    try:
        for event, state in refold(recorded):
            if state.digest() != event.header.digest:
                return [f"第 {event.seq} 号事件之后的状态与其摘要不符"]
        expected = told(recorded, deployed, state)
        case = recorded[0].facts["case"]
        if (case["deployment"], case["version"]) != (deployed.bundle.sha, deployed.version):
            return ["办件当前的流程版本与立案时记录的不符"]
        if case["linked"] != linked:
            return ["办件当前关联的办件与立案时记录的不符"]
    except (EngineError, *UNREADABLE) as error:
        return [f"事件无法依次推算（{type(error).__name__}）"]
    wrong = [name for name, value in expected.items() if getattr(row, name) != value]
    if wrong:
        return [f"办件当前的{'、'.join(COLUMNS.get(name, name) for name in wrong)}与事件记录的不符"]
    if row.state is not None and not state_holds(row, state):
        return ["办件当前状态与事件推算的状态不符"]
    return []


def _executed(system: System, deployed: Deployed, row: Any, recorded: list[CaseEvent]) -> list[str]:
    facts = CaseFacts(row.number, row.matter, row.region, row.office)
    seq, before = 0, CaseState()
    try:
        for event, advance in reexecute(system, deployed, facts, recorded):
            seq = event.seq
            runner = Runner(deployed.program, facts, system.timekeeper(deployed, event.header.calendar))
            off = _off_time(runner, before, event)
            if off:
                return [f"第 {seq} 号事件（{event.kind}）{off}"]
            before = advance.state
            if list(advance.decisions) != event.facts["decisions"]:
                return [f"第 {seq} 号事件（{event.kind}）重新执行得到不同的决定"]
            if advance.state.digest() != event.header.digest:
                return [f"第 {seq} 号事件（{event.kind}）重新执行得到不同的状态"]
    except EngineError as error:
        return [f"第 {seq + 1} 号事件不能重新执行：{error.message}"]
    except UNREADABLE as error:
        return [f"第 {seq + 1} 号事件不能重新执行（{type(error).__name__}）"]
    return []


def _off_time(runner: Runner, before: CaseState, event: CaseEvent) -> str:
    """What is wrong with when a timer or an alarm went off; '' when it was its due instant, or anything else.

    However late a worker comes, what was due has fired in law when it was due, and never before.
    """
    if event.kind not in ("timer_fired", "alarm_raised"):
        return ""
    detail = event.facts.get("detail", {})
    wanted = (detail.get("alarm", "timer"), detail.get("key", event.header.node), event.facts["n"])
    due = next((a.due for a in runner.armed(before) if (a.kind, a.key, a.n) == wanted), None)
    if due is None:
        return "当时没有设定"
    expected = max(due, before.effective_at) if before.effective_at else due
    if event.header.effective_at == expected:
        return ""
    return f"没有在到期时刻执行：应为 {day_and_time(expected)}，记为 {day_and_time(event.header.effective_at)}"
