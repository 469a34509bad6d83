"""What the parser lets pass, loses or cannot bear."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import WorkflowException

from tests.upstream.diagrams import chain, complete, ends, flow, nodes, parsed, ready, started


def test_a_task_named_like_an_internal_spec_is_silently_lost() -> None:
    workflow = started(ends() + nodes("userTask", "End") + chain("begin", "End", "done"))
    assert ready(workflow) == []


def test_a_start_event_named_like_an_internal_spec_cannot_run() -> None:
    spec = parsed(ends("Start") + nodes("userTask", "work") + chain("Start", "work", "done"))
    with pytest.raises(WorkflowException, match="No output task connected"):
        BpmnWorkflow(*spec).do_engine_steps()


def test_without_the_schema_an_id_given_twice_passes() -> None:
    twice = ends() + nodes("userTask", "work", "work") + chain("begin", "work", "done")
    assert ready(started(twice, validate=False)) == ["work"]


def test_a_chain_of_some_hundred_tasks_exhausts_the_stack() -> None:
    ids = [f"t{i}" for i in range(1200)]
    with pytest.raises(ValidationException, match="recursion"):
        parsed(ends() + nodes("userTask", *ids) + chain("begin", *ids, "done"))


def test_a_condition_on_a_flow_that_leaves_a_task_is_ignored() -> None:
    workflow = started(ends() + nodes("userTask", "work") + flow("begin", "work") + flow("work", "done", "False"))
    complete(workflow, "work")
    assert workflow.is_completed()


def test_an_orphan_node_is_dropped_without_a_word() -> None:
    spec, _ = parsed(ends() + nodes("userTask", "work", "orphan") + chain("begin", "work", "done"))
    assert "orphan" not in spec.task_specs


def test_a_default_flow_that_does_not_exist_is_not_missed_until_a_token_needs_it() -> None:
    body = (
        ends("begin", "left", "right")
        + '<exclusiveGateway id="split" default="nowhere"/>'
        + flow("begin", "split")
        + flow("split", "left", "1 == 2")
        + flow("split", "right", "1 == 3")
    )
    parsed(body, validate=False)  # nothing is said here
    with pytest.raises(WorkflowException):
        started(body, validate=False)


def test_flows_of_a_gateway_are_tried_by_their_place_in_the_picture() -> None:
    """The upper target wins, though the lower one stands first in the file."""
    shapes = "".join(
        f'<bpmndi:BPMNShape id="s_{name}" bpmnElement="{name}"><dc:Bounds x="0" y="{y}" width="9" height="9"/>'
        "</bpmndi:BPMNShape>"
        for name, y in (("begin", 0), ("split", 0), ("lower", 200), ("upper", 100), ("last", 300))
    )
    picture = f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    body = (
        ends("begin", "done")
        + nodes("userTask", "lower", "upper", "last")
        + '<exclusiveGateway id="split" default="split_last"/>'
        + flow("begin", "split")
        + flow("split", "lower", "True")
        + flow("split", "upper", "True")
        + flow("split", "last")
        + "".join(flow(name, "done") for name in ("lower", "upper", "last"))
    )
    spec, _ = parsed(body, picture, validate=False)
    order = [name for _, name in spec.task_specs["split"].cond_task_specs]
    assert order.index("upper") < order.index("lower")


def test_sequential_parallel_blocks_double_the_predicted_tree_every_time() -> None:
    def size(blocks: int) -> int:
        body, last = ends(), "begin"
        for i in range(blocks):
            body += nodes("parallelGateway", f"f{i}", f"j{i}") + nodes("userTask", f"a{i}", f"b{i}")
            body += chain(last, f"f{i}", f"a{i}", f"j{i}") + chain(f"f{i}", f"b{i}", f"j{i}")
            last = f"j{i}"
        return len(started(body + flow(last, "done")).tasks)

    assert size(6) > 2 * size(5) - 50
    assert size(7) > 500
