"""Cases as an auditor looks for them: by words, place, result and the day they were opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select

from engine.clock import SHANGHAI
from engine.store.cases import cases
from engine.store.deployments import deployments
from engine.store.finding import CaseQuery, narrowed


@dataclass(frozen=True)
class AuditQuery(CaseQuery):
    """`since` and `until`: days of opening in Shanghai, both included."""

    since: date | None = None
    until: date | None = None


def find(connection: Any, query: AuditQuery, size: int) -> list[Row[Any]]:
    """Newest first, each with the version of the diagram it runs on, without state and variables."""
    c = cases.c
    columns = [x for x in c if x.name not in ("state", "variables")]
    statement = (
        select(*columns, deployments.c.version)
        .join(deployments, deployments.c.id == c.deployment_id)
        .order_by(c.opened_at.desc(), c.id.desc())
        .limit(size)
    )
    if query.since is not None:
        statement = statement.where(c.opened_at >= _start(query.since))
    if query.until is not None:
        statement = statement.where(c.opened_at < _start(query.until + timedelta(days=1)))
    return list(connection.execute(narrowed(statement, query)))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
