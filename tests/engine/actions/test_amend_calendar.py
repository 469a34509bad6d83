"""Amending the calendar: exactly the right deadlines move, each with an event; who is killed half-way goes on later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from engine import encoding
from engine.actions.amend_calendar import amend_calendar
from engine.actions.calendar_notice import read_notice
from engine.actions.fire_timers import fire_timers
from engine.actions.preview_amendment import preview_amendment
from engine.actions.rebuild_case import rebuild_case
from engine.actions.replay_case import replay_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import Conflict, Forbidden, InvalidInput, NotCovered
from engine.store import deadlines, settings, supervision, tasks, timers
from tests.engine.actions.test_complete_task import case_row, clerk, recorded
from tests.support.clerk import ACCEPT, SUPPLEMENT_LATER, act, enrol
from tests.support.hours import at, instant
from tests.support.spring_2020 import ADMIN, EXTENDED, extension, original, registered


@pytest.fixture
def january(system: System) -> System:
    """The original notice is in force."""
    at(system, "2019-12-02 10:00")
    assert original(system).items == ()
    at(system, "2020-01-20 09:30")
    return system


def enrolled(system: System, now: str) -> int:
    """In 审核 in Hunan, five working days."""
    at(system, now)
    case_id = enrol(system).case_id
    act(system, case_id, ACCEPT)
    return case_id


def rows(system: System, table: Any, case_id: int) -> list[Any]:
    with system.store.reading() as connection:
        return list(connection.execute(select(table).where(table.c.case_id == case_id)))


def set_state(system: System, case_id: int, state: bytes | None) -> None:
    with system.store.writing() as connection:
        connection.execute(text("UPDATE cases SET state = :state WHERE id = :id"), {"state": state, "id": case_id})


def kinds(system: System, case_id: int) -> list[str]:
    return [event.kind for event in recorded(system, case_id)]


def assert_proved(system: System, *case_ids: int) -> None:
    for case_id in case_ids:
        verdict = verify_history(system, case_id)
        assert verdict.result == "intact", verdict
        assert rebuild_case(system, case_id).changed == ()


def test_the_extension_of_27_january_2020_moves_exactly_the_right_deadlines(january: System) -> None:
    over = registered(january, "2020-01-19 20:00", "2020-01-20 10:00")  # 20, 21, 22 January: over before the holiday
    before = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")  # by the original notice Saturday 1 February
    handling = enrolled(january, "2020-01-22 14:00")
    suspended = enrolled(january, "2020-01-22 15:00")
    act(january, suspended, SUPPLEMENT_LATER)
    later = registered(january, "2020-01-23 10:00", "2020-01-23 11:00")
    at(january, "2020-01-28 09:00")
    fire_timers(january)
    assert case_row(january, over).outcome == "lapsed"

    preview = preview_amendment(january, read_notice(EXTENDED))
    told = {(a.case_id, a.key): (a.before, a.after, a.reopens) for a in preview.affected}
    assert told == {
        (before, "filing"): (instant("2020-02-02 00:00"), instant("2020-02-05 00:00"), False),
        (handling, "handling"): (instant("2020-02-04 17:00"), instant("2020-02-06 17:00"), False),
        (suspended, "supplement"): (instant("2020-02-19 00:00"), instant("2020-02-21 00:00"), False),
        (later, "filing"): (instant("2020-02-04 00:00"), instant("2020-02-06 00:00"), False),
    }
    assert kinds(january, before) == ["case_opened"]  # a preview writes nothing

    amended = extension(january)
    assert january.calendar().differing_days(preview.new) == []
    assert [(item.case_id, item.result) for item in amended.items] == [
        (case_id, "moved") for case_id in (before, handling, suspended, later)
    ]
    for item in amended.items:
        assert [a for a in preview.affected if a.case_id == item.case_id] == list(item.affected)
    assert kinds(january, before) == ["case_opened", "calendar_amended"]
    assert "calendar_amended" not in kinds(january, over)
    assert_proved(january, over, before, handling, suspended, later)

    at(january, "2020-02-04 23:59")
    fire_timers(january)
    assert case_row(january, before).status == "open"
    at(january, "2020-02-05 00:00")
    fire_timers(january)
    assert (case_row(january, before).outcome, case_row(january, before).closed_at) == (
        "lapsed",
        instant("2020-02-05 00:00"),
    )
    assert_proved(january, before)


def test_lists_timers_and_the_next_instant_follow(january: System) -> None:
    case_id = enrolled(january, "2020-01-22 14:00")
    assert case_row(january, case_id).next_due == instant("2020-02-04 09:00")
    extension(january)
    due, version = instant("2020-02-06 17:00"), january.calendar().version
    (limit,) = (d for d in rows(january, deadlines.deadlines, case_id) if d.key == "handling")
    assert (limit.due, limit.calendar, limit.state) == (due, version, "running")
    armed = {t.kind: (t.due, t.calendar) for t in rows(january, timers.timers, case_id) if t.status == "armed"}
    assert armed == {
        "timer": (due, version),
        "overdue": (due, version),
        "warning": (instant("2020-02-06 09:00"), version),
    }
    (task,) = (t for t in rows(january, tasks.human_tasks, case_id) if t.status == "open")
    assert task.due == due
    assert case_row(january, case_id).next_due == instant("2020-02-06 09:00")


def test_a_case_that_a_timer_closed_too_early_is_listed_for_its_supervisor(january: System) -> None:
    early = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")
    at(january, "2020-02-03 10:00")  # the notice is entered after the holiday only
    fire_timers(january)
    assert case_row(january, early).closed_at == instant("2020-02-02 00:00")
    (affected,) = preview_amendment(january, read_notice(EXTENDED)).affected
    assert (affected.case_id, affected.reopens, affected.closed_by) == (early, True, 4)
    assert (affected.before, affected.after) == (instant("2020-02-02 00:00"), instant("2020-02-05 00:00"))
    (item,) = extension(january).items
    assert (item.result, item.affected) == ("listed", (affected,))
    row = case_row(january, early)
    assert (row.status, row.outcome, row.closed_at) == ("closed", "lapsed", instant("2020-02-02 00:00"))
    (listed,) = rows(january, supervision.supervisions, early)
    assert (listed.kind, listed.deadline, listed.occurrence, listed.status) == ("reopen", "filing", 1, "open")
    assert_proved(january, early)


def test_a_case_whose_limit_is_over_by_either_calendar_is_not_listed(january: System) -> None:
    early = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")
    at(january, "2020-02-05 00:00")
    fire_timers(january)
    assert preview_amendment(january, read_notice(EXTENDED)).affected == ()
    assert extension(january).items == ()
    assert kinds(january, early)[-1] == "timer_fired"


def test_what_was_opened_under_the_new_version_has_no_event_of_it(january: System) -> None:
    extension(january)
    case_id = registered(january, "2020-01-28 10:00", "2020-01-28 11:00")
    assert case_row(january, case_id).next_due == instant("2020-02-05 09:00")
    assert extension(january).items == ()
    assert kinds(january, case_id) == ["case_opened"]


def added_only(system: System) -> None:
    """What the database holds of the extension when its process is killed right after adding the version."""
    new = replace(read_notice(EXTENDED).applied(system.calendar(), "春节假期延长至2月2日"), again=1)
    values = {"version": new.version, "table": encoding.dumps(new.to_value()), "reason": new.reason}
    with system.store.writing() as connection:
        settings.add_calendar(connection, {**values, "entered_at": system.clock.now(), "entered_by": "admin"})
    system.forget_calendar()


def test_whoever_was_killed_before_moving_any_case_moves_them_when_told_again(january: System) -> None:
    case_ids = [registered(january, "2020-01-22 10:00", "2020-01-22 11:00") for _ in range(2)]
    added_only(january)
    again = extension(january)
    assert (again.added, [(i.case_id, i.result) for i in again.items]) == (False, [(c, "moved") for c in case_ids])
    assert extension(january).items == ()
    assert_proved(january, *case_ids)


def test_what_was_moved_before_stays_and_only_the_rest_is_moved(january: System) -> None:
    done, left = (registered(january, "2020-01-22 10:00", "2020-01-22 11:00") for _ in range(2))
    set_state(january, left, b"junk")
    assert [i.result for i in extension(january).items] == ["moved", "failed"]
    set_state(january, left, None)
    assert [(i.case_id, i.result) for i in extension(january).items] == [(left, "moved")]
    assert [kinds(january, c) for c in (done, left)] == [["case_opened", "calendar_amended"]] * 2
    assert_proved(january, done, left)


def test_a_clerk_may_act_between_the_version_and_the_move(january: System) -> None:
    case_id = enrolled(january, "2020-01-22 14:00")
    added_only(january)
    act(january, case_id, SUPPLEMENT_LATER)
    assert [i.result for i in extension(january).items] == ["moved"]
    assert kinds(january, case_id)[-2:] == ["task_completed", "calendar_amended"]
    assert_proved(january, case_id)


def test_the_next_amendment_finishes_an_interrupted_one_first(january: System) -> None:
    case_id = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")
    added_only(january)
    amend_calendar(january, ADMIN, read_notice("changes: {2020-02-03: 春节}"), "再延长一日")
    assert kinds(january, case_id) == ["case_opened", "calendar_amended", "calendar_amended"]
    assert case_row(january, case_id).next_due == instant("2020-02-05 09:00")
    assert_proved(january, case_id)


def test_who_was_wrong_may_go_back_and_every_version_stays(january: System) -> None:
    case_id = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")
    first = january.calendar().version
    extension(january)
    back = original(january)
    assert back.added
    assert back.version != first
    assert case_row(january, case_id).next_due == instant("2020-02-01 09:00")
    assert kinds(january, case_id) == ["case_opened", "calendar_amended", "calendar_amended"]
    with january.store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM calendar_versions")).scalar() == 4
    assert_proved(january, case_id)


def test_a_broken_case_is_told_of_and_stops_no_other(january: System) -> None:
    broken = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")
    sound = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")
    set_state(january, broken, b"junk")
    assert preview_amendment(january, read_notice(EXTENDED)).unreadable == (case_row(january, broken).number,)
    found = {item.case_id: item.result for item in extension(january).items}
    assert found == {broken: "failed", sound: "moved"}


def test_a_stale_case_is_moved_like_any_other(january: System) -> None:
    case_id = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")
    set_state(january, case_id, None)
    assert [item.result for item in extension(january).items] == ["moved"]
    assert_proved(january, case_id)


def test_the_player_tells_which_limit_moved_and_why(january: System) -> None:
    case_id = registered(january, "2020-01-22 10:00", "2020-01-22 11:00")
    extension(january)
    frame = replay_case(january, case_id)["frames"][-1]
    assert frame["title"] == "工作日历修订"
    assert frame["why"].startswith("理由：国办发明电〔2020〕1号：春节假期延长至2月2日\n申报期限：2月4日")
    assert frame["decisions"][0].startswith("改按新的工作日历计算")


def test_only_an_administrator_with_a_reason_amends_what_was_previewed(january: System) -> None:
    notice = read_notice(EXTENDED)
    with pytest.raises(Forbidden):
        amend_calendar(january, clerk("qian", "supervisor"), notice, "通知")
    with pytest.raises(InvalidInput, match="修订依据"):
        amend_calendar(january, ADMIN, notice, " ")
    with pytest.raises(Conflict, match="重新预览"):
        amend_calendar(january, ADMIN, notice, "通知", expected="0" * 64)
    with pytest.raises(NotCovered):
        amend_calendar(january, ADMIN, read_notice("changes: {1999-01-01: 元旦}"), "通知")
