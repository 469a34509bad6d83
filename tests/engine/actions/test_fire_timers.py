"""The sweep: in due order, each at its instant, nothing twice, one broken case never stops the others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from engine import encoding
from engine.actions.fire_timers import Swept, fire_timers
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.store import supervision, timers
from engine.store.cases import MAX_ATTEMPTS
from tests.engine.actions.test_complete_task import case_row, recorded, together
from tests.support.clerk import ACCEPT, INCOMPLETE, PASS, SUPPLEMENT_LATER, act, enrol, open_task
from tests.support.hours import at, instant


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-22 09:30")
    return system


def events_after(system: System, case_id: int, seq: int) -> list[tuple[str, str, str]]:
    """(what, which, when in law) of what the sweep did."""
    found = []
    for event in recorded(system, case_id)[seq:]:
        detail = encoding.loads(event.payload)["facts"].get("detail", {})
        name = event.node or f"{detail['key']} {detail['alarm']}"
        found.append((event.kind, name, event.effective_at))
    return found


def rows(system: System, table: Any, case_id: int) -> list[Any]:
    with system.store.reading() as connection:
        return list(connection.execute(select(table).where(table.c.case_id == case_id)))


def test_nothing_is_fired_before_its_instant(agency: System) -> None:
    case_id = enrol(agency).case_id
    at(agency, "2026-09-22 16:59")
    assert fire_timers(agency) == Swept(cases=0, failures=0)
    assert len(recorded(agency, case_id)) == 1
    at(agency, "2026-09-22 17:00")
    assert fire_timers(agency) == Swept(cases=1, failures=0)


def test_after_a_long_sleep_everything_is_caught_up_in_due_order_each_at_its_instant(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    at(agency, "2026-12-01 08:00")
    assert fire_timers(agency) == Swept(cases=1, failures=0)
    assert events_after(agency, case_id, 2) == [
        ("alarm_raised", "supplement warning", instant("2026-10-20 09:00")),
        ("alarm_raised", "supplement overdue", instant("2026-10-21 00:00")),
        ("timer_fired", "supplement_expired", instant("2026-10-21 00:00")),
    ]
    assert {e.recorded_at for e in recorded(agency, case_id)[2:]} == {agency.clock.now()}
    row = case_row(agency, case_id)
    assert (row.outcome, row.closed_at, row.next_due) == ("lapsed", instant("2026-10-21 00:00"), None)
    assert verify_history(agency, case_id).result == "intact"


def test_what_has_fired_does_not_fire_again(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, ACCEPT)
    at(agency, "2026-10-08 10:00")
    fire_timers(agency)
    count = len(recorded(agency, case_id))
    assert fire_timers(agency) == Swept(0, 0)
    at(agency, "2026-12-08 10:00")
    assert fire_timers(agency) == Swept(0, 0)
    assert len(recorded(agency, case_id)) == count


def test_the_alarm_of_an_extended_or_moved_limit_is_raised_for_its_new_instant_too(agency: System) -> None:
    """Once per version of the due instant: warned for 09-30, suspended, warned again for the day it moved to."""
    at(agency, "2026-09-21 09:30")
    case_id = enrol(agency).case_id
    act(agency, case_id, ACCEPT)
    at(agency, "2026-09-29 09:30")
    fire_timers(agency)
    act(agency, case_id, SUPPLEMENT_LATER)
    at(agency, "2026-09-30 10:00")
    act(agency, case_id, {"items": "登记表"})
    seq = len(recorded(agency, case_id))
    at(agency, "2026-10-08 10:00")
    fire_timers(agency)
    names = [name for _, name, _ in events_after(agency, case_id, seq)]
    assert names == ["handling warning", "handling overdue", "handling_overdue"]
    warnings = [e for e in events_after(agency, case_id, 0) if e[1] == "handling warning"]
    assert warnings == [
        ("alarm_raised", "handling warning", instant("2026-09-29 09:00")),
        ("alarm_raised", "handling warning", instant("2026-09-30 10:00")),
    ]


def test_alarms_of_the_agencys_limits_open_a_supervision_item_and_the_applicants_do_not(agency: System) -> None:
    late, waiting = enrol(agency).case_id, enrol(agency).case_id
    act(agency, waiting, INCOMPLETE)
    at(agency, "2026-12-01 08:00")
    fire_timers(agency)
    (item,) = rows(agency, supervision.supervisions, late)
    assert (item.kind, item.deadline, item.status, item.raised_at) == (
        "overdue", "intake", "open", instant("2026-09-22 17:00"),
    )  # fmt: skip
    assert rows(agency, supervision.supervisions, waiting) == []


def test_a_suspended_limit_never_fires(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, ACCEPT)
    act(agency, case_id, SUPPLEMENT_LATER)
    at(agency, "2026-10-20 23:59")
    fire_timers(agency)
    assert [name for _, name, _ in events_after(agency, case_id, 3)] == ["supplement warning"]
    assert open_task(agency, case_id).node == "handling/handling_supplement"


def test_the_rows_of_timers_tell_what_became_of_each(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    act(agency, case_id, {"items": "登记表"})
    act(agency, case_id, ACCEPT)
    at(agency, "2026-09-30 10:00")
    fire_timers(agency)
    act(agency, case_id, PASS)
    assert {(t.kind, t.key, t.n): t.status for t in rows(agency, timers.timers, case_id)} == {
        ("overdue", "intake", 1): "cancelled",
        ("overdue", "intake", 2): "cancelled",
        ("warning", "supplement", 1): "cancelled",
        ("overdue", "supplement", 1): "cancelled",
        ("timer", "supplement_expired", 1): "cancelled",
        ("warning", "handling", 1): "fired",
        ("overdue", "handling", 1): "cancelled",
        ("timer", "handling_overdue", 1): "cancelled",
    }


def test_a_sweep_takes_the_most_overdue_first_and_no_more_than_asked(agency: System) -> None:
    later = enrol(agency).case_id
    act(agency, later, ACCEPT)
    sooner = enrol(agency).case_id
    at(agency, "2026-10-08 10:00")
    assert fire_timers(agency, limit=1).cases == 1
    assert len(recorded(agency, sooner)) == 2
    assert len(recorded(agency, later)) == 2
    assert fire_timers(agency, limit=1).cases == 1
    assert len(recorded(agency, later)) == 5


def test_workers_at_once_fire_nothing_twice(agency: System) -> None:
    case_ids = [enrol(agency).case_id for _ in range(6)]
    at(agency, "2026-09-23 09:00")
    swept = together(*[lambda: fire_timers(agency)] * 3)
    assert all(isinstance(s, Swept) and s.failures == 0 for s in swept), swept
    assert [len(recorded(agency, case_id)) for case_id in case_ids] == [2] * 6
    assert fire_timers(agency) == Swept(0, 0)


def test_a_broken_case_does_not_stop_the_others_and_after_three_tries_is_an_incident(agency: System) -> None:
    broken, sound = enrol(agency).case_id, enrol(agency).case_id
    with agency.store.writing() as connection:
        connection.execute(text("UPDATE cases SET state = :junk WHERE id = :id"), {"junk": b"junk", "id": broken})
    at(agency, "2026-09-22 17:00")
    assert fire_timers(agency) == Swept(cases=1, failures=1)
    assert len(recorded(agency, sound)) == 2
    for _ in range(MAX_ATTEMPTS - 2):
        assert fire_timers(agency) == Swept(cases=0, failures=1)
        assert incidents(agency) == []
    assert fire_timers(agency) == Swept(cases=0, failures=1)
    assert incidents(agency) == [(broken, "fire_timers")]
    assert fire_timers(agency) == Swept(0, 0)  # set aside until somebody has seen to it
    assert len(recorded(agency, broken)) == 1


def incidents(system: System) -> list[tuple[int, str]]:
    with system.store.reading() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT case_id, what FROM incidents ORDER BY id"))]


def test_a_closed_case_has_nothing_armed(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, ACCEPT)
    act(agency, case_id, PASS)
    assert case_row(agency, case_id).next_due is None
    at(agency, "2027-03-01 10:00")
    assert fire_timers(agency) == Swept(0, 0)
