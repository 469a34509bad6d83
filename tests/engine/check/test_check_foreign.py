"""Files as other tools write them: what cannot run is named, the rest is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.check import check_bytes
from engine.errors import InvalidDiagram
from tests.engine.check.diagrams import END, START, boundary, flows, found, gateway, process, sub, task

DATA_INPUT = "<bpmn:dataInputAssociation>{}<bpmn:targetRef>di</bpmn:targetRef></bpmn:dataInputAssociation>"
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


@pytest.mark.parametrize("encoding", ["iso-8859-2", "iso-8859-15", "windows-1251", "MacRoman", "cp936"])
def test_encodings_of_other_tools_are_read(encoding: str) -> None:
    text = (DATA / "jbpm_evaluation.bpmn2").read_text(encoding="utf-8")
    assert text.isascii()
    declared = text.replace("UTF-8", encoding).encode(encoding)
    assert check_bytes(declared, "x").findings == check_bytes(text.encode(), "x").findings


IO = (
    "<bpmn:ioSpecification>{}<bpmn:inputSet>{}</bpmn:inputSet><bpmn:outputSet>{}</bpmn:outputSet>"
    "</bpmn:ioSpecification>"
)
DECLARED = '<bpmn:dataInput id="di" name="n"/>'


@pytest.mark.parametrize(
    ("inner", "moves"),
    [
        (IO.format("", "", ""), False),
        (IO.format(DECLARED, "", ""), False),
        (IO.format(DECLARED, "<bpmn:dataInputRefs>di</bpmn:dataInputRefs>", ""), True),
        (IO.format('<bpmn:dataOutput id="do"/>', "", "<bpmn:dataOutputRefs>do</bpmn:dataOutputRefs>"), True),
        (IO.format(DECLARED, "", "") + DATA_INPUT.format(""), False),
        (IO.format(DECLARED, "", "") + DATA_INPUT.format("<bpmn:sourceRef>s</bpmn:sourceRef>"), True),
    ],
)
def test_only_data_that_is_moved_is_a_fault(inner: str, moves: bool) -> None:
    data = process(START + task("a", inner=inner) + END + flows("s>a a>e"))
    assert found(data) == ([("J109", "a")] if moves else [])


def test_a_branch_that_ends_at_a_task_is_an_error_only_in_our_own_diagrams() -> None:
    body = START + task("a") + boundary("b", "a") + flows("s>a")
    severities = [
        {(f.rule, f.element_id, f.severity) for f in check_bytes(process(body, ours=ours), "x").findings}
        for ours in (True, False)
    ]
    assert severities[0] == {("J044", "a", "error"), ("J061", "b", "error")}
    assert {("J044", "a", "warning"), ("J061", "b", "warning")} <= severities[1]
    assert "error" not in {severity for _, _, severity in severities[1]}


def test_a_branch_that_ends_where_the_engine_cannot_go_on_is_an_error_in_every_file() -> None:
    gate = START + task("a") + gateway("exclusive", "g") + flows("s>a a>g")
    without_end = START + END + sub("x", '<bpmn:startEvent id="s1"/>' + task("t1") + flows("s1>t1")) + flows("s>x x>e")
    for body, element in ((gate, "g"), (without_end, "t1")):
        errors = check_bytes(process(body, ours=False), "x").errors
        assert [(f.rule, f.element_id) for f in errors] == [("J044", element)]
