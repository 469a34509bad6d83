"""A deployment's bundle: one diagram, its forms, its resolved guide and its region's settings, as one hashed text.

A bundle is everything a case needs to run for years: nothing is read from disk once it is deployed, so a changed
file never changes a running case. The hash covers the canonical text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Any

from engine import encoding
from engine.deadlines import OfficeHours
from engine.errors import InvalidDiagram
from engine.expressions import parse
from engine.forms import Form, form_of, load_definition
from engine.forms.produced import form_keys
from engine.guides import Guide, Region, load_guide, load_regions, resolve
from engine.workflow.parser import parse_model
from engine.workflow.program import Limit, Program

BUNDLE_FORMAT = 1


@dataclass(frozen=True)
class Bundle:
    """One (matter, region) as it is deployed."""

    matter: str  # slug
    region: str
    bpmn: str
    forms: Mapping[str, Any]  # form key -> definition
    guide_value: Mapping[str, Any]  # resolved guide, plain
    settings: Mapping[str, Any]  # of the region: agency, division, offices, office hours

    @cached_property
    def text(self) -> str:
        return encoding.dumps(
            {
                "format": BUNDLE_FORMAT,
                "matter": self.matter,
                "region": self.region,
                "bpmn": self.bpmn,
                "forms": self.forms,
                "guide": self.guide_value,
                "settings": self.settings,
            }
        )

    @cached_property
    def sha(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def from_text(cls, text: str) -> Bundle:
        value = encoding.loads(text)
        return cls(value["matter"], value["region"], value["bpmn"], value["forms"], value["guide"], value["settings"])

    @cached_property
    def guide(self) -> Guide:
        return resolve(self.guide_value)

    @cached_property
    def form_objects(self) -> Mapping[str, Form]:
        return {key: form_of(definition, key) for key, definition in self.forms.items()}

    @cached_property
    def marks(self) -> Mapping[str, Mapping[str, str]]:
        """Form key -> field path -> confidentiality mark."""
        return {key: {p: f.mark for p, f in form.fields().items()} for key, form in self.form_objects.items()}

    @cached_property
    def program(self) -> Program:
        return Program(self.sha, parse_model(self.bpmn.encode()), limits_of(self.guide), self.hours)

    @cached_property
    def hours(self) -> OfficeHours:
        opens, closes = (time.fromisoformat(self.settings[name]) for name in ("opens", "closes"))
        return OfficeHours(opens, closes, self.settings["warning_days"])


def limits_of(guide: Guide) -> dict[str, Limit]:
    return {
        key: Limit(
            limit.budget(),
            parse(limit.start) if limit.start else None,
            tuple((parse(case.when), limit.budget_of(case)) for case in limit.cases),
        )
        for key, limit in guide.limits.items()
    }


def diagram_path(root: Path, matter: str, region: str) -> Path:
    """The region's own diagram where its flow really differs, else the matter's."""
    folder = root / "processes" / matter
    own = folder / f"process.{region}.bpmn"
    return own if own.exists() else folder / "process.bpmn"


def load_bundle(root: Path, matter: str, region: str) -> Bundle:
    """The bundle that the files describe."""
    guide = load_guide(root, matter, region)
    path = diagram_path(root, matter, region)
    if not path.exists():
        raise InvalidDiagram(f"{path}: 缺少流程图文件")
    return assemble(root, guide, load_regions(root)[region], path.read_text(encoding="utf-8"))


def assemble(root: Path, guide: Guide, region: Region, bpmn: str) -> Bundle:
    """A bundle with this diagram and the forms that it names."""
    model = parse_model(bpmn.encode())
    keys = sorted({e.form for e in model.elements.values() if e.form} | form_keys(guide))
    return Bundle(
        matter=guide.slug,
        region=guide.region,
        bpmn=bpmn,
        forms={key: load_definition(root, guide.slug, key, guide.region) for key in keys},
        guide_value=dict(guide.plain),
        settings=settings_of(region),
    )


def settings_of(region: Region) -> dict[str, Any]:
    return {
        "name": region.name,
        "division": region.division,
        "agency": region.agency,
        "opens": region.hours.opens.isoformat(timespec="minutes"),
        "closes": region.hours.closes.isoformat(timespec="minutes"),
        "warning_days": region.hours.warning_days,
        "offices": list(region.office_names()),
        **({"telephones": dict(region.telephones)} if region.telephones else {}),
    }
