"""The check of a whole installation: every diagram with the forms and guides it will run with, and what is left over.

J2xx are findings about files around the diagrams; they stand at line 1 of the file concerned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.check.checker import check_bytes
from engine.check.findings import CheckContext, Fields, Finding, Report, about, attributes_of, shown
from engine.check.guide_conditions import limits_not_started, unfit_for_guide
from engine.errors import EngineError, NotFound
from engine.expressions import Kind
from engine.forms import Form, load_form
from engine.forms.produced import form_keys
from engine.guides import Guide, load_guide, load_regions, matters, redundant_overrides
from engine.workflow.xml import MAX_BYTES

_FORM_REFERENCE = re.compile(r'"(?:extends|form)"\s*:\s*"((?:shared/)?[a-z][a-z0-9_]*(?:\.[a-z]+)?)"')


def check_library(root: Path) -> tuple[Report, ...]:
    """One report for each file of `processes/` and `forms/` that has something to say, diagrams always.

    Raises InvalidGuide when `processes/` itself cannot be read, InvalidDiagram for a diagram that is no BPMN.
    """
    regions = load_regions(root)
    reports: list[Report] = []
    used_forms: set[Path] = set()
    for summary in matters(root):
        folder = root / "processes" / summary.slug
        guide_file = folder / "guide.yaml"
        problems = [*_redundant(root, summary.slug), *_unknown_regions(folder, summary.regions, regions)]
        guides: dict[str, Guide] = {}
        for code in summary.regions:
            try:
                guides[code] = load_guide(root, summary.slug, code)
            except EngineError as error:
                problems.append(about("J200", f"{shown(code)}：{error.message}", "改正办事指南数据"))
        for diagram, codes in _diagrams(folder, guides).items():
            report, forms = _check_diagram(root, summary.slug, diagram, [guides[code] for code in codes])
            reports.append(report)
            used_forms |= forms
        if not (folder / "process.bpmn").is_file() and guides and not list(folder.glob("process.*.bpmn")):
            problems.append(about("J201", "没有流程图 process.bpmn", "在同一目录下画出 process.bpmn"))
        if problems:
            reports.append(Report(str(guide_file), tuple(problems)))
    reports.extend(_orphan_forms(root, used_forms))
    return tuple(reports)


def _redundant(root: Path, slug: str) -> Iterator[Finding]:
    for path in redundant_overrides(root, slug):
        yield about("J202", f"{path} 与 base 相同", "删去这一处地区差异")


def _unknown_regions(folder: Path, offered: tuple[str, ...], regions: Mapping[str, object]) -> Iterator[Finding]:
    for code in offered:
        if code not in regions:
            yield about("J203", f"没有统筹区 {shown(code)}", "在 regions.yaml 中写上，或改正代码")
    for path in sorted(folder.glob("process.*.bpmn")):
        code = path.name.split(".")[1]
        if code not in offered:
            yield about("J203", f"{path.name} 所指的统筹区不办理此事项", "改正文件名，或在 regions: 下写上此统筹区")


def _diagrams(folder: Path, guides: Mapping[str, Guide]) -> dict[Path, list[str]]:
    """Diagram file -> the regions that run it: a region's own file wins over process.bpmn."""
    used: dict[Path, list[str]] = {}
    for code in guides:
        own = folder / f"process.{code}.bpmn"
        path = own if own.is_file() else folder / "process.bpmn"
        if path.is_file():
            used.setdefault(path, []).append(code)
    return used


def _check_diagram(root: Path, slug: str, path: Path, guides: list[Guide]) -> tuple[Report, set[Path]]:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    attributes = attributes_of(data, str(path))
    forms: dict[str, Fields] = {}
    people: dict[str, dict[tuple[str, ...], str]] = {}
    loaded: dict[str, dict[str, Form]] = {guide.region: {} for guide in guides}
    files: set[Path] = set()
    problems: list[Finding] = []
    for key in sorted(attributes.get("form", set())):
        kinds: dict[tuple[str, ...], Kind] = {}
        for guide in guides:
            files |= _files_of(root, slug, key, guide.region)
            try:
                loaded[guide.region][key] = load_form(root, slug, key, guide.region)
                people.setdefault(key, {}).update(loaded[guide.region][key].choices_of_people())
                for field, kind in loaded[guide.region][key].kinds().items():
                    kinds[field] = kind if kinds.get(field, kind) == kind else "any"
                forms[key] = kinds
            except NotFound:
                continue  # J132 at the element
            except EngineError as error:
                forms[key] = kinds
                problems.append(about("J204", f"表单 {key}（{guide.region}）：{error.message}", "改正表单定义"))
    # a limit that only some of the regions have is never due in the others: the union is what may be named
    keys = frozenset(key for guide in guides for key in guide.limits)
    report = check_bytes(data, str(path), CheckContext(forms=forms, people=people, deadline_keys=keys))
    problems.extend(limits_not_started(keys, attributes))
    for guide in guides:
        for key in form_keys(guide):
            files |= _files_of(root, slug, key, guide.region)
            try:
                load_form(root, slug, key, guide.region)
            except EngineError as error:
                problems.append(about("J204", f"表单 {key}（{guide.region}）：{error.message}", "改正表单定义"))
        problems.extend(unfit_for_guide(guide, loaded[guide.region], guide.region))
    return Report(report.name, tuple(sorted([*problems, *report.findings]))), files


def _files_of(root: Path, slug: str, key: str, region: str) -> set[Path]:
    """The form files that a key can come from, with what they extend and include."""
    found: set[Path] = set()
    names = (f"{key}.{region}.json", f"{key}.json")
    candidates = [root / "forms" / folder / name for folder in (slug, "shared") for name in names]
    waiting = [path for path in candidates if path.is_file()][:1]
    while waiting:
        path = waiting.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        for reference in _FORM_REFERENCE.findall(path.read_text(encoding="utf-8")):
            folder = root / "forms" if reference.startswith("shared/") else path.parent
            waiting.append(folder / f"{reference}.json")
            waiting.append(root / "forms" / "shared" / f"{reference}.json")
    return found


def _orphan_forms(root: Path, used: set[Path]) -> Iterator[Report]:
    for path in sorted((root / "forms").glob("*/*.json")):
        if path not in used:
            finding = about("J206", "没有流程图用到这个表单", "删去它，或在流程图上用 jingban:form 引用", warning=True)
            yield Report(str(path), (finding,))
