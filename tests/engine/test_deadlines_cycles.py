from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.calendars import bundled_calendar
from engine.deadlines import assessment_opens, counts_from, cycle_of, cycle_terms, internal_target
from engine.errors import InvalidInput

NATION = bundled_calendar()
EVERY_DAY = [date(2019, 1, 1) + timedelta(days=n) for n in range(365 * 8)]


@pytest.mark.parametrize(
    ("accepted", "cycle", "counts"),
    [
        ("2026-01-01", "2026Q1", "2026-01-01"),
        ("2026-02-28", "2026Q1", "2026-02-28"),
        ("2026-03-01", "2026Q2", "2026-04-01"),
        ("2026-06-30", "2026Q3", "2026-07-01"),
        ("2026-08-31", "2026Q3", "2026-08-31"),
        ("2026-12-31", "2027Q1", "2027-01-01"),
    ],
)
def test_papers_of_a_quarters_last_month_roll_over_to_the_next_cycle(accepted, cycle, counts):
    assert cycle_of(date.fromisoformat(accepted)) == cycle
    assert counts_from(date.fromisoformat(accepted)) == date.fromisoformat(counts)


@pytest.mark.parametrize(
    ("cycle", "opens", "target"),
    [
        ("2026Q1", "2026-03-01", "2026-03-31"),
        ("2026Q2", "2026-06-01", "2026-06-30"),
        ("2026Q3", "2026-09-01", "2026-09-30"),
        ("2026Q4", "2026-12-01", "2026-12-31"),
    ],
)
def test_assessment_opens_with_the_quarters_last_month_and_aims_at_its_end(cycle, opens, target):
    assert assessment_opens(cycle) == date.fromisoformat(opens)
    assert internal_target(cycle) == date.fromisoformat(target)


def test_on_every_day_assessment_of_ones_cycle_is_still_to_open():
    """That is what rolling over is for: nobody is accepted into a cycle already being assessed."""
    for day in EVERY_DAY:
        assert day < assessment_opens(cycle_of(day)), day
        assert day <= counts_from(day) <= internal_target(cycle_of(day)), day


def test_the_three_months_end_on_a_working_day():
    """Accepted 2026-07-03: 10-03 lies in 国庆, 10-08 is the first working day (民法典 203)."""
    assert cycle_terms(date(2026, 7, 3), NATION).last_day == date(2026, 10, 8)


def test_a_cycle_that_reaches_a_year_without_a_notice_is_provisional():
    assert cycle_terms(date(2026, 10, 8), NATION).provisional
    assert not cycle_terms(date(2026, 8, 31), NATION).provisional


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "2026q1", "0000Q1", "2026Q1 ", "2026Q1\n", "二〇二六Q1"])
def test_what_is_not_a_cycle_is_refused(text):
    with pytest.raises(InvalidInput, match="2026Q1"):
        assessment_opens(text)
