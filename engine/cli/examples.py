"""`jingban examples [SLUG...] [--jobs N] [--json]`: does the engine do what the examples tell, and is every flow told?

Runs on a scratch database of its own. Exit 0: everything goes as told and every sequence flow is taken; 1: not so;
2: the files cannot be used.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from engine.actions.system import ROOT
from engine.cli.output import json_text
from engine.errors import InvalidInput, NotFound
from engine.examples.installation import DiagramReport, run_library
from engine.guides import matters


def add_parser(commands: Any) -> None:
    command = commands.add_parser(
        "examples", help="运行示例，报告连线覆盖率", description="在临时数据库上运行 examples.yaml 的全部示例。"
    )
    command.add_argument("slugs", nargs="*", metavar="SLUG", help="事项目录名；不写时运行全部事项")
    command.add_argument("--root", type=Path, default=ROOT, help="processes/ 与 forms/ 所在目录")
    command.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="同时运行的进程数（默认为处理器数）"
    )
    command.add_argument("--json", action="store_true", help="输出 JSON")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    known = [m.slug for m in matters(args.root)]
    for slug in args.slugs:
        if slug not in known:
            raise NotFound(f"没有事项“{slug[:60]}”；现有：{'、'.join(known)}")
    if args.jobs < 1:
        raise InvalidInput("--jobs 至少为 1")
    reports = run_library(args.root, args.slugs, args.jobs)
    if args.json:
        print(json_text([_value(report) for report in reports]))
    else:
        for report in reports:
            for failure in report.failures:
                print(failure)
            failed = f"，{len(report.failures)} 个不符" if report.failures else ""
            print(f"{report.diagram}: {report.examples} 个示例{failed}；{report.coverage}")
    return 0 if all(report.complete for report in reports) else 1


def _value(report: DiagramReport) -> dict[str, Any]:
    return {
        "diagram": report.diagram,
        "examples": report.examples,
        "failures": list(report.failures),
        "flows": report.coverage.total,
        "taken": report.coverage.taken,
        "percent": report.coverage.percent,
        "missing": [flow.id for flow in report.coverage.missing],
    }
