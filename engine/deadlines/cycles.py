"""The quarterly agreement cycle of Hunan's provincial 定点 agreements.

Papers accepted in a quarter's first two months belong to that quarter's cycle, in its last month to the next.
Assessment opens on the first day of the cycle's last month. Three months count from the day the papers
qualify, for papers rolled over from the first day of their cycle; the quarter's end is our internal target.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from engine.calendars import Calendar
from engine.deadlines.limits import OfficeHours, TimeLimit, months_after, start_of_day
from engine.deadlines.projection import Running, project
from engine.errors import InvalidInput

_CYCLE = re.compile(r"([0-9]{4})Q([1-4])")
CYCLE_LIMIT = TimeLimit("handling", "months", 3)


@dataclass(frozen=True, slots=True)
class Cycle:
    """What papers accepted on one day have before them."""

    cycle: str  # 2026Q1
    assessment_opens: date
    counts_from: date  # the 3 months start on this day, which itself does not count
    last_day: date
    internal_target: date  # last day of the quarter
    provisional: bool


def cycle_of(accepted: date) -> str:
    """2026-02-28 -> 2026Q1, 2026-03-02 -> 2026Q2."""
    month = accepted if accepted.month % 3 else months_after(accepted.replace(day=1), 1)
    return f"{month.year}Q{(month.month + 2) // 3}"


def first_day_of(cycle: str) -> date:
    match = _CYCLE.fullmatch(cycle)
    if not match or match[1] == "0000":
        raise InvalidInput(f"{cycle!r} 不是评估周期：应当形如 2026Q1")
    return date(int(match[1]), int(match[2]) * 3 - 2, 1)


def assessment_opens(cycle: str) -> date:
    """First day of the cycle's last month."""
    return months_after(first_day_of(cycle), 2)


def internal_target(cycle: str) -> date:
    """Last day of the quarter."""
    return months_after(first_day_of(cycle), 3) - timedelta(days=1)


def counts_from(accepted: date) -> date:
    """The day of acceptance, or for papers rolled over the first day of their cycle."""
    return max(accepted, first_day_of(cycle_of(accepted)))


def cycle_terms(accepted: date, calendar: Calendar, hours: OfficeHours | None = None) -> Cycle:
    """Everything about the cycle of papers accepted on that day."""
    cycle, start = cycle_of(accepted), counts_from(accepted)
    projection = project(Running(CYCLE_LIMIT, start_of_day(start)), calendar, hours or OfficeHours())
    return Cycle(
        cycle=cycle,
        assessment_opens=assessment_opens(cycle),
        counts_from=start,
        last_day=projection.counted_to,
        internal_target=internal_target(cycle),
        provisional=projection.provisional,
    )
