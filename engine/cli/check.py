"""`jingban check [FILES...] [--json]`: the linter on the command line.

    FILE:LINE: error|warning Jnnn ELEMENT-ID: what is wrong; what to do

Exit 0: clean or warnings only. 1: errors. 2: unusable input (no such file, a directory, not XML, a DOCTYPE, too
large, not BPMN), told in one line of the same shape on standard error, under the id J001.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.check import Report, check_bytes
from engine.check.installation import check_library
from engine.cli import output
from engine.errors import EngineError, InvalidInput
from engine.workflow.xml import MAX_BYTES

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds `processes/` and `forms/` when nothing else is said."""
UNUSABLE = "J001"


def add_parser(subparsers: Any) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "check",
        help="检查流程图",
        description="检查流程图是否会正确运行；不写文件时检查 processes/ 与 forms/ 的全部内容。",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="BPMN 文件，来自任何工具")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--root", type=Path, default=ROOT, help="processes/ 与 forms/ 所在目录")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """The exit code; never raises for anything a file may contain."""
    reports: list[Report] = []
    unusable: list[dict[str, Any]] = []
    if args.files:
        for name in args.files:
            _collect(name, reports, unusable)
    else:
        _collect_library(args.root, reports, unusable)
    code = 2 if unusable else int(not all(report.ok for report in reports))
    try:
        _write(args.json, reports, unusable)
    except BrokenPipeError:  # nobody reads any more (`| head`)
        output.let_go()
    except OSError:  # the disk is full, say
        output.let_go()
        return 2
    return code


def _write(as_json: bool, reports: list[Report], unusable: list[dict[str, Any]]) -> None:
    if as_json:
        print(output.json_text(_as_json(reports, unusable)))
    else:
        for line in (line for report in reports for line in report.lines()):
            print(line)
    for problem in unusable:
        place = f"{_one_line(problem['file'])}:{problem['line']}"
        print(f"{place}: error {UNUSABLE} -: {problem['message']}; {problem['hint']}", file=sys.stderr)
    output.flush()


def _collect(name: str, reports: list[Report], unusable: list[dict[str, Any]]) -> None:
    try:
        reports.append(check_bytes(_read(Path(name)), _one_line(name)))
    except EngineError as error:
        unusable.append(_problem(name, error.details.get("line", 1), error.message))
    except (OSError, ValueError) as error:
        unusable.append(_problem(name, 1, f"无法读取：{getattr(error, 'strerror', None) or error}"))
    except Exception as error:  # a defect of ours: say so in one line, as for every other input
        unusable.append(_problem(name, 1, f"检查程序出错：{type(error).__name__} {error}"))


def _collect_library(root: Path, reports: list[Report], unusable: list[dict[str, Any]]) -> None:
    try:
        reports.extend(check_library(root))
    except EngineError as error:
        unusable.append(_problem(error.details.get("file", root), error.details.get("line", 1), error.message))
    except OSError as error:
        unusable.append(_problem(error.filename or root, 1, f"无法读取：{error.strerror}"))


def _read(path: Path) -> bytes:
    """At most a byte more than is allowed, of a regular file: a pipe or device could go on for ever."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise InvalidInput("这是目录，不是文件")
    if not stat.S_ISREG(mode):
        raise InvalidInput("这不是普通文件")
    with open(path, "rb", opener=_without_waiting) as file:
        return file.read(MAX_BYTES + 1) or b""


def _without_waiting(path: str, flags: int) -> int:
    """Some that pass for regular files (/proc/kmsg), or are swapped for a pipe meanwhile, keep a reader waiting."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _problem(name: object, line: object, message: str) -> dict[str, Any]:
    return {
        "file": str(name),
        "line": line,
        "rule": UNUSABLE,
        "message": _one_line(message),
        "hint": "请给出一个 BPMN 2.0 文件",
    }


def _one_line(text: object) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in str(text))


def _as_json(reports: list[Report], unusable: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "ok": not unusable and all(report.ok for report in reports),
        "files": [
            {"file": report.name, "ok": report.ok, "findings": [asdict(finding) for finding in report.findings]}
            for report in reports
        ],
        "unusable": unusable,
    }
