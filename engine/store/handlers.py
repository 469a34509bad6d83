"""Who handles a case: those who took part in it by name, told from its events and open tasks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, literal, select, union_all

from engine.store.events import events
from engine.store.tasks import OPEN, human_tasks

TAKING_PART = ("case_opened", "task_completed", "message_received")

_handles = union_all(
    select(literal(1))
    .where(events.c.case_id == bindparam("b_case"))
    .where(events.c.actor == bindparam("b_who"), events.c.kind.in_(TAKING_PART)),
    select(literal(1))
    .where(human_tasks.c.case_id == bindparam("b_case"))
    .where(human_tasks.c.assignee == bindparam("b_who"), human_tasks.c.status.in_(OPEN)),
).limit(1)


def handles(connection: Any, case_id: int, username: str) -> bool:
    """Whether this person received the application, completed a task, registered a letter, or has an open task or seat.

    Somebody who gave a task back, or was replaced before he did anything (回避), no longer does.
    """
    return connection.execute(_handles, {"b_case": case_id, "b_who": username}).first() is not None
