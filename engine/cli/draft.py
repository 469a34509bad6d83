"""`jingban draft SLUG [--region R] [--shape S] [--output FILE]`: a first diagram from the guide of a matter.

The diagram goes to standard output or to a file; what is still to be written (forms) is told on standard error.
An existing file is left alone unless `--force` is given.
"""

from __future__ import annotations

import argparse
import errno
import sys
from pathlib import Path
from typing import Any

from engine.cli.output import write_bytes
from engine.drafting import SHAPES, Process, diagram, draft, form_keys
from engine.errors import InvalidInput
from engine.guides import Guide, load_guide, matters

_WHY = {errno.ENOENT: "文件夹不存在", errno.EISDIR: "这是文件夹", errno.EACCES: "没有写入的权限"}
ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds `processes/` and `forms/` when nothing else is said."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "draft",
        help="从办事指南生成流程图初稿",
        description="按办事指南的步骤和时限画出可执行的流程图初稿，供设计人员修改。",
    )
    parser.add_argument("slug", nargs="?", metavar="SLUG", help="事项，如 002036001001-unit-enrolment")
    parser.add_argument("--region", metavar="REGION", help="只按这个统筹区的指南画；不写时按全部统筹区")
    parser.add_argument("--shape", metavar="SHAPE", help="流程的种类；不写时由步骤决定，种类见 --shapes")
    parser.add_argument("--shapes", action="store_true", help="列出流程的种类")
    parser.add_argument("--output", type=Path, metavar="FILE", help="写入文件；不写时输出到标准输出")
    parser.add_argument("--force", action="store_true", help="文件已存在时覆盖")
    parser.add_argument("--root", type=Path, default=ROOT, help="processes/ 与 forms/ 所在目录")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if args.shapes:
        for shape in SHAPES.values():
            print(f"{shape.name:<12}{shape.steps}\n{'':<12}{shape.words}")
        return 0
    if not args.slug:
        raise InvalidInput("应为 jingban draft SLUG；事项目录见 jingban matters")
    process = draft(_guides(args.root, args.slug, args.region), args.shape)
    data = diagram(process)
    if args.output is None:
        write_bytes(data)
    else:
        _write(args.output, data, args.force)
    missing = _missing_forms(args.root, process)
    if missing:
        print(f"jingban: 还没有的表单：{'、'.join(missing)}（写在 forms/{process.slug}/ 下）", file=sys.stderr)
    return 0


def _guides(root: Path, slug: str, region: str | None) -> list[Guide]:
    """The guide of one region, or those of all that offer the matter; NotFound says what there is."""
    if region is not None:
        return [load_guide(root, slug, region)]
    offered = next((row.regions for row in matters(root) if row.slug == slug), None)
    if offered is None:
        return [load_guide(root, slug, "")]  # raises, and names the matters there are
    return [load_guide(root, slug, code) for code in offered]


def _write(path: Path, data: bytes, force: bool) -> None:
    try:
        with path.open("wb" if force else "xb") as file:
            file.write(data)
    except FileExistsError:
        raise InvalidInput(f"文件 {path} 已存在；确要覆盖的，加 --force") from None
    except OSError as error:
        raise InvalidInput(f"无法写入 {path}：{_WHY.get(error.errno or 0, error.strerror)}") from error


def _missing_forms(root: Path, process: Process) -> list[str]:
    folders = (root / "forms" / process.slug, root / "forms" / "shared")
    return [key for key in form_keys(process) if not any((folder / f"{key}.json").is_file() for folder in folders)]
