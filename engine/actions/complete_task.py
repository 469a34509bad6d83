"""Completes a human task with the submission of its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.colleagues import directory
from engine.actions.incidents import incidents_of_task
from engine.actions.participants import completed
from engine.actions.submitting import applicant_of, check_request_id, posted_again
from engine.actions.system import System
from engine.actions.taking import Taken, advance
from engine.clock import SHANGHAI
from engine.errors import Forbidden, NotFound, RequestReused, TaskAlreadyDone
from engine.forms import FormContext, validate
from engine.forms.people import People
from engine.store import events, tasks
from engine.store.base import Step
from engine.workflow.draft import Draft
from engine.workflow.paths import is_seat
from engine.workflow.scope import Scope
from engine.workflow.state import CaseState

REUSED = "这张表已经提交过，内容不同；已提交的内容没有改变"


@dataclass(frozen=True, slots=True)
class Completed:
    case_id: int
    number: str
    seq: int  # of the event that recorded it
    closed: bool  # whether the case ended with it


def complete_task(system: System, actor: Actor, task_id: int, raw: Mapping[str, Any], request_id: str) -> Completed:
    """What happened; the same request with the same content gives the first result again.

    Raises InvalidSubmission (per field), Forbidden, NotFound, TaskAlreadyDone (who and when), RequestReused; and
    EngineFailure, after which the case is as it was, the task open, and an incident tells the administrator.
    """
    check_request_id(request_id)

    def decide(taken: Taken) -> Completed:
        task = taken.row
        require_may_complete(actor, task)
        node = taken.before.state.node(task.task_node, task.task_n)
        if node is None:
            return _already_done(taken, actor, raw, request_id)
        if is_seat(node.path) and node.assignee != actor.username:
            raise Forbidden(
                f"这个席位指定由{taken.name_of(node.assignee)}办理，他人不能代办；须回避的，由单位负责人指定他人代替"
            )
        if node.assignee and node.assignee != actor.username:
            who = taken.name_of(node.assignee)
            raise TaskAlreadyDone(f"该任务已由{who}领取，须由其办理或先退回", who=node.assignee)
        submission = validated(taken, task.task_form, raw)
        at = taken.effective(taken.now)
        taken.add(
            completed(taken, node, submission, actor, at),
            actor.username,
            request_id,
            taken.deployed.bundle.marks.get(task.task_form, {}),
            applicant_of(taken.deployed, submission) if task.task_purpose == "application" else "",
        )
        state = taken.before.state
        return Completed(task.id, task.number, state.inputs, state.status == "closed")

    try:
        with incidents_of_task(system, task_id, "complete_task"):
            return advance(system, lambda step: read_task(step, task_id), decide)
    except IntegrityError as error:  # the case has an event of this request: it was posted for another task
        raise RequestReused(REUSED) from error


def read_task(step: Step, task_id: int) -> Any:
    row = tasks.take_with_case(step.connection, task_id)
    if row is None:
        raise NotFound("没有这个任务，可能链接有误")
    return row


def require_may_complete(actor: Actor, task: Any) -> None:
    """The task's lane; for an applicant's task the lane that acts on the applicant's behalf (代收)."""
    lane = task.task_act_as if task.task_lane == "applicant" else task.task_lane
    if not lane:
        raise Forbidden("该任务须由申请人办理")
    actor.require(lane, task.task_region, task.task_office)


def validated(taken: Taken, form_key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The submission as its form declares it, judged in the case as it stands, by the people there are now."""
    people = directory(taken.step.connection, taken.before.region, taken.before.office)
    return judged(taken, form_key, raw, taken.now, taken.before.state, people)


def judged(
    taken: Taken, form_key: str, raw: Mapping[str, Any], now: datetime, state: CaseState, people: People | None = None
) -> dict[str, Any]:
    """The same as at another instant and in another state of the case; who may be chosen is asked only where known."""
    form = taken.deployed.forms.get(form_key)
    if form is None:
        return {}
    scope = Scope(taken.deployed.program, taken.runner.facts, Draft(state, now), taken.runner.timekeeper)
    context = FormContext(now, taken.deployed.guide, scope.values, agency=True, people=people, functions=scope)
    return validate(form, raw, context)


def _already_done(taken: Taken, actor: Actor, raw: Mapping[str, Any], request_id: str) -> Completed:
    """The first result where this is the same form posted again; else who did the task and when."""
    task = _as_it_is(taken)
    first = events.by_request(taken.step.connection, task.id, request_id)
    if first is not None and first.actor == actor.username:
        same_place = first.node == task.task_node

        def read(now: datetime, state: CaseState) -> Mapping[str, Any]:
            return judged(taken, task.task_form, raw, now, state)

        if not same_place or not posted_again(taken.system, task.id, task.number, first.seq, read):
            raise RequestReused(REUSED)
        return Completed(task.id, task.number, first.seq, task.status == "closed")
    raise done_already(taken)


def done_already(taken: Taken) -> TaskAlreadyDone:
    """Who ended the task and when, for whoever comes too late."""
    task = _as_it_is(taken)
    who, when = task.task_closed_by, task.task_closed_at
    if when is None:  # a timer that was due closes it in this very step
        who, when = "system", taken.before.state.effective_at or taken.now
    words = f"{when.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if who == "system":
        why = "因收到公示期内的异议" if taken.before.state.objections else "因期限届满"
        return TaskAlreadyDone(f"该任务已于 {words} {why}关闭", who=who, at=when)
    return TaskAlreadyDone(f"该任务已由{taken.name_of(who)}于 {words} 办理", who=who, at=when)


def _as_it_is(taken: Taken) -> Any:
    """The task read anew: PostgreSQL gives the case's row as it is after waiting for its lock, but the task's beside it
    as it was before."""
    task = tasks.read_with_case(taken.step.connection, taken.row.task_id)
    assert task is not None
    return task
