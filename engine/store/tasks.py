"""Human tasks: a projection of what is open and what was done, made for the inbox."""

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
    UniqueConstraint,
    and_,
    bindparam,
    select,
    text,
)

from engine.store.base import Instant, metadata, upsert
from engine.store.cases import cases

OPEN = ("open", "claimed")

human_tasks = Table(
    "human_tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("node", String(200), nullable=False),
    Column("n", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("form", String(60), nullable=False),
    Column("matter", String(80), nullable=False),
    Column("region", String(20), nullable=False),
    Column("office", String(40), nullable=False),
    Column("lane", String(20), nullable=False),  # candidate group; 'applicant' tasks are listed under 等待申请人
    Column("act_as", String(20), nullable=False),  # lane that may complete it for the applicant
    Column("status", String(10), nullable=False),  # open, claimed, completed, cancelled
    Column("assignee", String(60)),
    Column("opened_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", String(60)),
    Column("deadline", String(40), nullable=False),  # key of the deadline that presses it, '' for none
    Column("due", Instant),  # first instant too late; NULL while suspended or without a limit
    Column("suspended", Integer, nullable=False, default=0),
    UniqueConstraint("case_id", "node", "n"),
    # the inbox reads groups' unclaimed tasks, applicants' and one's own, each over its own partial index
    Index(
        "ix_human_tasks_group",
        "region", "lane", "office", "due", "id",
        sqlite_where=text("status = 'open'"), postgresql_where=text("status = 'open'"),
    ),
    Index(
        "ix_human_tasks_applicant",
        "region", "act_as", "office", "due", "id",
        sqlite_where=text("status = 'open' AND lane = 'applicant'"),
        postgresql_where=text("status = 'open' AND lane = 'applicant'"),
    ),
    Index(
        "ix_human_tasks_mine",
        "assignee", "due", "id",
        sqlite_where=text("status = 'claimed'"), postgresql_where=text("status = 'claimed'"),
    ),
    sqlite_autoincrement=True,
    info={"rights": ("UPDATE",)},
)  # fmt: skip

_CASE = (
    "id", "number", "matter", "region", "office", "applicant", "deployment_id", "revision", "status", "hash", "state",
    "variables",
)  # fmt: skip
_TASK = (
    "id", "node", "n", "name", "purpose", "form", "region", "office", "lane", "act_as", "status", "closed_at",
    "closed_by",
)  # fmt: skip
_with_case = (
    select(*(cases.c[name] for name in _CASE), *(human_tasks.c[name].label(f"task_{name}") for name in _TASK))
    .select_from(human_tasks.join(cases, cases.c.id == human_tasks.c.case_id))
    .where(human_tasks.c.id == bindparam("b_task"))
)
_with_case_locked = _with_case.with_for_update(of=cases)
_whole = (
    select(cases, *(c.label(f"task_{c.name}") for c in human_tasks.c))
    .select_from(human_tasks.join(cases, cases.c.id == human_tasks.c.case_id))
    .where(human_tasks.c.id == bindparam("b_task"))
)
_put = upsert(
    human_tasks,
    ("status", "assignee", "claimed_at", "closed_at", "closed_by", "deadline", "due", "suspended"),
    key=("case_id", "node", "n"),
    lasting={"claimed_at": "assignee"},
)
_open_of_case = (
    select(human_tasks)
    .where(and_(human_tasks.c.case_id == bindparam("b_case"), human_tasks.c.status.in_(OPEN)))
    .order_by(human_tasks.c.id)
)
_of_case = select(human_tasks).where(human_tasks.c.case_id == bindparam("b_case")).order_by(human_tasks.c.id)


def take_with_case(connection: Any, task_id: int) -> Row[Any] | None:
    """For actions: what a step needs of the case and, as `task_*`, of the task; the case locked where rows lock."""
    statement = _with_case if connection.dialect.name == "sqlite" else _with_case_locked
    row: Row[Any] | None = connection.execute(statement, {"b_task": task_id}).first()
    return row


def read_with_case(connection: Any, task_id: int) -> Row[Any] | None:
    """For pages: every column of both, nothing locked."""
    row: Row[Any] | None = connection.execute(_whole, {"b_task": task_id}).first()
    return row


def put(connection: Any, rows: list[dict[str, Any]]) -> None:
    """Adds tasks that opened and brings others up to date, in one statement."""
    _put.run(connection, rows)


def open_of_case(connection: Any, case_id: int) -> list[Row[Any]]:
    return list(connection.execute(_open_of_case, {"b_case": case_id}))


def of_case(connection: Any, case_id: int) -> list[Row[Any]]:
    return list(connection.execute(_of_case, {"b_case": case_id}))
