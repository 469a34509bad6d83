"""The table of dated cases: worked out by hand against the notices, before the code was written."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.calendars import FULL_WORKDAY, bundled_calendar
from engine.clock import SHANGHAI
from engine.deadlines import Ledger, OfficeHours, Projection, TimeLimit, cycle_terms

NATION = bundled_calendar()
HOURS = OfficeHours()  # 9:00-17:00


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def run(start, unit, value=0, party="agency", paused=(), calendar=NATION) -> Projection:
    ledger = Ledger().start("limit", TimeLimit("limit", unit, value, party), at(start))
    for begin, end in paused:
        ledger = ledger.suspend("limit", at(begin), "supplement").resume("limit", at(end), "supplement")
    projection = ledger.projection("limit", calendar, HOURS)
    assert projection is not None
    return projection


@pytest.mark.parametrize(
    ("start", "unit", "value", "last_day"),
    [
        ("2026-09-22 10:00", "working_days", 10, "2026-10-13"),  # 中秋, 国庆 skipped; Saturday 10-10 counted
        ("2026-09-21 10:00", "working_days", 5, "2026-09-29"),
        ("2026-09-17 10:00", "working_days", 5, "2026-09-23"),  # Sunday 09-20 counted
        ("2025-11-01 10:00", "months", 3, "2026-02-02"),  # 02-01 is a Sunday (203)
        ("2025-11-28 10:00", "months", 3, "2026-02-28"),  # a working Saturday: stays
        ("2026-11-30 10:00", "months", 3, "2027-03-01"),  # no 30 February (202); the 28th is a Sunday (203)
        ("2027-02-04 10:00", "working_days", 5, "2027-02-17"),  # 补假 02-09 and 02-10
    ],
)
def test_an_agency_limit_ends_at_the_close_of_its_last_day(start, unit, value, last_day):
    projection = run(start, unit, value)
    assert projection.last_day == date.fromisoformat(last_day)
    assert projection.due == at(f"{last_day} 17:00")


@pytest.mark.parametrize(
    ("start", "days", "last_day", "due"),
    [
        ("2026-09-30 14:00", 3, "2026-10-10", "2026-10-11 00:00"),  # last day is a 调休 Saturday
        ("2026-02-12 14:00", 3, "2026-02-24", "2026-02-25 00:00"),  # 02-13, Saturday 02-14 调休, 02-24
        ("2026-09-22 14:00", 15, "2026-10-20", "2026-10-21 00:00"),  # supplement
        ("2020-01-22 14:00", 3, "2020-02-04", "2020-02-05 00:00"),  # as amended on 27 January 2020
    ],
)
def test_an_applicants_limit_ends_at_24_00_of_its_last_day(start, days, last_day, due):
    projection = run(start, "working_days", days, "applicant")
    assert projection.last_day == date.fromisoformat(last_day)
    assert projection.due == at(due)


def test_received_at_23_59_of_the_last_day_is_in_time_and_at_00_00_late():
    due = run("2026-09-30 14:00", "working_days", 3, "applicant").due
    assert at("2026-10-10 23:59") < due
    assert at("2026-10-11 00:00") >= due


def test_by_the_original_notice_of_2020_the_window_closed_three_days_earlier():
    """The notice of 2019: 24 to 30 January off, Saturday 1 February worked."""
    original = NATION.amended(
        {date(2020, 1, 31): None, date(2020, 2, 1): FULL_WORKDAY, date(2020, 2, 2): None},
        "国办发明电〔2019〕16号",
    )
    before = run("2020-01-22 14:00", "working_days", 3, "applicant", calendar=original)
    assert before.last_day == date(2020, 2, 1)
    assert run("2020-01-22 14:00", "working_days", 3, "applicant").last_day == date(2020, 2, 4)
    assert before.calendar.version != NATION.version


@pytest.mark.parametrize(
    ("start", "unit", "value", "begin", "end", "last_day"),
    [
        ("2026-09-21 09:30", "working_days", 5, "2026-09-23 10:00", "2026-09-24 15:00", "2026-09-30"),
        ("2026-09-17 09:30", "working_days", 5, "2026-09-23 10:00", "2026-09-26 10:00", "2026-09-28"),
        ("2025-11-01 09:30", "months", 3, "2026-02-02 10:00", "2026-02-05 10:00", "2026-02-05"),
    ],
)
def test_a_suspension_moves_the_last_day(start, unit, value, begin, end, last_day):
    projection = run(start, unit, value, paused=[(begin, end)])
    assert projection.last_day == date.fromisoformat(last_day)
    assert projection.due == at(f"{last_day} 17:00")


def test_immediate_handling_accepted_at_closing_time_is_due_after_the_holidays():
    projection = run("2026-09-30 17:00", "immediate")
    assert (projection.last_day, projection.due) == (date(2026, 10, 8), at("2026-10-08 17:00"))


@pytest.mark.parametrize(
    ("start", "unit", "value", "provisional"),
    [
        ("2026-09-22 10:00", "working_days", 10, False),
        ("2025-11-01 10:00", "months", 3, False),
        ("2026-11-30 10:00", "months", 3, True),
        ("2027-02-04 10:00", "working_days", 5, True),
    ],
)
def test_what_touches_a_year_without_a_notice_is_provisional(start, unit, value, provisional):
    projection = run(start, unit, value)
    assert projection.provisional is provisional
    assert ("暂定" in projection.explanation) is provisional


def test_papers_accepted_in_a_quarters_second_month_belong_to_its_cycle():
    terms = cycle_terms(date(2026, 2, 28), NATION)  # a working Saturday
    assert (terms.cycle, terms.assessment_opens) == ("2026Q1", date(2026, 3, 1))
    assert terms.counts_from == date(2026, 2, 28)


def test_papers_accepted_in_a_quarters_last_month_count_from_the_next_cycles_first_day():
    terms = cycle_terms(date(2026, 3, 2), NATION)
    assert (terms.cycle, terms.assessment_opens) == ("2026Q2", date(2026, 6, 1))
    assert (terms.counts_from, terms.last_day) == (date(2026, 4, 1), date(2026, 7, 1))
    assert terms.internal_target == date(2026, 6, 30)
