"""Every rule of the law of time as a sentence; dates checked by hand against the notices of 2025 and 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from engine import encoding
from engine.calendars import bundled_calendar, off
from engine.clock import SHANGHAI
from engine.deadlines import Alarm, Ledger, OfficeHours, TimeLimit, months_after, moves, start_of_day
from engine.errors import Conflict, InvalidInput, NotCovered, NotFound

NATION = bundled_calendar()
HOURS = OfficeHours()
FIVE = TimeLimit("handling", "working_days", 5)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def started(start: str, limit: TimeLimit = FIVE) -> Ledger:
    return Ledger().start(limit.key, limit, at(start))


def due(ledger: Ledger, key: str = "handling") -> datetime | None:
    return ledger.due(key, NATION, HOURS)


def state(ledger: Ledger, now: str) -> str | None:
    return ledger.state("handling", at(now), NATION, HOURS)


def remaining(ledger: Ledger, now: str) -> int | None:
    return ledger.remaining_working_days("handling", at(now), NATION, HOURS)


# --- how a period is counted ------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["2026-09-21 00:00", "2026-09-21 09:00", "2026-09-21 23:59"])
def test_the_day_a_period_begins_on_is_not_counted_whatever_the_hour(start):
    """民法典 201."""
    assert due(started(start)) == at("2026-09-29 17:00")


def test_the_day_is_the_local_day_even_where_utc_has_another():
    """00:30 in Shanghai is the evening before in UTC."""
    assert Ledger().start("handling", FIVE, datetime(2026, 9, 20, 16, 30, tzinfo=UTC)).due(
        "handling", NATION, HOURS
    ) == at("2026-09-29 17:00")


@pytest.mark.parametrize(
    ("day", "months", "corresponding"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-02-28", 1, "2026-03-28"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(day, months, corresponding):
    """民法典 202."""
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(corresponding)


def test_a_last_day_in_a_holiday_becomes_the_first_working_day_after_it():
    """民法典 203: 2026-10-01 is 国庆, the 8th the first working day."""
    ledger = started("2026-09-01 10:00", TimeLimit("handling", "calendar_days", 30))
    assert due(ledger) == at("2026-10-08 17:00")


def test_the_agencys_day_ends_when_its_office_closes_and_the_applicants_at_24_00():
    """民法典 203, and ours: there is an online channel."""
    summer = OfficeHours(time(8, 30), time(17, 30))
    assert started("2026-09-21 10:00").due("handling", NATION, summer) == at("2026-09-29 17:30")
    applicant = started("2026-09-21 10:00", TimeLimit("handling", "working_days", 5, "applicant"))
    assert applicant.due("handling", NATION, summer) == at("2026-09-30 00:00")


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("2026-09-22 08:59", "2026-09-22 17:00"),  # before opening: the same day
        ("2026-09-22 16:59", "2026-09-22 17:00"),
        ("2026-09-22 17:00", "2026-09-23 17:00"),  # at closing: the next working day
        ("2026-09-24 18:00", "2026-09-28 17:00"),  # across 中秋
        ("2026-10-03 10:00", "2026-10-08 17:00"),  # on a day off
        ("2026-10-10 10:00", "2026-10-10 17:00"),  # on a worked Saturday
    ],
)
def test_immediate_handling_is_due_at_the_close_of_the_first_office_day_not_yet_over(accepted, expected):
    assert due(started(accepted, TimeLimit("handling", "immediate"))) == at(expected)


def test_a_day_closed_in_this_region_is_not_counted():
    region = NATION.with_closings({date(2026, 9, 22): "搬迁"}, "本级搬迁")
    assert started("2026-09-21 10:00").due("handling", region, HOURS) == at("2026-09-30 17:00")


def test_the_warning_comes_at_the_opening_of_the_last_working_day():
    assert started("2026-09-21 10:00").warning("handling", NATION, HOURS) == at("2026-09-29 09:00")


def test_a_region_may_want_its_warning_some_working_days_earlier():
    early = OfficeHours(warning_days=2)
    assert started("2026-09-21 10:00").warning("handling", NATION, early) == at("2026-09-24 09:00")


def test_a_limit_that_the_guide_does_not_have_is_never_due():
    empty = Ledger()
    assert due(empty, "filing") is None
    assert empty.warning("filing", NATION, HOURS) is None
    assert empty.projection("filing", NATION, HOURS) is None
    assert empty.state("filing", at("2026-09-21 10:00"), NATION, HOURS) is None
    assert empty.alarms(NATION, HOURS) == []


# --- suspension -------------------------------------------------------------------------------------------


def test_a_suspended_deadline_has_no_due_instant_so_that_no_timer_can_fire():
    ledger = started("2026-09-21 10:00").suspend("handling", at("2026-09-23 10:00"), "supplement")
    assert due(ledger) is None
    assert ledger.warning("handling", NATION, HOURS) is None
    assert ledger.alarms(NATION, HOURS) == []
    assert state(ledger, "2027-01-01 10:00") == "suspended"
    assert "暂停计时" in ledger.projection("handling", NATION, HOURS).explanation


def test_a_pause_within_one_day_costs_nothing():
    ledger = started("2026-09-21 10:00").suspend("handling", at("2026-09-23 10:00"), "supplement")
    assert due(ledger.resume("handling", at("2026-09-23 15:00"), "supplement")) == at("2026-09-29 17:00")


def test_overlapping_suspensions_by_different_nodes_count_once():
    """09-22 to 09-24 and 09-23 to 09-28 are together the working days 23, 24 and 28."""
    ledger = (
        started("2026-09-21 10:00")
        .suspend("handling", at("2026-09-22 10:00"), "supplement")
        .suspend("handling", at("2026-09-23 10:00"), "expert_review")
        .resume("handling", at("2026-09-24 10:00"), "supplement")
    )
    assert state(ledger, "2026-09-24 11:00") == "suspended"
    resumed = ledger.resume("handling", at("2026-09-28 10:00"), "expert_review")
    assert due(resumed) == at("2026-10-09 17:00")


def test_a_node_that_suspends_twice_or_resumes_without_having_suspended_changes_nothing():
    ledger = started("2026-09-21 10:00")
    assert ledger.resume("handling", at("2026-09-22 10:00"), "supplement") == ledger
    once = ledger.suspend("handling", at("2026-09-22 10:00"), "supplement")
    assert once.suspend("handling", at("2026-09-23 10:00"), "supplement") == once


def test_resumed_after_closing_time_on_the_last_day_runs_to_the_next_office_day():
    """Never in the past: 09-23 is the last day, resumed at 18:00 of it."""
    ledger = started("2026-09-16 10:00", TimeLimit("handling", "working_days", 6))
    ledger = ledger.suspend("handling", at("2026-09-23 10:00"), "supplement")
    assert due(ledger.resume("handling", at("2026-09-23 18:00"), "supplement")) == at("2026-09-24 17:00")


def test_a_month_limit_is_suspended_in_calendar_days_and_then_moved_to_a_working_day():
    """3 months from 2026-03-10 end on 06-10; suspended 9 days: 06-19 is 端午, so Monday 06-22."""
    ledger = started("2026-03-10 10:00", TimeLimit("handling", "months", 3))
    ledger = ledger.suspend("handling", at("2026-04-01 10:00"), "supplement")
    ledger = ledger.resume("handling", at("2026-04-10 10:00"), "supplement")
    assert due(ledger) == at("2026-06-22 17:00")


def test_a_suspension_after_the_breach_does_not_heal_it():
    ledger = started("2026-09-21 10:00").suspend("handling", at("2026-09-29 17:00"), "supplement")
    assert state(ledger, "2026-09-30 10:00") == "breached"
    assert due(ledger) == at("2026-09-29 17:00")
    assert due(ledger.resume("handling", at("2026-10-09 10:00"), "supplement")) == at("2026-09-29 17:00")


def test_a_limit_that_has_not_started_or_has_ended_cannot_be_suspended():
    at_ten = at("2026-09-22 10:00")
    assert Ledger().suspend("handling", at_ten, "supplement") == Ledger()
    over = started("2026-09-21 10:00").end("handling", at_ten)
    assert over.suspend("handling", at("2026-09-23 10:00"), "supplement") == over


# --- remaining days and state -----------------------------------------------------------------------------


def test_remaining_working_days_count_down_to_zero_on_the_last_day_and_below_it_afterwards():
    ledger = started("2026-09-21 10:00")
    days = ["2026-09-21", "2026-09-24", "2026-09-26", "2026-09-29", "2026-09-30", "2026-10-08"]
    assert [remaining(ledger, f"{d} 10:00") for d in days] == [5, 2, 2, 0, -1, -2]


def test_remaining_working_days_stand_still_while_suspended():
    ledger = started("2026-09-21 10:00").suspend("handling", at("2026-09-23 10:00"), "supplement")
    assert [remaining(ledger, d) for d in ("2026-09-23 11:00", "2026-10-30 10:00")] == [3, 3]
    resumed = ledger.resume("handling", at("2026-10-30 10:00"), "supplement")
    assert remaining(resumed, "2026-10-30 10:00") == 3


def test_what_is_done_before_the_due_instant_is_met_and_at_it_breached():
    ledger = started("2026-09-21 10:00")
    assert state(ledger, "2026-09-29 16:59") == "running"
    assert state(ledger, "2026-09-29 17:00") == "breached"
    assert state(ledger.end("handling", at("2026-09-29 16:59")), "2026-12-01 10:00") == "met"
    assert state(ledger.end("handling", at("2026-09-29 17:00")), "2026-12-01 10:00") == "breached"


def test_what_ends_while_suspended_is_met():
    ledger = started("2026-09-21 10:00").suspend("handling", at("2026-09-23 10:00"), "supplement")
    assert state(ledger.end("handling", at("2026-12-01 10:00")), "2026-12-02 10:00") == "met"


def test_an_ended_limit_is_never_due_and_raises_no_alarm():
    ledger = started("2026-09-21 10:00").end("handling", at("2026-09-22 10:00"))
    assert due(ledger) is None
    assert ledger.warning("handling", NATION, HOURS) is None
    assert ledger.alarms(NATION, HOURS) == []
    assert remaining(ledger, "2026-09-23 10:00") is None
    assert ledger.running_keys() == []


def test_a_token_that_comes_round_again_gives_a_running_limit_no_new_time():
    ledger = started("2026-09-21 10:00")
    assert ledger.start("handling", FIVE, at("2026-09-25 10:00")) == ledger


def test_a_second_round_is_a_new_occurrence_with_time_of_its_own():
    limit = TimeLimit("supplement", "working_days", 15, "applicant")
    first = Ledger().start("supplement", limit, at("2026-09-01 10:00")).end("supplement", at("2026-09-02 10:00"))
    second = first.start("supplement", limit, at("2026-09-22 10:00"))
    assert second.deadlines["supplement"].occurrence == 2
    assert due(second, "supplement") == at("2026-10-21 00:00")


def test_a_ledger_does_not_grow_with_the_rounds_of_a_case():
    limit = TimeLimit("supplement", "working_days", 15, "applicant")
    ledger = Ledger()
    for day in range(1, 29):
        ledger = ledger.start("supplement", limit, at(f"2026-09-{day:02} 10:00"))
        ledger = ledger.end("supplement", at(f"2026-09-{day:02} 12:00"))
    once = Ledger().start("supplement", limit, at("2026-09-28 10:00")).end("supplement", at("2026-09-28 12:00"))
    assert len(encoding.dumps(ledger.to_value())) == len(encoding.dumps(once.to_value())) + 1  # occurrence 28


def test_an_outcome_ends_every_limit_that_still_runs():
    ledger = started("2026-09-21 10:00").start("filing", TimeLimit("filing", "months", 1), at("2026-09-21 10:00"))
    assert ledger.running_keys() == ["handling", "filing"]
    assert ledger.end_all(at("2026-09-22 10:00")).running_keys() == []


# --- extension --------------------------------------------------------------------------------------------

COMPLAINT = TimeLimit("handling", "working_days", 30, extensions=2)


def test_an_extension_replaces_the_budget_from_the_same_start_and_may_change_its_unit():
    """投诉: 30 working days, 3 months by the head, 6 months by a collective decision."""
    ledger = started("2026-03-02 10:00", COMPLAINT)
    assert due(ledger) == at("2026-04-14 17:00")
    by_head = ledger.extend(
        "handling",
        TimeLimit("handling", "months", 3),
        at("2026-04-10 10:00"),
        "李主任",
        "负责人",
        "需要外地取证",
    )
    assert due(by_head) == at("2026-06-02 17:00")
    collective = by_head.extend(
        "handling",
        TimeLimit("handling", "months", 6),
        at("2026-05-29 10:00"),
        "局务会",
        "集体决定",
        "案情复杂",
    )
    assert due(collective) == at("2026-09-02 17:00")
    assert [(e.approver, e.level, e.reason) for e in collective.deadlines["handling"].extensions] == [
        ("李主任", "负责人", "需要外地取证"),
        ("局务会", "集体决定", "案情复杂"),
    ]
    assert "集体决定" in collective.projection("handling", NATION, HOURS).explanation


def test_an_extension_beyond_what_the_guide_allows_is_refused():
    """行政许可法 42: once."""
    once = started("2026-09-21 10:00").extend(
        "handling", TimeLimit("handling", "working_days", 10), at("2026-09-22 10:00"), "李", "负责人", "复杂"
    )
    with pytest.raises(Conflict, match="已延长 1 次"):
        once.extend("handling", TimeLimit("handling", "months", 3), at("2026-09-23 10:00"), "李", "负责人", "复杂")


def test_only_a_running_limit_can_be_extended():
    with pytest.raises(NotFound):
        Ledger().extend("handling", FIVE, at("2026-09-22 10:00"), "李", "负责人", "复杂")
    over = started("2026-09-21 10:00").end("handling", at("2026-09-22 10:00"))
    with pytest.raises(NotFound):
        over.extend("handling", FIVE, at("2026-09-22 10:00"), "李", "负责人", "复杂")


def test_an_extension_cannot_hand_the_limit_to_the_other_party():
    other = TimeLimit("handling", "working_days", 10, "applicant")
    with pytest.raises(Conflict):
        started("2026-09-21 10:00").extend("handling", other, at("2026-09-22 10:00"), "李", "负责人", "复杂")


def test_suspensions_stay_counted_in_an_extended_budget():
    ledger = started("2026-09-21 10:00").suspend("handling", at("2026-09-23 10:00"), "supplement")
    ledger = ledger.resume("handling", at("2026-09-24 15:00"), "supplement")
    ledger = ledger.extend(
        "handling", TimeLimit("handling", "working_days", 6), at("2026-09-25 10:00"), "李", "负责人", "复杂"
    )
    assert due(ledger) == at("2026-10-08 17:00")


# --- alarms -----------------------------------------------------------------------------------------------


def raised(ledger: Ledger, alarm: Alarm) -> Ledger:
    return ledger.mark_alarm(alarm.kind, alarm.key, alarm.occurrence, alarm.version)


def test_a_deadline_owes_a_warning_and_an_overdue_alarm_in_the_order_of_their_instants():
    warning, overdue = started("2026-09-21 10:00").alarms(NATION, HOURS)
    assert (warning.kind, warning.instant) == ("warning", at("2026-09-29 09:00"))
    assert (overdue.kind, overdue.instant) == ("overdue", at("2026-09-29 17:00"))


def test_an_alarm_is_raised_once_per_version_of_the_due_instant():
    ledger = started("2026-09-21 10:00")
    for alarm in ledger.alarms(NATION, HOURS):
        ledger = raised(ledger, alarm)
    assert ledger.alarms(NATION, HOURS) == []
    extended = ledger.extend(
        "handling", TimeLimit("handling", "working_days", 10), at("2026-09-30 10:00"), "李", "负责人", "复杂"
    )
    assert [(a.kind, a.version) for a in extended.alarms(NATION, HOURS)] == [
        ("warning", at("2026-10-12 17:00")),
        ("overdue", at("2026-10-12 17:00")),
    ]


def test_an_amended_calendar_that_moves_the_due_instant_alarms_again_and_one_that_does_not_stays_silent():
    ledger = started("2026-09-21 10:00")
    for alarm in ledger.alarms(NATION, HOURS):
        ledger = raised(ledger, alarm)
    moved = NATION.amended({date(2026, 9, 29): off("停工")}, "通知")
    elsewhere = NATION.amended({date(2026, 12, 1): off("停工")}, "通知")
    assert [a.kind for a in ledger.alarms(moved, HOURS)] == ["warning", "overdue"]
    assert ledger.alarms(elsewhere, HOURS) == []


def test_no_warning_where_the_limit_starts_after_it_would_have_come():
    ledger = started("2026-09-22 10:00", TimeLimit("handling", "immediate"))
    assert [a.kind for a in ledger.alarms(NATION, HOURS)] == ["overdue"]


def test_alarms_of_several_limits_come_in_the_order_of_their_instants():
    ledger = started("2026-09-21 10:00").start("intake", TimeLimit("intake", "immediate"), at("2026-09-21 08:00"))
    assert [(a.key, a.kind) for a in ledger.alarms(NATION, HOURS)] == [
        ("intake", "warning"),
        ("intake", "overdue"),
        ("handling", "warning"),
        ("handling", "overdue"),
    ]


def test_a_mark_for_an_earlier_occurrence_does_not_silence_the_present_one():
    ledger = started("2026-09-21 10:00").end("handling", at("2026-09-22 10:00"))
    again = ledger.start("handling", FIVE, at("2026-10-12 10:00"))
    stale = again.mark_alarm("overdue", "handling", 1, due(again))
    assert len(stale.alarms(NATION, HOURS)) == 2


# --- amendment --------------------------------------------------------------------------------------------


def test_the_preview_of_an_amendment_names_the_open_deadlines_that_move():
    ledger = started("2026-09-21 10:00").start("intake", TimeLimit("intake", "immediate"), at("2026-09-21 10:00"))
    (move,) = moves(ledger, NATION, NATION.amended({date(2026, 9, 29): off("停工")}, "通知"), HOURS)
    assert (move.key, move.before, move.after) == ("handling", at("2026-09-29 17:00"), at("2026-09-30 17:00"))
    assert not move.reopens


def test_the_preview_lists_what_a_timer_closed_and_would_still_be_open():
    before = started("2026-09-21 10:00")
    ended = before.end("handling", at("2026-09-29 17:00"), due(before))
    (move,) = moves(ended, NATION, NATION.amended({date(2026, 9, 29): off("停工")}, "通知"), HOURS)
    assert move.reopens


def test_an_amendment_does_not_rewrite_a_recorded_verdict():
    """09-29 stops being a working day afterwards; what was late on 09-29 17:00 stays so in the books."""
    before = started("2026-09-21 10:00")
    ended = before.end("handling", at("2026-09-29 17:00"), due(before))
    moved = NATION.amended({date(2026, 9, 29): off("停工")}, "通知")
    assert ended.state("handling", at("2026-10-09 10:00"), moved, HOURS) == "breached"


def test_a_provisional_deadline_moves_when_the_notice_arrives():
    ledger = started("2027-02-04 10:00")
    noticed = NATION.with_notice(
        2027, {date(2027, 2, day): "春节" for day in range(5, 13)}, [date(2027, 2, 20)], "通知"
    )
    projection = ledger.projection("handling", noticed, HOURS)
    assert (projection.last_day, projection.provisional) == (date(2027, 2, 19), False)
    assert [m.key for m in moves(ledger, NATION, noticed, HOURS)] == ["handling"]


# --- storage and refusals ---------------------------------------------------------------------------------


def test_a_ledger_survives_storage_whole():
    ledger = (
        started("2026-03-02 10:00", COMPLAINT)
        .suspend("handling", at("2026-03-03 10:00"), "supplement")
        .resume("handling", at("2026-03-05 10:00"), "supplement")
        .extend("handling", TimeLimit("handling", "months", 3), at("2026-04-01 10:00"), "李", "负责人", "复杂")
        .suspend("handling", at("2026-04-02 10:00"), "expert_review")
        .start("filing", TimeLimit("filing", "working_days", 3, "applicant"), start_of_day(date(2026, 3, 1)))
        .mark_alarm("warning", "filing", 1, at("2026-03-05 00:00"))
        .mark_alarm("overdue", "filing", 1, at("2026-03-05 00:00"))
        .end("filing", at("2026-03-04 23:59"), at("2026-03-05 00:00"))
    )
    assert Ledger.from_value(encoding.loads(encoding.dumps(ledger.to_value()))) == ledger


@pytest.mark.parametrize(
    "limit",
    [
        lambda: TimeLimit("k", "weeks", 1),
        lambda: TimeLimit("k", "working_days", 0),
        lambda: TimeLimit("k", "months", -1),
        lambda: TimeLimit("k", "immediate", 1),
        lambda: TimeLimit("k", "months", 1, "court"),
        lambda: TimeLimit("k", "months", 1, extensions=-1),
        lambda: OfficeHours(time(17), time(9)),
        lambda: OfficeHours(warning_days=-1),
    ],
)
def test_a_limit_that_means_nothing_is_refused(limit):
    with pytest.raises(InvalidInput):
        limit()


@pytest.mark.parametrize("unit", ["working_days", "months", "calendar_days"])
def test_a_limit_beyond_the_calendar_is_refused_instead_of_guessed(unit):
    for value in (10**4, 10**9, 10**30):
        ledger = started("2026-09-21 10:00", TimeLimit("handling", unit, value))
        with pytest.raises(NotCovered):
            due(ledger)


# --- explanations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "limit", "sentence"),
    [
        (
            "2026-09-22 10:00",
            TimeLimit("handling", "working_days", 10),
            "10月13日到期：自9月22日起10个工作日，中秋9月25日、国庆10月1日–7日不计，10月10日（周六）调休上班计入",
        ),
        ("2026-09-07 10:00", FIVE, "9月14日到期：自9月7日起5个工作日"),
        (
            "2025-09-28 10:00",
            FIVE,
            "10月11日到期：自9月28日起5个工作日，国庆、中秋10月1日–8日不计，10月11日（周六）调休上班计入",
        ),
        (
            "2026-09-01 10:00",
            TimeLimit("handling", "calendar_days", 30),
            "10月8日到期：自9月1日起30日，10月1日为国庆，顺延至10月8日",
        ),
        (
            "2025-11-28 10:00",
            TimeLimit("handling", "months", 3),
            "2026年2月28日到期：自2025年11月28日起3个月，2月28日（周六）调休上班，不顺延",
        ),
        (
            "2027-02-04 10:00",
            FIVE,
            "2月17日到期：自2月4日起5个工作日，春节2月5日–10日不计，2027年放假安排尚未公布，暂定",
        ),
        (
            "2026-09-30 17:00",
            TimeLimit("handling", "immediate"),
            "10月8日17:00到期：9月30日17:00起即时办结，国庆10月1日–7日不计",
        ),
    ],
)
def test_the_explanation_names_every_holiday_skipped_and_every_working_weekend(start, limit, sentence):
    assert started(start, limit).projection("handling", NATION, HOURS).explanation == sentence


def test_the_explanation_names_suspensions_and_what_they_moved():
    ledger = started("2026-09-17 10:00").suspend("handling", at("2026-09-23 10:00"), "supplement")
    assert ledger.projection("handling", NATION, HOURS).explanation.startswith(
        "9月23日10:00起暂停计时，尚余0个工作日：恢复后再定到期日"
    )
    resumed = ledger.resume("handling", at("2026-09-26 10:00"), "supplement")
    assert resumed.projection("handling", NATION, HOURS).explanation == (
        "9月28日到期：自9月17日起5个工作日，9月23日10:00至9月26日10:00暂停计时，暂停的1个工作日不计，"
        "中秋9月25日不计，9月20日（周日）调休上班计入，不早于恢复计时后的首个工作日9月28日"
    )


def test_the_explanation_names_a_regions_closing_day():
    region = NATION.with_closings({date(2026, 9, 22): "本级搬迁"}, "搬迁")
    explanation = started("2026-09-21 10:00").projection("handling", region, HOURS).explanation
    assert "本级搬迁9月22日、中秋9月25日不计" in explanation


# --- internal targets -------------------------------------------------------------------------------------


def test_a_quiet_limit_has_a_due_instant_and_tells_nobody():
    """An internal target of ours is shown like any limit, but no supervisor is told."""
    quiet = TimeLimit("target", "working_days", 5, quiet=True)
    ledger = started("2026-09-21 09:00", quiet)
    assert due(ledger, "target") == at("2026-09-29 17:00")
    assert ledger.state("target", at("2026-09-30 09:00"), NATION, HOURS) == "breached"
    assert ledger.alarms(NATION, HOURS) == []
    assert Ledger.from_value(encoding.loads(encoding.dumps(ledger.to_value()))) == ledger


def test_an_ordinary_limit_is_written_as_it_always_was():
    """Digests of running cases are of this text."""
    assert FIVE.to_value() == ["handling", "working_days", 5, "agency", 1]
