"""Gives a participant's seat to somebody else (回避). The seat, its number and its task stay; no token moves."""

from __future__ import annotations

from engine.actions.actor import Actor
from engine.actions.complete_task import done_already, read_task
from engine.actions.participants import require_colleague
from engine.actions.system import System
from engine.actions.taking import Taken, advance
from engine.errors import Forbidden, InvalidInput
from engine.workflow.paths import is_seat

MAY_SUBSTITUTE = ("leader", "supervisor")  # who names the group, and who reassigns
MAX_REASON = 500  # characters


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

    advance(system, lambda step: read_task(step, task_id), decide)
