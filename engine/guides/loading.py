"""From `processes/` to resolved guides: read, merge base and region, check the shape, freeze.

Layout: `processes/regions.yaml`; `processes/<slug>/guide.yaml` with `base:` and `regions:` (code: differences).
A matter is offered in exactly the regions that its file lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.deadlines import OfficeHours
from engine.errors import InvalidGuide, InvalidInput, NotFound
from engine.expressions import parse
from engine.guides.merge import keyed, merge
from engine.guides.model import (
    Alternative,
    ExtensionLevel,
    Guide,
    Limit,
    LimitCase,
    Material,
    MatterSummary,
    Note,
    Office,
    Region,
    RegionOffice,
    Step,
)
from engine.guides.yaml_files import read_yaml

COMMITMENT = "commitment"  # id of the alternative 个人承诺书, and key of the form that produces it
_SLUG = re.compile(r"[0-9a-z]+(-[0-9a-z]+)*")
_CATALOGUE_PLAIN = (
    *("region", "number", "code", "national_code", "category", "name", "accepting_body", "audience", "channels"),
    *("steps_notes", "acceptance_rule", "materials_notes", "materials_by_agreement", "materials_applies_to"),
    *("materials_raw", "time_limit_text", "time_limit", "time_limit_notes", "stage_limits", "filing_window"),
    *("other_timers", "query", "supervision", "evaluation", "offices", "flowchart_title", "flowchart_nodes"),
)


def check_slug(word: str, what: str) -> str:
    """A name that may become part of a path, or NotFound: what a user types never leaves the folder."""
    if not _SLUG.fullmatch(word):
        raise NotFound(f"没有{what}“{word[:60]}”")
    return word


def load_regions(root: Path) -> dict[str, Region]:
    """All regions by code, in the order of the file."""
    document = read_yaml(root / "processes" / "regions.yaml")
    shared = document.get("base", {})
    return {code: _region(code, merge(shared, own)) for code, own in _mapping_of(document, "regions").items()}


def matters(root: Path) -> list[MatterSummary]:
    """Every matter of `processes/`, by slug."""
    return [_summary(path.parent.name, read_yaml(path)) for path in _guide_files(root)]


def load_guide(root: Path, slug: str, region: str) -> Guide:
    """The resolved guide of a matter in a region; NotFound says what is offered instead."""
    path = root / "processes" / check_slug(slug, "事项") / "guide.yaml"
    if not path.is_file():
        known = "、".join(file.parent.name for file in _guide_files(root))
        raise NotFound(f"没有事项“{slug}”；现有：{known}")
    regions = load_regions(root)
    if region not in regions:
        raise NotFound(f"没有统筹区“{region[:60]}”；现有：{'、'.join(regions)}")
    document = read_yaml(path)
    if region not in _mapping_of(document, "regions"):
        offered = "、".join(document["regions"])
        raise NotFound(f"{regions[region].name}没有事项“{slug}”；办理该事项的统筹区：{offered}")
    settings = {
        "slug": slug,
        "region": region,
        "document": regions[region].document,
        "limits": dict(regions[region].limits),
    }
    return resolve(merge(settings, _plain(document, region)))


def _plain(document: Mapping[str, Any], region: str) -> Any:
    return merge(document.get("base", {}), _mapping_of(document, "regions")[region] or {})


def resolve(plain: Mapping[str, Any]) -> Guide:
    """The frozen guide of a merged plain mapping, also of a deployment's bundle. InvalidGuide names the field."""
    where = f"{plain.get('slug')}/{plain.get('region')}"
    try:
        return _guide(plain)
    except KeyError as error:
        raise InvalidGuide(f"{where}：缺少“{error.args[0]}”") from error
    except (TypeError, AttributeError) as error:
        raise InvalidGuide(f"{where}：结构不正确（{error}）") from error
    except InvalidGuide as error:
        raise InvalidGuide(f"{where}：{error.message}") from error


def _guide(plain: Mapping[str, Any]) -> Guide:
    return Guide(
        slug=plain["slug"],
        region=plain["region"],
        document=plain["document"],
        number=plain["number"],
        code=plain["code"],
        national_code=plain["national_code"],
        category=plain["category"],
        name=plain["name"],
        accepting_body=plain["accepting_body"],
        audience=plain["audience"],
        channels=plain["channels"],
        steps=tuple(Step(s["id"], s.get("title"), s["text"], s.get("line")) for s in plain["steps"]),
        acceptance_rule=plain["acceptance_rule"],
        materials=tuple(material for m in plain["materials"] for material in _materials(m)),
        materials_raw=plain["materials_raw"],
        materials_notes=plain.get("materials_notes"),
        time_limit_text=plain["time_limit_text"],
        limits=MappingProxyType({k: _limit(k, v) for k, v in plain["limits"].items() if v is not None}),
        query=plain["query"],
        supervision=plain["supervision"],
        evaluation=plain["evaluation"],
        offices=tuple(_office(o) for o in plain.get("offices", [])),
        notes=tuple(Note(n["about"], n["printed"], n["decision"], n.get("line")) for n in plain.get("notes", [])),
        plain=MappingProxyType(dict(plain)),
    )


