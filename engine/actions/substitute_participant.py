"""Gives a participant's seat to somebody else (回避). The seat, its number and its task stay; no token moves."""

from __future__ import annotations

from engine.actions.actor import ROLE_NAMES, Actor
from engine.actions.colleagues import colleagues
from engine.actions.complete_task import done_already, read_task
from engine.actions.incidents import incidents_of_task
from engine.actions.system import System
from engine.actions.taking import Taken, advance, take
from engine.errors import Conflict, Forbidden, InvalidInput, NotFound
from engine.forms.people import Person
from engine.store import tasks
from engine.store.base import Step
from engine.workflow import seats
from engine.workflow.paths import is_seat, whole
from engine.workflow.runner import Advance
from engine.workflow.separation import kept_out
from engine.workflow.state import Node

MAY_SUBSTITUTE = ("leader", "supervisor")  # who names the group, and who reassigns
MAX_REASON = 500  # characters


def candidates(system: System, task_id: int) -> tuple[Person, ...]:
    """Who may take the seat: active people of its group and place without a seat of it, by name.

    Empty for a task that is no seat or not open any more. Raises NotFound.
    """
    with system.store.reading() as connection:
        task = tasks.read_with_case(connection, task_id)
        if task is None:
            raise NotFound("没有这个任务，可能链接有误")
        taken = take(system, Step(connection, late_lock=True), task, system.clock.now())
        state = taken.before.state
        node = state.node(task.task_node, task.task_n)
        if node is None or not is_seat(task.task_node):
            return ()
        element = taken.deployed.program.model.element_of(node.path)
        people = colleagues(connection, element.group, task.task_region, task.task_office)
    out = seats.holders(state, element, whole(node.path), node.n) | kept_out(state.performers, element)
    return tuple(person for person in people if person.username not in out)


def substitute_participant(system: System, actor: Actor, task_id: int, username: str, reason: str) -> None:
    """Repeating it is harmless.

    Raises Forbidden (only a leader or supervisor may; nobody stands in who did a task that must be separate),
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
        taken.add(_substituted(taken, node, username, reason), actor.username)

    with incidents_of_task(system, task_id, "substitute_participant"):
        advance(system, lambda step: read_task(step, task_id), decide)


def _substituted(taken: Taken, node: Node, username: str, reason: str) -> Advance:
    """Whatever is wrong with the person is told by name."""
    element, task, name = taken.deployed.program.model.element_of(node.path), taken.row, taken.name_of(username)
    people = colleagues(taken.step.connection, element.group, task.task_region, task.task_office)
    if all(person.username != username for person in people):
        role = ROLE_NAMES.get(element.group, element.group)
        raise InvalidInput(f"{name}不是本经办机构在用的“{role}”人员，不能办理“{element.name}”，请另选他人")
    at = taken.effective(taken.now)
    try:
        return taken.runner.substitute(taken.before.state, node.path, node.n, username, reason, at)
    except (Conflict, Forbidden) as refused:
        raise type(refused)(refused.message.replace(username, name)) from None
