"""What an approver is told of a changed diagram: everything, in words, and nothing that only looks different."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InvalidDiagram
from engine.workflow.differences import ADDED, CHANGED, REMOVED, Comparison, Difference, compare

ROOT = Path(__file__).resolve().parents[2]
BASE = (ROOT / "processes" / "002036001001-unit-enrolment" / "process.bpmn").read_text(encoding="utf-8")


def after(*changes: tuple[str, str]) -> Comparison:
    text = BASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return compare(BASE.encode(), text.encode())


def only(comparison: Comparison) -> Difference:
    (difference,) = comparison.elements
    return difference


def test_a_diagram_does_not_differ_from_itself() -> None:
    assert after().same


def test_layout_of_the_file_attributes_that_say_the_default_and_order_are_no_difference() -> None:
    assert after(("<bpmn:userTask ", "<bpmn:userTask\n   ")).same
    assert after(('attachedToRef="supplement"', 'attachedToRef="supplement" cancelActivity="true"')).same
    assert after(("<bpmn:incoming>supplement_to_intake</bpmn:incoming>", "")).same


def test_a_name_is_told_once_and_not_at_everything_that_refers_to_the_element() -> None:
    found = only(after(('id="review" name="审核"', 'id="review" name="复核"')))
    assert (found.kind, found.id, found.what, found.name) == (CHANGED, "review", "人工任务", "复核")
    assert found.details == ("名称：“审核” → “复核”",)


def test_conditions_timers_and_our_attributes_are_told_in_words() -> None:
    assert only(after(('intake.decision = "reject"', 'intake.decision = "supplement"'))).details == (
        '条件：“intake.decision = "reject"” → “intake.decision = "supplement"”',
    )
    timer = 'id="handling_overdue_timer">\n        <bpmn:timeDate xsi:type="bpmn:tFormalExpression">due("handling")'
    found = only(after((timer, timer.replace('"handling")', '"intake")'))))
    assert found.details == ('定时：“due("handling")” → “due("intake")”',)
    found = only(after(('jingban:suspends="handling" ', "")))
    assert (found.id, found.details) == ("handling_supplement", ("暂停的期限：“办理时限（handling）” → （无）",))
    found = only(
        after(('jingban:candidateGroup="review" jingban:form', 'jingban:candidateGroup="leader" jingban:form'))
    )
    assert found.details == ("办理岗位：“审核” → “单位负责人”",)


def test_a_task_that_moves_to_another_lane_has_changed() -> None:
    reference = "<bpmn:flowNodeRef>outcome</bpmn:flowNodeRef>"
    lane = 'name="单位负责人" jingban:candidateGroup="leader">'
    found = only(after((reference, ""), (lane, lane + reference)))
    assert (found.id, found.details) == ("outcome", ("泳道：“审核” → “单位负责人”",))


def test_a_renamed_id_is_an_element_removed_and_one_added_and_whether_it_is_drawn_is_told() -> None:
    comparison = after(('<bpmn:sequenceFlow id="outcome_to_closed"', '<bpmn:sequenceFlow id="outcome_to_done"'))
    assert [(d.kind, d.id) for d in comparison.elements] == [(REMOVED, "outcome_to_closed"), (ADDED, "outcome_to_done")]
    assert comparison.elements[0].details == ("起点：“审核是否通过（outcome）”", "终点：“办结（closed）”")
    assert comparison.undrawn == ("outcome_to_done",)


def test_content_without_words_of_its_own_is_never_left_out() -> None:
    extension = '<bpmn:extensionElements><other:x xmlns:other="urn:other" on="1"/></bpmn:extensionElements>'
    opening = 'jingban:form="application">'
    found = only(after((opening, opening + extension)))
    assert (found.id, found.details) == ("application_received", ("其他内容（扩展元素等）有改动",))


def test_moving_things_in_the_picture_is_counted() -> None:
    comparison = after(('<dc:Bounds x="220" y="200"', '<dc:Bounds x="230" y="200"'))
    assert (comparison.elements, comparison.moved, comparison.same) == ((), 1, False)


def test_what_is_not_xml_is_refused() -> None:
    with pytest.raises(InvalidDiagram):
        compare(BASE.encode(), b"<!DOCTYPE x><x/>")
