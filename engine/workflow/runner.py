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

from engine.errors import Conflict, EngineError, EngineFailure, Forbidden, InvalidSubmission, NotFound
from engine.workflow import messages, seats, snapshot
from engine.workflow.draft import Decision, Draft
from engine.workflow.model import Element
from engine.workflow.paths import is_seat, seat_number, whole
from engine.workflow.program import Program, Timekeeper, as_instant
from engine.workflow.scope import CaseFacts, Scope
from engine.workflow.separation import reasons
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

    kind: str  # case_opened, task_completed, timer_fired, alarm_raised, task_claimed, ... see history.run_again
    node: str  # path it happened at ('' for alarms)
    n: int
    state: CaseState
    decisions: tuple[Decision, ...]
    armed: tuple[Armed, ...]  # all that is armed afterwards, in firing order
    form: str = ""  # form key of the submission
    submission: Mapping[str, Any] | None = None
    detail: Mapping[str, Any] | None = None  # input facts that are neither node nor submission (alarm, assignee)


SEAT_STAYS = "指定给本人的席位不能退回或转领；须回避的，由单位负责人指定他人代替"


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
        self._set(draft, element.form)
        workflow, numbers = self._fresh()
        tracker = self._tracker(workflow, numbers, draft, submission)
        return self._advance("case_opened", element.path, 1, tracker, form=element.form, submission=submission)

    def complete(
        self, state: CaseState, path: str, n: int, submission: Mapping[str, Any], performer: str, at: datetime
    ) -> Advance:
        """Completes an open user task.

        Raises NotFound when it is not open, Forbidden when the performer did a task that this one must be
        separate from (初审 and 复核 by two people) or has no seat, InvalidSubmission when people are named on the form
        who cannot all take a seat.
        """
        node = state.node(path, n)
        if node is None or node.kind != TASK:
            raise NotFound(f"任务 {path} 第 {n} 次不在办理中")
        element = self.program.model.element_of(path)
        self.require_separate(state, element, performer)
        draft = Draft(state, at, submission)
        if is_seat(path):
            if node.assignee != performer:
                raise Forbidden(f"“{element.name}”的这个席位由{node.assignee}办理")
            draft.decide("add", element.form, seat_number(path), performer)
            draft.decide("did", f"{element.id}[{seat_number(path)}]", performer)
            draft.decide("close", path, n, "completed")
            if seats.open_seats(draft.nodes.values(), whole(path), n):
                return self._still("task_completed", path, n, draft, form=element.form, submission=submission)
        else:
            self._set(draft, element.form)
            draft.decide("did", element.id, performer)
        workflow, numbers = self._loaded(state)
        tracker = self._tracker(workflow, numbers, draft, submission)
        task = tracker.task_at(whole(path), n)
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
        tracker.received_at = self._receipt(state, armed.key, tracker.scope)
        tracker.trigger(task)
        return self._advance("timer_fired", armed.key, armed.n, tracker)

    def _receipt(self, state: CaseState, path: str, scope: Scope) -> datetime | None:
        """When the letter was received that a timer waited for and for nothing else (撤回): limits are judged by that,
        however late the letter was entered. None for every other timer."""
        expression = self.program.model.element_of(path).timer
        kept = (event.form for message in state.early for event in messages.catching(self.program.model, message))
        letters = [given for given in map(state.variables.get, kept) if isinstance(given, Mapping)]
        if expression is None or not letters:
            return None
        due = as_instant(expression.evaluate(scope.values, scope.functions))
        return due if any(given.get("received_at") == due for given in letters) else None

    def receive(
        self, state: CaseState, message: str, submission: Mapping[str, Any], performer: str, at: datetime
    ) -> Advance:
        """Registers a message from a third party; before the case waits for it, it is kept and delivered on arrival.

        Raises NotFound for a message that the diagram does not know, Conflict when one is kept already or the case will
        not wait for it any more.
        """
        events = messages.catching(self.program.model, message)
        if not events:
            raise NotFound(f"流程中没有要登记的回函 {message}")
        node = messages.waiting_for(self.program.model, state, message)
        if node is None and message in state.early:
            raise Conflict("这份回函已经登记，办件到达等待的环节时会自动使用")
        if node is None and not messages.may_come(self.program.model, state, message):
            raise Conflict("办件不会再等待这份回函；请核对办件编号")
        draft = Draft(state, at, submission)
        element = self.program.model.element_of(node.path) if node else events[0]
        self._set(draft, element.form)
        draft.decide("did", element.id, performer)
        more = {"form": element.form, "submission": submission, "detail": {"message": message, "early": node is None}}
        if node is None:
            draft.decide("keep", message)
            return self._still("message_received", "", draft.seq, draft, **more)
        workflow, numbers = self._loaded(state)
        tracker = self._tracker(workflow, numbers, draft, submission)
        task = tracker.task_at(node.path, node.n)
        if task is None:
            raise EngineFailure(f"流程状态中没有等待的回函 {node.path} 第 {node.n} 次")
        tracker.trigger(task)
        return self._advance("message_received", node.path, node.n, tracker, **more)

    def alarm(self, state: CaseState, armed: Armed, at: datetime) -> Advance:
        """Raises a warning or overdue alarm of a deadline; no token moves."""
        draft = Draft(state, at)
        draft.decide("alarm", armed.kind, armed.key, armed.n, armed.version)
        return self._still(
            "alarm_raised",
            "",
            armed.n,
            draft,
            detail={"alarm": armed.kind, "key": armed.key, "version": armed.version, "party": armed.party},
        )

    def require_separate(self, state: CaseState, element: Element, who: str) -> None:
        """Raises Forbidden for who did a task that this one must be separate from."""
        did = reasons(state.performers, element, who, self.program.model)
        if did:
            raise Forbidden(f"{did}由您办理，“{element.name}”与之须由不同人员办理，请转交他人")

    def claim(self, state: CaseState, path: str, n: int, who: str, at: datetime) -> Advance:
        """Assigns an open task to `who`, or to nobody ('')."""
        if state.node(path, n) is None:
            raise NotFound(f"任务 {path} 第 {n} 次不在办理中")
        if is_seat(path):
            raise Forbidden(SEAT_STAYS)
        draft = Draft(state, at)
        draft.decide("assign", path, n, who)
        return self._still("task_claimed" if who else "task_released", path, n, draft, detail={"assignee": who})

    def substitute(self, state: CaseState, path: str, n: int, who: str, reason: str, at: datetime) -> Advance:
        """Gives a seat to somebody else (回避): what one person may not judge another does, and the number stays.

        Raises NotFound when the seat is not open, Conflict when the other has a seat already (also one that is done),
        Forbidden when he did a task that this one must be separate from.
        """
        node = state.node(path, n)
        if node is None or not is_seat(path):
            raise NotFound(f"席位 {path} 第 {n} 次不在办理中")
        element = self.program.model.element_of(path)
        if who in seats.holders(state, element, whole(path), n):
            raise Conflict(f"{who}在“{element.name}”中已有席位，一人只能有一个席位")
        did = reasons(state.performers, element, who, self.program.model)
        if did:
            raise Forbidden(f"{who}办理过{did}，不能再办理“{element.name}”")
        draft = Draft(state, at)
        draft.decide("assign", path, n, who)
        detail = {"assignee": who, "instead_of": node.assignee, "reason": reason}
        return self._still("participant_substituted", path, n, draft, detail=detail)

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
                due = as_instant(expression.evaluate(scope.values, scope))
                if due is not None:
                    found.append(Armed("timer", node.path, node.n, due))
        return tuple(sorted(found, key=lambda a: a.due))

    # -- shared -----------------------------------------------------------------------------------

    def _set(self, draft: Draft, form: str) -> None:
        """The submission becomes its form's variable; people it names must be able to take their seats one day."""
        if not form:
            return
        draft.decide("set", form)
        scope = Scope(self.program, self.facts, draft, self.timekeeper)
        for element in seats.named_by(self.program.model, form):
            names = seats.listed(element, scope.values, scope)
            wrong = seats.fault(names, draft.performers, element) if names else ""  # who is named later is judged later
            if wrong:
                raise seats.refused(element, wrong)

    def _fresh(self) -> tuple[Any, dict[Any, int]]:
        return snapshot.new_workflow(self.program.model), {}

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
        except (EngineFailure, InvalidSubmission):
            raise
        except (EngineError, SpiffWorkflowException) as error:  # a diagram or calendar at fault, not who acts
            raise EngineFailure(f"流程在 {path} 之后无法继续：{error}") from error
        except Exception as error:  # of others the kind only: their words may hold what people submitted
            raise EngineFailure(f"流程引擎在 {path} 处出错：{type(error).__name__}") from error

    def _still(self, kind: str, path: str, n: int, draft: Draft, **more: Any) -> Advance:
        """An input that moves no token."""
        state = draft.frozen(draft._base.tokens)
        return Advance(kind, path, n, state, tuple(draft.decisions), self.armed(state), **more)

    def _close(self, draft: Draft) -> None:
        """An outcome closes whatever is still open, and ends the deadlines that still run."""
        for node in list(draft.nodes.values()):
            draft.decide("close", node.path, node.n, "cancelled")
        for key in draft.ledger.running_keys():
            draft.decide("end", key, draft.at, self.timekeeper.due(draft.ledger, key))
