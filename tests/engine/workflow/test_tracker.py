"""What the tracker notes of a step, on the real diagrams."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.bundles import load_bundle
from engine.calendars import bundled_calendar
from engine.clock import SHANGHAI
from engine.workflow.program import Timekeeper
from engine.workflow.runner import Runner
from engine.workflow.scope import CaseFacts

ROOT = Path(__file__).parents[3]
OPENED = datetime(2026, 9, 21, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def runner() -> Runner:
    matter = "002036001001-unit-enrolment"
    program = load_bundle(ROOT, matter, "changsha").program
    facts = CaseFacts("430100-2026-000001", matter, "changsha", "本级")
    return Runner(program, facts, Timekeeper(bundled_calendar(), program.hours))


def test_a_timer_that_fires_closes_as_fired_and_its_host_stays_open(runner: Runner) -> None:
    opened = runner.start({"received_at": OPENED}, OPENED).state
    accepted = runner.complete(opened, "intake", 1, {"decision": "accept"}, "wang", OPENED).state
    overdue = next(a for a in runner.armed(accepted) if a.kind == "timer")
    fired = runner.fire(accepted, overdue, overdue.due)
    assert ["close", "handling_overdue", 1, "fired"] in list(fired.decisions)
    assert ["pass", "supervised"] in list(fired.decisions)
    assert {n.path for n in fired.state.nodes} == {"handling", "handling/review"}


def test_a_timer_whose_task_is_done_closes_as_cancelled(runner: Runner) -> None:
    opened = runner.start({"received_at": OPENED}, OPENED).state
    waiting = runner.complete(opened, "intake", 1, {"decision": "supplement"}, "wang", OPENED).state
    later = OPENED + timedelta(hours=2)
    back = runner.complete(waiting, "supplement", 1, {"received_at": later}, "wang", later)
    assert ["close", "supplement_expired", 1, "cancelled"] in list(back.decisions)
    assert [n.path for n in back.state.nodes] == ["intake"]


def test_reaching_an_outcome_closes_every_open_place_and_deadline(runner: Runner) -> None:
    opened = runner.start({"received_at": OPENED}, OPENED).state
    rejected = runner.complete(opened, "intake", 1, {"decision": "reject"}, "wang", OPENED).state
    assert (rejected.status, rejected.outcome, rejected.end) == ("closed", "not_accepted", "not_accepted")
    assert rejected.nodes == ()
    assert rejected.ledger.running_keys() == []
    assert runner.armed(rejected) == ()
