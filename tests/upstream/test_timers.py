"""Timers hold an instant, compute it once, and ask the machine's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.clock import SHANGHAI
from tests.upstream.diagrams import chain, complete, ends, flow, nodes, ready, started, timer

SOON, LATER = "&quot;PT0S&quot;", "&quot;PT1H&quot;"


def refreshed(workflow: Any, times: int = 2) -> Any:
    for _ in range(times):
        workflow.refresh_timers()
        workflow.do_engine_steps()
    return workflow


def catching(kind: str, expression: str, identity: str = "wait") -> str:
    return f'<intermediateCatchEvent id="{identity}">{timer(kind, expression)}</intermediateCatchEvent>'


def boundary(identity: str, expression: str, cancel: str = "true") -> str:
    body = timer("timeDuration", expression)
    return f'<boundaryEvent id="{identity}" attachedToRef="work" cancelActivity="{cancel}">{body}</boundaryEvent>'


def test_an_expression_is_evaluated_once_when_the_token_arrives() -> None:
    body = ends() + catching("timeDuration", "span") + nodes("userTask", "work", "after")
    workflow = started(body + chain("begin", "work", "wait", "after", "done"))
    complete(workflow, "work", span="PT1H")
    waiting = workflow.get_tasks(state=TaskState.WAITING)[0]
    waiting.data["span"] = "PT0S"  # the limit moved
    assert ready(refreshed(workflow)) == []


def test_an_unquoted_duration_fails_only_when_the_token_arrives() -> None:
    body = (
        ends() + nodes("userTask", "work") + catching("timeDuration", "PT1H") + chain("begin", "work", "wait", "done")
    )
    workflow = started(body)
    with pytest.raises(WorkflowTaskException, match="PT1H"):
        complete(workflow, "work")


def test_two_timers_on_one_event_gateway_share_their_storage_and_the_second_never_fires() -> None:
    body = (
        ends("begin", "first", "second")
        + nodes("eventBasedGateway", "race")
        + catching("timeDuration", LATER, "slow")
        + catching("timeDuration", SOON, "fast")
        + chain("begin", "race", "slow", "first")
        + chain("race", "fast", "second")
    )
    assert not refreshed(started(body), 4).is_completed()


def test_a_bare_date_is_over_as_soon_as_it_begins() -> None:
    """What must happen by a day is still in time on that day; here it fires at the day's first instant."""
    today = datetime.now().astimezone().date().isoformat()
    body = ends() + catching("timeDate", f"'{today}'") + nodes("userTask", "work")
    assert ready(refreshed(started(body + chain("begin", "wait", "work", "done")))) == ["work"]


def test_boundary_timers_that_are_both_due_both_fire_though_the_first_interrupts() -> None:
    body = (
        ends("begin", "done", "end2", "end5")
        + nodes("userTask", "work", "after2", "after5")
        + boundary("day2", SOON)
        + boundary("day5", SOON)
        + chain("begin", "work", "done")
        + chain("day2", "after2", "end2")
        + chain("day5", "after5", "end5")
    )
    assert ready(refreshed(started(body))) == ["after2", "after5"]


def test_a_boundary_timer_fires_once_per_activity() -> None:
    """So an extension would never be alarmed by the diagram again."""
    body = ends("begin", "done", "noted") + nodes("userTask", "work") + boundary("alarm", SOON, "false")
    workflow = refreshed(started(body + chain("begin", "work", "done") + flow("alarm", "noted")), 4)
    assert [t.task_spec.name for t in workflow.get_tasks(state=TaskState.COMPLETED)].count("noted") == 1
    assert ready(workflow) == ["work"]
    assert not [t for t in workflow.get_tasks(state=TaskState.WAITING) if t.task_spec.name == "alarm"]


def test_quarters_in_a_cycle_are_all_as_long_as_the_first_and_drift() -> None:
    expression = "R4/2026-01-01T00:00:00+08:00/P3M"
    _, start, quarter = TimerEventDefinition.parse_iso_recurring_interval(expression)
    begins = [(start + n * quarter).astimezone(SHANGHAI).date().isoformat() for n in range(3)]
    assert begins == ["2026-01-01", "2026-04-01", "2026-06-30"]


def test_three_months_from_the_last_of_november_end_in_march() -> None:
    """By law (民法典 202) on the last day of February."""
    start = datetime(2026, 11, 30, tzinfo=SHANGHAI)
    end = start + TimerEventDefinition.get_timedelta_from_start({"months": 3}, start)
    assert end.date().isoformat() == "2027-03-02"
