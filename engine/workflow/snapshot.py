"""SpiffWorkflow's token tree to and from a small plain value.

SpiffWorkflow's own serializer writes the whole specification and every task that ever was (44 KB after three
tasks). Kept here is what it needs to go on: unfinished tasks, and of the finished ones only an open boundary
split, because its join looks for it. Predicted tasks are predicted anew. Where a diagram has joins that look back
at finished tasks (parallel and inclusive gateways, multi-instance), the whole tree is kept (`Model.prunable`).

A value is `[spec name, state, n, [children], [root of its sub-process] or absent]`.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.workflow.lowering import NoScripts
from engine.workflow.model import Model

ACTIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
_NO_SCRIPTS = NoScripts()


class CaseWorkflow(BpmnWorkflow):  # type: ignore[misc]
    """SpiffWorkflow's workflow with what one step of ours needs beside it."""

    def __init__(self, model: Model, **more: Any) -> None:
        self.firing: Any = None  # the one timer that the runner fires, while it does
        self.scope: Any = None  # what conditions see, for the length of a step
        super().__init__(model.spec, model.subprocess_specs, script_engine=_NO_SCRIPTS, **more)

    def create_subprocess(self, my_task: Any, spec_name: str) -> Any:
        subprocess = _Subprocess(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def update_waiting_tasks(self) -> None:
        _update_waiting(self)


class _Subprocess(BpmnSubWorkflow):  # type: ignore[misc]
    def update_waiting_tasks(self) -> None:
        _update_waiting(self)


def _update_waiting(workflow: Any) -> None:
    """After every task that completes: the same as SpiffWorkflow's, without walking its whole tree."""
    for task in [t for t in workflow.tasks.values() if t._state == TaskState.WAITING]:
        if task._state == TaskState.WAITING and task.id in workflow.tasks:
            task.task_spec._update(task)


def new_workflow(model: Model) -> Any:
    """A workflow whose start task is ready."""
    return CaseWorkflow(model)


def dump(model: Model, workflow: Any, numbers: dict[Any, int]) -> list[Any]:
    """`numbers`: task id -> n of the node it stands for."""
    return _dump_root(model, workflow, workflow, numbers)


def _dump_root(model: Model, top: Any, workflow: Any, numbers: dict[Any, int]) -> list[Any]:
    prune = workflow.spec.name in model.prunable
    root = workflow.task_tree
    children = [x for c in root.children for x in _dump(model, top, c, numbers, prune)]
    return [root.task_spec.name, root.state, 0, children]


def _dump(model: Model, top: Any, task: Any, numbers: dict[Any, int], prune: bool) -> list[list[Any]]:
    """The values that stand for a task and what is below it: none, itself, or (when forgotten) its children's."""
    if task._state < TaskState.WAITING:
        return []
    children = [x for c in task.children for x in _dump(model, top, c, numbers, prune)]
    if prune and task._state >= TaskState.COMPLETED and not _needed(task, children):
        return children
    value = [task.task_spec.name, task._state, numbers.get(task.id, 0), children]
    subprocess = top.subprocesses.get(task.id) if task._state & ACTIVE else None
    if subprocess is not None:
        value.append(_dump_root(model, top, subprocess, numbers))
    return [value]


def _needed(task: Any, children: list[list[Any]]) -> bool:
    """An open boundary split; and below it a finished event with something still under way, because the split's
    join lists the split's children."""
    if isinstance(task.task_spec, BoundaryEventSplit) and _is_open(task):
        return True
    parent = task.parent
    return bool(children) and isinstance(parent.task_spec, BoundaryEventSplit) and _is_open(parent)


def _is_open(split: Any) -> bool:
    return any(c._state & ACTIVE and not isinstance(c.task_spec, BoundaryEvent) for c in split.children)


def load(model: Model, value: list[Any]) -> tuple[Any, dict[Any, int]]:
    """The workflow again, and the numbers of its open nodes by task id."""
    workflow = CaseWorkflow(model, deserializing=True)
    loader = _Loader(workflow)
    loader.root(workflow, value)
    return workflow, loader.numbers


def predict(task: Any) -> None:
    """Gives a loaded task the children that SpiffWorkflow had predicted; called when its turn comes, since most open
    places of a loaded case do not move in a step."""
    if not task._children:
        task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


class _Loader:
    def __init__(self, top: Any) -> None:
        self.top = top
        self.numbers: dict[Any, int] = {}
        self._ids = 0

    def root(self, workflow: Any, value: list[Any]) -> None:
        name, state, _, children = value
        workflow.task_tree = self._task(workflow, name, state, None)
        workflow.last_task = workflow.task_tree
        for child in children:
            self._build(workflow, child, workflow.task_tree)

    def _task(self, workflow: Any, name: str, state: int, parent: Any) -> Any:
        self._ids += 1
        return Task(workflow, workflow.spec.task_specs[name], parent, state=state, id=self._ids)

    def _build(self, workflow: Any, value: list[Any], parent: Any) -> None:
        name, state, n, children, *subprocess = value
        task = self._task(workflow, name, state, parent)
        if n:
            self.numbers[task.id] = n
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            self.top.event_manager.add_task(task)
        for child in children:
            self._build(workflow, child, task)
        if subprocess:
            sub = _Subprocess(self.top.subprocess_specs[task.task_spec.spec], task.id, self.top, deserializing=True)
            self.top.subprocesses[task.id] = sub
            sub.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
            self.root(sub, subprocess[0])
