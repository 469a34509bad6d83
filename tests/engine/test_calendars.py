from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import encoding
from engine.calendars import FULL_WORKDAY, Calendar, bundled_calendar, off
from engine.errors import InvalidInput, NotCovered

NATION = bundled_calendar()
STATUTORY = holidays.country_holidays("CN", years=range(2027, 2051), language="zh_CN")


def days(first: date, last: date):
    while first <= last:
        yield first
        first += timedelta(days=1)


# --- the bundled table ------------------------------------------------------------------------------------


def test_every_day_with_a_notice_is_what_chinesecalendar_says():
    for day in days(date(2004, 1, 1), date(2026, 12, 31)):
        assert NATION.is_working_day(day) == chinese_calendar.is_workday(day), day
        assert not NATION.provisional(day), day


def test_every_later_day_is_a_weekday_outside_the_statutory_days_and_provisional():
    for day in days(date(2027, 1, 1), date(2050, 12, 31)):
        assert NATION.is_working_day(day) == (day.weekday() < 5 and day not in STATUTORY), day
        assert NATION.provisional(day), day


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-09-25", "中秋"),
        ("2026-10-01", "国庆"),
        ("2026-02-17", "春节"),
        ("2026-10-10", "调休上班"),
        ("2026-10-17", "周六"),
        ("2026-10-19", "周一"),
        ("2027-02-09", "春节"),  # 补假
        ("2015-09-03", "抗战胜利纪念日"),
    ],
)
def test_a_day_has_the_name_people_call_it_by(day, name):
    assert NATION.day_name(date.fromisoformat(day)) == name


def test_a_holiday_has_a_name_of_its_own_and_a_plain_weekend_has_not():
    assert NATION.is_holiday(date(2026, 10, 3))  # a Saturday inside 国庆
    assert not NATION.is_holiday(date(2026, 10, 17))
    assert not NATION.is_holiday(date(2026, 10, 10))


def test_only_a_worked_saturday_or_sunday_is_a_worked_weekend():
    assert NATION.is_worked_weekend(date(2026, 9, 20))
    assert not NATION.is_worked_weekend(date(2026, 9, 21))
    assert not NATION.is_worked_weekend(date(2026, 9, 19))


# --- counting ---------------------------------------------------------------------------------------------


@given(st.dates(date(2019, 1, 1), date(2026, 6, 30)), st.integers(1, 80))
def test_the_nth_working_day_has_n_working_days_behind_it(day, n):
    found = NATION.working_days_after(day, n)
    assert NATION.is_working_day(found)
    assert sum(map(NATION.is_working_day, days(day + timedelta(days=1), found))) == n
    assert NATION.working_days_between(day, found) == n
    assert NATION.working_days_between(found, day) == -n


def test_no_working_days_after_a_day_is_the_day_itself():
    assert NATION.working_days_after(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_the_next_working_day_of_a_working_day_is_itself():
    assert NATION.next_working_day(date(2026, 10, 10)) == date(2026, 10, 10)
    assert NATION.next_working_day(date(2026, 10, 1)) == date(2026, 10, 8)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: NATION.is_working_day(date(2003, 12, 31)),
        lambda: NATION.day_name(date(2051, 1, 1)),
        lambda: NATION.provisional(date(2051, 1, 1)),
        lambda: NATION.working_days_after(date(2026, 1, 1), 10**9),
        lambda: NATION.working_days_after(date(1900, 1, 1), 1),
        lambda: NATION.next_working_day(date(2050, 12, 31)),  # a Saturday
        lambda: NATION.working_days_between(date(2026, 1, 1), date(9999, 12, 31)),
    ],
)
def test_outside_its_years_a_calendar_says_so_and_guesses_nothing(ask):
    with pytest.raises(NotCovered, match="2004 年至 2050 年"):
        ask()


def test_a_negative_number_of_working_days_is_refused():
    with pytest.raises(InvalidInput, match="-1"):
        NATION.working_days_after(date(2026, 1, 5), -1)


# --- versions ---------------------------------------------------------------------------------------------


def test_an_amendment_is_a_new_version_and_leaves_the_old_one_as_it_was():
    closed = NATION.amended({date(2026, 9, 22): off("台风停工")}, "省政府通知")
    assert not closed.is_working_day(date(2026, 9, 22))
    assert closed.day_name(date(2026, 9, 22)) == "台风停工"
    assert NATION.is_working_day(date(2026, 9, 22))
    assert closed.version != NATION.version
    assert (closed.parent, closed.reason) == (NATION.version, "省政府通知")


