"""Who stands on a public notice: one row a case, registered once its case knows of the notice."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, insert, select, update

from engine.store.base import metadata
from engine.store.cases import cases
from engine.store.notices import notices

PENDING, REGISTERED = "pending", "registered"

notice_items = Table(
    "notice_items",
    metadata,
    Column("notice_id", Integer, ForeignKey("notices.id"), primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("position", Integer, nullable=False),  # on the list, from 1
    Column("name", String(200), nullable=False),  # as published
    Column("matter", String(80), nullable=False),
    Column("status", String(10), nullable=False),
    Index("ix_notice_items_case", "case_id"),
    sqlite_with_rowid=False,
    info={"rights": ("UPDATE",)},
)


def add(connection: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(notice_items), rows)


def of_notice(connection: Any, notice_id: int) -> list[Row[Any]]:
    """In the order of the list, each with its case's number and how that stands."""
    query = (
        select(notice_items, cases.c.number, cases.c.status.label("case_status"), cases.c.outcome.label("case_outcome"))
        .join(cases, cases.c.id == notice_items.c.case_id)
        .where(notice_items.c.notice_id == notice_id)
        .order_by(notice_items.c.position)
    )
    return list(connection.execute(query))


def listed(connection: Any, case_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Case -> (number of its notice, how far that has reached it), of those that stand on one."""
    query = (
        select(notice_items.c.case_id, notices.c.number, notice_items.c.status)
        .join(notices, notices.c.id == notice_items.c.notice_id)
        .where(notice_items.c.case_id.in_(case_ids))
    )
    return {row.case_id: (row.number, row.status) for row in connection.execute(query)}


def register(connection: Any, notice_id: int, case_id: int) -> None:
    """The case knows of it."""
    connection.execute(
        update(notice_items)
        .where(notice_items.c.notice_id == notice_id, notice_items.c.case_id == case_id)
        .values(status=REGISTERED)
    )