def _materials(plain: Mapping[str, Any]) -> Iterator[Material]:
    """A printed line, and its parts where it names several papers: a part stands under the line's own condition."""
    line = _material(plain)
    parts = plain.get("parts") or []
    yield replace(line, divided=bool(parts))
    for own in parts:
        part = _material({"line": line.line, "of_notes": line.of_notes, "ours": line.ours, **own})
        conditions = [condition for condition in (line.when, part.when) if condition is not None]
        when = conditions[0] if len(conditions) == 1 else " and ".join(f"({each})" for each in conditions) or None
        yield replace(part, when=when, part_of=line.id)


def _material(plain: Mapping[str, Any]) -> Material:
    condition = plain.get("original_or_copy")
    if condition not in (None, "original", "copy"):
        raise InvalidGuide(f"材料“{plain['id']}”的 original_or_copy 应为 original 或 copy")
    if plain.get("when") is not None:
        parse(plain["when"])
    seal = plain.get("seal", False)
    return Material(
        id=plain["id"],
        text=plain["text"],
        required=plain.get("required", True),
        alternatives=tuple(_alternative(a) for a in plain.get("alternatives", [])),
        original_or_copy=condition,
        seal=bool(seal),
        seal_name=seal if isinstance(seal, str) else "单位公章",
        when=plain.get("when"),
        form=plain.get("form"),
        of_notes=plain.get("of_notes", False),
        line=plain.get("line"),
        ours=plain.get("ours", False),
        note=plain.get("note"),
    )


def _alternative(plain: Mapping[str, Any]) -> Alternative:
    """`commitment` is the shared 个人承诺书 unless it names another form."""
    shared = COMMITMENT if plain["id"] == COMMITMENT else None
    return Alternative(plain["id"], plain["text"], plain.get("form", shared))


def _limit(key: str, plain: Mapping[str, Any]) -> Limit:
    if not plain.get("ours", False) and plain.get("line") is None:
        raise InvalidGuide(f"时限“{key}”应注明指南行号，或标明 ours")
    extensions = plain.get("extensions", 1)
    levels = tuple(_level(key, level) for level in extensions) if isinstance(extensions, list) else ()
    limit = Limit(
        key=key,
        unit=plain["unit"],
        value=plain.get("value"),
        party=plain["party"],
        starts=plain["starts"],
        starts_ours=plain.get("starts_ours", False),
        start=plain.get("from"),
        extensions=len(levels) if isinstance(extensions, list) else extensions,
        text=plain.get("text"),
        line=plain.get("line"),
        ours=plain.get("ours", False),
        note=plain.get("note"),
        alarms=plain.get("alarms", True),
        levels=levels,
        cases=tuple(_limit_case(key, case) for case in plain.get("cases") or ()),
    )
    if not limit.alarms and not limit.ours:
        raise InvalidGuide(f"时限“{key}”是指南所印，不能不预警、不督办")
    try:
        limit.budget()
        for level in levels:
            replace(limit.budget(), unit=level.unit, value=level.value)
        if limit.start is not None:
            parse(limit.start)
        for case in limit.cases:
            parse(case.when)
            limit.budget_of(case)
    except InvalidInput as error:
        raise InvalidGuide(f"时限“{key}”：{error.message}") from error
    return limit


def _level(key: str, plain: Mapping[str, Any]) -> ExtensionLevel:
    lost = sorted(plain.keys() - {"unit", "value", "level", "text", "line"})
    if lost:
        raise InvalidGuide(f"时限“{key}”的 extensions 不认识“{lost[0]}”；应为 unit、value、level、text、line")
    if plain["unit"] == "immediate":
        raise InvalidGuide(f"时限“{key}”不能延长为即时办结")
    return ExtensionLevel(plain["unit"], plain["value"], plain["level"], plain.get("text"), plain.get("line"))


def _limit_case(key: str, plain: Mapping[str, Any]) -> LimitCase:
    lost = sorted(plain.keys() - {"when", "unit", "value", "text", "applies_to"})
    if lost:
        raise InvalidGuide(f"时限“{key}”的 cases 不认识“{lost[0]}”；应为 when、unit、value、text、applies_to")
    return LimitCase(plain["when"], plain["unit"], plain.get("value"), plain.get("text"), plain.get("applies_to"))


