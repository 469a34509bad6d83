"""Incidents: what the engine could not do; the case stays as it was."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

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
)