def test_an_amendment_taken_back_is_the_same_version_again():
    closed = NATION.amended({date(2026, 9, 22): off("台风停工")}, "省政府通知")
    again = closed.amended({date(2026, 9, 22): None}, "通知撤销")
    assert again == NATION
    assert hash(again) == hash(NATION)


def test_the_version_is_of_the_table_and_not_of_the_order_it_was_entered_in():
    first, second = date(2026, 9, 22), date(2026, 9, 23)
    one = NATION.amended({first: off("甲"), second: off("乙")}, "一次")
    two = NATION.amended({second: off("乙")}, "先").amended({first: off("甲")}, "后")
    assert one == two


def test_the_name_of_a_day_belongs_to_the_version():
    assert NATION.amended({date(2026, 9, 22): off("甲")}, "") != NATION.amended({date(2026, 9, 22): off("乙")}, "")


def test_a_years_notice_replaces_its_statutory_days_and_ends_its_provisional_state():
    noticed = NATION.with_notice(
        2027,
        dict.fromkeys(days(date(2027, 2, 5), date(2027, 2, 11)), "春节"),
        [date(2027, 1, 30), date(2027, 2, 20)],
        "国务院办公厅关于2027年部分节假日安排的通知",
    )
    assert not noticed.provisional(date(2027, 6, 1))
    assert noticed.provisional(date(2028, 6, 1))
    assert not noticed.is_working_day(date(2027, 2, 11))
    assert noticed.day_name(date(2027, 2, 20)) == "调休上班"
    assert noticed.is_working_day(date(2027, 10, 1))  # this notice names no 国庆: the notice alone decides
    assert not NATION.is_working_day(date(2027, 10, 1))


def test_a_notice_may_move_the_last_days_of_the_year_before():
    noticed = NATION.with_notice(2027, {date(2026, 12, 31): "元旦"}, [date(2026, 12, 27)], "通知")
    assert not noticed.is_working_day(date(2026, 12, 31))
    assert noticed.is_working_day(date(2026, 12, 27))
    assert noticed.day_name(date(2026, 10, 1)) == "国庆"


def test_a_notice_that_calls_a_day_both_off_and_worked_is_refused():
    with pytest.raises(InvalidInput, match="2027-02-05"):
        NATION.with_notice(2027, {date(2027, 2, 5): "春节"}, [date(2027, 2, 5)], "通知")


def test_an_amendment_outside_the_covered_years_is_refused():
    with pytest.raises(NotCovered):
        NATION.amended({date(2051, 1, 1): off("元旦")}, "")
    with pytest.raises(NotCovered):
        NATION.with_closings({date(2003, 1, 1): "停电"}, "")


def test_a_regions_closing_day_is_off_in_its_version_only():
    region = NATION.with_closings({date(2026, 9, 22): "搬迁", date(2026, 10, 1): "搬迁"}, "本级搬迁")
    assert not region.is_working_day(date(2026, 9, 22))
    assert region.is_holiday(date(2026, 9, 22))
    assert region.day_name(date(2026, 9, 22)) == "搬迁"
    assert region.day_name(date(2026, 10, 1)) == "国庆"
    assert NATION.is_working_day(date(2026, 9, 22))


def test_closing_days_survive_a_change_of_the_nations_table():
    region = NATION.with_closings({date(2026, 9, 22): "搬迁"}, "本级搬迁")
    amended = region.amended({date(2026, 9, 22): FULL_WORKDAY}, "通知")
    assert not amended.is_working_day(date(2026, 9, 22))


def test_a_calendar_survives_storage_with_its_version():
    region = NATION.with_closings({date(2026, 9, 22): "搬迁"}, "本级搬迁")
    stored = encoding.loads(encoding.dumps(region.to_value()))
    back = Calendar.from_value(stored)
    assert back == region
    assert (back.reason, back.parent) == ("本级搬迁", NATION.version)
    assert [back.is_working_day(d) for d in days(date(2026, 9, 1), date(2026, 10, 31))] == [
        region.is_working_day(d) for d in days(date(2026, 9, 1), date(2026, 10, 31))
    ]


def test_the_shipped_version_changes_only_when_someone_means_it():
    """Running cases remember this hash: a changed table must be entered as an amendment, with a reason."""
    assert NATION.version == "704675b0544626feaf1dc334f97d3e0b4ac75d208053061b486b13c8c23b7bed"
