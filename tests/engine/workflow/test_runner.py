"""The runner decides, purely: the same inputs at the same instants always give the same Advance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import EngineFailure, Forbidden, NotFound
from engine.workflow.runner import Armed
from tests.support.bpmn import DONE, choice, end, flow, path, start, task, timer
from tests.support.constructs import BODIES, START, runner_of

TIMED = (
    start() + task("a", starts="supplement filing", ends="supplement", letter="notice") + DONE + end("late", "lapsed")
    + timer("cut", "a", "supplement", True) + timer("other", "a", "filing", False) + end("side")
    + path("begin", "a", "done") + path("cut", "late") + path("other", "side")
)  # fmt: skip


def test_starting_opens_the_first_task_with_its_deadlines_letters_and_timers() -> None:
    opened = runner_of(TIMED).start({"x": 1}, START)
    assert (opened.kind, opened.node, opened.n, opened.state.inputs) == ("case_opened", "begin", 1, 1)
    assert [(n.kind, n.path, n.n) for n in opened.state.nodes if n.kind == "task"] == [("task", "a", 1)]
    assert opened.state.ledger.running_keys() == ["supplement", "filing"]
    assert ["letter", "notice", "a"] in list(opened.decisions)
    assert ["flow", "begin_a"] in list(opened.decisions)


def test_what_is_armed_stands_in_firing_order_alarms_before_timers_of_the_same_instant() -> None:
    opened = runner_of(TIMED).start({}, START)
    assert [a.due for a in opened.armed] == sorted(a.due for a in opened.armed)
    overdue = [(a.kind, a.key) for a in opened.armed if a.due == datetime(2026, 9, 28, 16, 0, tzinfo=UTC)]
    assert overdue == [("overdue", "supplement"), ("timer", "cut")]


def test_running_twice_gives_the_same_and_leaves_the_state_alone() -> None:
    runner = runner_of(TIMED)
    opened = runner.start({}, START)
    before = opened.state.digest(), repr(opened.state.tokens)
    first = runner.complete(opened.state, "a", 1, {"y": 2}, "clerk", START)
    again = runner.complete(opened.state, "a", 1, {"y": 2}, "clerk", START)
    assert first.decisions == again.decisions
    assert first.state == again.state
    assert (opened.state.digest(), repr(opened.state.tokens)) == before


def test_a_completed_task_leaves_its_submission_and_who_did_it() -> None:
    runner = runner_of(TIMED)
    state = runner.complete(runner.start({}, START).state, "a", 1, {"y": 2}, "clerk", START).state
    assert state.variables["a"] == {"y": 2}
    assert state.performers == {"a": "clerk"}
    assert (state.status, state.outcome, state.end, state.tokens) == ("closed", "approved", "done", None)


def test_only_an_open_task_can_be_completed_or_claimed() -> None:
    runner = runner_of(BODIES["a loop"])
    state = runner.start({}, START).state
    for place, n in (("a", 2), ("done", 1), ("nowhere", 1), ("begin", 1)):
        with pytest.raises(NotFound, match=place):
            runner.complete(state, place, n, {}, "clerk", START)
        with pytest.raises(NotFound, match=place):
            runner.claim(state, place, n, "clerk", START)


def test_a_task_that_comes_round_again_is_another_opening() -> None:
    runner = runner_of(BODIES["a loop"])
    state = runner.start({}, START).state
    for n in (1, 2, 3):
        assert [node.key for node in state.nodes] == [("a", n)]
        state = runner.complete(state, "a", n, {"again": True}, "clerk", START).state
    assert state.counters["a"] == 4


def test_who_did_one_task_may_not_do_the_one_that_is_separate_from_it() -> None:
    body = start() + task("a") + task("b", separateFrom="a") + DONE + path("begin", "a", "b", "done")
    runner = runner_of(body)
    state = runner.complete(runner.start({}, START).state, "a", 1, {}, "zhou", START).state
    with pytest.raises(Forbidden, match="须由不同人员办理"):
        runner.complete(state, "b", 1, {}, "zhou", START)
    assert runner.complete(state, "b", 1, {}, "wu", START).state.status == "closed"


@pytest.mark.parametrize("written", ["a b", "b a", " a\n b "])
def test_a_task_may_be_kept_from_everybody_who_did_one_of_several(written: str) -> None:
    body = start() + task("a") + task("b", separateFrom="a") + task("c", separateFrom=written) + DONE
    runner = runner_of(body + path("begin", "a", "b", "c", "done"))
    state = runner.complete(runner.start({}, START).state, "a", 1, {}, "zhou", START).state
    state = runner.complete(state, "b", 1, {}, "wu", START).state
    for who, did in (("zhou", "“a”由您办理"), ("wu", "“b”由您办理")):
        with pytest.raises(Forbidden, match=f"^{did}，“c”与之须由不同人员办理，请转交他人$"):
            runner.complete(state, "c", 1, {}, who, START)
    assert runner.complete(state, "c", 1, {}, "li", START).state.status == "closed"


def test_who_did_several_of_them_is_told_all() -> None:
    body = start() + task("a") + task("b") + task("c", separateFrom="a b") + DONE
    runner = runner_of(body + path("begin", "a", "b", "c", "done"))
    state = runner.complete(runner.start({}, START).state, "a", 1, {}, "zhou", START).state
    state = runner.complete(state, "b", 1, {}, "zhou", START).state
    with pytest.raises(Forbidden, match="“a”、“b”由您办理，“c”"):
        runner.complete(state, "c", 1, {}, "zhou", START)


def test_of_a_task_done_again_counts_who_did_it_last() -> None:
    body = start() + task("a") + task("b", separateFrom="a") + choice("again", "again_done") + DONE
    runner = runner_of(body + path("begin", "a", "b", "again", "done") + flow("again", "a", "b.back = true"))
    state = runner.complete(runner.start({}, START).state, "a", 1, {}, "zhou", START).state
    state = runner.complete(state, "b", 1, {"back": True}, "wu", START).state
    state = runner.complete(state, "a", 2, {}, "wu", START).state
    with pytest.raises(Forbidden, match="“a”由您办理"):
        runner.complete(state, "b", 2, {}, "wu", START)
    assert runner.complete(state, "b", 2, {}, "zhou", START).state.status == "closed"


def test_a_timer_that_is_not_there_is_a_failure_of_the_engine() -> None:
    runner = runner_of(TIMED)
    state = runner.start({}, START).state
    for key, n in (("cut", 2), ("ghost", 1), ("a", 2)):
        with pytest.raises(EngineFailure):
            runner.fire(state, Armed("timer", key, n, START), START)


def test_an_alarm_moves_no_token_and_is_not_armed_again() -> None:
    runner = runner_of(TIMED)
    opened = runner.start({}, START)
    warning = next(a for a in opened.armed if a.kind == "warning")
    raised = runner.alarm(opened.state, warning, warning.due)
    assert raised.decisions == (["alarm", "warning", warning.key, 1, warning.version],)
    assert raised.state.tokens == opened.state.tokens
    assert raised.state.nodes == opened.state.nodes
    assert warning not in raised.armed


def test_a_claim_moves_no_token() -> None:
    runner = runner_of(TIMED)
    opened = runner.start({}, START)
    claimed = runner.claim(opened.state, "a", 1, "zhou", START)
    assert (claimed.kind, claimed.state.node("a", 1).assignee) == ("task_claimed", "zhou")  # type: ignore[union-attr]
    assert claimed.state.tokens == opened.state.tokens
    released = runner.claim(claimed.state, "a", 1, "", START)
    assert released.kind == "task_released"
    assert released.state.nodes == opened.state.nodes


def test_a_circle_in_which_nobody_acts_is_stopped() -> None:
    body = start() + choice("g", "g_h") + choice("h", "h_g") + DONE + task("a")
    circle = path("begin", "g", "h", "g") + flow("h", "a", "1 = 2") + path("a", "done")
    with pytest.raises(EngineFailure, match="循环"):
        runner_of(body + circle).start({}, START)


def test_a_case_whose_branches_all_end_without_an_outcome_has_ended() -> None:
    runner = runner_of(start() + task("a") + end("over") + path("begin", "a", "over"))
    state = runner.complete(runner.start({}, START).state, "a", 1, {}, "clerk", START).state
    assert (state.status, state.outcome) == ("closed", "ended")


def test_a_limit_is_judged_by_the_receipt_and_never_by_a_later_one() -> None:
    runner = runner_of(TIMED)
    opened = runner.start({}, START).state
    at = START + timedelta(days=1)
    for received, ended in ((START + timedelta(hours=2), START + timedelta(hours=2)), (at + timedelta(days=1), at)):
        state = runner.complete(opened, "a", 1, {"received_at": received}, "clerk", at).state
        assert state.ledger.deadlines["supplement"].ended_at == ended


def test_hundreds_of_rounds_neither_stall_nor_make_the_state_grow() -> None:
    """SpiffWorkflow itself stalls after 500 rounds of this loop (tests/upstream/test_tokens.py)."""
    runner = runner_of(BODIES["a loop"])
    state = runner.start({}, START).state
    size = len(repr(state.tokens))
    for n in range(1, 601):
        state = runner.complete(state, "a", n, {"again": True}, "clerk", START).state
    assert len(repr(state.tokens)) <= size + 5  # the opening's number has more digits
    assert runner.complete(state, "a", 601, {"again": False}, "clerk", START).state.end == "done"
