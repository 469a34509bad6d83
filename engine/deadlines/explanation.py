"""Why a deadline falls where it falls, in one Chinese sentence.

10月13日到期：自9月22日起10个工作日，中秋9月25日、国庆10月1日–7日不计，10月10日（周六）调休上班计入
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from engine.calendars import Calendar
from engine.clock import SHANGHAI, local_date

if TYPE_CHECKING:
    from engine.deadlines.projection import Projection

DAY = timedelta(days=1)


def explain(projection: Projection) -> str:
    """The sentence of one projection; years are named only when it does not stay within one."""
    running = projection.running
    start = local_date(running.started_at)
    years = start.year != projection.counted_to.year
    parts = [_budget(projection, start, years)]
    if running.extended_by:
        parts.append(f"经{running.extended_by}批准延长后的期限")
    parts += [_pause(begin, end) for begin, end in projection.pauses]
    if projection.pauses:
        unit = "个工作日" if running.limit.unit in ("working_days", "immediate") else "日"
        parts.append(f"暂停的{projection.suspended_days}{unit}不计")
    if running.limit.unit in ("working_days", "immediate"):
        parts += _skipped_and_counted(projection, start)
    elif projection.carried_from:
        parts.append(_carried(projection, years))
    elif projection.calendar.is_worked_weekend(projection.counted_to) and not projection.suspended_since:
        parts.append(f"{_weekday(projection.counted_to)}调休上班，不顺延")
    if projection.floor and not projection.suspended_since:
        parts.append(f"不早于恢复计时后的首个工作日{_say(projection.floor, years)}")
    if projection.provisional:
        parts.append(f"{_unnoticed(projection, start)}放假安排尚未公布，暂定")
    return _lead(projection, years) + "，".join(parts)


def _lead(projection: Projection, years: bool) -> str:
    if projection.suspended_since:
        at = _moment(projection.suspended_since)
        return f"{at}起暂停计时，{_left(projection, local_date(projection.suspended_since))}：恢复后再定到期日，"
    day = _say(projection.counted_to, years)
    if projection.running.limit.unit == "immediate":
        closes = f"{projection.hours.closes:%H:%M}" if projection.running.limit.party == "agency" else "24:00"
        return f"{day}{closes}到期："
    return f"{day}到期："


def _budget(projection: Projection, start: date, years: bool) -> str:
    limit = projection.running.limit
    kind = f"（{limit.kind}）" if limit.kind else ""
    if limit.unit == "immediate":
        at = projection.running.started_at.astimezone(SHANGHAI)
        return f"{_say(start, years)}{at:%H:%M}起即时办结{kind}"
    return f"自{_say(start, years)}起{limit}{kind}"


def _left(projection: Projection, since: date) -> str:
    if projection.running.limit.unit in ("working_days", "immediate"):
        left = projection.calendar.working_days_between(since, projection.counted_to)
        return f"尚余{max(left, 0)}个工作日"
    return f"尚余{max((projection.counted_to - since).days, 0)}日"


def _pause(begin: datetime, end: datetime) -> str:
    return f"{_moment(begin)}至{_moment(end)}暂停计时"


def _skipped_and_counted(projection: Projection, start: date) -> Iterator[str]:
    calendar, last = projection.calendar, projection.counted_to
    runs = list(_holiday_runs(calendar, start + DAY, last))
    if runs:
        yield "、".join(f"{name}{_span(first, end)}" for name, first, end in runs) + "不计"
    worked = [d for d in _days(start + DAY, last) if calendar.is_worked_weekend(d)]
    if worked:
        yield "、".join(_weekday(d) for d in worked) + "调休上班计入"


def _holiday_runs(calendar: Calendar, first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """Unbroken runs of days off that contain a named one, without the plain weekends at their edges."""
    day = first
    while day <= last:
        if calendar.is_working_day(day):
            day += DAY
            continue
        run = []
        while day <= last and not calendar.is_working_day(day):
            run.append(day)
            day += DAY
        # a weekend inside a holiday is part of it; a weekend at its edge is off anyway
        while run and (run[0].weekday() >= 5 or not calendar.is_holiday(run[0])):
            run.pop(0)
        while run and (run[-1].weekday() >= 5 or not calendar.is_holiday(run[-1])):
            run.pop()
        if run:
            names = dict.fromkeys(calendar.day_name(d) for d in run if calendar.is_holiday(d))
            yield "、".join(names), run[0], run[-1]


def _carried(projection: Projection, years: bool) -> str:
    off = projection.carried_from
    if off is None:
        return ""
    return f"{_say(off, years)}为{projection.calendar.day_name(off)}，顺延至{_say(projection.counted_to, years)}"


def _unnoticed(projection: Projection, start: date) -> str:
    years = range(min(start + DAY, projection.counted_to).year, projection.counted_to.year + 1)
    waiting = [y for y in years if projection.calendar.provisional(date(y, 1, 1))]
    return "、".join(f"{y}年" for y in waiting)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _span(first: date, last: date) -> str:
    if first == last:
        return _say(first)
    return f"{_say(first)}–{last.day}日" if first.month == last.month else f"{_say(first)}–{_say(last)}"


def _weekday(day: date) -> str:
    return f"{_say(day)}（{['周一', '周二', '周三', '周四', '周五', '周六', '周日'][day.weekday()]}）"


def _moment(instant: datetime) -> str:
    local = instant.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def _say(day: date, year: bool = False) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"
