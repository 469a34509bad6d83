"""Awaited messages (回函): what cases wait for from third parties, and what came in before. A projection.

The inbox shows a waiting one as a task of its group (`human_tasks`, purpose `message`); here stands which are out.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, bindparam, select

from engine.store.base import Instant, metadata, upsert

awaited_messages = Table(
    "awaited_messages",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("message", String(60), primary_key=True),  # id in the diagram
    Column("node", String(200), primary_key=True),  # path of the place; '' for one that came early
    Column("n", Integer, primary_key=True),  # of the place; of an early one the seq of its event
    Column("form", String(60), nullable=False),
    Column("region", String(20), nullable=False),
    Column("office", String(40), nullable=False),
    Column("status", String(10), nullable=False),  # waiting, received, cancelled; early ones: kept, delivered
    Column("since", Instant, nullable=False),  # it is awaited, or came early
    Column("closed_at", Instant),
    Column("closed_by", String(60)),
    Index("ix_awaited_messages_open", "region", "status", "since"),
    sqlite_with_rowid=False,
    info={"rights": ("UPDATE",)},
)

_put = upsert(awaited_messages, ("status", "closed_at", "closed_by"))
_of_case = (
    select(awaited_messages)
    .where(awaited_messages.c.case_id == bindparam("b_case"))
    .order_by(awaited_messages.c.since, awaited_messages.c.message)
)


def put(connection: Any, rows: list[dict[str, Any]]) -> None:
    _put.run(connection, rows)


def of_case(connection: Any, case_id: int) -> list[Row[Any]]:
    return list(connection.execute(_of_case, {"b_case": case_id}))
