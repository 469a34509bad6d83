"""Verifies the chain of deployments: what was published, by whom, approved by whom, and what it contained.

Cases name their deployment's hash in their first event; this says that what stands under that hash is what was
published, and that no version was slipped in or taken out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from engine.actions.deploy import deployment_hash
from engine.actions.system import System
from engine.bundles import Bundle
from engine.store import deployments


def verify_deployments(system: System) -> list[str]:
    """Chinese findings, in the order of publishing; none when everything is as it was published."""
    findings: list[str] = []
    previous = ""
    versions: Counter[tuple[str, str]] = Counter()
    with system.store.reading(streaming=True) as connection:
        for row in deployments.chained(connection):
            name = f"{row.matter}/{row.region} 第 {row.version} 版（编号 {row.id}）"
            versions[row.matter, row.region] += 1
            if row.version != versions[row.matter, row.region]:
                findings.append(f"{name}：此前有版本缺失或重复")
                versions[row.matter, row.region] = row.version
            if row.prev_hash != previous:
                findings.append(f"{name}：与前一次部署不相连，可能有部署被删除、插入或改动")
            if row.hash != deployment_hash(row._asdict()):
                findings.append(f"{name}：发布记录与其哈希不符")
            if not _content_holds(row):
                findings.append(f"{name}：内容与其哈希不符")
            previous = row.hash
    return findings


def _content_holds(row: Any) -> bool:
    if hashlib.sha256(row.bundle.encode()).hexdigest() != row.sha:
        return False
    try:
        bundle = Bundle.from_text(row.bundle)
    except (ValueError, KeyError, TypeError):
        return False
    return (bundle.matter, bundle.region) == (row.matter, row.region)
