"""What verifying finds apart from alterations of single columns (see test_alterations.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from engine import encoding
from engine.actions.fire_timers import fire_timers
from engine.actions.history import CaseEvent, read_events
from engine.actions.system import System
from engine.actions.taking import Taken, advance, fire_one
from engine.actions.verify_history import verify_history
from engine.calendars import bundled_calendar
from engine.errors import NotFound
from engine.events import dump_payload, event_hash
from engine.store import cases, events, settings
from tests.engine.actions.test_complete_task import case_row
from tests.support.clerk import ACCEPT, INCOMPLETE, PASS, act, enrol, open_task
from tests.support.hours import at, instant
from tests.support.tampering import tampering


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-22 09:30")
    return system


@pytest.fixture
def closed(agency: System) -> int:
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    act(agency, case_id, {"items": "登记表"})
    act(agency, case_id, ACCEPT)
    act(agency, case_id, PASS)
    return case_id


def rewritten(system: System, case_id: int, change: Callable[[CaseEvent], None]) -> None:
    """The events changed and the whole chain made anew, as somebody could who owns the database and our code."""
    with tampering(system.store) as connection:
        previous = ""
        for event in read_events(connection, case_id, case_row(system, case_id).number):
            change(event)
            digest = event_hash(event.header, event.facts, event.fields, previous)
            values = {"payload": dump_payload(event.facts, event.fields), "prev_hash": previous, "hash": digest}
            where = (events.events.c.case_id == case_id, events.events.c.seq == event.seq)
            connection.execute(update(events.events).where(*where).values(**values))
            previous = digest
        connection.execute(update(cases.cases).where(cases.cases.c.id == case_id).values(hash=previous))


@pytest.mark.parametrize(("when", "told"), [("10:00", "2026年9月22日 10:00"), ("16:59:59", "2026年9月22日 16:59")])
def test_an_alarm_that_went_off_before_it_was_due_is_found(agency: System, when: str, told: str) -> None:
    case_id = enrol(agency).case_id
    at(agency, "2026-09-22 16:59:59")

    def too_early(taken: Taken) -> None:
        fire_one(taken, replace(taken.before.armed[0], due=instant(f"2026-09-22 {when}")))

    advance(agency, lambda step: cases.take(step, case_id), too_early)
    verdict = verify_history(agency, case_id)
    assert verdict.result == "differs"
    assert verdict.details == (f"第 2 号事件（alarm_raised）没有在到期时刻执行：应为 2026年9月22日 17:00，记为 {told}",)


def test_what_a_late_worker_fires_has_fired_when_it_was_due(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    at(agency, "2027-03-01 08:00")
    assert fire_timers(agency).failures == 0
    assert case_row(agency, case_id).outcome == "lapsed"
    assert verify_history(agency, case_id).result == "intact"


def test_a_chain_made_anew_without_a_change_is_intact(agency: System, closed: int) -> None:
    rewritten(agency, closed, lambda event: None)
    verdict = verify_history(agency, closed)
    assert (verdict.result, verdict.events, verdict.details) == ("intact", 5, ())
    assert "5 个事件" in verdict.text


def test_a_record_that_this_engine_would_not_have_made_runs_differently(agency: System, closed: int) -> None:
    """A letter that the diagram sends, taken out of the record: the chain holds and the state too."""

    def without_the_notice(event: CaseEvent) -> None:
        event.facts["decisions"] = [d for d in event.facts["decisions"] if d[:2] != ["letter", "one_time_notice"]]

    rewritten(agency, closed, without_the_notice)
    verdict = verify_history(agency, closed)
    assert verdict.result == "differs"
    assert "第 2 号事件（task_completed）" in verdict.details[0]


def test_another_submission_under_a_chain_made_anew_runs_differently(agency: System, closed: int) -> None:
    def refused_instead(event: CaseEvent) -> None:
        for field in event.fields:
            if event.seq == 5 and field[0] == "decision":
                field[3] = "refuse"

    rewritten(agency, closed, refused_instead)
    variables = encoding.loads(case_row(agency, closed).variables)
    variables["review"]["decision"] = "refuse"
    with agency.store.writing() as connection:
        connection.execute(update(cases.cases).values(variables=encoding.dumps(variables)))
    assert verify_history(agency, closed).result == "differs"


def test_every_event_is_executed_under_the_calendar_that_it_was_made_under(agency: System, closed: int) -> None:
    """A later notice moves what was due, and nothing of what was recorded."""
    amended = bundled_calendar().with_closings({date(2026, 9, 29): "台风"}, "通知")
    enter(agency, amended)
    later = System(agency.store, agency.root, agency.clock)
    assert verify_history(later, closed).result == "intact"
    new = enrol(later).case_id
    act(later, new, ACCEPT)
    with later.store.reading() as connection:
        used = [row.calendar for row in events.of_case(connection, new)]
    assert used == [amended.version] * 2
    assert open_task(later, new).due == instant("2026-10-08 17:00")
    assert verify_history(later, new).result == "intact"


def enter(system: System, calendar: Any) -> None:
    with system.store.writing() as connection:
        settings.add_calendar(
            connection,
            {
                "version": calendar.version,
                "table": encoding.dumps(calendar.to_value()),
                "reason": "通知",
                "entered_at": instant("2026-09-22 12:00"),
                "entered_by": "admin",
            },
        )


def test_verifying_writes_nothing(agency: System, closed: int) -> None:
    before = case_row(agency, closed)
    verify_history(agency, closed)
    assert case_row(agency, closed) == before


def test_a_case_that_is_not_there_is_not_found(agency: System) -> None:
    with pytest.raises(NotFound):
        verify_history(agency, 4711)
