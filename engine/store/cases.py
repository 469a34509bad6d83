"""The case: one row a case, the only row that every action of a case takes first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)

from engine.store.base import Instant, Step, metadata
from engine.store.prepared import Prepared

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("matter", String(80), nullable=False),
    Column("region", String(20), nullable=False),
    Column("office", String(40), nullable=False),
    Column("applicant", String(200), nullable=False),  # name as shown in lists
    Column("deployment_id", Integer, ForeignKey("deployments.id"), nullable=False),
    Column("revision", Integer, nullable=False),  # one more at every change
    Column("status", String(10), nullable=False),  # open, closed
    Column("outcome", String(30), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", String(60), nullable=False),
    Column("closed_at", Instant),
    Column("next_due", Instant),  # earliest instant at which the case acts by itself
    Column("attempts", Integer, nullable=False, default=0),  # failed sweeps since the last success
    Column("seq", Integer, nullable=False),  # of the last event
    Column("hash", String(64), nullable=False),  # of the last event
    Column("state", LargeBinary),  # canonical state with tokens; NULL: stale, rebuilt by the next action
    Column("variables", Text, nullable=False),  # canonical encoding of the submissions
    Column("linked_case", Integer, ForeignKey("cases.id")),
    Column("open_request", String(36)),  # request id of the form that opened it: posting it again opens nothing
    UniqueConstraint("opened_by", "open_request"),
    Index("ix_cases_next_due", "next_due"),
    Index("ix_cases_region_opened", "region", "opened_at"),
    Index("ix_cases_matter_region", "matter", "region", "status"),
    sqlite_autoincrement=True,
    info={"rights": ("UPDATE",)},
)

_take = select(cases).where(cases.c.id == bindparam("b_case"))
_take_locked = _take.with_for_update()
_insert = insert(cases).returning(cases.c.id)
_move = (
    update(cases)
    .where(cases.c.id == bindparam("b_case"), cases.c.revision == bindparam("b_revision"))
    .values(
        revision=bindparam("revision"),
        status=bindparam("status"),
        outcome=bindparam("outcome"),
        closed_at=bindparam("closed_at"),
        next_due=bindparam("next_due"),
        attempts=0,
        seq=bindparam("seq"),
        hash=bindparam("hash"),
        state=bindparam("state"),
        variables=bindparam("variables"),
        applicant=bindparam("applicant"),
    )
)
_prepared_move = Prepared(_move)
_by_number = select(cases).where(cases.c.number == bindparam("b_number"))


_overdue = (
    select(cases.c.id)
    .where(cases.c.next_due <= bindparam("b_now"), cases.c.attempts < bindparam("b_tries"))
    .order_by(cases.c.next_due)
    .limit(bindparam("b_limit"))
)
_take_due = select(cases).where(cases.c.id == bindparam("b_case"), cases.c.next_due <= bindparam("b_now"))
_take_due_locked = _take_due.with_for_update(skip_locked=True)
_set_next_due = (
    update(cases)
    .where(cases.c.id == bindparam("b_case"), cases.c.revision == bindparam("b_revision"))
    .values(next_due=bindparam("next_due"))
)
_attempt = update(cases).where(cases.c.id == bindparam("b_case")).values(attempts=cases.c.attempts + 1)
_again = update(cases).where(cases.c.id == bindparam("b_case")).values(attempts=0)
_attempts = select(cases.c.attempts).where(cases.c.id == bindparam("b_case"))
MAX_ATTEMPTS = 3  # failed sweeps after which a case is set aside until its incident is resolved


def overdue(connection: Any, now: datetime, limit: int) -> list[int]:
    """Cases that have something due, the most overdue first; those set aside are left out."""
    rows = connection.execute(_overdue, {"b_now": now, "b_tries": MAX_ATTEMPTS, "b_limit": limit})
    return [row.id for row in rows]


def take_due(step: Step, case_id: int, now: datetime) -> Row[Any] | None:
    """The case's row if it is still due and nobody else has it (PostgreSQL: skipped when locked)."""
    statement = _take_due if step.connection.dialect.name == "sqlite" else _take_due_locked
    return step.connection.execute(statement, {"b_case": case_id, "b_now": now}).first()


def set_next_due(connection: Any, case_id: int, revision: int, due: datetime | None) -> None:
    """Corrects when the case acts next, unless somebody moved it meanwhile."""
    connection.execute(_set_next_due, {"b_case": case_id, "b_revision": revision, "next_due": due})


def count_attempt(connection: Any, case_id: int) -> int:
    """Notes a failed sweep and tells how many there were since the last success."""
    connection.execute(_attempt, {"b_case": case_id})
    return int(connection.execute(_attempts, {"b_case": case_id}).scalar_one())


def try_again(connection: Any, case_id: int) -> None:
    """A case that was set aside after failed sweeps is swept again."""
    connection.execute(_again, {"b_case": case_id})


def take(step: Step, case_id: int) -> Row[Any] | None:
    """The case's row, locked where the database locks rows."""
    statement = _take if step.connection.dialect.name == "sqlite" else _take_locked
    return step.connection.execute(statement, {"b_case": case_id}).first()


def by_number(connection: Any, number: str) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_by_number, {"b_number": number}).first()
    return row


def by_id(connection: Any, case_id: int) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_take, {"b_case": case_id}).first()
    return row


_by_request = select(cases).where(
    cases.c.opened_by == bindparam("b_actor"), cases.c.open_request == bindparam("b_request")
)


def by_open_request(connection: Any, actor: str, request_id: str) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_by_request, {"b_actor": actor, "b_request": request_id}).first()
    return row


def add(connection: Any, values: dict[str, Any]) -> int:
    return int(connection.execute(_insert, values).scalar_one())


def move(connection: Any, case_id: int, revision: int, values: dict[str, Any]) -> bool:
    """Writes the next revision; False when somebody else moved the case meanwhile."""
    result = _prepared_move.run(connection, [{**values, "b_case": case_id, "b_revision": revision}])
    return bool(result.rowcount != 0)  # -1: sent together with other writes; the row is locked then


OWN_WEIGHT = 3  # a case that the person opened says more about what he opens next than one of a colleague


def opened_since(connection: Any, region: str, username: str, since: datetime) -> dict[str, int]:
    """Matter -> how often cases of it were opened there since then, the person's own counted OWN_WEIGHT times."""
    own = case((cases.c.opened_by == username, OWN_WEIGHT), else_=1)
    query = (
        select(cases.c.matter, func.sum(own))
        .where(cases.c.region == region, cases.c.opened_at >= since)
        .group_by(cases.c.matter)
    )
    return {matter: int(count) for matter, count in connection.execute(query)}


def every(connection: Any) -> list[tuple[int, str]]:
    """(id, number) of every case, in the order of opening."""
    return [(row.id, row.number) for row in connection.execute(select(cases.c.id, cases.c.number).order_by(cases.c.id))]
