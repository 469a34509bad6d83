"""What tokens do that no diagram says."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from tests.upstream.diagrams import chain, complete, ends, flow, nodes, ready, started

MESSAGE = '<message id="m" name="m"/>'


def test_an_error_end_that_nobody_catches_goes_on_as_if_nothing_had_happened() -> None:
    bad = '<endEvent id="bad"><errorEventDefinition errorRef="e"/></endEvent>'
    inner = f'<subProcess id="sub">{nodes("startEvent", "inside")}{bad}{chain("inside", "bad")}</subProcess>'
    body = ends() + nodes("userTask", "after") + inner + chain("begin", "sub", "after", "done")
    assert ready(started(body, '<error id="e" name="e" errorCode="e"/>')) == ["after"]


def test_a_link_event_leads_nowhere_and_the_process_ends_without_a_word() -> None:
    body = (
        ends()
        + '<intermediateThrowEvent id="there"><linkEventDefinition name="l"/></intermediateThrowEvent>'
        + '<intermediateCatchEvent id="here"><linkEventDefinition name="l"/></intermediateCatchEvent>'
        + nodes("userTask", "work")
        + chain("begin", "there")
        + chain("here", "work", "done")
    )
    workflow = started(body)
    assert workflow.is_completed()
    assert ready(workflow) == []


def test_an_ad_hoc_sub_process_fails_in_python() -> None:
    body = ends() + f'<adHocSubProcess id="s">{nodes("userTask", "a")}</adHocSubProcess>' + chain("begin", "s", "done")
    with pytest.raises(TypeError):
        started(body)


def test_a_rework_loop_stalls_after_some_hundred_rounds_and_calls_itself_completed() -> None:
    body = (
        ends()
        + nodes("userTask", "work")
        + '<exclusiveGateway id="again" default="again_done"/>'
        + chain("begin", "work", "again")
        + flow("again", "work", "more")
        + flow("again", "done")
    )
    workflow, rounds = started(body), 0
    while ready(workflow) and rounds < 1000:
        complete(workflow, "work", more=True)
        rounds += 1
    assert rounds < 1000
    assert workflow.is_completed()
    assert not [t for t in workflow.get_tasks(state=TaskState.COMPLETED) if t.task_spec.name == "done"]


def test_an_open_side_branch_leaves_the_workflow_unfinished_after_its_outcome() -> None:
    body = (
        ends("begin", "done", "other")
        + nodes("parallelGateway", "split")
        + nodes("userTask", "work", "side")
        + chain("begin", "split", "work", "done")
        + chain("split", "side", "other")
    )
    workflow = started(body)
    complete(workflow, "work")
    assert not workflow.is_completed()
    assert ready(workflow) == ["side"]


def test_parallel_branches_that_write_the_same_field_lose_one() -> None:
    body = (
        ends()
        + nodes("parallelGateway", "split", "join")
        + nodes("userTask", "a", "b")
        + chain("begin", "split", "a", "join", "done")
        + chain("split", "b", "join")
    )
    workflow = started(body)
    complete(workflow, "a", items=[1])
    complete(workflow, "b", items=[2])
    assert workflow.data == {"items": [2]}


def test_a_second_message_at_a_boundary_that_does_not_interrupt_is_refused() -> None:
    boundary = (
        '<boundaryEvent id="objection" attachedToRef="work" cancelActivity="false">'
        '<messageEventDefinition messageRef="m"/></boundaryEvent>'
    )
    body = ends("begin", "done", "noted") + nodes("userTask", "work") + boundary
    workflow = started(body + chain("begin", "work", "done") + flow("objection", "noted"), MESSAGE)
    event = BpmnEvent(MessageEventDefinition("m"), {})
    workflow.send_event(event)
    workflow.do_engine_steps()
    with pytest.raises(WorkflowException, match="not waiting for"):
        workflow.send_event(event)


def test_a_message_that_comes_before_its_catch_event_is_refused() -> None:
    catch = '<intermediateCatchEvent id="reply"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    workflow = started(ends() + nodes("userTask", "work") + catch + chain("begin", "work", "reply", "done"), MESSAGE)
    with pytest.raises(WorkflowException, match="not waiting for"):
        workflow.send_event(BpmnEvent(MessageEventDefinition("m"), {}))


def test_a_completed_task_can_be_run_again() -> None:
    workflow = started(ends() + nodes("userTask", "work") + chain("begin", "work", "done"))
    task = workflow.get_tasks(spec_name="work")[0]
    task.run()
    workflow.do_engine_steps()
    assert task.run() is not False


def test_the_callback_of_completed_tasks_misses_user_tasks() -> None:
    workflow = started(ends() + nodes("userTask", "work") + chain("begin", "work", "done"))
    seen: list[str] = []
    workflow.get_tasks(spec_name="work")[0].run()
    workflow.do_engine_steps(did_complete_task=lambda task: seen.append(task.task_spec.name))
    assert "done" in seen
    assert "work" not in seen
