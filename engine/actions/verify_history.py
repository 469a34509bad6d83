"""Verifies a case: is its record whole, and does executing it again give what was recorded?

Three findings are possible and kept apart: the record was altered; the record is whole but runs differently under
this engine; the record is lawfully erased in part, so execution cannot be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.actions.history import CaseEvent, read_events, reexecute, refold
from engine.actions.system import System
from engine.errors import EngineError, NotFound
from engine.store import cases, recorder
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState

INTACT, ALTERED, DIFFERS, UNVERIFIABLE = "intact", "altered", "differs", "unverifiable"


@dataclass(frozen=True, slots=True)
class Verdict:
    result: str  # intact, altered, differs, unverifiable
    text: str  # one Chinese sentence
    details: tuple[str, ...] = ()
    events: int = 0

    def to_value(self) -> dict[str, Any]:
        return {"result": self.result, "text": self.text, "details": list(self.details), "events": self.events}


def verify_history(system: System, case_id: int) -> Verdict:
    """Reads everything, writes nothing."""
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        if row is None:
            raise NotFound("没有这个办件")
        try:
            recorded = read_events(connection, case_id, row.number)
        except (ValueError, KeyError, TypeError) as error:
            return Verdict(ALTERED, "记录被改动：事件内容无法读取", (str(error),))
    altered = _chain(recorded, row) or _folded(recorded, row)
    if altered:
        return Verdict(ALTERED, "记录被改动", tuple(altered), len(recorded))
    if any(e.erased for e in recorded):
        return Verdict(UNVERIFIABLE, "部分内容已依法删除：哈希链完整，但不能重新执行核对", (), len(recorded))
    differing = _executed(system, row, recorded)
    if differing:
        return Verdict(DIFFERS, "记录完整，但在当前引擎下重新执行的结果不同", tuple(differing), len(recorded))
    return Verdict(INTACT, f"记录完整：{len(recorded)} 个事件的哈希链与重新执行的结果全部一致", (), len(recorded))


def _chain(recorded: list[CaseEvent], row: Any) -> list[str]:
    findings = []
    previous = ""
    for expected, event in enumerate(recorded, start=1):
        if event.seq != expected:
            findings.append(f"第 {expected} 号事件缺失")
            break
        if event.prev_hash != previous or event.computed_hash() != event.hash:
            findings.append(f"第 {event.seq} 号事件的内容与其哈希不符")
            break
        previous = event.hash
    if not findings and (row.hash != previous or row.seq != len(recorded)):
        findings.append("办件记载的最后事件与事件记录不符")
    return findings


def _folded(recorded: list[CaseEvent], row: Any) -> list[str]:
    """Digests event by event, and the state that the case shows now."""
    state = CaseState()
    try:
        for event, state in refold(recorded):
            if state.digest() != event.header.digest:
                return [f"第 {event.seq} 号事件之后的状态与其摘要不符"]
    except (EngineError, ValueError, KeyError, TypeError) as error:
        return [f"事件无法依次推算：{error}"]
    if row.state is not None:
        shown = recorder.unpack_state(row.state, row.variables)
        if shown.to_value() != state.to_value():
            return ["办件当前状态与事件推算的状态不符"]
        if not any(e.erased for e in recorded) and dict(shown.variables) != dict(state.variables):
            return ["办件当前的表单内容与事件记录的不符"]
    if (row.status, row.outcome) != (state.status, state.outcome):
        return ["办件当前的办理结果与事件推算的不符"]
    return []


def _executed(system: System, row: Any, recorded: list[CaseEvent]) -> list[str]:
    deployed = system.deployed(row.deployment_id)
    facts = CaseFacts(row.number, row.matter, row.region, row.office)
    seq = 0
    try:
        for event, advance in reexecute(system, deployed, facts, recorded):
            seq = event.seq
            if list(advance.decisions) != event.facts["decisions"]:
                return [f"第 {seq} 号事件（{event.kind}）重新执行得到不同的决定"]
            if advance.state.digest() != event.header.digest:
                return [f"第 {seq} 号事件（{event.kind}）重新执行得到不同的状态"]
    except EngineError as error:
        return [f"第 {seq + 1} 号事件不能重新执行：{error.message}"]
    return []
