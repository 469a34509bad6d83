"""Gives a participant's seat to somebody else (回避). The seat, its number and its task stay; no token moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.actions.actor import Actor, Membership
from engine.actions.complete_task import done_already, read_task
from engine.actions.incidents import incidents_of_task
from engine.actions.participants import require_colleague
from engine.actions.system import System
from engine.actions.taking import Taken, advance, take
from engine.errors import Forbidden, InvalidInput, NotFound
from engine.store import tasks, users
from engine.store.base import Step
from engine.workflow import seats
from engine.workflow.paths import is_seat, whole

MAY_SUBSTITUTE = ("leader", "supervisor")  # who names the group, and who reassigns
MAX_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class Candidate:
    username: str
    name: str


def candidates(system: System, task_id: int) -> tuple[Candidate, ...]:
    """Who may take the seat: active people of its group and place without a seat of it, by user name.

    Empty for a task that is no seat or not open any more. Raises NotFound.
    """
    with system.store.reading() as connection:
        task = tasks.read_with_case(connection, task_id)
        if task is None:
            raise NotFound("没有这个任务，可能链接有误")
        taken = take(system, Step(connection, late_lock=True), task, system.clock.now())
        people = users.listing(connection)
    state = taken.before.state
    node = state.node(task.task_node, task.task_n)
    if node is None or not is_seat(task.task_node):
        return ()
    element = taken.deployed.program.model.element_of(node.path)
    out = seats.holders(state, element, whole(node.path), node.n)
    if element.separate_from:
        out |= seats.done_by(state.performers, element.separate_from)
    return tuple(
        Candidate(row.username, row.name)
        for row, places in people
        if row.active and row.username not in out and _works_there(row, places, element.group, task)
    )


def _works_there(row: Any, places: Sequence[Any], group: str, task: Any) -> bool:
    held = tuple(Membership(m.region, m.office, m.role) for m in places)
    return Actor(row.id, row.username, row.name, held).may(group, task.task_region, task.task_office)


def substitute_participant(system: System, actor: Actor, task_id: int, username: str, reason: str) -> None:
    """Repeating it is harmless.

    Raises Forbidden (only a leader or supervisor may; nobody stands in for who did a task that must be separate),
    TaskAlreadyDone, Conflict when the other has a seat already, InvalidInput for an unknown person or no reason.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput(f"请写明回避或替换的理由，最多 {MAX_REASON} 字")

    def decide(taken: Taken) -> None:
        task = taken.row
        if not actor.may_any(MAY_SUBSTITUTE, task.task_region, task.task_office):
            raise Forbidden("替换指定人员须由单位负责人或督办人员办理")
        if not is_seat(task.task_node):
            raise InvalidInput("这个任务没有指定人员，不需要替换；可退回后由他人领取")
        node = taken.before.state.node(task.task_node, task.task_n)
        if node is None:
            raise done_already(taken)
        if node.assignee == username:
            return
        require_colleague(taken, username, taken.deployed.program.model.element_of(node.path))
        at = taken.effective(taken.now)
        taken.add(taken.runner.substitute(taken.before.state, node.path, node.n, username, reason, at), actor.username)

    with incidents_of_task(system, task_id, "substitute_participant"):
        advance(system, lambda step: read_task(step, task_id), decide)
