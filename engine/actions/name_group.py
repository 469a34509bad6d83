"""Names one assessment group for several cases at once: the task of each is completed with the same form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.actions.actor import Actor
from engine.actions.batches import Item, each, request_of, require_some
from engine.actions.complete_task import complete_task
from engine.actions.quarter import GROUP, chosen
from engine.actions.submitting import check_request_id
from engine.actions.system import System
from engine.errors import Conflict
from engine.store import tasks


def name_group(
    system: System, actor: Actor, case_ids: Iterable[int], raw: Mapping[str, Any], request_id: str
) -> list[Item]:
    """A result for each case; the same batch again completes the rest and does nothing twice.

    Raises InvalidInput for no case or too many; what one case refuses (permission, a person who has two seats) is its
    result and no error of the others.
    """
    check_request_id(request_id)

    def name(row: Any) -> str:
        complete_task(system, actor, _task(system, row.id), raw, request_of(request_id, row.id))
        return "评估小组已指定"

    return each(chosen(system, require_some(case_ids)), name)


def _task(system: System, case_id: int) -> int:
    """The task that names the group: the open one, else the newest, whose completion may have been this very batch."""
    with system.store.reading() as connection:
        found = [t for t in tasks.of_case(connection, case_id) if t.form == GROUP]
    open_ones = [t for t in found if t.status in tasks.OPEN]
    if not found:
        raise Conflict("办件还没有到指定评估小组的环节")
    return int((open_ones or found)[-1].id)
