"""A State Council notice as a file: what an administrator writes down, and the calendar version that follows from it.

A whole year (`year`, `holidays`, `workdays`), or single days of one that is entered already (`changes`):

    year: 2020                                   changes:
    holidays:                                      2020-01-31 至 2020-02-02: 春节
      元旦: 2020-01-01                             2020-02-08: 上班
      春节: 2020-01-24 至 2020-01-30               2020-02-09: 平常
    workdays: [2020-01-19, 2020-02-01]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engine.calendars import FULL_WORKDAY, Calendar, off
from engine.calendars.calendar import CalendarDay
from engine.errors import InvalidInput
from engine.guides.yaml_files import mapping_of

WORKS, PLAIN = "上班", "平常"  # a weekend that counts; a day as its weekday says
MAX_TEXT = 100_000
MAX_NAME = 20
LONGEST = 60  # days of one range


@dataclass(frozen=True)
class CalendarNotice:
    """What changes: with `year` the whole of it, else single days."""

    year: int | None = None
    holidays: Mapping[date, str] = field(default_factory=dict)
    workdays: tuple[date, ...] = ()
    changes: Mapping[date, CalendarDay | None] = field(default_factory=dict)

    def applied(self, calendar: Calendar, reason: str) -> Calendar:
        """The new version. Raises NotCovered for years outside the calendar, InvalidInput for a contradiction."""
        if self.year is not None:
            return calendar.with_notice(self.year, self.holidays, self.workdays, reason)
        return calendar.amended(self.changes, reason)


def read_notice(text: str, name: str = "日历文件") -> CalendarNotice:
    """Raises InvalidInput saying what was expected."""
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"{name}：内容过长，一次录入一年的放假安排即可")
    value = mapping_of(text, name)
    unknown = [str(key) for key in value if key not in ("year", "holidays", "workdays", "changes")]
    if unknown:
        raise InvalidInput(f"{name}：不认识“{unknown[0]}”，应为 year、holidays、workdays 或 changes")
    if ("changes" in value) == ("year" in value):
        raise InvalidInput(f"{name}：录入一年的放假安排写 year、holidays、workdays；只改几天写 changes，二者择一")
    if "changes" in value:
        changes = dict(_changes(_mapping(value["changes"], f"{name}：changes")))
        if not changes:
            raise InvalidInput(f"{name}：changes 没有写明任何一天")
        return CalendarNotice(changes=changes)
    year = value["year"]
    if not isinstance(year, int) or isinstance(year, bool):
        raise InvalidInput(f"{name}：year 应为年份，如 2027")
    holidays = _holidays(_mapping(value.get("holidays") or {}, f"{name}：holidays"))
    if not holidays:
        raise InvalidInput(f"{name}：holidays 没有写明任何节日")
    workdays = tuple(day for item in _list(value.get("workdays")) for day in _days(item))
    near = [d for d in (*holidays, *workdays) if abs(d.year - year) > 1]
    if near:
        raise InvalidInput(f"{name}：{near[0].isoformat()} 不属于 {year} 年的放假安排")
    return CalendarNotice(year, holidays, workdays)


def _holidays(value: Mapping[Any, Any]) -> dict[date, str]:
    found: dict[date, str] = {}
    for name, given in value.items():
        for day in (day for item in _list(given) for day in _days(item)):
            if day in found:
                raise InvalidInput(f"{day.isoformat()} 写了两次：{found[day]}、{name}")
            found[day] = _name(name)
    return found


def _changes(value: Mapping[Any, Any]) -> Iterator[tuple[date, CalendarDay | None]]:
    seen: set[date] = set()
    for given, name in value.items():
        change = None if name in (None, PLAIN) else FULL_WORKDAY if name == WORKS else off(_name(name))
        for day in _days(given):
            if day in seen:
                raise InvalidInput(f"{day.isoformat()} 写了两次")
            seen.add(day)
            yield day, change


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME:
        raise InvalidInput(f"节日名称应为不超过 {MAX_NAME} 字的文字，不是 {_text(value)[:40]!r}")
    return value.strip()


def _days(value: Any) -> list[date]:
    """One day, or `2020-01-24 至 2020-01-30`, both included."""
    if isinstance(value, date):
        return [date(value.year, value.month, value.day)]
    try:
        first, _, last = _text(value).partition("至")
        begin = date.fromisoformat(first.strip())
        end = date.fromisoformat(last.strip()) if last else begin
    except ValueError:
        expected = "2020-01-24，或 2020-01-24 至 2020-01-30"
        raise InvalidInput(f"{_text(value)[:40]!r} 不是日期：应当形如 {expected}") from None
    if not begin <= end or (end - begin).days >= LONGEST:
        raise InvalidInput(f"{value}：应当先写开始日，后写结束日，一段不超过 {LONGEST} 日")
    return [begin + timedelta(days=i) for i in range((end - begin).days + 1)]


def _text(value: Any) -> str:
    """Of what stands for itself; what is nested may be endless."""
    return str(value) if isinstance(value, str | int | float | date) else type(value).__name__


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _mapping(value: Any, name: str) -> Mapping[Any, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(f"{name} 应为键值对")
    return value
