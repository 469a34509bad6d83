"""`jingban deadline`: when a limit ends, and why. No database; the calendar shipped with the product.

Mounted by engine/cli/__init__.py. Input that means nothing, contradicts itself or leaves the calendar's years ends with
one line on standard error and exit code 2. Arguments arrive as text and are read here, not by argparse, so that
every refusal is one Chinese line.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from engine.calendars import bundled_calendar
from engine.cli.output import json_text
from engine.clock import SHANGHAI
from engine.deadlines import PARTIES, Cycle, OfficeHours, Projection, Running, TimeLimit, cycle_terms, project
from engine.errors import EngineError, InvalidInput
from engine.guides import load_regions

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds `processes/` when nothing else is said: the one the engine lies in."""

_LIMITS = {"working_days": "--working-days", "months": "--months", "calendar_days": "--calendar-days"}


def add_parser(subparsers: Any) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "deadline",
        help="计算期限",
        description="计算一个期限的到期日并说明理由；或用 --cycle 计算协议管理的季度评估周期。",
        allow_abbrev=False,
    )
    parser.add_argument("--from", dest="start", metavar="DATE", help="起算日（当日不计入），如 2026-09-22")
    parser.add_argument("--working-days", metavar="N", help="N 个工作日")
    parser.add_argument("--months", metavar="N", help="N 个月")
    parser.add_argument("--calendar-days", metavar="N", help="N 日（自然日）")
    parser.add_argument("--immediate", action="store_true", help="即时办结，须同时给出 --at")
    parser.add_argument("--at", metavar="HH:MM", help="起算的时刻（北京时间）")
    parser.add_argument("--cycle", metavar="DATE", help="受理日：所属评估周期、起算日与到期日")
    parser.add_argument("--region", metavar="R", help="统筹区，按其办公时间计算；不给则 9:00-17:00")
    parser.add_argument("--party", metavar="P", help="期限约束谁：applicant 申请人，agency 经办机构（默认）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--root", type=Path, default=ROOT, help="processes/ 所在目录")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0, or 2 with one line on standard error."""
    try:
        hours = _hours(args)
        output = _cycle(args, hours) if args.cycle is not None else _deadline(args, hours)
    except EngineError as error:
        print(f"jingban: {error.message}", file=sys.stderr)
        return 2
    print(output)
    return 0


def _deadline(args: argparse.Namespace, hours: OfficeHours) -> str:
    projection = project(Running(_limit(args), _started_at(args)), bundled_calendar(), hours)
    return _json(_record(projection)) if args.json else _text(projection)


def _cycle(args: argparse.Namespace, hours: OfficeHours) -> str:
    others = [args.start, args.working_days, args.months, args.calendar_days, args.at]
    if args.immediate or any(x is not None for x in others):
        raise InvalidInput("--cycle 只与 --region、--json 同用，期限由评估周期决定")
    _party(args)
    terms = cycle_terms(_date("--cycle", args.cycle), bundled_calendar(), hours)
    return _json(_cycle_record(terms)) if args.json else _cycle_text(terms)


# --- reading the arguments --------------------------------------------------------------------------------


def _limit(args: argparse.Namespace) -> TimeLimit:
    given = {unit: getattr(args, unit) for unit in _LIMITS if getattr(args, unit) is not None}
    if len(given) + args.immediate != 1:
        raise InvalidInput("请给出且只给出一种期限：--working-days、--months、--calendar-days、--immediate 或 --cycle")
    if args.immediate:
        if args.at is None:
            raise InvalidInput("--immediate 须同时给出受理时刻，如 --at 09:30")
        return TimeLimit("limit", "immediate", party=_party(args))
    ((unit, text),) = given.items()
    return TimeLimit("limit", unit, _number(_LIMITS[unit], text), _party(args))


def _started_at(args: argparse.Namespace) -> datetime:
    if args.start is None:
        raise InvalidInput("请给出起算日，如 --from 2026-09-22")
    day = _date("--from", args.start)
    return datetime.combine(day, _time(args.at) if args.at is not None else time(0), SHANGHAI)


def _party(args: argparse.Namespace) -> str:
    party: str = "agency" if args.party is None else args.party
    if party not in PARTIES:
        raise InvalidInput(f"--party 应为 applicant 或 agency，不是 {party!r}")
    return party


def _hours(args: argparse.Namespace) -> OfficeHours:
    if args.region is None:
        return OfficeHours()
    try:
        regions = load_regions(args.root)
    except OSError as error:
        raise InvalidInput(f"读不到统筹区设置 {error.filename}：请用 --root 指出 processes/ 所在目录") from error
    if args.region not in regions:
        raise InvalidInput(f"没有统筹区 {args.region!r}：应为 {'、'.join(regions)} 之一")
    return regions[args.region].hours


def _date(option: str, text: str) -> date:
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{option} 应为日期，如 2026-09-22，不是 {text!r}") from None
    bundled_calendar().provisional(day)  # refuses what no calendar covers
    return day


def _time(text: str) -> time:
    match = re.fullmatch("([0-9]{1,2}):([0-9]{2})", text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise InvalidInput(f"--at 应为时刻 HH:MM，如 09:30，不是 {text!r}")
    return time(int(match[1]), int(match[2]))


def _number(option: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,12}", text) or int(text) < 1:
        raise InvalidInput(f"{option} 应为正整数，不是 {text[:40]!r}")
    return int(text)


# --- showing the answer -----------------------------------------------------------------------------------


def _record(projection: Projection) -> dict[str, Any]:
    due = projection.due
    return {
        "last_day": projection.counted_to.isoformat(),
        "due": due.astimezone(SHANGHAI).isoformat() if due else None,  # the first instant too late
        "explanation": projection.explanation,
        "provisional": projection.provisional,
        "calendar": projection.calendar.version,
    }


def _text(projection: Projection) -> str:
    day = projection.counted_to
    closes = "24:00" if projection.running.limit.party == "applicant" else f"{projection.hours.closes:%H:%M}"
    return "\n".join(
        [
            f"到期  {_spoken(day)}{closes}前{'（暂定）' if projection.provisional else ''}",
            f"说明  {projection.explanation}",
            f"日历  {projection.calendar.version[:12]}",
        ]
    )


def _cycle_record(terms: Cycle) -> dict[str, Any]:
    return {
        "cycle": terms.cycle,
        "assessment_opens": terms.assessment_opens.isoformat(),
        "counts_from": terms.counts_from.isoformat(),
        "last_day": terms.last_day.isoformat(),
        "internal_target": terms.internal_target.isoformat(),
    }


def _cycle_text(terms: Cycle) -> str:
    return "\n".join(
        [
            f"评估周期  {terms.cycle}",
            f"评估开始  {_spoken(terms.assessment_opens)}",
            f"期限起算  {_spoken(terms.counts_from)}（当日不计入），3个月",
            f"到期      {_spoken(terms.last_day)}{'（暂定）' if terms.provisional else ''}",
            f"内部目标  {_spoken(terms.internal_target)}",
        ]
    )


def _spoken(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{bundled_calendar().weekday_name(day)}）"


def _json(value: dict[str, Any]) -> str:
    return json_text(value)
