"""What must not be found: sound diagrams of every shape, and neighbours of a fault."""

from __future__ import annotations

import pytest

from engine.check import check_bytes
from tests.engine.check.diagrams import (
    DUE,
    END,
    INNER,
    START,
    boundary,
    document,
    flows,
    found,
    gateway,
    process,
    sub,
    task,
)

ERROR = '<bpmn:error id="err" name="逾期" errorCode="err"/>'
THROW = '<bpmn:endEvent id="e2" name="逾期"><bpmn:errorEventDefinition id="ed" errorRef="err"/></bpmn:endEvent>'
CATCH = '<bpmn:errorEventDefinition id="bd" errorRef="err"/>'
AND = gateway("parallel", "g", "j")

SOUND = {
    "a loop back to a task": START + task("a", "b") + gateway("exclusive", "g", default="g_e") + END
    + flows("s>a a>g g>e g>b?intake.x_=_1 b>a"),
    "a merge by a task": START + task("a", "b", "c") + gateway("exclusive", "g", default="g_b") + END
    + flows("s>a a>g g>b g>c?intake.x_=_1 b>e c>e"),
    "a join by gateway": START + task("a", "b") + AND + END + flows("s>g g>a g>b a>j b>j j>e"),
    "nested parallel": START + task("a", "b", "c") + gateway("parallel", "g", "j", "h", "k") + END
    + flows("s>g g>a g>h h>b h>c b>k c>k k>j a>j j>e"),
    "a loop inside a branch": START + task("a", "b", "c") + AND + gateway("exclusive", "x", default="x_j") + END
    + flows("s>g g>a g>b a>x x>j x>c?intake.x_=_1 c>a b>j j>e"),
    "parallel ends without a join": START + task("a", "b") + gateway("parallel", "g") + END
    + '<bpmn:endEvent id="e2" name="旁支"/>' + flows("s>g g>a g>b a>e b>e2"),
    "inclusive split and join": START + task("a", "b") + gateway("inclusive", "g", default="g_a")
    + gateway("inclusive", "j") + END + flows("s>g g>a g>b?intake.x_=_1 a>j b>j j>e"),
    "event gateway with two timers": START + task("a") + gateway("eventBased", "g")
    + f'<bpmn:intermediateCatchEvent id="x" name="x">{DUE}</bpmn:intermediateCatchEvent>'
    + f'<bpmn:intermediateCatchEvent id="y" name="y">{DUE.replace("due", "warning")}</bpmn:intermediateCatchEvent>'
    + END + flows("s>g g>x g>y x>a a>e y>e"),
    "non-interrupting timer to a plain end": START + task("a") + END + boundary("b", "a", cancelActivity="false")
    + '<bpmn:endEvent id="e2" name="督办"/>' + flows("s>a a>e b>e2"),
    "warning and due on one task": START + task("a") + END + boundary("b", "a")
    + boundary("w", "a", DUE.replace("due", "warning"), cancelActivity="false") + '<bpmn:endEvent id="e2"/>'
    + flows("s>a a>e b>e2 w>e2"),
    "a throw event without definition": START + '<bpmn:intermediateThrowEvent id="m" name="里程碑"/>' + END
    + flows("s>m m>e"),
    "annotations and groups": START + task("a") + END + flows("s>a a>e")
    + '<bpmn:dataObject id="dob"/><bpmn:dataObjectReference id="dor" dataObjectRef="dob"/>'
    '<bpmn:textAnnotation id="ta"><bpmn:text>注</bpmn:text></bpmn:textAnnotation>'
    '<bpmn:association id="as" sourceRef="a" targetRef="ta"/>',
    "kept apart from what is done beside it": START + task("a", separateFrom="b") + task("b") + AND + END
    + flows("s>g g>a g>b a>j b>j j>e"),
    "kept apart from what a loop leads back over": START + task("a", separateFrom="b") + task("b") + END
    + gateway("exclusive", "g", default="g_e") + flows("s>a a>b b>g g>e g>a?intake.x_=_1"),
    "kept apart from what was done before a timer took the sub-process over": START + sub("x", INNER)
    + boundary("b", "x") + task("a", separateFrom="t1") + END + flows("s>x x>e b>a a>e"),
    "kept apart from the task that a timer runs beside": START + task("a") + task("b", separateFrom="a")
    + task("c", separateFrom="b") + boundary("t", "a", cancelActivity="false") + END
    + '<bpmn:endEvent id="e2" name="旁支"/>' + flows("s>a a>c c>e t>b b>e2"),
    "two blocks on two exclusive ways": START + task("a", "b", "c", "d") + gateway("parallel", "g", "j", "h", "k")
    + gateway("exclusive", "x", default="x_g") + END
    + flows('s>x x>g x>h?case.region_=_"hunan" g>a g>b a>j b>j j>e h>c h>d c>k d>k k>e'),
}  # fmt: skip


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND.keys())
def test_a_sound_diagram_has_no_finding(body: str) -> None:
    assert found(process(body)) == []


