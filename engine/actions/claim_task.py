"""Claims a task for oneself, or gives it back to the group. Claiming what one has, or releasing what nobody has, is
harmless. What somebody has who fell ill or left, a leader takes back."""

from __future__ import annotations

from engine.actions.actor import Actor
from engine.actions.complete_task import done_already, read_task, require_may_complete
from engine.actions.incidents import incidents_of_task
from engine.actions.system import System
from engine.actions.taking import Taken, advance
from engine.errors import Forbidden, TaskAlreadyDone

MAY_TAKE_BACK = ("leader", "supervisor")


def claim_task(system: System, actor: Actor, task_id: int) -> None:
    """Raises TaskAlreadyDone with who has it when somebody else was first, Forbidden for who could not complete it,
    and EngineFailure, after which the case is as it was and an incident tells the administrator."""

    def decide(taken: Taken) -> None:
        if taken.row.task_lane == "applicant":
            raise Forbidden("等待申请人的任务不能领取，收到材料后由窗口代收")
        _assign(taken, actor, actor.username)

    with incidents_of_task(system, task_id, "claim_task"):
        advance(system, lambda step: read_task(step, task_id), decide)


def release_task(system: System, actor: Actor, task_id: int) -> None:
    """Only who has claimed it may release it."""
    with incidents_of_task(system, task_id, "release_task"):
        advance(system, lambda step: read_task(step, task_id), lambda taken: _assign(taken, actor, ""))


def take_back_task(system: System, actor: Actor, task_id: int) -> None:
    """Gives somebody else's task back to the group. Raises Forbidden, and TaskAlreadyDone for one that is not open; a
    seat is nobody else's (Forbidden): there the leader names another person."""

    def decide(taken: Taken) -> None:
        row, state = taken.row, taken.before.state
        if not actor.may_any(MAY_TAKE_BACK, row.task_region, row.task_office):
            raise Forbidden("收回他人领取的任务须由单位负责人或督办人员办理")
        node = state.node(row.task_node, row.task_n)
        if node is None:
            raise done_already(taken)
        if node.assignee:
            at = taken.effective(taken.now)
            taken.add(taken.runner.claim(state, node.path, node.n, "", at), actor.username)

    with incidents_of_task(system, task_id, "take_back_task"):
        advance(system, lambda step: read_task(step, task_id), decide)


def _assign(taken: Taken, actor: Actor, who: str) -> None:
    require_may_complete(actor, taken.row)
    node = taken.before.state.node(taken.row.task_node, taken.row.task_n)
    if node is None:
        raise done_already(taken)
    if node.assignee == who:
        return
    if node.assignee and node.assignee != actor.username:
        raise TaskAlreadyDone(f"该任务已由{taken.name_of(node.assignee)}领取", who=node.assignee)
    if who:  # said now, and not when the whole form is filled; the record needs it only at completion
        element = taken.deployed.program.model.element_of(node.path)
        taken.runner.require_separate(taken.before.state, element, who)
    at = taken.effective(taken.now)
    taken.add(taken.runner.claim(taken.before.state, node.path, node.n, who, at), actor.username)
