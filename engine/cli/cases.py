"""`jingban case`, `verify`, `rebuild`: one case from its number, for auditors and administrators at a terminal."""

from __future__ import annotations

import argparse
from typing import Any

from engine.actions.history import read_events
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_accounts import verify_accounts
from engine.actions.verify_deployments import verify_deployments
from engine.actions.verify_history import ALTERED, INTACT, verify_history
from engine.cli.output import json_text
from engine.clock import SHANGHAI
from engine.errors import InvalidInput, NotFound
from engine.installation import Installation
from engine.store import cases, guards, tasks


def add_parser(commands: Any) -> None:
    for name, help_text, run in (
        ("case", "显示一个办件的办理情况和事件", _case),
        ("verify", "核验一个办件的记录：是否被改动，重新执行是否一致", _verify),
        ("rebuild", "从事件重建一个办件的状态和清单", _rebuild),
    ):
        command = commands.add_parser(name, help=help_text)
        several = {"nargs": "?"} if name == "verify" else {}
        command.add_argument("number", metavar="CASE", help="办件编号，如 430100-2026-000001", **several)
        command.add_argument("--database", metavar="URL", help="数据库地址（默认取 JINGBAN_DATABASE_URL）")
        command.add_argument("--json", action="store_true", help="输出 JSON")
        command.set_defaults(run=run)
        if name == "verify":
            command.add_argument("--deployments", action="store_true", help="核验全部流程版本的发布记录")
            command.add_argument("--accounts", action="store_true", help="核验账号变更记录，和现有的职责是否与之相符")
            command.add_argument("--all", action="store_true", help="核验全部办件、流程版本和账号变更记录")


def _found(args: argparse.Namespace) -> tuple[System, Any]:
    system = Installation.from_environment(args.database).open_ready()
    with system.store.reading() as connection:
        row = cases.by_number(connection, args.number)
    if row is None:
        raise NotFound(f"没有编号为 {args.number} 的办件")
    return system, row


def _case(args: argparse.Namespace) -> int:
    """No personal values: the terminal shows what happened, not to whom."""
    system, row = _found(args)
    with system.store.reading() as connection:
        recorded = read_events(connection, row.id, row.number)
        open_tasks = tasks.open_of_case(connection, row.id)
    value = {
        "number": row.number,
        "matter": row.matter,
        "region": row.region,
        "office": row.office,
        "status": row.status,
        "outcome": row.outcome,
        "tasks": [{"node": t.node, "name": t.name, "group": t.lane, "due": _local(t.due)} for t in open_tasks],
        "events": [
            {
                "seq": e.seq,
                "at": _local(e.header.effective_at),
                "kind": e.kind,
                "node": e.header.node,
                "actor": e.header.actor,
            }
            for e in recorded
        ],
    }
    if args.json:
        print(json_text(value))
        return 0
    print(f"{row.number}  {row.matter}  {row.region}/{row.office}  {row.status} {row.outcome}".rstrip())
    for task in value["tasks"]:
        print(f"  待办  {task['name']}（{task['group']}）  到期 {task['due'] or '—'}")
    for event in value["events"]:
        print(f"  {event['seq']:>4}  {event['at']}  {event['kind']:<15} {event['node']:<30} {event['actor']}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    if [args.number is not None, args.deployments, args.accounts, args.all].count(True) != 1:
        raise InvalidInput("请给出办件编号，或用 --deployments、--accounts、--all 之一")
    if args.number is None:
        return _verify_many(args)
    system, row = _found(args)
    verdict = verify_history(system, row.id)
    if args.json:
        print(json_text({"number": row.number, **verdict.to_value()}, None))
    else:
        print("\n".join([f"{row.number}  {verdict.text}", *(f"  {line}" for line in verdict.details)]))
    return 0 if verdict.sound else 1


def _verify_many(args: argparse.Namespace) -> int:
    system = Installation.from_environment(args.database).open_ready()
    findings: list[str] = []
    told: list[str] = []
    if args.all:
        with system.store.reading() as connection:
            listed = cases.every(connection)
        verdicts = [(number, verify_history(system, case_id)) for case_id, number in listed]
        wrong = [(number, v) for number, v in verdicts if not v.sound]
        findings += [f"{number}  {v.text}：{'；'.join(v.details)}" for number, v in wrong]
        told.append(f"{len(listed)} 个办件中 {len(wrong)} 个不符" if wrong else f"{len(listed)} 个办件的记录完整")
    if args.all or args.deployments:
        found = verify_deployments(system)
        findings += found
        told.append(f"流程版本有 {len(found)} 处不符" if found else "全部流程版本与发布时一致")
    if args.all or args.accounts:
        found = verify_accounts(system)
        findings += found
        told.append(f"账号有 {len(found)} 处不符" if found else "账号变更记录完整，现有的职责与之相符")
    if args.all:
        with system.store.reading() as connection:
            gone = guards.missing(connection)
        findings += [f"触发器 {name} 缺失、停用或被改动，数据库不再拒绝改动记录" for name in gone]
        told.append(f"保护记录的触发器有 {len(gone)} 处不符" if gone else "保护记录的触发器齐全")
    system.close()
    if args.json:
        print(json_text({"result": ALTERED if findings else INTACT, "details": findings}, None))
    else:
        print("\n".join(["；".join(told), *(f"  {line}" for line in findings)]))
    return int(bool(findings))


def _rebuild(args: argparse.Namespace) -> int:
    system, row = _found(args)
    rebuilt = rebuild_case(system, row.id)
    if args.json:
        value = {"number": rebuilt.number, "events": rebuilt.events, "changed": list(rebuilt.changed)}
        print(json_text(value, None))
    else:
        what = "与事件一致，没有需要更正的内容" if not rebuilt.changed else f"更正了 {len(rebuilt.changed)} 处"
        print("\n".join([f"{rebuilt.number}  {rebuilt.events} 个事件；{what}", *(f"  {c}" for c in rebuilt.changed)]))
    return 0


def _local(instant: Any) -> str | None:
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds") if instant else None
