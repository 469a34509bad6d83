"""Deploys bundles: every (matter, region) has a chain of immutable versions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine import encoding
from engine.actions.actor import SYSTEM
from engine.actions.system import System
from engine.bundles import Bundle, load_bundle
from engine.check import CheckContext, Finding, check_bytes
from engine.errors import InvalidDiagram
from engine.expressions import Kind
from engine.guides import matters
from engine.store import deployments


@dataclass(frozen=True, slots=True)
class Deployment:
    id: int
    matter: str
    region: str
    version: int
    sha: str


def deploy_bundle(
    system: System, connection: Any, bundle: Bundle, source: str, published_by: str, approved_by: str, note: str
) -> Deployment:
    """Adds the next version of the bundle's (matter, region); `connection` holds the write transaction.

    Raises InvalidDiagram with the findings when the check finds an error: nothing unchecked ever runs.
    """
    refuse_errors(bundle)
    last = deployments.current(connection, bundle.matter, bundle.region)
    version = last.version + 1 if last is not None else 1
    prev_hash = deployments.last_hash(connection)
    now = system.clock.now()
    values = {
        "matter": bundle.matter,
        "region": bundle.region,
        "version": version,
        "sha": bundle.sha,
        "source": source,
        "published_at": now,
        "published_by": published_by,
        "approved_by": approved_by,
        "note": note,
        "prev_hash": prev_hash,
    }
    deployment_id = deployments.add(connection, {**values, "hash": deployment_hash(values), "bundle": bundle.text})
    return Deployment(deployment_id, bundle.matter, bundle.region, version, bundle.sha)


HASHED = (
    "matter", "region", "version", "sha", "source", "published_at", "published_by", "approved_by", "note", "prev_hash",
)  # fmt: skip


def deployment_hash(values: Mapping[str, Any]) -> str:
    """Of everything a deployment's row says; the bundle by its own hash."""
    return hashlib.sha256(encoding.dumps({name: values[name] for name in HASHED}).encode()).hexdigest()


Known = tuple[tuple[tuple[str, ...], Kind | str], ...]  # fields of a form, as the cache can compare them


@lru_cache(maxsize=64)
def _errors(bpmn: str, forms: tuple[tuple[str, Known, Known], ...]) -> tuple[Finding, ...]:
    """Of a diagram with the fields of its forms; most regions of a matter ask the same, one after another."""
    kinds: Any = {key: dict(fields) for key, fields, _ in forms}
    context = CheckContext(forms=kinds, people={key: dict(people) for key, _, people in forms})
    report = check_bytes(bpmn.encode(), "process.bpmn", context)
    return tuple(finding for finding in report.findings if finding.severity == "error")


def _too_long(bundle: Bundle) -> str:
    """The id of an element that a projection's column cannot hold: PostgreSQL would refuse every step that opens it."""
    for e in bundle.program.model.elements.values():
        path = len(e.path) + (len("[50]") if e.participants else 0)
        sizes = (
            (path, 200),
            (len(e.name), 200),
            (len(e.form), 60),
            (len(e.message), 60),
            (len(e.letter), 60),
            (len(e.outcome), 30),
        )
        keys = ((len(key), 40) for key in (*e.starts, *e.ends, *e.suspends))
        if any(size > most for size, most in (*sizes, *keys)):
            return e.id
    return ""


def refuse_errors(bundle: Bundle) -> None:
    """The gate in front of every deployment, whoever checked before.

    Deadline keys are not judged here: a limit that only other regions' guides have is never due in this one.
    """
    forms = bundle.form_objects.items()
    known = tuple((k, tuple(form.kinds().items()), tuple(form.choices_of_people().items())) for k, form in forms)
    errors = _errors(bundle.bpmn, known)
    if errors:
        first = errors[0]
        raise InvalidDiagram(
            f"{bundle.matter}/{bundle.region} 的流程图有 {len(errors)} 处错误，不能部署："
            f"第 {first.line} 行 {first.element_id}：{first.message}；{first.hint}"
        )
    too_long = _too_long(bundle)
    if too_long:
        raise InvalidDiagram(
            f"{bundle.matter}/{bundle.region} 的流程图不能部署：{too_long[:60]} 的名称、编号或 jingban: 属性过长，"
            "名称和编号最多 200 字，表单和文书 60，结果 30，期限 40"
        )


def deploy_library(system: System, root: Path | None = None) -> list[Deployment]:
    """Seeds the database from processes/ and forms/: what is new or changed gets a new version.

    A (matter, region) whose newest version was published in the browser is left alone: the designers own it then.
    """
    root = root or system.root
    bundles = [load_bundle(root, m.slug, region) for m in matters(root) for region in m.regions]
    deployed = []
    with system.store.writing() as connection:
        deployments.hold_chain(connection)  # a server and its workers may start at once
        for bundle in bundles:
            last = deployments.current(connection, bundle.matter, bundle.region)
            if last is not None and (last.source == "browser" or last.sha == bundle.sha):
                continue
            deployed.append(
                deploy_bundle(system, connection, bundle, "files", SYSTEM.username, SYSTEM.username, "由文件部署")
            )
    return deployed
