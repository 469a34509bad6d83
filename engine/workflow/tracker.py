"""Watches SpiffWorkflow's tokens during one step and turns what they do into decisions.

SpiffWorkflow's callbacks miss user tasks, and its specs are shared between cases, so nothing can be hooked there.
Instead the tracker compares the open places before and after every single task that runs: a few dozen objects,
because snapshots forget what is finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineFailure
from engine.workflow import seats
from engine.workflow.draft import Draft
from engine.workflow.lowering import AwaitedMessage, LedgerTimer
from engine.workflow.model import Element, Model
from engine.workflow.paths import seat
from engine.workflow.program import Program, as_instant
from engine.workflow.scope import Scope
from engine.workflow.snapshot import predict
from engine.workflow.state import ACTIVITY, MESSAGE, TASK, TIMER, Node

MAX_RUNS = 2000  # engine tasks in one step; a diagram that needs more circles without anybody acting


class Tracker:
    def __init__(self, program: Program, workflow: Any, numbers: dict[Any, int], draft: Draft, scope: Scope) -> None:
        self.program = program
        self.model: Model = program.model
        self.workflow = workflow
        self.numbers = numbers
        self.draft = draft
        self.scope = scope
        self.received_at: datetime | None = None  # of the input, when it has one: limits are judged by receipt
        self._open: dict[Any, tuple[Any, Node]] = {}
        for task, kind in self._scan()[0].values():
            self._open[task.id] = (task, Node(kind, self.path(task), numbers.get(task.id, 0)))
        self._runs = 0

    # -- finding places ---------------------------------------------------------------------------

    def path(self, task: Any) -> str:
        parts = [task.task_spec.name]
        workflow = task.workflow
        while workflow.parent_task_id is not None:
            parent = self.workflow.get_task_from_id(workflow.parent_task_id)
            parts.insert(0, parent.task_spec.name)
            workflow = parent.workflow
        return "/".join(parts)

    def task_at(self, path: str, n: int) -> Any:
        """The SpiffWorkflow task of an open node; None when there is none."""
        return next((t for t, node in self._open.values() if node.path == path and node.n == n), None)

    def _scan(self) -> tuple[dict[Any, tuple[Any, str]], list[Any]]:
        """Open places by task id, and the engine tasks that are ready to run, those of sub-processes first.

        One walk of its own: SpiffWorkflow's iterators cost more than everything else in a step.
        """
        places: dict[Any, tuple[Any, str]] = {}
        ready: list[Any] = []
        subprocesses = self.workflow.subprocesses
        stack = [self.workflow.task_tree]
        while stack:
            task = stack.pop()
            state = task._state
            if state < TaskState.WAITING:
                continue
            if state <= TaskState.STARTED:
                spec = task.task_spec
                if isinstance(spec, SubWorkflowTask):
                    if state != TaskState.WAITING:
                        places[task.id] = task, ACTIVITY
                elif state == TaskState.WAITING:
                    definition = getattr(spec, "event_definition", None)
                    if isinstance(definition, LedgerTimer):
                        places[task.id] = task, MESSAGE if isinstance(definition, AwaitedMessage) else TIMER
                elif state == TaskState.READY and spec.manual:
                    # one that named people do side by side is a whole with seats in it
                    places[task.id] = task, ACTIVITY if self.model.elements[spec.name].participants else TASK
                if state == TaskState.READY and not spec.manual:
                    ready.append(task)
                if task.id in subprocesses:
                    stack.append(subprocesses[task.id].task_tree)
            if task._children:
                tasks = task.workflow.tasks
                stack.extend(tasks[child] for child in reversed(task._children))
        if len(ready) > 1 and subprocesses:
            ready.sort(key=lambda t: -t.workflow.depth)
        return places, ready

    # -- moving -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Runs everything that waits for nobody, and ends with an engine at rest."""
        ready = self._compare()
        while ready or (ready := self._delivered()):
            ready = self.run(ready[0])

    def _delivered(self) -> list[Any]:
        """Hands over a message that came early to a place that waits for it now; nothing where there is none."""
        for node in self.draft.nodes.values() if self.draft.early else ():
            message = self.model.element_of(node.path).message if node.kind == MESSAGE else ""
            if message in self.draft.early:
                self.draft.decide("deliver", message, node.path, node.n)
                self.trigger(self.task_at(node.path, node.n))
                return self._compare()
        return []

    def trigger(self, task: Any) -> None:
        """The one timer or message that fires now; it runs when the engine settles."""
        self.workflow.firing = task
        task.task_spec._update(task)
        self.workflow.firing = None
        if task.state != TaskState.READY:
            raise EngineFailure(f"{task.task_spec.name} 未能触发")

    def run(self, task: Any) -> list[Any]:
        """Runs one task, notes what came of it, and gives the engine tasks that are ready then."""
        self._runs += 1
        if self._runs > MAX_RUNS:
            raise EngineFailure(f"流程在 {task.task_spec.name} 处循环而无人办理，已停止（上限 {MAX_RUNS} 步）")
        element = self.model.elements.get(task.task_spec.name)
        if element is not None:
            waited = element.kind in ("userTask", "subProcess") or element.timer is not None or element.message != ""
            if not waited:  # else its flow was noted when it opened; a saved tree has forgotten where it came from
                self._note_flow(task, element)
            if element.kind not in ("userTask", "subProcess"):
                self._note_pass(element)
        predict(task)
        task.run()
        return self._compare()

    # -- noting -----------------------------------------------------------------------------------

    def _note_flow(self, task: Any, element: Element) -> None:
        """The sequence flow a token came by; it is noted when the token is used."""
        source = task.parent
        while source is not None and source.task_spec.name not in self.model.elements:
            source = source.parent
        if source is not None:
            flow = self.model.between.get((source.task_spec.name, element.id))
            if flow is not None:
                self.draft.decide("flow", flow)

    def _note_pass(self, element: Element) -> None:
        self.draft.decide("pass", element.path)
        if not element.message:  # else they started when it began to wait
            self._start(element.starts)
        self._end(element.ends)
        if element.kind in ("endEvent", "intermediateThrowEvent") and element.letter:
            self.draft.decide("letter", element.letter, element.path)
        if element.outcome:
            self.draft.decide("outcome", element.outcome, element.path)

    def _compare(self) -> list[Any]:
        now_open, ready = self._scan()
        for task_id in [i for i in self._open if i not in now_open]:
            task, node = self._open.pop(task_id)
            self._closed(node, task)
        for task_id, (task, kind) in now_open.items():
            if task_id not in self._open:
                self._opened(task, kind)
        return ready

    def _opened(self, task: Any, kind: str) -> None:
        path = self.path(task)
        element = self.model.element_of(path)
        self._note_flow(task, element)
        node = Node(kind, path, self.draft.next_n(element.id))
        self._open[task.id] = (task, node)
        self.numbers[task.id] = node.n
        self.draft.decide("open", kind, path, node.n)
        if kind == TIMER:
            return
        self._start(element.starts)
        for key in element.suspends:
            if key in self.draft.ledger.running_keys():
                self.draft.decide("suspend", key, self.draft.at, f"{path}#{node.n}")
        if element.letter:
            self.draft.decide("letter", element.letter, path)
        if element.participants is not None:
            self._take_seats(element, path, node.n)

    def _take_seats(self, element: Element, path: str, n: int) -> None:
        """One seat for each participant, frozen from here on.

        Raises InvalidSubmission where the list came with this very input, EngineFailure where it is past mending.
        """
        names = seats.listed(element, self.scope.values, self.scope.functions)
        wrong = seats.fault(names, self.draft.performers, element)
        if wrong:
            if self.draft.sources.get(seats.form_of(element)) == self.draft.seq:
                raise seats.refused(element, wrong)
            raise EngineFailure(f"{wrong}；请由管理员核对名单")
        self.draft.decide("gather", element.form, element.id)
        for number, who in enumerate(names, start=1):
            self.draft.decide("open", TASK, seat(path, number), n)
            self.draft.decide("assign", seat(path, number), n, who)

    def _closed(self, node: Node, task: Any) -> None:
        if node.kind in (TIMER, MESSAGE):  # one that has fired is ready, and runs in the same step
            fired = task.has_state(TaskState.READY | TaskState.COMPLETED)
            how = "received" if node.kind == MESSAGE else "fired"
            self.draft.decide("close", node.path, node.n, how if fired else "cancelled")
            return
        done = task.state == TaskState.COMPLETED
        element = self.model.element_of(node.path)
        if element.participants is not None:  # some seats may be left when the whole is cancelled
            for left in seats.open_seats(self.draft.nodes.values(), node.path, node.n):
                self.draft.decide("close", left.path, left.n, "cancelled")
        self.draft.decide("close", node.path, node.n, "completed" if done else "cancelled")
        for key in element.suspends:
            by = f"{node.path}#{node.n}"
            deadline = self.draft.ledger.deadlines.get(key)
            if deadline is not None and by in deadline.suspended_by:
                at = self._judged(self.received_at) if done else self.draft.at
                self.draft.decide("resume", key, at, by)
        self._end(element.ends, self._replies_in(element) if done else ())

    def _replies_in(self, waiting: Element) -> list[datetime]:
        """When the letters came that a sub-process waited for: what one of them ends lasted until the last came."""
        if not waiting.ends or waiting.kind != "subProcess" or self.received_at is None:
            return []
        inside = (e for e in self.model.elements.values() if e.message and e.path.startswith(f"{waiting.path}/"))
        given = (self.draft.variables.get(element.form) for element in inside)
        came = (one.get("received_at") for one in given if isinstance(one, Mapping))
        return [instant for instant in came if isinstance(instant, datetime)]

    # -- the clock --------------------------------------------------------------------------------

    def _start(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            limit = self.program.limits.get(key)
            if limit is None:
                continue
            expression = limit.counts_from
            value = expression.evaluate(self.scope.values, self.scope.functions) if expression else None
            budget = limit.budget(self.scope.values, self.scope.functions)
            self.draft.decide("start", key, budget.to_value(), as_instant(value) or self.draft.at)

    def _end(self, keys: tuple[str, ...], replies: Iterable[datetime] = ()) -> None:
        """`replies`: what else had to be received before; the latest receipt counts."""
        received = max((self.received_at, *replies)) if self.received_at is not None else None
        for key in keys:
            if key not in self.draft.ledger.running_keys():
                continue
            self.draft.decide("end", key, self._judged(received), self.scope.due(key))

    def _judged(self, instant: datetime | None) -> datetime:
        return min(instant, self.draft.at) if instant is not None else self.draft.at
