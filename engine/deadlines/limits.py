"""What a limit is: its budget, who must act, and when a day of the office ends.

Sources: 民法典 201 (the first day is not counted), 202 (months), 203 (the last day is moved to a working day;
a day ends at 24:00, or where there are office hours, when they end). Ours: what an applicant must do ends at
24:00, because there is an online channel; what the agency must do ends at the close of its office.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.calendars import Calendar
from engine.clock import SHANGHAI, local_date
from engine.errors import InvalidInput, NotCovered

UNITS = ("working_days", "months", "calendar_days", "immediate")
PARTIES = ("applicant", "agency")
UNIT_NAMES = {"working_days": "个工作日", "months": "个月", "calendar_days": "日", "immediate": "即时办结"}


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A budget of time, as a guide entry states it."""

    key: str  # intake, supplement, filing, handling …
    unit: str  # one of UNITS
    value: int = 0  # number of units, at least 1; 0 for immediate
    party: str = "agency"  # who must act, one of PARTIES
    extensions: int = 1  # how often it may be extended (行政许可法 42: once, unless the guide says more)
    quiet: bool = False  # an internal target: shown, but nobody is warned and no 督办 item opens
    kind: str = ""  # the kind of applicant it holds for, in the words of the guide (灵活就业人员); '': everybody

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise InvalidInput(f"期限单位 {self.unit!r} 无效：应为 {'、'.join(UNITS)} 之一")
        if self.party not in PARTIES:
            raise InvalidInput(f"期限主体 {self.party!r} 无效：应为 {'、'.join(PARTIES)} 之一")
        if self.unit == "immediate" and self.value != 0:
            raise InvalidInput("即时办结的期限不带数值")
        if self.unit != "immediate" and self.value < 1:
            raise InvalidInput(f"期限至少为 1{UNIT_NAMES[self.unit]}，不能是 {self.value}")
        if self.extensions < 0:
            raise InvalidInput(f"可延长次数不能为负：{self.extensions}")

    def __str__(self) -> str:
        """10个工作日, 3个月, 30日, 即时办结."""
        return UNIT_NAMES[self.unit] if self.unit == "immediate" else f"{self.value}{UNIT_NAMES[self.unit]}"

    def to_value(self) -> list[Any]:
        value = [self.key, self.unit, self.value, self.party, self.extensions]
        if self.kind:
            return [*value, self.quiet, self.kind]
        return [*value, True] if self.quiet else value  # digests of every other limit stay as they are

    @classmethod
    def from_value(cls, value: Sequence[Any]) -> TimeLimit:
        return cls(*value)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office is open on a working day (Asia/Shanghai), and when it wants to be warned."""

    opens: time = time(9, 0)
    closes: time = time(17, 0)
    warning_days: int = 0  # warn at the opening of the last working day, or that many working days earlier

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise InvalidInput(f"办公时间应当先开门后关门：{self.opens:%H:%M}–{self.closes:%H:%M}")
        if self.warning_days < 0:
            raise InvalidInput(f"提前预警的工作日数不能为负：{self.warning_days}")

    def opening(self, day: date) -> datetime:
        return _instant(day, self.opens)

    def end_of_day(self, day: date, party: str) -> datetime:
        """The first instant too late for what `party` had to do on that day, UTC."""
        if party == "applicant":
            return start_of_day(days_after(day, 1))
        return _instant(day, self.closes)

    def first_open_day(self, instant: datetime, party: str, calendar: Calendar) -> date:
        """The first working day that has not ended for `party` at that instant: the day of 即时办结."""
        day = calendar.next_working_day(local_date(instant))
        return day if instant < self.end_of_day(day, party) else calendar.working_days_after(day, 1)


def start_of_day(day: date) -> datetime:
    """00:00 of the local day, UTC: the instant of an event of which only the date is known."""
    return _instant(day, time(0, 0))


def months_after(day: date, months: int) -> date:
    """The corresponding day that many months later, or the last day of that month (民法典 202)."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        raise NotCovered(f"{day.isoformat()} 之后 {months} 个月超出日历范围")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_after(day: date, days: int) -> date:
    """Plain addition that refuses instead of overflowing."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise NotCovered(f"{day.isoformat()} 之后 {days} 日超出日历范围") from None


def _instant(day: date, at: time) -> datetime:
    try:
        return datetime.combine(day, at, SHANGHAI).astimezone(UTC)
    except OverflowError:  # 1 January of the year 1 has no UTC
        raise NotCovered(f"{day.isoformat()} 超出日历范围") from None
