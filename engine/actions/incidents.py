"""Incidents: written in a transaction of their own, after the one that failed was rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import insert

from engine.actions.system import System
from engine.errors import EngineFailure
from engine.store import tasks
from engine.store.incidents import incidents


@contextmanager
def incidents_of_task(system: System, task_id: int, what: str) -> Iterator[None]:
    """Around an action on a task: where the engine itself fails an incident is raised, and the failure goes on."""
    try:
        yield
    except EngineFailure as failure:
        with system.store.reading() as connection:
            task = tasks.read_with_case(connection, task_id)
        if task is not None:
            raise_incident(system, task.id, what, task.task_node, failure.message)
        raise


def raise_incident(system: System, case_id: int | None, what: str, node: str, message: str) -> None:
    """The task stays open and the case as it was; an administrator sees what happened."""
    with system.store.writing() as connection:
        connection.execute(
            insert(incidents),
            {
                "case_id": case_id,
                "what": what,
                "node": node,
                "message": message[:2000],
                "raised_at": system.clock.now(),
            },
        )
