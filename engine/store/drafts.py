"""Drafts of diagrams: what a designer is changing, until somebody else publishes or rejects it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)

from engine.store.base import Instant, metadata
from engine.store.deployments import deployments

EDITING, PROPOSED, PUBLISHED, REJECTED, DISCARDED = "editing", "proposed", "published", "rejected", "discarded"
OPEN = (EDITING, PROPOSED, REJECTED)  # a rejected draft goes on: its author mends it or discards it

diagram_drafts = Table(
    "diagram_drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("matter", String(80), nullable=False),
    Column("base_deployment", Integer, ForeignKey("deployments.id"), nullable=False),
    Column("author", String(60), nullable=False),
    Column("editors", Text, nullable=False),  # space-separated: everybody who saved it; none of them may approve
    Column("revision", Integer, nullable=False),  # one more at every change
    Column("xml", Text, nullable=False),
    Column("status", String(12), nullable=False),  # editing, proposed, published, rejected, discarded
    Column("regions", Text, nullable=False),  # space-separated; where it is to be published
    Column("note", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("updated_by", String(60), nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", String(60)),
    Column("decision_note", Text, nullable=False, default=""),
    Index("ix_diagram_drafts_matter", "matter", "status"),
    sqlite_autoincrement=True,
    info={"rights": ("UPDATE",)},
)

_insert = insert(diagram_drafts).returning(diagram_drafts.c.id)
_by_id = (
    select(diagram_drafts, deployments.c.region, deployments.c.version.label("base_version"))
    .join(deployments, deployments.c.id == diagram_drafts.c.base_deployment)
    .where(diagram_drafts.c.id == bindparam("b_id"))
)
_by_id_locked = _by_id.with_for_update(of=diagram_drafts)
_columns = [c for c in diagram_drafts.c if c.name != "xml"]
_listing = (
    select(*_columns, deployments.c.region, deployments.c.version.label("base_version"))
    .join(deployments, deployments.c.id == diagram_drafts.c.base_deployment)
    .where(diagram_drafts.c.status.in_(OPEN))
    .order_by(diagram_drafts.c.matter, diagram_drafts.c.id)
)


def add(connection: Any, values: dict[str, Any]) -> int:
    return int(connection.execute(_insert, values).scalar_one())


def by_id(connection: Any, draft_id: int) -> Row[Any] | None:
    """The draft with the region and version it was started from."""
    row: Row[Any] | None = connection.execute(_by_id, {"b_id": draft_id}).first()
    return row


def take(connection: Any, draft_id: int) -> Row[Any] | None:
    """The same, held until the transaction ends; call it inside `Store.writing()`."""
    statement = _by_id if connection.dialect.name == "sqlite" else _by_id_locked
    row: Row[Any] | None = connection.execute(statement, {"b_id": draft_id}).first()
    return row


def change(connection: Any, draft_id: int, values: dict[str, Any]) -> None:
    """Writes to a draft that `take` holds."""
    connection.execute(update(diagram_drafts).where(diagram_drafts.c.id == draft_id).values(**values))


def under_way(connection: Any) -> list[Row[Any]]:
    """Every draft that is neither published nor discarded, without its XML."""
    return list(connection.execute(_listing))