def test_an_error_is_caught_two_levels_up() -> None:
    inner = INNER.replace('<bpmn:endEvent id="e1"/>', THROW).replace("t1_e1", "t1_e2").replace('"e1"', '"e2"')
    outer = '<bpmn:startEvent id="s2"/>' + sub("y", inner) + '<bpmn:endEvent id="e3"/>' + flows("s2>y y>e3")
    body = START + END + sub("x", outer) + boundary("b", "x", CATCH) + flows("s>x x>e b>e")
    assert found(process(body, extra=ERROR)) == []


def test_a_boundary_without_reference_catches_every_error() -> None:
    inner = INNER.replace('<bpmn:endEvent id="e1"/>', THROW).replace("t1_e1", "t1_e2").replace('"e1"', '"e2"')
    body = START + END + sub("x", inner) + boundary("b", "x", "<bpmn:errorEventDefinition/>") + flows("s>x x>e b>e")
    assert found(process(body, extra=ERROR)) == []


def test_a_pool_that_does_not_run_is_not_looked_into() -> None:
    other = '<bpmn:process id="q" isExecutable="false"><bpmn:task id="q1"/><bpmn:scriptTask id="q2"/></bpmn:process>'
    own = START + task("a") + END + flows("s>a a>e")
    pools = (
        '<bpmn:collaboration id="co"><bpmn:participant id="pa" processRef="p"/>'
        '<bpmn:participant id="pb" processRef="q"/></bpmn:collaboration>'
    )
    assert found(document(f'{pools}<bpmn:process id="p">{own}</bpmn:process>{other}')) == []


def test_the_group_of_a_lane_counts_for_its_tasks_also_inside_a_sub_process() -> None:
    lane = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="审核" jingban:candidateGroup="review">'
        "<bpmn:flowNodeRef>x</bpmn:flowNodeRef><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    body = lane + START + task("a") + END + sub("x", INNER) + flows("s>a a>x x>e")
    assert found(process(body.replace(' jingban:candidateGroup="window"', ""))) == []


def test_a_file_of_another_tool_gets_warnings_where_ours_would_get_errors() -> None:
    own = START + task("a") + END + gateway("exclusive", "g", default="g_e")
    body = own + task("b") + flows("s>a a>g g>e g>b?${ok} b>e")
    findings = found(process(body, ours=False))
    assert findings == [("J120", "a"), ("J121", "a"), ("J120", "b"), ("J121", "b"), ("J140", "g_b")]


def test_neighbours_of_a_broken_flow_are_innocent() -> None:
    body = START + task("a", "b", "c") + END
    assert found(process(body + flows("s>a a>zz b>c c>e"))) == [("J030", "a_zz")]
    assert found(process(body + flows("s>a a>b zz>c c>e"))) == [("J030", "zz_c")]
    assert found(process(body + flows("s>a a>b b>zz c>e"))) == [("J030", "b_zz")]


def test_what_follows_a_refused_task_is_innocent() -> None:
    body = START + '<bpmn:serviceTask id="x" name="x"/>' + task("a") + END + flows("s>x x>a a>e")
    assert found(process(body)) == [("J101", "x")]


def test_a_missing_start_blames_the_process_alone() -> None:
    body = task("a", "b") + gateway("parallel", "g", "j") + END + flows("g>a g>b a>j b>j j>e")
    assert found(process(body)) == [("J040", "p")]


def test_a_double_id_does_not_accuse_the_flows_that_lost_their_node() -> None:
    body = START + task("a") + task("a").replace('name="a"', 'name="b"') + END + flows("s>a a>b b>e")
    assert found(process(body)) == [("J020", "a")]


def test_a_broken_default_does_not_accuse_the_other_flows() -> None:
    body = START + task("a", "b") + gateway("exclusive", "g", default="nope") + END + flows("s>g g>a g>b a>e b>e")
    assert found(process(body)) == [("J051", "g")]


def test_choices_over_the_same_data_only_warn_of_a_join_that_may_starve() -> None:
    body = (
        START + gateway("parallel", "g", "j") + task("a", "b", "c", "d") + END
        + gateway("exclusive", "x", default="x_j") + gateway("exclusive", "y", default="y_j")
        + '<bpmn:endEvent id="e2"/><bpmn:endEvent id="e3"/>'
        + flows("s>g g>a g>b a>x b>y x>j x>e2?intake.x_=_1 y>j y>e3?intake.x_=_1 j>c c>d d>e")
    )  # fmt: skip
    (finding,) = check_bytes(process(body), "x").findings
    assert (finding.rule, finding.element_id, finding.severity) == ("J057", "j", "warning")
