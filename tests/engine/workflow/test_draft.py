"""Decisions have their effect in one place: folding what was recorded gives the state that was decided."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import encoding
from engine.calendars import bundled_calendar
from engine.workflow.draft import Draft, fold
from engine.workflow.program import Timekeeper
from engine.workflow.runner import Runner
from engine.workflow.state import TASK, CaseState
from tests.support.constructs import BODIES, FACTS, HOURS, PEOPLE, START, awaited, program_of


@pytest.mark.parametrize("name", BODIES)
@settings(max_examples=15)
@given(picks=st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=7))
def test_folding_what_was_recorded_gives_the_state_that_was_decided(name: str, picks: list[tuple[int, bool]]) -> None:
    runner = Runner(program_of(BODIES[name]), FACTS, Timekeeper(bundled_calendar(), HOURS))
    advance, at, folded = runner.start({}, START), START, CaseState()
    for pick, again in [*picks, (0, False)]:
        decisions = encoding.loads(encoding.dumps(list(advance.decisions)))
        folded = fold(folded, at, decisions, advance.submission)
        assert folded.to_value() == advance.state.to_value()
        assert folded.variables == advance.state.variables
        assert folded.digest() == advance.state.digest()
        assert folded.tokens is None
        if advance.state.status == "closed":
            return
        places = [node for node in advance.state.nodes if node.kind == TASK]
        timers = [a for a in advance.armed if a.kind == "timer"][:1]
        letters = awaited(runner, advance.state)
        if letters and pick % 2:
            advance = runner.receive(advance.state, letters[pick % len(letters)], {"sum": pick}, "clerk", at)
            continue
        if not places and not timers:
            return
        chosen = pick % (len(places) + len(timers))
        if chosen < len(places):
            node = places[chosen]
            submission = {"again": again, "members": PEOPLE[: 1 + pick % 3]}
            advance = runner.complete(advance.state, node.path, node.n, submission, node.assignee or "clerk", at)
        else:
            at = max(at, timers[0].due)
            advance = runner.fire(advance.state, timers[0], at)


def test_a_state_comes_back_from_its_value() -> None:
    runner = Runner(program_of(BODIES["a sub-process with a side timer"]), FACTS, Timekeeper(bundled_calendar(), HOURS))
    state = runner.start({"x": 1}, START).state
    value = encoding.loads(encoding.dumps(state.to_value()))
    assert CaseState.from_value(value, state.variables, state.tokens) == state


def test_a_digest_names_where_a_variable_came_from_and_not_what_it_says() -> None:
    first = Draft(CaseState(), START, {"identity_number": "430102199003078516"})
    first.decide("set", "application")
    second = Draft(CaseState(), START, {"identity_number": "11010519491231002X"})
    second.decide("set", "application")
    assert first.frozen().digest() == second.frozen().digest()
    assert first.frozen().variables != second.frozen().variables


def test_a_decision_that_nobody_knows_is_refused() -> None:
    for unknown in (["fly", "a"], ["open", "task"], []):
        with pytest.raises(ValueError, match="unknown decision"):
            fold(CaseState(), START, [unknown])


def test_a_draft_leaves_the_state_that_it_began_with_alone() -> None:
    state = CaseState()
    draft = Draft(state, START, {"x": 1})
    draft.decide("set", "a")
    draft.decide("open", "task", "s/a", 1)
    draft.decide("did", "a", "zhou")
    assert state == CaseState()
    frozen = draft.frozen()
    assert (frozen.sources, frozen.counters, frozen.performers) == ({"a": 1}, {"a": 1}, {"a": "zhou"})
