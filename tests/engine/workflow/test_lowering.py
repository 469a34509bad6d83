"""What stands in place of SpiffWorkflow's own parts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition

from engine.workflow.lowering import FlowCondition, LedgerTimer, NoScripts
from engine.workflow.runner import Advance, Runner
from tests.support.bpmn import DONE, choice, end, flow, path, start, task, timer
from tests.support.constructs import BODIES, START, program_of, runner_of


def ends_at(body: str, **submission: object) -> str:
    runner = runner_of(body)
    state = runner.start({}, START).state
    return runner.complete(state, "a", 1, submission, "clerk", START).state.end


THREE = (
    start() + task("a") + choice("g", "g_done") + DONE + end("first", "one") + end("second", "two")
    + path("begin", "a", "g", "done")
)  # fmt: skip


def test_flows_are_tried_in_the_order_of_the_file_and_the_default_last() -> None:
    both = THREE + flow("g", "first", "a.x &gt; 1") + flow("g", "second", "a.x &gt; 0")
    assert ends_at(both, x=2) == "first"
    assert ends_at(both, x=1) == "second"
    assert ends_at(both, x=0) == "done"
    assert ends_at(both) == "done"  # a comparison with nothing is false, and nothing fails


def test_a_condition_is_compiled_once_and_is_ours() -> None:
    spec = program_of(THREE + flow("g", "first", "a.x &gt; 1") + flow("g", "second", "a.x &gt; 0")).model.spec
    conditions = [condition for condition, _ in spec.task_specs["g"].cond_task_specs]
    assert [type(c) for c in conditions if c is not None] == [FlowCondition, FlowCondition]


def test_timers_store_no_instant_and_every_timer_is_ours() -> None:
    body = start() + task("a", starts="supplement") + DONE + end("late", "lapsed") + timer("t", "a", "supplement", True)
    runner = runner_of(body + path("begin", "a", "done") + path("t", "late"))
    assert isinstance(runner.program.model.spec.task_specs["t"].event_definition, LedgerTimer)
    opened = runner.start({}, START)
    assert "2026" not in repr(opened.state.tokens)


def test_an_outcome_at_the_top_ends_everything_and_a_plain_end_only_its_branch() -> None:
    runner = runner_of(BODIES["a side task that outlives its host"])
    spec = runner.program.model.spec
    assert isinstance(spec.task_specs["done"].event_definition, TerminateEventDefinition)
    assert not isinstance(spec.task_specs["side"].event_definition, TerminateEventDefinition)
    opened = runner.start({}, START)
    side = fired(runner, opened)
    assert {n.path for n in side.state.nodes} == {"a", "b"}
    at = START + timedelta(days=9)
    second = runner.complete(side.state, "a", 1, {}, "clerk", at).state
    closed = runner.complete(second, "c", 1, {}, "clerk", at)
    assert (closed.state.status, closed.state.end, closed.state.nodes) == ("closed", "done", ())
    assert ["close", "b", 1, "cancelled"] in list(closed.decisions)


def fired(runner: Runner, advance: Advance) -> Advance:
    armed = next(a for a in advance.armed if a.kind == "timer")
    return runner.fire(advance.state, armed, armed.due)


def test_no_expression_ever_reaches_a_script_engine() -> None:
    with pytest.raises(AssertionError, match="script engine"):
        NoScripts().evaluate(None, "1 + 1")
    with pytest.raises(AssertionError, match="script engine"):
        NoScripts().execute(None, "x = 1")
