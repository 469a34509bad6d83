"""What completing a task or registering a letter would do, without doing it: so that a person sees the letters before
they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actions.actor import Actor
from engine.actions.complete_task import require_may_complete, validated
from engine.actions.participants import completed
from engine.actions.system import System
from engine.actions.taking import fire_due, take
from engine.errors import NotFound, TaskAlreadyDone
from engine.store import cases, tasks
from engine.store.base import Step
from engine.workflow import messages
from engine.workflow.state import CaseState


@dataclass(frozen=True)
class Preview:
    """The case as it would stand, and what would go out."""

    case: Any  # the case's row as it is now
    state: CaseState  # as it would be
    at: datetime
    letters: tuple[str, ...]  # templates, in order
    outcome: str  # '' when the case goes on


def preview_task(system: System, actor: Actor, task_id: int, raw: Mapping[str, Any]) -> Preview:
    """Raises what completing it now would raise, except for a resubmitted request. Writes nothing."""
    with system.store.reading() as connection:
        row = tasks.read_with_case(connection, task_id)
        if row is None:
            raise NotFound("没有这个任务，可能链接有误")
        require_may_complete(actor, row)
        taken = take(system, Step(connection, late_lock=True), row, system.clock.now())
        fire_due(taken)
        node = taken.before.state.node(row.task_node, row.task_n)
        if node is None or (node.assignee and node.assignee != actor.username):
            who = row.task_closed_by or (node.assignee if node else "")
            raise TaskAlreadyDone("该任务已由他人领取或办理", who=who, at=row.task_closed_at)
        submission = validated(taken, row.task_form, raw)
        at = taken.effective(taken.now)
        advance = completed(taken, node, submission, actor, at)
    letters = tuple(d[1] for d in advance.decisions if d[0] == "letter")
    return Preview(row, advance.state, at, letters, advance.state.outcome)


def preview_message(system: System, actor: Actor, case_id: int, message: str, raw: Mapping[str, Any]) -> Preview:
    """Raises what registering the letter now would raise, except for a resubmitted request. Writes nothing.

    The timers that wait for nothing but this letter fire in it (撤回), as they do when it is registered.
    """
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        if row is None:
            raise NotFound("没有这个办件，请核对办件编号")
        taken = take(system, Step(connection, late_lock=True), row, system.clock.now())
        fire_due(taken)
        known = messages.catching(taken.deployed.program.model, message)
        if not known:
            raise NotFound("这个办件的流程中没有这份回函")
        actor.require(known[0].group, row.region, row.office)
        submission = validated(taken, known[0].form, raw)
        at, before = taken.effective(taken.now), len(taken.pending)
        taken.add(taken.runner.receive(taken.before.state, message, submission, actor.username, at), actor.username)
        fire_due(taken)
    decided = (decision for _, advance, _ in taken.pending[before:] for decision in advance.decisions)
    letters = tuple(decision[1] for decision in decided if decision[0] == "letter")
    state = taken.before.state
    return Preview(row, state, at, letters, state.outcome)
