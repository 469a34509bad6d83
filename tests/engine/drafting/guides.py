"""Guides as short as a test needs them: a name, steps, and which limits there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.guides import Guide, resolve

COMMON = ("申请", "受理", "审核", "办结")
PAYING = ("申请", "受理", "审核", "拨付", "办结")
AGREEMENT = ("申请", "受理", "考察评估", "结果公示", "签署协议", "办结")
LIMITS = ("intake", "supplement", "handling")
SETS: Mapping[str, Any] = {"unit": "working_days", "value": 5, "party": "agency", "starts": "受理", "ours": True}


def guide(
    *titles: str | None,
    name: str = "某事项",
    texts: Iterable[str] = (),
    limits: Iterable[str] = LIMITS,
    nodes: Iterable[str] = (),
    region: str = "hunan",
) -> Guide:
    """Steps from titles, or (Hubei) from texts alone."""
    told = list(texts) or [""] * len(titles)
    steps = [
        {"id": f"s{number}", "title": titles[number] if titles else None, "text": text, "line": number}
        for number, text in enumerate(told)
    ]
    texts_of = ("accepting_body", "audience", "channels", "materials_raw", "query", "supervision", "evaluation")
    return resolve(
        {
            **dict.fromkeys(texts_of, ""),
            "slug": "009999-some-matter", "region": region, "document": "办事指南", "number": 1, "code": None,
            "national_code": None, "category": None, "name": name, "acceptance_rule": None, "materials": [],
            "time_limit_text": None, "steps": steps, "limits": {key: dict(SETS) for key in limits},
            "flowchart_nodes": list(nodes),
        }
    )  # fmt: skip
