"""The sweep: fires what is due, in any number of processes at once.

A sweep picks one case that has something due (`FOR UPDATE SKIP LOCKED` on PostgreSQL, so that workers never wait for
each other), fires it in due order, commits, and goes on. A case that fails is left for the next sweep; after three
failures it is set aside with an incident, so that one broken case never stops the others.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

from engine.actions.incidents import raise_incident
from engine.actions.system import System
from engine.actions.taking import Taken, advance
from engine.errors import Conflict, EngineError
from engine.store import cases
from engine.store.base import Step

# The database is away or busy, or clerks are at the case; whatever they do fires first what is due.
BLAMELESS = (Conflict, OperationalError, InterfaceError, sqlite3.OperationalError)


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
        except BLAMELESS:  # the next sweep comes again, and nothing is held against the case
            failures += 1
        except Exception as error:  # one broken case must not stop the sweep; it is recorded, never swallowed
            failures += 1
            _failed(system, case_id, error)
    return Swept(done, failures)


def _sweep_one(system: System, case_id: int, now: datetime) -> bool:
    """Fires the case's due timers unless another worker has the case; whether it moved."""

    def read(step: Step) -> Any:
        row = cases.take_due(step, case_id, now)
        if row is None:
            raise _Busy
        return row

    try:
        return advance(system, read, _moved)
    except _Busy:
        return False


def _moved(taken: Taken) -> bool:
    """Where nothing was due after all (another calendar is in force since) the case is told when it will be.

    Else it would stand first in every sweep, and a sweep that goes on while cases move would never end.
    """
    if not taken.pending:
        armed = taken.before.armed
        taken.step.lock()
        cases.set_next_due(taken.step.connection, taken.row.id, taken.row.revision, armed[0].due if armed else None)
    return bool(taken.pending)


class _Busy(Exception):
    """Another worker has the case, or has done it."""


def _failed(system: System, case_id: int, error: Exception) -> None:
    # of other errors the kind only: their words may hold what people submitted
    message = error.message if isinstance(error, EngineError) else f"意外错误 {type(error).__name__}"
    with system.store.writing() as connection:
        attempts = cases.count_attempt(connection, case_id)
    if attempts >= cases.MAX_ATTEMPTS:
        raise_incident(system, case_id, "fire_timers", "", message)
