"""A diagram at fault is an engine failure (an incident, and the case as it was), never an error of who acts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import EngineFailure
from engine.workflow.state import CaseState
from tests.support.bpmn import DONE, choice, flow, path, start, task
from tests.support.constructs import BODIES, START, runner_of


def test_a_condition_that_is_neither_true_nor_false_is_a_failure_that_names_the_condition() -> None:
    body = start() + task("a") + choice("g", "g_done") + DONE + path("begin", "a", "g", "done")
    runner = runner_of(body + flow("g", "a", "a.sum + 1"))
    state = runner.start({}, START).state
    with pytest.raises(EngineFailure, match=r"a\.sum \+ 1"):
        runner.complete(state, "a", 1, {"sum": 4711}, "clerk", START)


def test_a_token_that_waits_for_nobody_is_a_failure_and_not_a_case_that_hangs_for_ever() -> None:
    fork = '<bpmn:parallelGateway id="join"/>'
    body = start() + task("a") + choice("g", "g_join") + fork + DONE + path("begin", "a", "g", "join", "done")
    runner = runner_of(body + task("b") + flow("g", "b", "a.again = true") + path("b", "join"))
    state = runner.start({}, START).state
    with pytest.raises(EngineFailure, match="停住"):
        runner.complete(state, "a", 1, {}, "clerk", START)


@pytest.mark.parametrize("tokens", [None, [], ["Root"], ["Root", 64, 0, [["nobody", 16, 1, []]]], "x", {"a": 1}])
def test_a_damaged_token_tree_is_a_failure(tokens: object) -> None:
    runner = runner_of(BODIES["one task"])
    whole = runner.start({}, START).state
    damaged = CaseState.from_value(whole.to_value(), whole.variables, tokens)
    with pytest.raises(EngineFailure):
        runner.complete(damaged, "a", 1, {}, "clerk", START)


def test_a_failure_does_not_repeat_what_was_submitted() -> None:
    body = start() + task("a") + choice("g", "g_done") + DONE + path("begin", "a", "g", "done")
    runner = runner_of(body + flow("g", "a", "a.day = 1"))
    state = runner.start({}, START).state
    with pytest.raises(EngineFailure) as caught:
        runner.complete(state, "a", 1, {"day": timedelta(4711)}, "clerk", START)
    assert "4711" not in caught.value.message
