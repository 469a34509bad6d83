"""What an administrator may write down of a notice, and what is refused with which words."""

from __future__ import annotations

from datetime import date

import pytest

from engine.actions.calendar_notice import read_notice
from engine.calendars import bundled_calendar
from engine.errors import EngineError
from tests.support.spring_2020 import EXTENDED, ORIGINAL


def test_the_original_notice_of_2020_and_its_extension_give_the_bundled_year() -> None:
    first = read_notice(ORIGINAL).applied(bundled_calendar(), "原通知")
    assert [day.isoformat() for day in bundled_calendar().differing_days(first)] == ["2020-01-31", "2020-02-01"]
    assert first.working_days_after(date(2020, 1, 22), 3) == date(2020, 2, 1)
    second = read_notice(EXTENDED).applied(first, "延长")
    assert second.version == bundled_calendar().version
    assert second.working_days_after(date(2020, 1, 22), 3) == date(2020, 2, 4)


def test_single_days_may_work_be_off_or_be_as_their_weekday_says() -> None:
    notice = read_notice("changes:\n  2026-03-07: 上班\n  2026-03-09: 抗洪\n  2026-10-10: 平常\n")
    calendar = notice.applied(bundled_calendar(), "通知")
    assert calendar.is_working_day(date(2026, 3, 7))
    assert calendar.day_name(date(2026, 3, 9)) == "抗洪"
    assert not calendar.is_working_day(date(2026, 10, 10))


def test_a_year_that_is_entered_is_no_longer_provisional() -> None:
    calendar = read_notice("year: 2027\nholidays: {元旦: 2027-01-01}\n").applied(bundled_calendar(), "通知")
    assert not calendar.provisional(date(2027, 5, 1))
    assert calendar.is_working_day(date(2027, 10, 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "键值对"),
        ("year: [", "不是有效的 YAML"),
        ("year: 2027", "holidays 没有写明"),
        ("year: 二〇二七\nholidays: {元旦: 2027-01-01}", "year 应为年份"),
        ("years: 2027", "不认识“years”"),
        ("holidays: {元旦: 2027-01-01}", "二者择一"),
        ("year: 2027\nchanges: {2027-01-01: 元旦}", "二者择一"),
        ("changes: {}", "没有写明任何一天"),
        ("changes: [2027-01-01]", "应为键值对"),
        ("changes: {2027-02-30: 春节}", "无法识别的日期"),
        ("changes: {下周一: 春节}", "不是日期"),
        ("changes: {2027-01-03 至 2027-01-01: 元旦}", "先写开始日"),
        ("changes: {2027-01-01 至 2027-12-31: 元旦}", "一段不超过"),
        ("changes: {2027-01-01 至 2027-01-02: 元旦, 2027-01-02: 元旦}", "写了两次"),
        ("changes: {2027-01-01: 5}", "节日名称"),
        ("year: 2027\nholidays: {元旦: 2027-01-01, 新年: 2027-01-01}", "写了两次"),
        ("year: 2027\nholidays: {元旦: 2007-01-01}", "不属于 2027 年"),
        ("changes: {2027-01-01: 元旦}\n" + "#" * 100_000, "内容过长"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(EngineError, match=words):
        read_notice(text)
