"""From two states to the rows of the lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.actions.system import ROOT
from engine.bundles import load_bundle
from engine.calendars import bundled_calendar
from engine.clock import SHANGHAI
from engine.workflow.program import Timekeeper
from engine.workflow.projecting import deadline_rows, pressing, task_rows, timer_rows
from engine.workflow.runner import Advance, Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState
from tests.support.forms import ENROLMENT

OPENED = datetime(2026, 9, 21, 10, 0, tzinfo=SHANGHAI)
PLACE = {"case_id": 7, "matter": ENROLMENT, "region": "changsha", "office": "本级"}


@pytest.fixture(scope="module")
def runner() -> Runner:
    program = load_bundle(ROOT, ENROLMENT, "changsha").program
    facts = CaseFacts("430100-2026-000001", ENROLMENT, "changsha", "本级")
    return Runner(program, facts, Timekeeper(bundled_calendar(), program.hours))


@pytest.fixture(scope="module")
def opened(runner: Runner) -> Advance:
    return runner.start({"received_at": OPENED}, OPENED)


@pytest.fixture(scope="module")
def accepted(runner: Runner, opened: Advance) -> Advance:
    return runner.complete(opened.state, "intake", 1, {"decision": "accept"}, "zhou", OPENED)


@pytest.fixture(scope="module")
def suspended(runner: Runner, accepted: Advance) -> Advance:
    at = OPENED + timedelta(days=2)
    return runner.complete(accepted.state, "handling/review", 1, {"decision": "supplement"}, "sun", at)


def pressed(runner: Runner, advance: Advance) -> dict[str, str]:
    model, state = runner.program.model, advance.state
    found = {node.path: pressing(model, state, node) for node in state.nodes if node.kind == "task"}
    return {path: deadline.key for path, deadline in found.items() if deadline is not None}


def test_a_task_is_pressed_by_its_own_deadline_else_by_that_of_the_sub_process_around_it(
    runner: Runner, opened: Advance, accepted: Advance, suspended: Advance
) -> None:
    assert pressed(runner, opened) == {"intake": "intake"}
    assert pressed(runner, accepted) == {"handling/review": "handling"}
    assert pressed(runner, suspended) == {"handling/handling_supplement": "supplement"}


def test_a_step_gives_one_row_for_what_closed_and_one_for_what_opened(
    runner: Runner, opened: Advance, accepted: Advance
) -> None:
    done, new = task_rows(runner.program, runner.timekeeper, opened.state, accepted, "zhou", PLACE)
    assert (done["node"], done["status"], done["closed_by"]) == ("intake", "completed", "zhou")
    assert (new["node"], new["status"], new["lane"], new["deadline"]) == (
        "handling/review", "open", "review", "handling",
    )  # fmt: skip
    assert new["due"] == datetime(2026, 9, 29, 9, 0, tzinfo=UTC)
    assert {**new, **PLACE} == new


def test_a_step_that_leaves_a_task_alone_gives_no_row(runner: Runner, accepted: Advance) -> None:
    warning = next(a for a in accepted.armed if a.kind == "warning")
    raised = runner.alarm(accepted.state, warning, warning.due)
    assert task_rows(runner.program, runner.timekeeper, accepted.state, raised, "system", PLACE) == []


def test_timers_that_are_no_longer_armed_have_fired_or_were_cancelled(runner: Runner, accepted: Advance) -> None:
    rows = timer_rows(7, (), accepted, "v")
    assert {(r["kind"], r["key"], r["status"]) for r in rows} == {
        ("warning", "handling", "armed"), ("overdue", "handling", "armed"), ("timer", "handling_overdue", "armed"),
    }  # fmt: skip
    warning, overdue, timer = accepted.armed
    warned = runner.alarm(accepted.state, warning, warning.due)
    late = runner.alarm(warned.state, overdue, overdue.due)
    fired = runner.fire(late.state, timer, timer.due)
    for before, after, name in ((accepted, warned, "warning"), (warned, late, "overdue"), (late, fired, "timer")):
        (row,) = timer_rows(7, before.armed, after, "v")
        assert (row["kind"], row["status"]) == (name, "fired")
    passed = runner.complete(accepted.state, "handling/review", 1, {"decision": "pass"}, "sun", OPENED)
    assert {r["status"] for r in timer_rows(7, accepted.armed, passed, "v")} == {"cancelled"}


def test_a_suspended_limit_disarms_its_timers_and_a_resumed_one_arms_them_anew(
    runner: Runner, accepted: Advance, suspended: Advance
) -> None:
    rows = {(r["kind"], r["key"]): r["status"] for r in timer_rows(7, accepted.armed, suspended, "v")}
    assert rows["timer", "handling_overdue"] == "cancelled"
    at = OPENED + timedelta(days=3)
    resumed = runner.complete(suspended.state, "handling/handling_supplement", 1, {"received_at": at}, "zhou", at)
    again = {(r["kind"], r["key"]): r for r in timer_rows(7, suspended.armed, resumed, "v")}
    assert again["timer", "handling_overdue"]["status"] == "armed"
    assert again["timer", "handling_overdue"]["due"] == datetime(2026, 9, 30, 9, 0, tzinfo=UTC)


def test_deadlines_have_a_row_when_they_changed(
    runner: Runner, opened: Advance, accepted: Advance, suspended: Advance
) -> None:
    started = deadline_rows(7, CaseState(), opened.state, runner.timekeeper)
    assert [(r["key"], r["state"], r["party"]) for r in started] == [("intake", "running", "agency")]
    rows = {r["key"]: r for r in deadline_rows(7, opened.state, accepted.state, runner.timekeeper)}
    assert (rows["intake"]["state"], rows["handling"]["state"]) == ("met", "running")
    stopped = {r["key"]: r for r in deadline_rows(7, accepted.state, suspended.state, runner.timekeeper)}
    assert (stopped["handling"]["state"], stopped["handling"]["due"]) == ("suspended", None)
    assert stopped["supplement"]["party"] == "applicant"
    assert deadline_rows(7, suspended.state, suspended.state, runner.timekeeper) == []
