"""A second, naive opinion: deadlines found by walking from day to day, knowing nothing of the engine's code.

A limit is a purse of days. Every day after the start takes one out, unless it is suspended (or, in working
days, off); the day that takes the last one is the last day. Working days come straight from the libraries.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendars import bundled_calendar
from engine.clock import SHANGHAI
from engine.deadlines import Ledger, OfficeHours, TimeLimit

DAY = timedelta(days=1)
NATION = bundled_calendar()
HOURS = OfficeHours()
FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
STATUTORY = holidays.country_holidays("CN", years=range(2027, 2030))


def _works(day: date) -> bool:
    return chinese_calendar.is_workday(day) if day <= LAST else day.weekday() < 5 and day not in STATUTORY


WORKING = {day for day in (FIRST + n * DAY for n in range(365 * 11)) if _works(day)}
EVERY_DAY = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]


def end_of(day: date, party: str) -> datetime:
    if party == "applicant":
        return datetime.combine(day + DAY, time(0), SHANGHAI)
    return datetime.combine(day, time(17), SHANGHAI)


def same_day_months_later(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


def walk(start: date, purse: int, unit: str, suspended: set[date]) -> date:
    day = start
    while purse:
        day += DAY
        if day not in suspended and (unit != "working_days" or day in WORKING):
            purse -= 1
    while day not in WORKING:
        day += DAY
    return day


def last_day(start: datetime, unit: str, value: int, party: str, pauses: list[tuple[datetime, datetime]]) -> date:
    """`pauses` are closed intervals in any order, overlapping as they like."""
    begins = start.date()
    purse = (same_day_months_later(begins, value) - begins).days if unit == "months" else value
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(pauses):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    suspended: set[date] = set()
    last = walk(begins, purse, unit, suspended)
    for begin, end in merged:
        if begin >= end_of(last, party):
            break  # already breached
        day = begin.date()
        while day < end.date():
            day += DAY
            suspended.add(day)
        last = walk(begins, purse, unit, suspended)
        open_day = end.date()
        while open_day not in WORKING or end_of(open_day, party) <= end:
            open_day += DAY
        last = max(last, open_day)
    return last


def engine_says(start, unit, value, party="agency", pauses=()):
    ledger = Ledger().start("limit", TimeLimit("limit", unit, value, party), start)
    steps = [(begin, 1, n) for n, (begin, _) in enumerate(pauses)]
    steps += [(end, 0 if end > begin else 2, n) for n, (begin, end) in enumerate(pauses)]
    for at, order, n in sorted(steps):
        change = ledger.suspend if order == 1 else ledger.resume
        ledger = change("limit", at, f"node{n}")
    projection = ledger.projection("limit", NATION, HOURS)
    return projection.last_day, projection.due


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


@pytest.mark.parametrize("value", [1, 2, 3, 5, 10, 15, 20, 30, 60, 90])
def test_from_every_day_of_2019_to_2026_working_days_agree(value):
    for day in EVERY_DAY:
        last = walk(day, value, "working_days", set())
        assert engine_says(noon(day), "working_days", value) == (last, end_of(last, "agency")), day


@pytest.mark.parametrize("value", [1, 2, 3, 6, 12])
def test_from_every_day_of_2019_to_2026_months_agree(value):
    for day in EVERY_DAY:
        nominal = same_day_months_later(day, value)
        last = walk(day, (nominal - day).days, "months", set())
        assert engine_says(noon(day), "months", value) == (last, end_of(last, "agency")), day


@pytest.mark.parametrize("value", [1, 7, 10, 30])
def test_from_every_day_of_2019_to_2026_calendar_days_agree(value):
    for day in EVERY_DAY:
        last = walk(day, value, "calendar_days", set())
        assert engine_says(noon(day), "calendar_days", value, "applicant") == (last, end_of(last, "applicant"))


@pytest.mark.parametrize("clock", [time(0), time(8, 59), time(9), time(16, 59), time(17), time(23, 59)])
def test_from_every_day_of_2019_to_2026_immediate_handling_agrees(clock):
    for day in EVERY_DAY:
        accepted = datetime.combine(day, clock, SHANGHAI)
        last = day
        while last not in WORKING or end_of(last, "agency") <= accepted:
            last += DAY
        assert engine_says(accepted, "immediate", 0) == (last, end_of(last, "agency")), accepted


hours_later = st.integers(0, 24 * 40).map(lambda n: timedelta(hours=n))


@settings(max_examples=600, deadline=None)
@given(
    start=st.datetimes(datetime(2019, 1, 1), datetime(2026, 6, 30)).map(lambda t: t.replace(tzinfo=SHANGHAI)),
    limit=st.one_of(
        st.tuples(st.just("working_days"), st.integers(1, 30)),
        st.tuples(st.just("months"), st.integers(1, 6)),
        st.tuples(st.just("calendar_days"), st.integers(1, 30)),
    ),
    party=st.sampled_from(["agency", "applicant"]),
    offsets=st.lists(st.tuples(hours_later, hours_later), max_size=5),
)
def test_any_suspensions_overlapping_or_not_agree(start, limit, party, offsets):
    unit, value = limit
    pauses = [(start + begin, start + begin + length) for begin, length in offsets]
    last = last_day(start, unit, value, party, pauses)
    assert engine_says(start, unit, value, party, pauses) == (last, end_of(last, party))


@settings(max_examples=300, deadline=None)
@given(
    start=st.datetimes(datetime(2019, 1, 1), datetime(2026, 6, 30)).map(lambda t: t.replace(tzinfo=SHANGHAI)),
    value=st.integers(1, 30),
    begin=hours_later,
    first=hours_later,
    later=hours_later,
)
def test_resuming_later_never_makes_a_deadline_earlier_nor_leaves_it_in_the_past(start, value, begin, first, later):
    pause = start + begin
    _, undisturbed = engine_says(start, "working_days", value)
    _, sooner = engine_says(start, "working_days", value, pauses=[(pause, pause + first)])
    _, after = engine_says(start, "working_days", value, pauses=[(pause, pause + first + later)])
    assert undisturbed <= sooner <= after
    if pause < undisturbed:
        assert sooner > pause + first
