"""One fault is told once: what only follows from it is left alone. Each was seen on mutated diagrams of ours."""

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

CHOICE = START + task("a", "b", "c") + gateway("exclusive", "g", default="g_b") + END
CHOICE_FLOWS = "s>a a>g g>b g>c?intake.x_=_2 b>e c>e"
ERROR = '<bpmn:error id="err" name="逾期" errorCode="err"/>'
THROWING = (
    '<bpmn:startEvent id="s1"/>' + task("t1") + '<bpmn:endEvent id="e1">'
    '<bpmn:errorEventDefinition errorRef="err"/></bpmn:endEvent>' + flows("s1>t1 t1>e1")
)  # fmt: skip
CATCH = '<bpmn:errorEventDefinition errorRef="err"/>'
REFUSED = ("scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "task", "manualTask")


@pytest.mark.parametrize("source", ["nowhere", None])
def test_a_default_flow_without_its_source_does_not_accuse_the_gateway(source: str | None) -> None:
    attribute = f' sourceRef="{source}"' if source else ""
    written = flows(CHOICE_FLOWS).replace(' sourceRef="g" targetRef="b"', f'{attribute} targetRef="b"')
    assert found(process(CHOICE + written)) == [("J030", "g_b")]


def test_two_flows_to_one_target_do_not_make_a_merging_gateway_decide() -> None:
    twice = flows("g>e").replace("g_e", "again")
    body = START + task("a") + gateway("exclusive", "g") + END + flows("s>a a>g g>e") + twice
    assert found(process(body)) == [("J033", "again")]


@pytest.mark.parametrize("host", ["nowhere", "g"])
def test_an_error_boundary_gone_astray_does_not_accuse_the_error_end(host: str) -> None:
    body = START + END + sub("x", THROWING) + gateway("exclusive", "g") + boundary("b", host, CATCH)
    assert found(process(body + flows("s>x x>g g>e b>e"), extra=ERROR)) == [("J060", "b")]


def test_an_error_end_is_still_accused_when_the_astray_boundary_is_no_error() -> None:
    body = START + END + sub("x", THROWING) + boundary("b", "nowhere", DUE)
    assert found(process(body + flows("s>x x>e b>e"), extra=ERROR)) == [("J080", "e1"), ("J060", "b")]


@pytest.mark.parametrize(("lost", "rule"), [("s>zz", "J030"), ("s>t1", "J031")])
def test_the_target_that_a_flow_has_lost_is_innocent_though_it_stands_in_a_circle(lost: str, rule: str) -> None:
    body = START + task("a", "b") + gateway("exclusive", "g", default="g_x") + END + sub("x", INNER)
    rest = flows("a>g g>x g>b?intake.x_=_1 b>a x>e")
    assert found(process(body + rest + flows(lost))) == [(rule, lost.replace(">", "_"))]


@pytest.mark.parametrize("tag", [*REFUSED, "callActivity"])
def test_a_task_of_another_type_is_told_once_whatever_is_written_on_it(tag: str) -> None:
    body = (
        START + task("a", starts="intake", ends="intake") + task("b", separateFrom="a") + task("c", suspends="intake")
    )
    body = body.replace('form="intake"', 'form="other"').replace('"other"', '"intake"', 1)
    body += gateway("exclusive", "g", default="g_b") + END + flows("s>a a>g g>b g>c?intake.x_=_1 b>e c>e")
    assert found(process(body)) == []
    changed = body.replace("<bpmn:userTask", f"<bpmn:{tag}", 1).replace("</bpmn:userTask>", f"</bpmn:{tag}>", 1)
    assert [element for _, element in found(process(changed))] == ["a"]


@pytest.mark.parametrize("tag", ["adHocSubProcess", "transaction"])
def test_a_sub_process_of_another_type_is_told_once(tag: str) -> None:
    inner = INNER.replace("jingban:form", 'jingban:suspends="filing" jingban:form')
    written = sub("x", inner, tag, **{"jingban:starts": "filing", "jingban:ends": "filing"})
    body = START + written + boundary("b", "x", DUE.replace("handling", "filing")) + END + flows("s>x x>e b>e")
    assert {element for _, element in found(process(body))} == {"x"}


def test_a_task_without_its_form_does_not_accuse_those_who_read_the_form() -> None:
    body = CHOICE.replace(' jingban:form="intake"', "") + flows(CHOICE_FLOWS)
    body = body.replace('id="b"', 'id="b" jingban:form="other"').replace('id="c"', 'id="c" jingban:form="other"')
    assert found(process(body)) == [("J121", "a")]


def test_an_internal_name_in_a_pool_that_does_not_run_is_innocent() -> None:
    own = START + task("a") + END + flows("s>a a>e")
    idle = '<bpmn:process id="q" isExecutable="false"><bpmn:task id="Start"/></bpmn:process>'
    assert found(document(f'<bpmn:process id="p">{own}</bpmn:process>{idle}')) == []


def test_shapes_that_name_their_element_with_a_prefix_are_found() -> None:
    drawn = process(START + task("a") + END + flows("s>a a>e"))
    drawn = drawn.replace(b'bpmnElement="', b'bpmnElement="tns:').replace(b" id=", b' xmlns:tns="urn:test" id=', 1)
    assert found(drawn) == []


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_a_plain_task_of_another_tool_is_a_warning_as_a_user_task_without_group_is(tag: str) -> None:
    body = START + f'<bpmn:{tag} id="x" name="x"/>' + END + flows("s>x x>e")
    assert [(f.rule, f.severity) for f in check_bytes(process(body, ours=False), "x").findings] == [("J103", "warning")]
    assert [(f.rule, f.severity) for f in check_bytes(process(body), "x").findings] == [("J103", "error")]


def test_a_data_store_keeps_the_file_from_being_loaded() -> None:
    good = START + task("a") + END + flows("s>a a>e")
    assert found(process(good, extra='<bpmn:dataStore id="store" name="库"/>', ours=False))[0] == ("J113", "store")
    assert found(process(good, extra='<bpmn:dataStore id="store" name="库"/>')) == [("J113", "store")]


VENDOR = '<bpmn:extensionElements><v:field xmlns:v="urn:v" id="{}"/></bpmn:extensionElements>'


def test_a_form_field_with_the_id_of_an_earlier_node_hides_it_from_the_engine() -> None:
    rest = START + END + flows("s>a a>b b>e")
    assert found(process(task("a") + task("b", inner=VENDOR.format("a")) + rest)) == [("J020", "a")]
    for harmless in ("b", "s", "free"):
        assert found(process(task("a", inner=VENDOR.format(harmless)) + task("b") + rest)) == []


def test_a_double_id_in_another_scope_does_not_tear_off_the_flows_of_the_first_or_second() -> None:
    inner = INNER + boundary("b", "t1") + '<bpmn:endEvent id="e2"/>' + flows("b>e2")
    body = START + task("t1").replace('name="t1"', 'name="q"') + sub("y", inner) + END + flows("s>t1 t1>y y>e")
    assert found(process(body)) == [("J020", "t1")]


def test_a_double_id_in_a_pool_that_does_not_run_accuses_nothing_else() -> None:
    own = START + task("a") + END + flows("s>a a>e")
    idle = '<bpmn:process id="q" isExecutable="false"><bpmn:task id="a"/></bpmn:process>'
    data = document(f'{idle}<bpmn:process id="p">{own}</bpmn:process>')
    assert found(data) == [("J020", "a")]
