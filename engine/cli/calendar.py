"""`jingban calendar show|preview|amend`: the working calendar at a terminal, for administrators.

Exit codes: 0 done; 1 some case could not be moved; 2 unusable input.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.actions.actor import Actor, Membership
from engine.actions.amend_calendar import FAILED, amend_calendar
from engine.actions.calendar_notice import MAX_TEXT, CalendarNotice, read_notice
from engine.actions.preview_amendment import Affected, preview_amendment
from engine.calendars import Calendar
from engine.cli.output import json_text
from engine.clock import SHANGHAI
from engine.errors import InvalidInput
from engine.installation import Installation

OPERATOR = Actor(0, "operator", "系统运维", (Membership("*", "*", "admin"),))  # whoever may reach the database


def add_parser(commands: Any) -> None:
    calendar = commands.add_parser("calendar", help="工作日历：查看、预览修订、修订")
    verbs = calendar.add_subparsers(dest="verb", metavar="VERB", required=True)
    show = verbs.add_parser("show", help="现行版本；给出年份时列出该年的放假和调休")
    show.add_argument("year", nargs="?", type=int, metavar="YEAR")
    preview = verbs.add_parser("preview", help="修订会改变哪些期限；不作任何改动")
    amend = verbs.add_parser("amend", help="录入放假通知，成为新的版本，并移动受影响的期限")
    amend.add_argument("--reason", required=True, help="修订依据，如通知的文号")
    for command, run in ((show, _show), (preview, _preview), (amend, _amend)):
        if command is not show:
            command.add_argument("file", type=Path, metavar="FILE", help="放假通知（YAML）")
        command.add_argument("--database", metavar="URL", help="数据库地址（默认取 JINGBAN_DATABASE_URL）")
        command.add_argument("--json", action="store_true", help="输出 JSON")
        command.set_defaults(run=run)


def _show(args: argparse.Namespace) -> int:
    calendar = Installation.from_environment(args.database).open_ready().calendar()
    days = {} if args.year is None else _days(calendar, args.year)
    value = {
        "version": calendar.version,
        "reason": calendar.reason,
        "years": [calendar.first_year, calendar.last_year],
        "noticed": sorted(calendar.noticed),
        "days": {day.isoformat(): name for day, name in days.items()},
    }
    if args.json:
        print(json_text(value))
        return 0
    print(f"{calendar.version[:12]}  {calendar.first_year}-{calendar.last_year}  {calendar.reason}")
    print(f"已录入放假安排的年份：{min(calendar.noticed)}-{max(calendar.noticed)}；其余年份的期限为暂定")
    for day, name in days.items():
        print(f"  {day.isoformat()}  {calendar.weekday_name(day)}  {name}")
    return 0


def _days(calendar: Calendar, year: int) -> dict[date, str]:
    """What differs from Monday to Friday in that year. Raises NotCovered."""
    calendar.provisional(date(max(year, 1), 1, 1))
    return {day: calendar.days[day].name for day in sorted(calendar.days) if day.year == year}


def _preview(args: argparse.Namespace) -> int:
    notice = _notice(args.file)
    preview = preview_amendment(Installation.from_environment(args.database).open_ready(), notice)
    if args.json:
        value = {
            "version": preview.old.version,
            "days": [day.isoformat() for day in preview.old.differing_days(preview.new)],
            "affected": [_plain(x) for x in preview.affected],
            "unreadable": list(preview.unreadable),
        }
        print(json_text(value))
        return 0
    days = preview.old.differing_days(preview.new)
    print(f"改变 {len(days)} 天：{'、'.join(d.isoformat() for d in days) or '无'}")
    print(f"移动 {sum(not x.reopens for x in preview.affected)} 个期限")
    for x in preview.affected:
        print(f"  {_line(x)}")
    for number in preview.unreadable:
        print(f"  {number}  状态无法读取，请先核对并重建")
    return 0


def _amend(args: argparse.Namespace) -> int:
    system = Installation.from_environment(args.database).open_ready()
    amended = amend_calendar(system, OPERATOR, _notice(args.file), args.reason)
    failed = [item for item in amended.items if item.result == FAILED]
    if args.json:
        items = [
            {
                "number": item.number,
                "result": item.result,
                "message": item.message,
                "affected": [_plain(x) for x in item.affected],
            }
            for item in amended.items
        ]
        value = {"old": amended.old, "version": amended.version, "added": amended.added, "items": items}
        print(json_text(value))
        return int(bool(failed))
    what = "已成为现行版本" if amended.added else "与现行版本相同，没有新增版本"
    print(f"{amended.version[:12]}  {what}；处理 {len(amended.items)} 个办件，其中失败 {len(failed)} 个")
    for item in amended.items:
        for x in item.affected:
            print(f"  {_line(x)}")
        if item.message:
            print(f"  {item.number}  失败：{item.message}")
    return int(bool(failed))


def _notice(path: Path) -> CalendarNotice:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MAX_TEXT + 1)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}：无法读取（{getattr(error, 'strerror', None) or '应为 UTF-8 文本'}）") from error
    return read_notice(text, path.name)


def _plain(affected: Affected) -> dict[str, Any]:
    value = asdict(affected)
    del value["case_id"]
    return {**value, "before": _local(affected.before), "after": _local(affected.after)}


def _line(affected: Affected) -> str:
    place = f"{affected.number}  {affected.region}/{affected.office}  {affected.key}"
    if affected.reopens:
        words = f"已于 {_local(affected.before)} 自动办结，按新日历到 {_local(affected.after)}"
        return f"{place}  {words}：可由督办人员恢复办理"
    return f"{place}  {_local(affected.before)} → {_local(affected.after)}"


def _local(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).isoformat(timespec="minutes")
