"""Objections to a public notice (异议): records beside the diagram that hold back only the case concerned.

No token moves. A timer whose date reads `case.open_objections` stands still while one is open, because its expression
then gives null, and is armed again by the resolution of the last one; where it reads `case.upheld_objections` as well,
the first one upheld ends the wait at once, and others still open are answered afterwards. Which way the case goes on is
the diagram's gateway on `case.upheld_objections`. Who objected, how he is reached and on what grounds are personal data
and stand in the event's fields, never in its facts: the engine knows an objection by its number alone.

What counts is when the agency received it. One that was received within the period and entered afterwards is heard as
long as the diagram has a timer that asks for open objections at the side of the step where the case stands: that timer
fires at once and leads back to the notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.clock import local_date
from engine.errors import Conflict, NotFound
from engine.workflow.draft import Draft
from engine.workflow.model import Element
from engine.workflow.program import Program, as_instant
from engine.workflow.runner import Advance, Runner
from engine.workflow.scope import OPEN_OBJECTIONS, Scope
from engine.workflow.state import OBJECTION_OPEN, TIMER, CaseState

RECEIVED, RESOLVED = "objection_received", "objection_resolved"
UPHELD, DISMISSED = "upheld", "dismissed"
_NOTICE = "notice"  # form key of what was registered of the notice
TOO_LATE = (
    "公示期满后收到的，仍应核实：属实的，由单位负责人在协商谈判或签署协议环节决定不予签订并写明原因；"
    "协议已经签署的，按投诉举报办理"
)
SIGNED = "协议已经签署（或已认可当地协议）的，异议不能再使办件停下：请按投诉举报办理，属实的依协议约定中止或者解除协议"


def on_notice(program: Program, state: CaseState) -> bool:
    """Whether the case stands at the notice: at a timer on its way that asks for open objections."""
    return any(_on_the_way(element) for element in _asking(program, state))


def heard(program: Program, state: CaseState) -> bool:
    """Whether an objection received in time can still hold the case: it is on notice, or a timer at the side of the
    step where it stands leads back there."""
    return bool(_asking(program, state))


def period_ends(runner: Runner, state: CaseState) -> datetime | None:
    """First instant after the period, also when that is over. None: no notice was published."""
    free = replace(state, objections=())
    scope = Scope(runner.program, runner.facts, Draft(free, state.effective_at or datetime.min), runner.timekeeper)
    for element in runner.program.model.elements.values():
        if _asks(element) and _on_the_way(element) and element.timer is not None:
            return as_instant(element.timer.evaluate(scope.values, scope))
    return None


def _asking(program: Program, state: CaseState) -> list[Element]:
    """The armed timers that ask for open objections."""
    placed = [program.model.element_of(node.path) for node in state.nodes if node.kind == TIMER]
    return [element for element in placed if _asks(element)] if state.status == "open" else []


def _asks(element: Element) -> bool:
    return element.timer is not None and OPEN_OBJECTIONS in element.timer.names


def _on_the_way(element: Element) -> bool:
    return not element.attached_to


def receive(
    runner: Runner, state: CaseState, submission: Mapping[str, Any], received_at: datetime, at: datetime
) -> Advance:
    """Records the case's next objection.

    Raises Conflict where it came before the notice or after its period, or where the case has gone on too far to be
    held; the words say what becomes of what the agency was told.
    """
    if state.status != "open":
        raise Conflict("办件已经结束，不能登记异议；反映的问题请按投诉举报办理")
    ends, told = period_ends(runner, state), state.variables.get(_NOTICE)
    if ends is None:
        raise Conflict("办件还没有公示，不能登记异议；反映的问题请转告评估小组核实")
    published = told.get("published_at") if isinstance(told, Mapping) else None
    if isinstance(published, datetime) and local_date(received_at) < local_date(published):
        raise Conflict("收到时间早于公示发布，不能登记为对公示的异议；请核对收到时间")
    if received_at >= ends:
        raise Conflict(f"这份异议收到时公示期已满，不能登记。{TOO_LATE}")
    if not heard(runner.program, state):
        raise Conflict(f"不能登记异议。{SIGNED}")
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
