"""Public notices (公示): what was published, word for word. Frozen: a later change of guide or region leaves them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Date, Index, Integer, Row, String, Table, Text, insert, select

from engine.store.base import Instant, metadata, queue_for

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("region", String(20), nullable=False),
    Column("office", String(40), nullable=False),
    Column("cycle", String(6), nullable=False),  # quarter that its cases belong to: 2026Q1
    Column("title", String(200), nullable=False),
    Column("agency", String(100), nullable=False),  # who signs
    Column("contacts", Text, nullable=False),  # how to object: JSON [[label, text], ...]
    Column("days", Integer, nullable=False),  # length of the period, calendar days
    Column("published_at", Instant, nullable=False),
    Column("ends_on", Date, nullable=False),  # last day of the period
    Column("published_by", String(60), nullable=False),  # user name
    Column("request_id", String(36), nullable=False, unique=True),
    Index("ix_notices_published", "published_at"),
    sqlite_autoincrement=True,
)


def hold(connection: Any) -> None:
    """Nobody else publishes until this transaction ends: two cannot list one case, nor the same form twice."""
    queue_for(connection, "notices")


def add(connection: Any, values: dict[str, Any]) -> int:
    return int(connection.execute(insert(notices).returning(notices.c.id), values).scalar_one())


def by_number(connection: Any, number: str) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(select(notices).where(notices.c.number == number)).first()
    return row


def by_request(connection: Any, request_id: str) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(select(notices).where(notices.c.request_id == request_id)).first()
    return row


def of_cycle(connection: Any, region: str, cycle: str) -> list[Row[Any]]:
    """Oldest first."""
    query = select(notices).where(notices.c.region == region, notices.c.cycle == cycle).order_by(notices.c.id)
    return list(connection.execute(query))


def listing(connection: Any, before: int | None, size: int) -> list[Row[Any]]:
    """Newest first, at most `size` + 1 rows; `before`: id of the last row of the page before."""
    query = select(notices).order_by(notices.c.id.desc()).limit(size + 1)
    return list(connection.execute(query if before is None else query.where(notices.c.id < before)))
