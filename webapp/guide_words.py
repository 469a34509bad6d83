"""What a guide's page says besides the printed sections: whose section a note is about, and scattered time rules.

A guide prints stage limits, windows and periods of validity inside its steps, its remarks and its forms, where a reader
who looks under 办理时限 does not find them; the page lists them there once more, each with its line.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.guides import Guide, Limit

SECTIONS = {
    "name": "事项名称", "code": "事项编码", "national_code": "事项编码", "accepting_body": "受理单位",
    "audience": "服务对象", "channels": "办理渠道", "steps": "办理流程", "steps_notes": "办理流程的备注",
    "acceptance_rule": "受理", "materials": "办理材料", "materials_notes": "办理材料的备注", "limits": "办理时限",
    "time_limit": "办理时限", "stage_limits": "分段时限", "filing_window": "申报期限", "other_timers": "其他期限",
    "query": "查询方式", "supervision": "监督电话", "evaluation": "评价渠道", "offices": "经办机构", "forms": "表格",
    "calculation": "计算办法", "flowchart": "流程图", "flowchart_title": "流程图", "flowchart_nodes": "流程图",
}  # fmt: skip
REPEATED = "promised_limit"  # 承诺时限: names no time; the step that promises it stands above, our note below


@dataclass(frozen=True, slots=True)
class TimeRule:
    """A limit or period that the guide prints outside of 办理时限."""

    about: str
    text: str
    line: int | None


def section_name(about: str) -> str:
    """The printed section a note is about; a field of the guide that no page names keeps its own name."""
    return SECTIONS.get(about, about)


def limits_in_order(guide: Guide) -> list[tuple[str, Limit]]:
    """The printed limits as the guide prints them, 办理时限 before its stages; then those that are ours."""
    return sorted(guide.limits.items(), key=lambda item: (item[1].ours, item[0] != "handling", item[1].line or 0))


def time_rules(guide: Guide) -> list[TimeRule]:
    """Stage limits first, then the window to apply in, then all else, in the guide's order."""
    plain = guide.plain
    window = plain.get("filing_window")
    rows = [
        *((row["stage"], row) for row in plain.get("stage_limits") or []),
        *([(f"{window['event']}后申报", window)] if window else []),
        *((row["event"], row) for row in plain.get("other_timers") or [] if row.get("kind") != REPEATED),
    ]
    return [TimeRule(about, row["text"], row.get("source_line")) for about, row in rows]
