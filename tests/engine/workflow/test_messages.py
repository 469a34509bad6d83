"""Which letters may still be registered: those that a token can come to, by any way of the diagram."""

from __future__ import annotations

from engine.calendars import bundled_calendar
from engine.workflow import messages
from engine.workflow.program import Timekeeper
from engine.workflow.runner import Runner
from engine.workflow.state import CaseState
from tests.support.constructs import BODIES, FACTS, HOURS, START, program_of


def begun(name: str) -> tuple[Runner, CaseState]:
    runner = Runner(program_of(BODIES[name]), FACTS, Timekeeper(bundled_calendar(), HOURS))
    return runner, runner.start({}, START).state


def test_letters_ahead_are_expected_until_they_are_kept_or_awaited() -> None:
    runner, state = begun("two replies in either order")
    model = runner.program.model
    assert messages.expected(model, state) == ("reply", "funds")
    state = runner.receive(state, "funds", {}, "clerk", START).state
    assert messages.expected(model, state) == ("reply",)
    state = runner.complete(state, "a", 1, {}, "clerk", START).state
    assert messages.expected(model, state) == ()  # one is awaited, the other delivered
    assert messages.waiting_for(model, state, "reply") is not None


def test_a_letter_is_expected_again_where_a_way_leads_back_and_not_otherwise() -> None:
    runner, state = begun("a reply that is asked for again")
    state = runner.complete(state, "a", 1, {}, "clerk", START).state
    state = runner.receive(state, "reply", {}, "clerk", START).state
    assert messages.may_come(runner.program.model, state, "reply")
    runner, state = begun("a reply in a sub-process that a timer cuts off")
    assert messages.may_come(runner.program.model, state, "reply")
    state = runner.complete(state, "s/a", 1, {}, "clerk", START).state
    state = runner.receive(state, "reply", {}, "clerk", START).state
    assert [node.path for node in state.nodes] == ["z"]
    assert not messages.may_come(runner.program.model, state, "reply")


def test_states_without_early_letters_have_the_digests_they_always_had() -> None:
    runner, state = begun("two replies in either order")
    assert "early" not in state.to_value()
    kept = runner.receive(state, "funds", {}, "clerk", START).state
    assert kept.to_value()["early"] == {"funds": 2}
    assert CaseState.from_value(kept.to_value(), kept.variables, kept.tokens) == kept
