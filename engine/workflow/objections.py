"""Objections to a public notice (异议): records beside the diagram that hold back only the case concerned.

No token moves. A timer whose date reads `case.open_objections` stands still while one is open, because its expression
then gives null, and is armed again by the resolution of the last one; where it reads `case.upheld_objections` as well,
the first one upheld ends the wait at once, and others still open are answered afterwards. Which way the case goes on is
the diagram's gateway on `case.upheld_objections`. Who objected, how he is reached and on what grounds are personal data
and stand in the event's fields, never in its facts: the engine knows an objection by its number alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.errors import Conflict, NotFound
from engine.workflow.draft import Draft
from engine.workflow.program import Program
from engine.workflow.runner import Advance, Runner
from engine.workflow.state import OBJECTION_OPEN, TIMER, CaseState, Node

RECEIVED, RESOLVED = "objection_received", "objection_resolved"
UPHELD, DISMISSED = "upheld", "dismissed"
_ASKED = ("case", "open_objections")
TOO_LATE = (
    "公示期满后收到的，仍应核实：属实的，由单位负责人在协商谈判或签署协议环节决定不予签订并写明原因；"
    "协议已经签署的，按投诉举报办理"
)


def on_notice(program: Program, state: CaseState) -> bool:
    """Whether the case stands where an objection can hold it: at a timer that asks for open objections."""
    return state.status == "open" and any(_asks(program, node) for node in state.nodes)


def _asks(program: Program, node: Node) -> bool:
    timer = program.model.element_of(node.path).timer if node.kind == TIMER else None
    return timer is not None and _ASKED in timer.names


def period_ends(runner: Runner, state: CaseState) -> datetime | None:
    """First instant after the period: when the case would go on if nobody objected. None: it is not on notice."""
    asked = {node.key for node in state.nodes if _asks(runner.program, node)}
    armed = runner.armed(replace(state, objections=()))
    return next((a.due for a in armed if a.kind == "timer" and (a.key, a.n) in asked), None)


def receive(
    runner: Runner, state: CaseState, submission: Mapping[str, Any], received_at: datetime, at: datetime
) -> Advance:
    """Records the case's next objection.

    Raises Conflict where the case is not on public notice, or it came after the period while another holds the case;
    the words say what becomes of what the agency was told.
    """
    if state.status != "open":
        raise Conflict("办件已经结束，不能登记异议；反映的问题请按投诉举报办理")
    if not on_notice(runner.program, state):
        raise Conflict(f"办件不在公示期内，不能登记异议。{TOO_LATE}")
    ends = period_ends(runner, state)
    if ends is not None and received_at >= ends:
        raise Conflict(f"这份异议收到时公示期已满，不能登记。{TOO_LATE}")
    draft = Draft(state, at)
    n = len(state.objections) + 1
    draft.decide("objection", n, OBJECTION_OPEN)
    return _still(runner, RECEIVED, n, draft, submission, {"received_at": received_at})


def resolve(
    runner: Runner,
    state: CaseState,
    n: int,
    resolution: str,
    decided_by: str,
    submission: Mapping[str, Any],
    at: datetime,
) -> Advance:
    """Upholds or dismisses objection `n`. Raises NotFound where there is none, Conflict where it is resolved."""
    if resolution not in (UPHELD, DISMISSED):
        raise ValueError(f"unknown resolution {resolution!r}: expected {UPHELD} or {DISMISSED}")
    if not 1 <= n <= len(state.objections):
        raise NotFound(f"办件没有第 {n} 号异议")
    if state.objections[n - 1] != OBJECTION_OPEN:
        raise Conflict(f"第 {n} 号异议已经处理，处理结果没有改变")
    draft = Draft(state, at)
    draft.decide("objection", n, resolution)
    return _still(runner, RESOLVED, n, draft, submission, {"resolution": resolution, "decided_by": decided_by})


def _still(
    runner: Runner, kind: str, n: int, draft: Draft, submission: Mapping[str, Any], detail: Mapping[str, Any]
) -> Advance:
    state = draft.frozen(draft.base.tokens)
    decisions = tuple(draft.decisions)
    return Advance(kind, "", n, state, decisions, runner.armed(state), submission=submission, detail=detail)