def _office(plain: Mapping[str, Any]) -> Office:
    return Office(
        plain["district"],
        plain.get("scope"),
        plain.get("address"),
        plain.get("query_phone"),
        plain.get("supervision_phone"),
        plain.get("channel_text"),
        plain.get("query_text"),
    )


def _region(code: str, plain: Mapping[str, Any]) -> Region:
    try:
        hours = plain["office_hours"]
        return Region(
            code=code,
            name=plain["name"],
            division=plain["division"],
            agency=plain["agency"],
            document=plain["document"],
            hours=OfficeHours(
                time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"]), hours["warning_days"]
            ),
            groups=MappingProxyType(dict(plain["groups"])),
            offices=tuple(RegionOffice(o["name"], o.get("ours", False)) for o in plain["offices"]),
            limits=MappingProxyType(dict(plain["limits"])),
            notice_days=_notice_days(plain["notice"]),
            telephones=_telephones(code, plain.get("telephones") or {}),
        )
    except (KeyError, TypeError, ValueError, InvalidInput) as error:
        raise InvalidGuide(f"regions.yaml：统筹区“{code}”的设置不完整或不正确（{error}）") from error


def _telephones(code: str, plain: Mapping[str, Any]) -> dict[str, str]:
    unknown = sorted(set(plain) - {"query", "supervision"})
    if unknown:
        raise InvalidGuide(f"{code}：telephones 中只能写 query、supervision，多出 {'、'.join(unknown)}")
    return {key: str(text) for key, text in plain.items()}


def _notice_days(plain: Mapping[str, Any]) -> int:
    days = plain["days"]
    if not isinstance(days, int) or not 1 <= days <= 365:
        raise ValueError("notice.days: 1 to 365")
    return days


def _summary(slug: str, document: Mapping[str, Any]) -> MatterSummary:
    base, regions = _mapping_of(document, "base"), _mapping_of(document, "regions")
    name, code = base["name"], base["national_code"]
    printed = {
        region: ((own or {}).get("name", name), (own or {}).get("code", base.get("code")))
        for region, own in regions.items()
    }
    differing = {region: pair for region, pair in printed.items() if pair != (name, code)}
    return MatterSummary(slug, code, name, base["category"], tuple(regions), differing)


def catalogue_of(guide: Guide) -> dict[str, Any]:
    """The guide under the field names of the published catalogue, and our structured parts beside it.

    `materials` and `steps` hold exactly what is printed; their ids, lines and conditions stand in `checklist`
    and `step_lines`, so that a reader can compare the printed fields word for word.
    """
    plain = guide.plain
    return {
        **{field: plain.get(field) for field in _CATALOGUE_PLAIN},
        "slug": guide.slug,
        "document": guide.document,
        "steps": [{"title": step.title, "text": step.text} for step in guide.steps],
        "materials": [m.text for m in guide.materials if not m.of_notes and not m.ours and m.part_of is None],
        "forms": [{k: v for k, v in form.items() if k not in ("form", "part")} for form in plain.get("forms", [])],
        "step_lines": [step.line for step in guide.steps],
        "checklist": plain["materials"],
        "limits": plain["limits"],
        "notes": plain.get("notes", []),
        "source": plain.get("source"),
    }


def redundant_overrides(root: Path, slug: str) -> list[str]:
    """Paths of regional differences that equal the base (`zhuzhou.query`): they would rot unnoticed."""
    document = read_yaml(root / "processes" / check_slug(slug, "事项") / "guide.yaml")
    base = document.get("base", {})
    return [
        f"{region}.{path}"
        for region, own in _mapping_of(document, "regions").items()
        for path in _redundant(base, own or {}, "")
    ]


def _redundant(base: Any, over: Any, path: str) -> Iterator[str]:
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        for key, value in over.items():
            if key in base:
                yield from _redundant(base[key], value, f"{path}.{key}" if path else key)
    elif keyed(base) and keyed(over):
        entries = {entry["id"]: entry for entry in base}
        for entry in over:
            without_id = {k: v for k, v in entry.items() if k != "id"}
            yield from _redundant(entries.get(entry["id"], {}), without_id, f"{path}.{entry['id']}")
    elif base == over:
        yield path


def _guide_files(root: Path) -> list[Path]:
    if not (root / "processes").is_dir():
        raise InvalidGuide(f"{root}：其中没有 processes 目录")
    return sorted((root / "processes").glob("*/guide.yaml"))


def _mapping_of(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    if not isinstance(value, Mapping):
        raise InvalidGuide(f"缺少“{key}:”或其内容不是键值对")
    return value
