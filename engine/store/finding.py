"""Lists that people page through: cases, supervision items, incidents. Pages by key, never OFFSET; every hot list
stays within the regions of who asks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select, tuple_, update

from engine.store.cases import cases
from engine.store.incidents import incidents
from engine.store.people import users
from engine.store.settings import calendar_versions
from engine.store.supervision import supervisions


class Reach(NamedTuple):
    """A region, and its office or '*'."""

    region: str
    office: str


class Before(NamedTuple):
    """Key of the last row of the page before (newest first)."""

    at: datetime
    id: int


@dataclass(frozen=True)
class CaseQuery:
    """Which cases; `reach` None means every region."""

    reach: tuple[Reach, ...] | None
    words: str = ""  # part of the number or of the applicant's name
    status: str = ""  # open, closed, or an outcome
    region: str = ""
    matter: str = ""


def _within(table: Any, reach: Collection[Reach] | None) -> ColumnElement[bool] | None:
    if reach is None:
        return None
    whole = [r.region for r in reach if r.office == "*"]
    parts = [table.c.region.in_(whole)] if whole else []
    parts += [and_(table.c.region == r.region, table.c.office == r.office) for r in reach if r.office != "*"]
    return or_(*parts) if parts else false()


def narrowed(statement: Select[Any], query: CaseQuery) -> Select[Any]:
    """A statement over cases, limited to those the query asks for."""
    within = _within(cases, query.reach)
    if within is not None:
        statement = statement.where(within)
    if query.words:
        escaped = query.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{escaped}%"
        statement = statement.where(
            or_(cases.c.number.like(like, escape="\\"), cases.c.applicant.like(like, escape="\\"))
        )
    if query.status in ("open", "closed"):
        statement = statement.where(cases.c.status == query.status)
    elif query.status:
        statement = statement.where(cases.c.outcome == query.status)
    if query.region:
        statement = statement.where(cases.c.region == query.region)
    if query.matter:
        statement = statement.where(cases.c.matter == query.matter)
    return statement


def find_cases(connection: Any, query: CaseQuery, before: Before | None, size: int) -> list[Row[Any]]:
    """Newest first, at most `size` + 1 rows without their state."""
    c = cases.c
    columns = [x for x in c if x.name not in ("state", "variables")]
    statement = select(*columns).order_by(c.opened_at.desc(), c.id.desc()).limit(size + 1)
    statement = narrowed(statement, query)
    if before is not None:
        statement = statement.where(tuple_(c.opened_at, c.id) < tuple_(before.at, before.id))
    return list(connection.execute(statement))


def linked_to(connection: Any, case_id: int) -> list[Row[Any]]:
    """Cases that name this one as the case they follow."""
    statement = select(cases.c.number, cases.c.status, cases.c.outcome, cases.c.opened_at)
    return list(connection.execute(statement.where(cases.c.linked_case == case_id).order_by(cases.c.id)))


def find_supervisions(
    connection: Any, reach: tuple[Reach, ...] | None, status: str, before: Before | None, size: int
) -> list[Row[Any]]:
    """Open items: oldest first would hide today's; newest first, as alarms come in."""
    s = supervisions.c
    statement = (
        select(supervisions, cases.c.number, cases.c.applicant, cases.c.matter, cases.c.status.label("case_status"))
        .join(cases, cases.c.id == s.case_id)
        .where(s.status == status)
        .order_by(s.raised_at.desc(), s.id.desc())
        .limit(size + 1)
    )
    within = _within(supervisions, reach)
    if within is not None:
        statement = statement.where(within)
    if before is not None:
        statement = statement.where(tuple_(s.raised_at, s.id) < tuple_(before.at, before.id))
    return list(connection.execute(statement))


def supervision(connection: Any, item_id: int) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(select(supervisions).where(supervisions.c.id == item_id)).first()
    return row


def handle_supervision(connection: Any, item_id: int, who: str, note: str, at: datetime) -> bool:
    """False when somebody else handled it first."""
    result = connection.execute(
        update(supervisions)
        .where(supervisions.c.id == item_id, supervisions.c.status == "open")
        .values(status="handled", handled_by=who, handled_at=at, note=note)
    )
    return bool(result.rowcount == 1)


def supervisions_of(connection: Any, case_id: int) -> list[Row[Any]]:
    statement = select(supervisions).where(supervisions.c.case_id == case_id).order_by(supervisions.c.id.desc())
    return list(connection.execute(statement))


def find_incidents(connection: Any, size: int, reach: Collection[Reach] | None = None) -> list[Row[Any]]:
    """Unresolved first, then newest first; those without a case for whoever reaches every region."""
    i = incidents.c
    statement = (
        select(i.id, i.what, i.node, i.message, i.raised_at, i.resolved_at, i.resolved_by, cases.c.number)
        .outerjoin(cases, cases.c.id == i.case_id)
        .order_by(i.resolved_at.is_not(None), i.raised_at.desc(), i.id.desc())
        .limit(size)
    )
    within = _within(cases, reach)
    return list(connection.execute(statement if within is None else statement.where(within)))


def open_incidents(connection: Any) -> int:
    return int(connection.execute(select(func.count()).where(incidents.c.resolved_at.is_(None))).scalar_one())


def calendar_versions_listed(connection: Any) -> Sequence[Row[Any]]:
    c = calendar_versions.c
    statement = select(c.version, c.position, c.reason, c.entered_at, c.entered_by).order_by(c.position.desc())
    return list(connection.execute(statement))


def names_of(connection: Any, usernames: Collection[str]) -> dict[str, str]:
    """User name -> name as printed, for those who are known."""
    if not usernames:
        return {}
    rows = connection.execute(select(users.c.username, users.c.name).where(users.c.username.in_(sorted(usernames))))
    return {row.username: row.name for row in rows}


def name_of(connection: Any, username: str) -> str:
    """A person as messages call him."""
    return names_of(connection, {username}).get(username, username)
