"""One immutable, hashed version of the working-day table, and counting on it.

A date is a working day when the table says so, else when it is Monday to Friday; a region's closing days
then take it away again. 工作日 leaves out weekends and statutory holidays (行政许可法 82); the weekends
that a State Council notice turns into working days (调休) count. A year without a notice has its statutory
days only, so whatever touches it is provisional (暂定).

Nothing here is ever changed in place: an amendment is a new version, and every armed deadline names the
version it was computed with, so that a past computation can be repeated for ever.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from engine import encoding
from engine.errors import InvalidInput, NotCovered

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What a notice says of one date that its weekday does not."""

    working: bool
    name: str  # 中秋, 国庆 … for a day off; 调休上班 for a working weekend


FULL_WORKDAY = CalendarDay(working=True, name="调休上班")


def off(name: str) -> CalendarDay:
    """A day off by that name: a statutory holiday, a day moved next to it, or a 补假."""
    return CalendarDay(working=False, name=name)


@dataclass(frozen=True, eq=False)
class Calendar:
    """A version of the table; equal to another exactly when the tables are (same `version`)."""

    first_year: int  # coverage: both years inclusive, contiguous
    last_year: int
    noticed: frozenset[int]  # years whose State Council notice is in the table
    days: Mapping[date, CalendarDay]  # the nation's exceptions to Monday-to-Friday
    closings: Mapping[date, str] = field(default_factory=dict)  # a region's own closing days -> why
    again: int = 0  # how often this very table had been in force before: who goes back makes a version, too
    reason: str = ""  # why this version was made; not part of the hash
    parent: str = ""  # version it was made from; not part of the hash

    # --- identity -----------------------------------------------------------------------------------

    @cached_property
    def version(self) -> str:
        """sha256 of the canonical table, 64 hex digits: the name deadlines remember."""
        return hashlib.sha256(encoding.dumps(self._table()).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        return f"Calendar({self.first_year}-{self.last_year}, {self.version[:12]})"

    # --- one day ------------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        index = self._index(day)
        return self._counts[index + 1] > self._counts[index]

    def day_name(self, day: date) -> str:
        """What people call it: 中秋, 调休上班, 周六; a closing day by its reason; else 周一 … 周五."""
        self._index(day)
        if day in self.closings and self._nationally_working(day):
            return self.closings[day]
        special = self.days.get(day)
        return special.name if special else _WEEKDAYS[day.weekday()]

    def weekday_name(self, day: date) -> str:
        return _WEEKDAYS[day.weekday()]

    def is_holiday(self, day: date) -> bool:
        """Off for a reason that has a name: a holiday or a closing day, not a plain weekend."""
        if self.is_working_day(day):
            return False
        return day in self.days or self._nationally_working(day)

    def is_worked_weekend(self, day: date) -> bool:
        """A Saturday or Sunday that counts as a working day (调休)."""
        return day.weekday() >= 5 and self.is_working_day(day)

    def provisional(self, day: date) -> bool:
        """Whether the year of that day still waits for its notice."""
        self._index(day)
        return day.year not in self.noticed

    # --- counting -----------------------------------------------------------------------------------

    def working_days_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself never counts (民法典 201); n = 0 is `day`."""
        if n < 0:
            raise InvalidInput(f"工作日数不能为负：{n}")
        if n == 0:
            self._index(day)
            return day
        position = self._counts[self._index(day) + 1] + n - 1
        if position >= len(self._working):
            raise self._uncovered(f"{day.isoformat()} 之后第 {n} 个工作日")
        return date.fromordinal(self._working[position])

    def next_working_day(self, day: date) -> date:
        """`day` itself when it is a working day, else the first one after it (民法典 203)."""
        return day if self.is_working_day(day) else self.working_days_after(day, 1)

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days d have after < d <= until; negative when the dates are swapped."""
        return self._counts[self._index(until) + 1] - self._counts[self._index(after) + 1]

    # --- making versions ----------------------------------------------------------------------------

    def amended(
        self,
        changes: Mapping[date, CalendarDay | None],
        reason: str,
        *,
        noticed: Iterable[int] = (),
    ) -> Calendar:
        """A new version with those dates changed (None: as its weekday says) and those years noticed."""
        for day in changes:
            self._index(day)
        days = {**self.days, **{d: c for d, c in changes.items() if c is not None}}
        for day, change in changes.items():
            if change is None:
                days.pop(day, None)
        years = frozenset(noticed)
        for year in years:
            self._index(date(year, 1, 1))
        return replace(self, days=days, noticed=self.noticed | years, reason=reason, parent=self.version)

    def with_notice(self, year: int, holidays: Mapping[date, str], workdays: Iterable[date], reason: str) -> Calendar:
        """A new version where that year's table is exactly one State Council notice.

        Dates of a neighbouring year that the notice names (it may move 31 December) change too; the rest
        of the neighbouring years stays.
        """
        cleared: dict[date, CalendarDay | None] = {d: None for d in self.days if d.year == year}
        named: dict[date, CalendarDay | None] = {d: off(name) for d, name in holidays.items()}
        worked: dict[date, CalendarDay | None] = dict.fromkeys(workdays, FULL_WORKDAY)
        both = named.keys() & worked.keys()
        if both:
            raise InvalidInput(f"同一天不能既放假又上班：{min(both).isoformat()}")
        return self.amended({**cleared, **named, **worked}, reason, noticed=[year])

    def differing_days(self, other: Calendar) -> list[date]:
        """Days that work in one of the two versions and not in the other, ascending."""
        named = self.days.keys() | other.days.keys() | self.closings.keys() | other.closings.keys()
        return sorted(day for day in named if self.is_working_day(day) != other.is_working_day(day))

    def with_closings(self, closings: Mapping[date, str], reason: str) -> Calendar:
        """A region's version: those days closed besides the nation's (replaces its earlier closing days)."""
        for day in closings:
            self._index(day)
        return replace(self, closings=dict(closings), reason=reason, parent=self.version)

    # --- plain value --------------------------------------------------------------------------------

    def to_value(self) -> dict[str, Any]:
        """For the calendar_version table: encodable by engine.encoding; from_value gives the same version."""
        return {**self._table(), "reason": self.reason, "parent": self.parent}

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> Calendar:
        first, last = value["years"]
        return cls(
            first_year=first,
            last_year=last,
            noticed=frozenset(value["noticed"]),
            days={
                date.fromisoformat(day): FULL_WORKDAY if name is None else off(name)
                for day, name in value["days"].items()
            },
            closings={date.fromisoformat(day): why for day, why in value["closings"].items()},
            again=value.get("again", 0),
            reason=value.get("reason", ""),
            parent=value.get("parent", ""),
        )

    def _table(self) -> dict[str, Any]:
        table = {
            "years": [self.first_year, self.last_year],
            "noticed": sorted(self.noticed),
            # null: a working day by notice; text: off, by that name
            "days": {d.isoformat(): None if c.working else c.name for d, c in self.days.items()},
            "closings": {d.isoformat(): why for d, why in self.closings.items()},
        }
        return {**table, "again": self.again} if self.again else table

    # --- the index: one pass over the covered years, then every question is a lookup -----------------

    def _nationally_working(self, day: date) -> bool:
        special = self.days.get(day)
        return special.working if special else day.weekday() < 5

    @cached_property
    def _start(self) -> int:
        return date(self.first_year, 1, 1).toordinal()

    @cached_property
    def _working(self) -> array[int]:
        """Ordinals of all working days, ascending."""
        first, last = self._start, date(self.last_year, 12, 31).toordinal()
        regular = {o for o in range(first, last + 1) if (o - 1) % 7 < 5}  # ordinal 1 was a Monday
        for day, special in self.days.items():
            (regular.add if special.working else regular.discard)(day.toordinal())
        regular.difference_update(day.toordinal() for day in self.closings)
        return array("l", sorted(regular))

    @cached_property
    def _counts(self) -> array[int]:
        """counts[i]: working days before the i-th covered day; one entry more than there are days."""
        last = date(self.last_year, 12, 31).toordinal()
        working = set(self._working)
        counts, total = array("l", [0]), 0
        for ordinal in range(self._start, last + 1):
            total += ordinal in working
            counts.append(total)
        return counts

    def _index(self, day: date) -> int:
        if not self.first_year <= day.year <= self.last_year:
            raise self._uncovered(day.isoformat())
        return day.toordinal() - self._start

    def _uncovered(self, what: str) -> NotCovered:
        return NotCovered(
            f"{what} 超出日历范围：日历覆盖 {self.first_year} 年至 {self.last_year} 年",
            first_year=self.first_year,
            last_year=self.last_year,
        )
