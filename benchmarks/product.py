"""The product as a contender: its own service functions, with permissions, forms, ledger, events and audit on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from benchmarks.work import MATTER, OFFICE, REFERENCE, REGION
from engine.actions.actor import Actor, Membership
from engine.actions.complete_task import complete_task
from engine.actions.open_case import open_case
from engine.actions.prepare import prepare
from engine.actions.system import System
from engine.store import tasks

CLERK = Actor(
    1, "clerk", "经办一", tuple(Membership(REGION, OFFICE, role) for role in ("window", "review", "finance", "leader"))
)


class Product:
    def __init__(self, url: str) -> None:
        self.system = System.open(url, REFERENCE)

    def create(self) -> None:
        """Migrations, calendar, deployment: what `jingban migrate` does for the real library."""
        prepare(self.system)

    def open(self, application: Mapping[str, Any]) -> int:
        return open_case(self.system, CLERK, MATTER, REGION, OFFICE, application, str(uuid.uuid4())).case_id

    def task(self, case: int, name: str) -> int:
        with self.system.store.reading() as connection:
            return next(row.id for row in tasks.open_of_case(connection, case) if row.node == name)

    def complete(self, task: int, submission: Mapping[str, Any]) -> None:
        complete_task(self.system, CLERK, task, submission, str(uuid.uuid4()))

    def close(self) -> None:
        self.system.close()
