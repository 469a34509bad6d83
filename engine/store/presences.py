"""Who has a draft's picture open, as far as their pages still say so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, bindparam, select

from engine.store.base import Instant, metadata, upsert
from engine.store.drafts import diagram_drafts

draft_presences = Table(
    "draft_presences",
    metadata,
    Column("draft", Integer, ForeignKey("diagram_drafts.id"), primary_key=True, autoincrement=False),
    Column("username", String(60), primary_key=True),
    Column("since", Instant, nullable=False),  # the business clock's
    Column("seen_at", Instant, nullable=False),  # the machine's
    info={"rights": ("UPDATE",)},
)

_put = upsert(draft_presences, ("since", "seen_at"))
_of_matter = (
    select(draft_presences)
    .join(diagram_drafts, diagram_drafts.c.id == draft_presences.c.draft)
    .where(diagram_drafts.c.matter == bindparam("b_matter"), draft_presences.c.seen_at > bindparam("b_after"))
    .order_by(draft_presences.c.since, draft_presences.c.username)
)


def put(connection: Any, values: dict[str, Any]) -> None:
    _put.run(connection, [values])


def of_matter(connection: Any, matter: str, after: datetime) -> list[Row[Any]]:
    """Everybody whose page spoke after that instant, with any draft of the matter."""
    return list(connection.execute(_of_matter, {"b_matter": matter, "b_after": after}))
