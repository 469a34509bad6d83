"""What we put in place of SpiffWorkflow's own parts after it has parsed a diagram.

* Conditions are our closed FEEL subset: SpiffWorkflow's default is Python's eval.
* Timers hold no instant. SpiffWorkflow evaluates a timer once, when the token arrives, and compares with the real
  clock; here the ledger decides when a timer is due and the runner names the one timer that fires, so a suspension
  or an extension moves a due date without touching the workflow's state.
* Messages are awaited the same way: the runner names the one place that a registered letter goes to.
* A top-level end event with an outcome terminates: otherwise an open side branch (督办) leaves the case unfinished.
* Flows of a gateway are tried in document order: SpiffWorkflow sorts them by their y coordinate in the picture.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import IntermediateCatchEvent
from SpiffWorkflow.operators import Operator

from engine.expressions import Expression, parse


class FlowCondition(Operator):  # type: ignore[misc]
    """A sequence flow's condition; the scope hangs on the workflow for the length of one step."""

    def __init__(self, expression: Expression) -> None:
        super().__init__(expression)
        self.expression = expression

    def _matches(self, task: Any) -> bool:
        scope = task.workflow.top_workflow.scope
        return self.expression.truth(scope.values, scope.functions)


class LedgerTimer(TimerEventDefinition):  # type: ignore[misc]
    """A timer that has fired exactly when the runner fires it."""

    def __init__(self, element_id: str) -> None:
        super().__init__(element_id, "")

    def has_fired(self, my_task: Any) -> bool:
        return my_task.workflow.top_workflow.firing is my_task

    def reset(self, my_task: Any) -> None:
        """Nothing is stored, so nothing is reset."""


class AwaitedMessage(LedgerTimer):
    """A message that has come exactly when the runner says so; SpiffWorkflow's own would refuse one that is early."""


class NoScripts:
    """Stands where SpiffWorkflow expects a script engine: there are no scripts, so every call is a defect."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        raise AssertionError(f"an expression reached the script engine: {expression!r}")

    execute = call_service = evaluate


def lower(spec: Any, conditions: dict[str, list[tuple[str | None, str]]], top_level: bool, outcomes: set[str]) -> None:
    """Rewrites one parsed spec in place, before it is shared.

    `conditions`: gateway id -> [(expression text or None for the default, target id)] in document order.
    """
    from_text = _conditions_of(conditions)
    for name, task_spec in spec.task_specs.items():
        definition = getattr(task_spec, "event_definition", None)
        if isinstance(definition, TimerEventDefinition):
            task_spec.event_definition = LedgerTimer(name)
        elif isinstance(definition, MessageEventDefinition) and isinstance(task_spec, IntermediateCatchEvent):
            task_spec.event_definition = AwaitedMessage(name)
        if top_level and name in outcomes:
            task_spec.event_definition = TerminateEventDefinition()
        if hasattr(task_spec, "cond_task_specs") and name in from_text:
            # a target with boundary events is entered through SpiffWorkflow's internal split
            entry = {out.removesuffix(".BoundaryEventSplit"): out for _, out in task_spec.cond_task_specs}
            task_spec.cond_task_specs = [(condition, entry[target]) for condition, target in from_text[name]]


def _conditions_of(
    conditions: dict[str, list[tuple[str | None, str]]],
) -> dict[str, list[tuple[FlowCondition | None, str]]]:

    return {
        gateway: [(FlowCondition(parse(text)) if text else None, target) for text, target in flows]
        for gateway, flows in conditions.items()
    }
