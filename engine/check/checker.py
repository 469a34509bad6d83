"""Runs all rules over one file and sorts what they find."""

from __future__ import annotations

from typing import Any

import engine.check.rules_activities
import engine.check.rules_events
import engine.check.rules_expressions
import engine.check.rules_flows
import engine.check.rules_gateways
import engine.check.rules_messages
import engine.check.rules_ours
import engine.check.rules_picture
import engine.check.rules_process
import engine.check.rules_seats
import engine.check.rules_separation  # noqa: F401  (importing a module of rules registers them)
from engine.check.backstop import refused_by_parser
from engine.check.document import BPMN, Document, line_of, local
from engine.check.findings import ERROR, RULES, CheckContext, Fault, Finding, Report, Rule, shown
from engine.check.rules_seats import with_lists
from engine.errors import InvalidDiagram
from engine.workflow.xml import parse_xml

LAST_GATE = "J190"  # speaks only where no other rule has
IDS = {"J020", "J022"}  # with these the schema blames every reference too
MAX_FINDINGS = 500


def check_bytes(data: bytes, name: str, context: CheckContext | None = None) -> Report:
    """Everything wrong with a diagram, by line.

    Raises InvalidDiagram (with `details["line"]`) only for what is no BPMN file at all: not XML, a DOCTYPE, too
    large, another root element. It reads nothing but `data` and runs nothing of it.
    """
    tree = parse_xml(data, name)
    root = tree.getroot()
    if root.tag != BPMN + "definitions":
        raise InvalidDiagram(
            f"第 {line_of(root)} 行：不是 BPMN 2.0 文件：根元素是 {shown(root.tag)}，应为 definitions",
            file=name,
            line=line_of(root),
        )
    doc = Document(tree)
    context = with_lists(doc, context or CheckContext())
    findings: set[Finding] = set()
    blamed: set[Any] = set()
    spoken: set[str] = set()
    for rule in sorted(RULES.values(), key=lambda known: known.id):
        for fault in rule.find(doc, context):
            if rule.id == LAST_GATE and (spoken & IDS or _already_said(fault.element, blamed)):
                continue
            finding = _finding(rule, fault)
            findings.add(finding)
            if finding.severity == ERROR:
                blamed.add(fault.element)
                spoken.add(rule.id)
    if not blamed and doc.uses_jingban and (refusal := refused_by_parser(data, name)):
        findings.add(_finding(RULES["J191"], Fault(doc.executable[0], refusal)))
    return Report(name, tuple(sorted(findings)[:MAX_FINDINGS]))


def rules() -> list[Rule]:
    """All rules by id, for documentation."""
    return [RULES[rule_id] for rule_id in sorted(RULES)]


def _already_said(element: Any, blamed: set[Any]) -> bool:
    """An error was found at the element, at something inside it, or at what it stands in (but not at the whole)."""
    if element in blamed:
        return True
    around = [a for a in element.iterancestors() if local(a) not in ("process", "definitions", "collaboration")]
    return any(a in blamed for a in around) or any(child in blamed for child in element)


def _finding(rule: Rule, fault: Fault) -> Finding:
    return Finding(
        line=line_of(fault.element),
        rule=rule.id,
        element_id=_id_for_report(fault.element),
        severity=fault.severity or rule.severity,
        message=fault.message,
        hint=fault.hint or rule.hint,
    )


def _id_for_report(element: Any) -> str:
    """The id as one word; "-" when there is none."""
    return "".join("_" if char.isspace() else char for char in shown(element.get("id") or "-", 100)) or "-"
