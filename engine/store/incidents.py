"""Incidents: what the engine could not do; the case stays as it was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, Text, select, update

from engine.store.base import Instant, metadata

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id")),
    Column("what", String(40), nullable=False),  # complete_task, fire_timer, rebuild ...
    Column("node", String(200), nullable=False),
    Column("message", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", String(60)),
    Index("ix_incidents_open", "resolved_at", "raised_at"),
    sqlite_autoincrement=True,
    info={"rights": ("UPDATE",)},
)


def by_id(connection: Any, incident_id: int) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(select(incidents).where(incidents.c.id == incident_id)).first()
    return row


def resolve(connection: Any, incident_id: int, who: str, at: datetime) -> bool:
    """False when somebody else resolved it first."""
    statement = update(incidents).where(incidents.c.id == incident_id, incidents.c.resolved_at.is_(None))
    return bool(connection.execute(statement.values(resolved_at=at, resolved_by=who)).rowcount == 1)
