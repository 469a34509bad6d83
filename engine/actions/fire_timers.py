"""The sweep: fires what is due, in any number of processes at once.

A sweep picks one case that has something due (`FOR UPDATE SKIP LOCKED` on PostgreSQL, so that workers never wait for
each other), fires it in due order, commits, and goes on. A case that fails is left for the next sweep; after three
failures it is set aside with an incident, so that one broken case never stops the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actions.incidents import raise_incident
from engine.actions.system import System
from engine.actions.taking import advance
from engine.errors import EngineError
from engine.store import cases
from engine.store.base import Step


@dataclass(frozen=True, slots=True)
class Swept:
    cases: int  # cases that moved
    failures: int


def fire_timers(system: System, limit: int = 100) -> Swept:
    """Sweeps up to `limit` cases, the most overdue first."""
    now = system.clock.now()
    with system.store.reading() as connection:
        due = cases.overdue(connection, now, limit)
    done = failures = 0
    for case_id in due:
        try:
            done += _sweep_one(system, case_id, now)
        except Exception as error:  # one broken case must not stop the sweep; it is recorded, never swallowed
            failures += 1
            _failed(system, case_id, error)
    return Swept(done, failures)


def _sweep_one(system: System, case_id: int, now: datetime) -> bool:
    """Fires the case's due timers unless another worker has the case."""

    def read(step: Step) -> Any:
        row = cases.take_due(step, case_id, now)
        if row is None:
            raise _Busy
        return row

    try:
        advance(system, read, lambda taken: None)
    except _Busy:
        return False
    return True


class _Busy(Exception):
    """Another worker has the case, or has done it."""


def _failed(system: System, case_id: int, error: Exception) -> None:
    message = error.message if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
    with system.store.writing() as connection:
        attempts = cases.count_attempt(connection, case_id)
    if attempts >= cases.MAX_ATTEMPTS:
        raise_incident(system, case_id, "fire_timers", "", message)
