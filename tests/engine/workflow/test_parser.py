"""From BPMN bytes to a Model: what is read of our namespace, and what is refused."""

from __future__ import annotations

import pytest

from engine.actions.system import ROOT
from engine.errors import EngineError, InvalidDiagram, InvalidExpression
from engine.workflow.model import Model
from engine.workflow.parser import parse_model
from tests.support.bpmn import DONE, HEAD, TAIL, choice, flow, path, start, task
from tests.support.forms import ENROLMENT, FILING


def model_of(body: str) -> Model:
    return parse_model(f"{HEAD}{body}{TAIL}".encode())


def real(matter: str) -> Model:
    return parse_model((ROOT / "processes" / matter / "process.bpmn").read_bytes())


@pytest.fixture(scope="module")
def enrolment() -> Model:
    return real(ENROLMENT)


def test_an_element_has_its_lane_group_form_and_what_it_does_to_the_clock(enrolment: Model) -> None:
    supplement = enrolment.elements["handling_supplement"]
    assert (supplement.path, supplement.lane, supplement.group) == ("handling/handling_supplement", "审核", "applicant")
    assert (supplement.form, supplement.act_as, supplement.letter) == ("supplement", "window", "one_time_notice")
    assert (supplement.starts, supplement.ends, supplement.suspends) == (
        ("supplement",),
        ("supplement",),
        ("handling",),
    )


def test_a_task_without_a_group_has_its_lanes_and_inside_a_sub_process_its_own(enrolment: Model) -> None:
    assert enrolment.elements["intake"].group == "window"
    assert enrolment.elements["supplement"].group == "applicant"
    assert enrolment.elements["review"].group == "review"


def test_boundary_events_know_host_timer_and_whether_they_interrupt(enrolment: Model) -> None:
    overdue, expired = enrolment.elements["handling_overdue"], enrolment.elements["supplement_expired"]
    assert (overdue.attached_to, overdue.interrupting) == ("handling", False)
    assert (expired.attached_to, expired.interrupting) == ("supplement", True)
    assert overdue.timer is not None
    assert enrolment.elements["handling_abandoned"].timer is None


def test_the_start_is_the_one_of_the_process_and_not_of_a_sub_process(enrolment: Model) -> None:
    assert enrolment.start.id == "application_received"
    assert {e.id for e in enrolment.user_tasks} == {"intake", "supplement", "review", "handling_supplement"}


def test_every_flow_is_found_by_its_ends(enrolment: Model) -> None:
    assert enrolment.between["intake_decision", "handling"] == "intake_decision_to_handling"
    assert set(enrolment.between.values()) == set(enrolment.flows)


def test_lines_are_those_of_the_file() -> None:
    lines = (ROOT / "processes" / FILING / "process.bpmn").read_text(encoding="utf-8").splitlines()
    for element in real(FILING).elements.values():
        assert f'id="{element.id}"' in lines[element.line - 1]


def test_diagrams_without_joins_that_look_back_can_forget_what_is_finished(enrolment: Model) -> None:
    assert enrolment.prunable == {"unit_enrolment", "handling"}
    parallel = '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>' + task("a") + task("b")
    both = model_of(start() + DONE + parallel + path("begin", "fork", "a", "join", "done") + path("fork", "b", "join"))
    assert both.prunable == frozenset()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (start() + task("a") + path("begin", "a", "nowhere"), "nowhere"),
        (task("a") + DONE + path("a", "done"), "p"),
        (start() + task("a") + task("a") + DONE + path("begin", "a", "done"), "'a'"),
        (start() + "<bpmn:banana/>" + DONE + path("begin", "done"), "banana"),
    ],
    ids=["flow to nothing", "no start", "an id twice", "no such element"],
)
def test_what_cannot_run_is_refused_as_an_invalid_diagram(body: str, says: str) -> None:
    with pytest.raises(InvalidDiagram) as caught:
        model_of(body)
    assert says in caught.value.message


def test_a_condition_outside_the_language_is_refused_before_anything_runs() -> None:
    body = start() + task("a") + choice("g", "g_done") + DONE + path("begin", "a", "g", "done")
    with pytest.raises(InvalidExpression):
        model_of(body + flow("g", "a", "__import__('os').system('true')"))


def test_there_is_exactly_one_process_that_runs() -> None:
    two = f"{HEAD}{start()}{DONE}{path('begin', 'done')}</bpmn:process><bpmn:process id='q' isExecutable='true'>{TAIL}"
    with pytest.raises(InvalidDiagram, match="2"):
        parse_model(two.encode())
    with pytest.raises(EngineError):
        parse_model(b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>")
