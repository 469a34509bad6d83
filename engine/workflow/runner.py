"""Decides what an input does to a case; pure, without database, clock or randomness.

    Runner(program, facts, timekeeper).start(...) / complete(...) / fire(...) / alarm(...) / claim(...)  ->  Advance

The same inputs at the same instants under the same calendar always give the same Advance: replay and verification
rest on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError, EngineFailure, Forbidden, NotFound
from engine.workflow import snapshot
from engine.workflow.draft import Decision, Draft
from engine.workflow.program import Program, Timekeeper
from engine.workflow.scope import CaseFacts, Scope
from engine.workflow.state import ACTIVITY, TASK, TIMER, CaseState
from engine.workflow.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Armed:
    """An instant at which the case acts by itself."""

    kind: str  # timer, warning, overdue
    key: str  # path of the timer, or deadline key
    n: int  # n of the timer's node, or the deadline's occurrence
    due: datetime  # first instant at which it has fired
    version: datetime | None = None  # alarms: the due instant they belong to
    party: str = ""  # alarms: whose limit it is


@dataclass(frozen=True)
class Advance:
    """What one input did."""

    kind: str  # case_opened, task_completed, timer_fired, alarm_raised, task_claimed, task_released
    node: str  # path it happened at ('' for alarms)
    n: int
    state: CaseState
    decisions: tuple[Decision, ...]
    armed: tuple[Armed, ...]  # all that is armed afterwards, in firing order
    form: str = ""  # form key of the submission
    submission: Mapping[str, Any] | None = None
    detail: Mapping[str, Any] | None = None  # input facts that are neither node nor submission (alarm, assignee)


class Runner:
    """Runs one case's inputs under one calendar version."""

    def __init__(self, program: Program, facts: CaseFacts, timekeeper: Timekeeper) -> None:
        self.program = program
        self.facts = facts
        self.timekeeper = timekeeper

    # -- inputs -----------------------------------------------------------------------------------

    def start(self, submission: Mapping[str, Any], at: datetime) -> Advance:
        """Opens the case with the submission of its start form."""
        element = self.program.model.start
        draft = Draft(CaseState(), at, submission)
        if element.form:
            draft.decide("set", element.form)
        workflow = snapshot.new_workflow(self.program.model)
        tracker = self._tracker(workflow, {}, draft, submission)
        return self._advance("case_opened", element.path, 1, tracker, form=element.form, submission=submission)

    def complete(
        self, state: CaseState, path: str, n: int, submission: Mapping[str, Any], performer: str, at: datetime
    ) -> Advance:
        """Completes an open user task.

        Raises NotFound when it is not open, Forbidden when the performer did the task that this one must be
        separate from (初审 and 复核 by two people).
        """
        node = state.node(path, n)
        if node is None or node.kind != TASK:
            raise NotFound(f"任务 {path} 第 {n} 次不在办理中")
        element = self.program.model.element_of(path)
        if element.separate_from and state.performers.get(element.separate_from) == performer:
            other = self.program.model.elements[element.separate_from].name
            raise Forbidden(f"“{element.name}”与“{other}”须由不同人员办理，请转交他人")
        draft = Draft(state, at, submission)
        if element.form:
            draft.decide("set", element.form)
        draft.decide("did", element.id, performer)
        workflow, numbers = self._loaded(state)
        tracker = self._tracker(workflow, numbers, draft, submission)
        task = tracker.task_at(path, n)
        if task is None:
            raise EngineFailure(f"流程状态中没有任务 {path} 第 {n} 次")
        return self._advance("task_completed", path, n, tracker, task, form=element.form, submission=submission)

    def fire(self, state: CaseState, armed: Armed, at: datetime) -> Advance:
        """Fires one due timer; `at` is its due instant."""
        workflow, numbers = self._loaded(state)
        draft = Draft(state, at)
        tracker = self._tracker(workflow, numbers, draft, None)
        task = tracker.task_at(armed.key, armed.n)
        if task is None:
            raise EngineFailure(f"流程状态中没有定时器 {armed.key} 第 {armed.n} 次")
        workflow.firing = task
        task.task_spec._update(task)
        workflow.firing = None
        if task.state != TaskState.READY:
            raise EngineFailure(f"定时器 {armed.key} 未能触发")
        return self._advance("timer_fired", armed.key, armed.n, tracker)

    def alarm(self, state: CaseState, armed: Armed, at: datetime) -> Advance:
        """Raises a warning or overdue alarm of a deadline; no token moves."""
        draft = Draft(state, at)
        draft.decide("alarm", armed.kind, armed.key, armed.n, armed.version)
        return self._still(
            "alarm_raised",
            "",
            armed.n,
            draft,
            {"alarm": armed.kind, "key": armed.key, "version": armed.version, "party": armed.party},
        )

    def claim(self, state: CaseState, path: str, n: int, who: str, at: datetime) -> Advance:
        """Assigns an open task to `who`, or to nobody ('')."""
        if state.node(path, n) is None:
            raise NotFound(f"任务 {path} 第 {n} 次不在办理中")
        draft = Draft(state, at)
        draft.decide("assign", path, n, who)
        return self._still("task_claimed" if who else "task_released", path, n, draft, {"assignee": who})

    # -- what is armed ----------------------------------------------------------------------------

    def armed(self, state: CaseState) -> tuple[Armed, ...]:
        """Everything armed, in firing order: due instant, then alarms before timers, then arming order."""
        if state.status != "open":
            return ()
        scope = Scope(self.program, self.facts, Draft(state, state.effective_at or datetime.min), self.timekeeper)
        calendar, hours = self.timekeeper.calendar, self.timekeeper.hours
        reached = state.effective_at
        alarms = [
            a
            for a in state.ledger.alarms(calendar, hours)
            if a.kind == "overdue" or reached is None or a.version > reached  # no warning of what has passed
        ]
        found = [Armed(a.kind, a.key, a.occurrence, a.instant, a.version, a.party) for a in alarms]
        for node in state.nodes:
            expression = self.program.model.element_of(node.path).timer if node.kind == TIMER else None
            if expression is not None:
                due = expression.evaluate(scope.values, scope)
                if isinstance(due, datetime):
                    found.append(Armed("timer", node.path, node.n, due))
        return tuple(sorted(found, key=lambda a: a.due))

    # -- shared -----------------------------------------------------------------------------------

    def _loaded(self, state: CaseState) -> tuple[Any, dict[Any, int]]:
        try:
            return snapshot.load(self.program.model, state.tokens)
        except Exception as error:  # whatever a cache that was damaged makes of it
            raise EngineFailure(f"办件保存的流程状态无法读取（{type(error).__name__}），请由管理员重建") from error

    def _tracker(
        self, workflow: Any, numbers: dict[Any, int], draft: Draft, submission: Mapping[str, Any] | None
    ) -> Tracker:
        scope = Scope(self.program, self.facts, draft, self.timekeeper)
        workflow.scope = scope
        tracker = Tracker(self.program, workflow, numbers, draft, scope)
        received = (submission or {}).get("received_at")
        tracker.received_at = received if isinstance(received, datetime) else None
        return tracker

    def _advance(self, kind: str, path: str, n: int, tracker: Tracker, task: Any = None, **more: Any) -> Advance:
        """Runs `task` (the completed user task) and then everything that waits for nobody."""
        draft, workflow = tracker.draft, tracker.workflow
        try:
            if task is not None:
                tracker.run(task)
            tracker.settle()
            if draft.status == "open" and workflow.is_completed():
                draft.decide("outcome", "ended", path)
            tokens = None
            if draft.status == "closed":
                self._close(draft)
            elif all(node.kind == ACTIVITY for node in draft.nodes.values()):
                raise EngineFailure(f"流程在 {path} 之后停住了：没有任务、也没有期限能使它继续，请由流程设计人员修改")
            else:
                tokens = snapshot.dump(self.program.model, workflow, tracker.numbers)
            state = draft.frozen(tokens)
            return Advance(kind, path, n, state, tuple(draft.decisions), self.armed(state), **more)
        except EngineFailure:
            raise
        except (EngineError, SpiffWorkflowException) as error:  # a diagram or calendar at fault, not who acts
            raise EngineFailure(f"流程在 {path} 之后无法继续：{error}") from error
        except Exception as error:  # of others the kind only: their words may hold what people submitted
            raise EngineFailure(f"流程引擎在 {path} 处出错：{type(error).__name__}") from error

    def _still(self, kind: str, path: str, n: int, draft: Draft, detail: Mapping[str, Any]) -> Advance:
        state = draft.frozen(draft._base.tokens)
        return Advance(kind, path, n, state, tuple(draft.decisions), self.armed(state), detail=detail)

    def _close(self, draft: Draft) -> None:
        """An outcome closes whatever is still open, and ends the deadlines that still run."""
        for node in list(draft.nodes.values()):
            draft.decide("close", node.path, node.n, "cancelled")
        for key in draft.ledger.running_keys():
            draft.decide("end", key, draft.at, self.timekeeper.due(draft.ledger, key))
