"""督办: items that alarms of the agency's own deadlines open for the supervisor."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, insert

from engine.store.base import Instant, metadata

supervisions = Table(
    "supervisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("seq", Integer, nullable=False),  # of the alarm's event
    Column("region", String(20), nullable=False),
    Column("office", String(40), nullable=False),
    Column("kind", String(10), nullable=False),  # warning, overdue
    Column("deadline", String(40), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("status", String(10), nullable=False),  # open, handled
    Column("handled_at", Instant),
    Column("handled_by", String(60)),
    Column("note", Text, nullable=False, default=""),
    UniqueConstraint("case_id", "seq"),
    Index("ix_supervisions_open", "region", "status", "raised_at"),
    sqlite_autoincrement=True,
    info={"rights": ("UPDATE",)},
)

_insert = insert(supervisions).inline()  # no RETURNING: nobody reads the answer


def add(connection: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(_insert, rows)
