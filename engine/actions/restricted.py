"""Who may read the restricted values of a case, and the case as everybody else reads it.

The only place that decides it. Whatever shows a case asks `sees` once and reads through `as_read` and `events_as_read`;
where nobody asks, nothing restricted is there to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.actions.actor import Actor
from engine.actions.complete_task import require_may_complete
from engine.actions.history import CaseEvent
from engine.actions.system import Deployed
from engine.errors import Forbidden
from engine.events import erase
from engine.forms import has_restricted, without_restricted
from engine.forms.withholding import MARK
from engine.store import handlers
from engine.store.tasks import OPEN
from engine.workflow.state import CaseState


def sees(connection: Any, deployed: Deployed, case_id: int, reader: Actor | None) -> bool:
    """Whether the reader handles the case; always where the matter has nothing restricted."""
    if not has_restricted(deployed.bundle.marks):
        return True
    return reader is not None and handlers.handles(connection, case_id, reader.username)


def sees_through_task(reader: Actor | None, task: Any) -> bool:
    """Whether the reader may complete this task now: then he is shown what he has to judge.

    `task`: a row of the task with its case (`task_*` columns).
    """
    if reader is None or task.task_status not in OPEN or task.task_assignee not in (None, "", reader.username):
        return False
    try:
        require_may_complete(reader, task)
    except Forbidden:
        return False
    return True


def as_read(state: CaseState, deployed: Deployed, seen: bool) -> CaseState:
    """The state as its reader may read it; to be shown, never to be run or recorded."""
    marks = deployed.bundle.marks
    if seen or not has_restricted(marks):
        return state
    return replace(state, variables=without_restricted(state.variables, marks))


def events_as_read(recorded: Iterable[CaseEvent], seen: bool) -> list[CaseEvent]:
    """The events, restricted values as if they had been erased: hashes and digests still hold."""
    return list(recorded) if seen else [_withheld(event) for event in recorded]


def _withheld(event: CaseEvent) -> CaseEvent:
    return replace(event, fields=[erase(entry) if entry[1] == MARK else entry for entry in event.fields])
