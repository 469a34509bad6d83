"""Cases of a region's matters by the day on which their papers were accepted: what a quarter's workspace lists."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, func, select

from engine.store.cases import cases
from engine.store.deadlines import deadlines
from engine.store.deployments import deployments
from engine.store.tasks import human_tasks


def waiting_for(connection: Any, message: str) -> list[tuple[str, str]]:
    """(region, matter) of every diagram, of any version, that speaks of a message."""
    query = (
        select(deployments.c.region, deployments.c.matter)
        .where(deployments.c.bundle.contains(message, autoescape=True))
        .distinct()
        .order_by(deployments.c.region, deployments.c.matter)
    )
    return [(row.region, row.matter) for row in connection.execute(query)]


def accepted(connection: Any, region: str, matters: Collection[str]) -> list[Row[Any]]:
    """Accepted cases with `accepted_at`, oldest first: 受理 was completed and the limit of 办理 has started.

    A diagram without a task of purpose `intake` counts from the start of that limit.
    """
    started = (
        select(deadlines.c.case_id, func.min(deadlines.c.started_at).label("at"))
        .where(deadlines.c.key == "handling")
        .group_by(deadlines.c.case_id)
        .subquery()
    )
    taken_in = (
        select(func.max(human_tasks.c.closed_at))
        .where(
            human_tasks.c.case_id == cases.c.id,
            human_tasks.c.purpose == "intake",
            human_tasks.c.status == "completed",
        )
        .correlate(cases)
        .scalar_subquery()
    )
    at = func.coalesce(taken_in, started.c.at).label("accepted_at")
    query = (
        select(cases, at)
        .join(started, started.c.case_id == cases.c.id)
        .where(cases.c.region == region, cases.c.matter.in_(matters))
        .order_by(at, cases.c.id)
    )
    return list(connection.execute(query))
