"""From budget, start and suspensions to the due instant: the only place where a due date is computed.

The law, in the order it is applied:

1. the nominal last day: the n-th working day after the start (民法典 201), the corresponding day n months
   later (202), or for 即时办结 the first working day that has not ended;
2. suspended days, a union over all suspensions: the days d with day(suspended) < d <= day(resumed), working
   days for a limit in working days, calendar days otherwise; the last day moves by their number;
3. after a resumption never before the end of the first office day at or after it;
4. a last day off becomes the next working day (203);
5. `due` is the first instant too late: 00:00 of the next day for the applicant, closing time for the agency.

A suspension that begins when the limit has already run out changes nothing: the breach has happened. While
one is open there is no due instant at all, so no timer that asks can fire.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from engine.calendars import Calendar
from engine.clock import local_date
from engine.deadlines.explanation import explain
from engine.deadlines.limits import OfficeHours, TimeLimit, days_after, months_after

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Running:
    """Everything a due date follows from besides calendar and hours; hashable, so projections are cached."""

    limit: TimeLimit  # the budget in force
    started_at: datetime
    suspensions: tuple[Interval, ...] = ()  # closed ones, in the order they began
    suspended_since: datetime | None = None  # the open one
    extended_by: str = ""  # level that approved the budget in force, '' when it is the original one


@dataclass(frozen=True)
class Projection:
    """Where a deadline stands under one calendar. While suspended `last_day` and `due` are None."""

    running: Running
    calendar: Calendar
    hours: OfficeHours
    nominal: date  # last day by the budget alone
    counted_to: date  # last day with the suspensions that have ended; what was left runs from the pause to it
    carried_from: date | None  # the day off that 203 moved away from
    pauses: tuple[Interval, ...]  # suspensions that moved something or may have, clipped to the start
    suspended_days: int
    floor: date | None  # the first office day after the last resumption, when that decided
    suspended_since: datetime | None
    provisional: bool  # 暂定: touches a year without a notice

    @property
    def last_day(self) -> date | None:
        return None if self.suspended_since else self.counted_to

    @property
    def due(self) -> datetime | None:
        """The first instant too late, UTC."""
        if self.suspended_since:
            return None
        return self.hours.end_of_day(self.counted_to, self.running.limit.party)

    @property
    def warning(self) -> datetime | None:
        """Opening of the last working day, or `warning_days` working days earlier, UTC."""
        if self.suspended_since:
            return None
        return self.hours.opening(_working_days_before(self.calendar, self.counted_to, self.hours.warning_days))

    @cached_property
    def explanation(self) -> str:
        """In Chinese, naming every holiday skipped and every 调休 day counted."""
        return explain(self)


def project(running: Running, calendar: Calendar, hours: OfficeHours) -> Projection:
    """Pure and cached: every step of every case asks. Raises NotCovered outside the calendar's years."""
    return _project(running, calendar, hours)


@lru_cache(maxsize=16384)
def _project(running: Running, calendar: Calendar, hours: OfficeHours) -> Projection:
    limit, started = running.limit, running.started_at
    nominal = _nominal(running, calendar, hours)
    days, counted_until = 0, local_date(started)
    floor: date | None = None
    last, carried, floored = _last_day(limit, nominal, days, floor, calendar)
    pauses: list[Interval] = []
    since = running.suspended_since
    for begin, end in sorted(running.suspensions):
        begin, end = max(begin, started), max(end, started)
        if end < begin or begin >= hours.end_of_day(last, limit.party):
            continue
        after = max(local_date(begin), counted_until)
        until = max(local_date(end), after)
        days += _length(limit, after, until, calendar)
        counted_until = until
        open_day = hours.first_open_day(end, limit.party, calendar)
        floor = max(floor, open_day) if floor else open_day
        last, carried, floored = _last_day(limit, nominal, days, floor, calendar)
        pauses.append((begin, end))
    if since is not None:
        since = max(since, started)
        if since >= hours.end_of_day(last, limit.party):
            since = None
    first = local_date(started) + timedelta(days=1)
    return Projection(
        running=running,
        calendar=calendar,
        hours=hours,
        nominal=nominal,
        counted_to=last,
        carried_from=carried,
        pauses=tuple(pauses),
        suspended_days=days,
        floor=last if floored else None,
        suspended_since=since,
        provisional=any(calendar.provisional(date(year, 1, 1)) for year in range(min(first, last).year, last.year + 1)),
    )


def _nominal(running: Running, calendar: Calendar, hours: OfficeHours) -> date:
    limit, start = running.limit, local_date(running.started_at)
    if limit.unit == "working_days":
        return calendar.working_days_after(start, limit.value)
    if limit.unit == "months":
        return months_after(start, limit.value)
    if limit.unit == "calendar_days":
        return days_after(start, limit.value)
    return hours.first_open_day(running.started_at, limit.party, calendar)


def _last_day(
    limit: TimeLimit, nominal: date, suspended_days: int, floor: date | None, calendar: Calendar
) -> tuple[date, date | None, bool]:
    """(last day, the day off that 203 carried it from or None, whether the resumption's floor decided)."""
    if limit.unit in ("working_days", "immediate"):
        moved = calendar.working_days_after(nominal, suspended_days)
    else:
        moved = days_after(nominal, suspended_days)
    last = calendar.next_working_day(moved)
    if floor and floor > last:
        return floor, None, True
    return last, (moved if last != moved else None), False


def _length(limit: TimeLimit, after: date, until: date, calendar: Calendar) -> int:
    if limit.unit in ("working_days", "immediate"):
        return calendar.working_days_between(after, until)
    return (until - after).days


def _working_days_before(calendar: Calendar, day: date, n: int) -> date:
    while n > 0:
        day -= timedelta(days=1)
        n -= calendar.is_working_day(day)
    return day
