"""Files as other tools write them: what cannot run is named, the rest is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.check import check_bytes
from engine.errors import InvalidDiagram

DATA = Path(__file__).resolve().parents[2] / "data" / "bpmn"

EXPECTED: dict[str, tuple[set[tuple[int, str, str]], set[tuple[str, str]]]] = {
    # file: (errors with their lines, warnings)
    "camunda7_invoice.bpmn": (
        {(27, "J101", "assignApprover"), (38, "J091", "reminder"), (49, "J101", "archive")},
        {
            ("J151", "Definitions_0y1x"),
            ("J112", "Flow_Message"),
            ("J120", "approve"),
            ("J121", "approve"),
            ("J140", "Flow_4"),
        },
    ),
    "camunda8_onboarding.bpmn": (
        {(24, "J102", "Activity_contract"), (31, "J107", "Activity_sign")},
        {
            ("J151", "Definitions_onb"),
            ("J120", "Activity_review"),
            ("J121", "Activity_review"),
            ("J120", "Activity_sign"),
            ("J121", "Activity_sign"),
            ("J140", "Flow_d"),
        },
    ),
    "signavio_leave.bpmn": ({(3, "J010", "sid-9a1f"), (17, "J050", "sid-0003")}, {("J103", "sid-0002")}),
    "flowable_holiday.bpmn": (
        {(8, "J050", "decision"), (15, "J101", "callTask"), (17, "J101", "mailTask")},
        {("J151", "-"), ("J120", "approveTask"), ("J121", "approveTask"), ("J140", "flow3"), ("J140", "flow4")},
    ),
    "jbpm_evaluation.bpmn2": (
        {(7, "J109", "_self"), (23, "J100", "_hr")},
        {
            ("J151", "Definition"),
            ("J120", "_self"),
            ("J121", "_self"),
            ("J120", "_pm"),
            ("J121", "_pm"),
            ("J078", "_end"),
        },
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_of_another_tool_is_judged_by_what_cannot_run(name: str) -> None:
    report = check_bytes((DATA / name).read_bytes(), name)
    errors, warnings = EXPECTED[name]
    assert {(f.line, f.rule, f.element_id) for f in report.errors} == errors
    assert {(f.rule, f.element_id) for f in report.findings if f.severity == "warning"} == warnings


def test_a_decision_table_is_no_diagram() -> None:
    with pytest.raises(InvalidDiagram, match="不是 BPMN"):
        check_bytes((DATA / "dish.dmn").read_bytes(), "dish.dmn")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_encodings_of_chinese_offices_are_read(encoding: str) -> None:
    text = (DATA / "flowable_holiday.bpmn").read_text(encoding="utf-8")
    declared = text.replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding)
    assert len(check_bytes(declared, "x").findings) == 8


def test_prefixes_do_not_matter() -> None:
    text = (DATA / "jbpm_evaluation.bpmn2").read_bytes()
    findings = check_bytes(text, "x").findings
    assert check_bytes(text.replace(b"bpmn2:", b"b:").replace(b":bpmn2", b":b"), "x").findings == findings
    assert check_bytes(text.replace(b"bpmn2:", b"").replace(b"xmlns:bpmn2", b"xmlns"), "x").findings == findings


def test_line_ends_of_other_systems_do_not_shift_the_lines() -> None:
    text = (DATA / "camunda7_invoice.bpmn").read_bytes()
    expected = check_bytes(text, "x").findings
    assert check_bytes(text.replace(b"\n", b"\r\n"), "x").findings == expected
    assert check_bytes(text.replace(b"\n", b"\r"), "x").findings == expected


@pytest.mark.parametrize("encoding", ["iso-8859-2", "iso-8859-15", "windows-1250", "windows-1251"])
def test_one_byte_encodings_of_european_tools_are_read(encoding: str) -> None:
    text = (DATA / "jbpm_evaluation.bpmn2").read_text(encoding="utf-8")
    assert text.isascii()
    declared = text.replace("UTF-8", encoding).encode(encoding)
    assert check_bytes(declared, "x").findings == check_bytes(text.encode(), "x").findings
