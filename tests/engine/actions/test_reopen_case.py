"""Supervised reopening: the case goes on from before the timer, the chain stays whole, nobody's work is undone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from engine.actions.actor import Actor, Membership
from engine.actions.complete_task import complete_task
from engine.actions.fire_timers import fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.reopen_case import reopen_case
from engine.actions.replay_case import replay_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import Conflict, Forbidden, InvalidInput, NotFound
from engine.store import letters, supervision, tasks, timers
from tests.engine.actions.test_complete_task import case_row, clerk, recorded, together
from tests.engine.actions.test_rebuild_case import PROJECTIONS, shown
from tests.support.clerk import ACCEPT, INCOMPLETE, PASS, act, enrol, new_request, open_task
from tests.support.forms import EMERGENCY
from tests.support.hours import at, instant
from tests.support.spring_2020 import SUPERVISOR, WINDOW, extension, original, registered
from tests.support.tampering import tampering

REASON = "春节假期延长，备案期限至2月4日"


@pytest.fixture
def february(system: System) -> System:
    """The original notice is in force."""
    at(system, "2019-12-02 10:00")
    original(system)
    return system


@pytest.fixture
def early(february: System) -> int:
    """Registered on 22 January, closed on 2 February at 0:00; the extension was entered on the 3rd, and listed it."""
    case_id = registered(february, "2020-01-22 10:00", "2020-01-22 11:00")
    at(february, "2020-02-03 10:00")
    fire_timers(february)
    extension(february)
    return case_id


def rows(system: System, table: Any, case_id: int) -> list[Any]:
    with system.store.reading() as connection:
        return list(connection.execute(select(table).where(table.c.case_id == case_id)))


def kinds(system: System, case_id: int) -> list[str]:
    return [event.kind for event in recorded(system, case_id)]


def assert_proved(system: System, case_id: int) -> None:
    verdict = verify_history(system, case_id)
    assert verdict.result == "intact", verdict
    assert rebuild_case(system, case_id).changed == ()


def apply(system: System, case_id: int) -> None:
    """The application comes in."""
    raw = {**EMERGENCY, "visit_at": "2020-01-22T10:00", "channel": "online"}
    complete_task(system, WINDOW, open_task(system, case_id).id, raw, new_request())


def test_the_case_waits_again_and_the_applicant_files_within_the_right_limit(february: System, early: int) -> None:
    assert case_row(february, early).status == "closed"
    reopened = reopen_case(february, SUPERVISOR, early, REASON)
    assert (reopened.superseded_from, reopened.seq, reopened.due) == (4, 6, instant("2020-02-04 09:00"))
    row = case_row(february, early)
    assert (row.status, row.outcome, row.closed_at, row.next_due) == ("open", "", None, instant("2020-02-04 09:00"))
    assert kinds(february, early) == [
        *("case_opened", "alarm_raised", "alarm_raised", "timer_fired", "calendar_amended", "case_reopened")
    ]
    assert open_task(february, early).name == "提交申请"
    assert_proved(february, early)
    at(february, "2020-02-04 23:59")
    apply(february, early)
    assert open_task(february, early).name == "受理"
    assert_proved(february, early)


def test_who_does_not_file_is_closed_again_at_the_right_instant_and_once(february: System, early: int) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    at(february, "2020-02-05 00:00")
    fire_timers(february)
    row = case_row(february, early)
    assert (row.outcome, row.closed_at) == ("lapsed", instant("2020-02-05 00:00"))
    sent = rows(february, letters.letters, early)
    assert [(x.template, x.seq) for x in sent] == [("filing_lapsed_notice", 4), ("filing_lapsed_notice", row.seq)]
    assert_proved(february, early)


def test_a_letter_that_was_sent_stays_listed_and_the_listing_is_done_with(february: System, early: int) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    (sent,) = rows(february, letters.letters, early)
    assert (sent.template, sent.seq) == ("filing_lapsed_notice", 4)
    (item,) = rows(february, supervision.supervisions, early)
    assert (item.status, item.handled_by, item.note) == ("handled", SUPERVISOR.username, f"已恢复办理：{REASON}")


@pytest.mark.parametrize("table", PROJECTIONS, ids=lambda t: t.name)
def test_lost_rows_of_a_reopened_case_come_back(february: System, early: int, table: Any) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    apply(february, early)
    before = shown(february, early)
    with february.store.writing() as connection:
        connection.execute(delete(table).where(table.c.case_id == early))
    if table is not supervision.supervisions:  # what a supervisor wrote is not in the events
        assert rebuild_case(february, early).changed
        assert shown(february, early) == before


def test_a_reopened_case_whose_tokens_are_lost_goes_on_with_the_next_action(february: System, early: int) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    with february.store.writing() as connection:
        connection.execute(text("UPDATE cases SET state = NULL WHERE id = :id"), {"id": early})
    apply(february, early)
    assert open_task(february, early).name == "受理"
    assert_proved(february, early)


def test_numbers_of_superseded_openings_are_not_given_again(february: System, early: int) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    (task,) = rows(february, tasks.human_tasks, early)
    assert (task.node, task.n, task.status, task.opened_at) == ("filing", 1, "open", instant("2020-01-22 11:00"))
    armed = {(t.kind, t.key, t.n): t.status for t in rows(february, timers.timers, early)}
    assert armed[("timer", "filing_expired", 1)] == "armed"


def test_an_altered_superseded_event_is_found(february: System, early: int) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    with tampering(february.store) as connection:
        change = "UPDATE events SET payload = replace(payload, 'lapsed', 'closed') WHERE case_id = :id AND seq = 4"
        connection.execute(text(change), {"id": early})
    assert verify_history(february, early).result == "altered"


def test_the_player_shows_what_is_superseded_and_where_the_case_stands_again(february: System, early: int) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    frames = replay_case(february, early)["frames"]
    assert [f["superseded_by"] for f in frames] == [None, None, None, 6, 6, None]
    assert frames[3]["title"].endswith("（已由第 6 号事件撤销）")
    assert frames[5]["title"] == "恢复办理"
    assert f"理由：{REASON}" in frames[5]["why"]
    assert frames[5]["elements"] == frames[2]["elements"]
    (ledger,) = frames[5]["ledger"]
    assert (ledger["state"], ledger["due"]) == ("running", "2020年2月4日 24:00")


def test_a_limit_that_is_over_by_the_present_calendar_too_is_not_reopened(february: System, early: int) -> None:
    at(february, "2020-02-05 00:00")
    with pytest.raises(Conflict, match="也已届满"):
        reopen_case(february, SUPERVISOR, early, REASON)
    assert kinds(february, early)[-1] == "calendar_amended"


def test_a_case_that_is_open_or_was_closed_by_a_person_is_not_reopened(system: System) -> None:
    at(system, "2026-09-21 09:30")
    supervisor = Actor(3, "qian", "钱", (Membership("hunan", "*", "supervisor"),))
    case_id = enrol(system).case_id
    with pytest.raises(Conflict, match="没有办结"):
        reopen_case(system, supervisor, case_id, REASON)
    act(system, case_id, ACCEPT)
    act(system, case_id, PASS)
    with pytest.raises(Conflict, match="不是因期限届满"):
        reopen_case(system, supervisor, case_id, REASON)


def test_nobodys_work_is_superseded(february: System) -> None:
    at(february, "2020-01-14 09:30")
    supervisor = Actor(3, "qian", "钱", (Membership("hunan", "*", "supervisor"),))
    case_id = enrol(february).case_id
    act(february, case_id, INCOMPLETE)  # fifteen working days: by the original notice until 10 February
    at(february, "2020-02-11 10:00")
    fire_timers(february)
    assert case_row(february, case_id).outcome == "lapsed"
    extension(february)
    for seq in (1, 2, 6, 99, -1):
        with pytest.raises(InvalidInput):
            reopen_case(february, supervisor, case_id, REASON, from_seq=seq)
    reopened = reopen_case(february, supervisor, case_id, REASON, from_seq=4)  # with the alarm of the same instant
    assert reopened.superseded_from == 4
    assert_proved(february, case_id)
    act(february, case_id, {"items": "登记表", "channel": "online"})
    act(february, case_id, ACCEPT)
    assert_proved(february, case_id)


def test_a_case_may_be_reopened_more_than_once(february: System, early: int) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    at(february, "2020-02-05 00:00")
    fire_timers(february)
    closed_at = case_row(february, early).seq
    with pytest.raises(InvalidInput):  # superseded already
        reopen_case(february, SUPERVISOR, early, REASON, from_seq=4)
    with pytest.raises(Conflict, match="也已届满"):
        reopen_case(february, SUPERVISOR, early, REASON, from_seq=closed_at)


def test_only_a_supervisor_of_the_office_with_a_reason_reopens(february: System, early: int) -> None:
    for actor in (WINDOW, clerk("zhao", "leader", region="zhuzhou"), clerk("qian", "supervisor", region="yueyang")):
        with pytest.raises(Forbidden):
            reopen_case(february, actor, early, REASON)
    with pytest.raises(InvalidInput, match="理由"):
        reopen_case(february, SUPERVISOR, early, " ")
    with pytest.raises(NotFound):
        reopen_case(february, SUPERVISOR, 4711, REASON)


def test_two_supervisors_at_once_reopen_once(february: System, early: int) -> None:
    found = together(*[lambda: reopen_case(february, SUPERVISOR, early, REASON)] * 2)
    assert sorted(type(x).__name__ for x in found) == ["Conflict", "Reopened"]
    assert kinds(february, early).count("case_reopened") == 1
    assert_proved(february, early)


def test_a_changed_row_of_a_reopened_case_is_mended(february: System, early: int) -> None:
    reopen_case(february, SUPERVISOR, early, REASON)
    before = shown(february, early)
    with february.store.writing() as connection:
        connection.execute(update(timers.timers).where(timers.timers.c.case_id == early).values(status="fired"))
    assert rebuild_case(february, early).changed
    assert shown(february, early) == before
