"""What becomes of a case's data in SpiffWorkflow's own saved state."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from tests.upstream.diagrams import chain, complete, ends, nodes, started

SERIALIZER = BpmnWorkflowSerializer()


def working(**data: Any) -> Any:
    """A workflow whose first task was done with these data."""
    workflow = started(ends() + nodes("userTask", "a", "b", "c") + chain("begin", "a", "b", "c", "done"))
    complete(workflow, "a", **data)
    return workflow


def data_of(workflow: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(t.task_spec.name, t.data) for t in workflow.get_tasks()]


def restored(workflow: Any, **dumping: Any) -> Any:
    plain = json.loads(SERIALIZER.serialize_json(workflow))
    return SERIALIZER.deserialize_json(json.dumps(plain, **dumping))


def test_a_field_named_typename_makes_the_case_unloadable() -> None:
    with pytest.raises(TypeError):
        restored(working(answer={"typename": "x", "value": 1}))


@pytest.mark.parametrize("value", [Decimal("1.20"), date(2026, 9, 22)], ids=["decimal", "date"])
def test_a_decimal_or_a_date_cannot_be_saved(value: Any) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        SERIALIZER.serialize_json(working(answer=value))


def test_tuples_come_back_as_lists() -> None:
    assert dict(data_of(restored(working(answer=(1, 2)))))["a"] == {"answer": [1, 2]}


def test_saved_with_sorted_keys_data_come_back_wrong_without_an_error() -> None:
    """Also what PostgreSQL's JSONB does."""
    workflow = working(zulu={"y": 1, "x": [1]})
    complete(workflow, "b", zulu={"x": [2]}, alpha={"k": 1})
    assert data_of(restored(workflow)) == data_of(workflow)
    assert data_of(restored(workflow, sort_keys=True)) != data_of(workflow)


def test_every_case_is_saved_with_the_whole_specification() -> None:
    plain = json.loads(SERIALIZER.serialize_json(working(answer=1)))
    assert "spec" in plain
    assert len(json.dumps(plain["spec"])) > len(json.dumps(plain["tasks"]))
