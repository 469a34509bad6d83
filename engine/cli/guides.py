"""`jingban guide` and `jingban matters`: the guides for programs (`--json`) and for a terminal.

Mounted by engine/cli/__init__.py. What is not offered ends with one line on standard error and exit code 2.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.cli.output import json_text
from engine.errors import EngineError, InvalidInput
from engine.forms import form_fields, load_form
from engine.guides import Guide, Limit, catalogue_of, load_guide, load_regions, matters

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds `processes/` and `forms/` when nothing else is said: the one the engine lies in."""


def add_parser(subparsers: Any) -> None:
    """Mount both commands."""
    guide = subparsers.add_parser("guide", help="办事指南", description="显示一个事项在一个统筹区的办事指南。")
    guide.add_argument("slug", nargs="?", metavar="SLUG", help="事项，如 002036001001-unit-enrolment")
    guide.add_argument("region", nargs="?", metavar="REGION", help="统筹区，如 changsha")
    guide.add_argument("--all", action="store_true", help="全部事项、全部统筹区（列表）")
    listing = subparsers.add_parser("matters", help="事项目录", description="列出全部事项及办理的统筹区。")
    for parser in (guide, listing):
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--root", type=Path, default=ROOT, help="processes/ 与 forms/ 所在目录")
        parser.set_defaults(run=run)
    guide.set_defaults(guides_command="guide")
    listing.set_defaults(guides_command="matters")


def run(args: argparse.Namespace) -> int:
    """0, or 2 with one line on standard error."""
    try:
        output = _matters(args) if args.guides_command == "matters" else _guide(args)
    except EngineError as error:
        print(f"jingban: {error.message}", file=sys.stderr)
        return 2
    print(output)
    return 0


def guide_record(root: Path, guide: Guide) -> dict[str, Any]:
    """Everything about a guide under the catalogue's field names, its printed forms' labels included."""
    keys = {printed["form"] for printed in guide.plain.get("forms", [])}
    forms = {key: load_form(root, guide.slug, key, guide.region) for key in keys}
    return {**catalogue_of(guide), "form_fields": form_fields(guide, forms)}


def _guide(args: argparse.Namespace) -> str:
    root: Path = args.root
    if args.all:
        if args.slug or args.region:
            raise InvalidInput("--all 不与 SLUG、REGION 同用")
        guides = [load_guide(root, m.slug, region) for m in matters(root) for region in m.regions]
        records = [guide_record(root, guide) for guide in guides]
        return json_text(records) if args.json else "\n\n".join(_text(guide) for guide in guides)
    if not args.slug or not args.region:
        raise InvalidInput("应为 jingban guide SLUG REGION；事项目录见 jingban matters")
    guide = load_guide(root, args.slug, args.region)
    return json_text(guide_record(root, guide)) if args.json else _text(guide)


def _matters(args: argparse.Namespace) -> str:
    rows = matters(args.root)
    if args.json:
        return json_text([{"slug": r.slug, "code": r.code, "name": r.name, "regions": list(r.regions)} for r in rows])
    names = {code: region.name for code, region in load_regions(args.root).items()}
    return "\n".join(
        f"{row.code}  {row.name}  {row.slug}\n    {'、'.join(f'{names[r]}（{r}）' for r in row.regions)}"
        for row in rows
    )


def _text(guide: Guide) -> str:
    parts = [
        f"{guide.name}（{guide.code or '未印编码'}）  {guide.document}",
        f"受理单位：{guide.accepting_body}",
        f"服务对象：{guide.audience}",
        f"办理渠道：\n{guide.channels}",
        "办理流程：",
        *(f"  {n}. {f'{s.title}。' if s.title else ''}{s.text}" for n, s in enumerate(guide.steps, 1)),
        f"办理材料：\n{guide.materials_raw}",
        f"办理时限：{guide.time_limit_text or '（未印）'}",
        *(line for limit in guide.limits.values() for line in _limit_lines(limit)),
        f"查询方式：{guide.query}",
        f"监督电话：{guide.supervision}",
        f"评价渠道：{guide.evaluation}",
        *(f"注：{note.printed} —— {note.decision}" for note in guide.notes),
    ]
    return "\n".join(parts)


def _limit_lines(limit: Limit) -> Iterator[str]:
    yield f"  {limit.key}：{limit.budget()}，{limit.starts}{'（本系统设定）' if limit.ours else ''}"
    for case in limit.cases:
        yield f"    {limit.budget_of(case)}：{case.words or case.when}"
