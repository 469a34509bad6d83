"""Incidents: written in a transaction of their own, after the one that failed was rolled back."""

from __future__ import annotations

from sqlalchemy import insert

from engine.actions.system import System
from engine.store.incidents import incidents


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
