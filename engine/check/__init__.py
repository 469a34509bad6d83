"""The check (jingban check): refuses every diagram that would run wrongly, and says where and what to do.

    report = check_bytes(data, "process.bpmn", CheckContext(forms=..., deadline_keys=...))
    report.ok, report.lines()

It works on any file, also hostile ones and those of other tools: it never runs, reads or calls anything that the
file names.
"""

from __future__ import annotations

from engine.check.checker import check_bytes, rules
from engine.check.findings import CheckContext, Finding, Report, Rule, attributes_of
from engine.check.guide_conditions import limits_not_started, unfit_for_guide

__all__ = [
    "CheckContext", "Finding", "Report", "Rule", "attributes_of", "check_bytes", "limits_not_started", "rules",
    "unfit_for_guide",
]  # fmt: skip
