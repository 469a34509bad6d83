"""Queries over users, memberships, sessions and typed-but-unsent input.

A signed-in request costs two statements here (session with its user, memberships), so both are prebuilt.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, or_, select, update

from engine.store.people import form_drafts, memberships, sessions, users

_by_name = select(users).where(users.c.username == bindparam("b_username"))
_by_id = select(users).where(users.c.id == bindparam("b_id"))
_memberships = (
    select(memberships.c.region, memberships.c.office, memberships.c.role)
    .where(memberships.c.user_id == bindparam("b_user"))
    .order_by(memberships.c.id)
)
_session = (
    select(sessions, users.c.username, users.c.name, users.c.active, users.c.demo, users.c.must_change)
    .join(users, users.c.id == sessions.c.user_id)
    .where(sessions.c.token_hash == bindparam("b_hash"))
)
_touch = update(sessions).where(sessions.c.token_hash == bindparam("b_hash")).values(seen_at=bindparam("seen_at"))
_draft = select(form_drafts).where(
    form_drafts.c.user_id == bindparam("b_user"), form_drafts.c.place == bindparam("b_place")
)
_drop_draft = delete(form_drafts).where(
    form_drafts.c.user_id == bindparam("b_user"), form_drafts.c.place == bindparam("b_place")
)


def by_username(connection: Any, username: str) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_by_name, {"b_username": username}).first()
    return row


def by_id(connection: Any, user_id: int) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_by_id, {"b_id": user_id}).first()
    return row


def memberships_of(connection: Any, user_id: int) -> list[tuple[str, str, str]]:
    """(region, office, role) of a user; '*' stands for any region or office."""
    return [(r.region, r.office, r.role) for r in connection.execute(_memberships, {"b_user": user_id})]


def add_user(connection: Any, values: dict[str, Any], places: Iterable[tuple[str, str, str]]) -> int:
    """A user with memberships (region, office, role); the password arrives hashed."""
    user_id = int(connection.execute(insert(users).returning(users.c.id), values).scalar_one())
    _add_memberships(connection, user_id, places)
    return user_id


def _add_memberships(connection: Any, user_id: int, places: Iterable[tuple[str, str, str]]) -> None:
    rows = [{"user_id": user_id, "region": r, "office": o, "role": role} for r, o, role in places]
    if rows:
        connection.execute(insert(memberships), rows)


def set_memberships(connection: Any, user_id: int, places: Iterable[tuple[str, str, str]]) -> None:
    """What a user may do from now on: exactly these places (region, office, role)."""
    connection.execute(delete(memberships).where(memberships.c.user_id == user_id))
    _add_memberships(connection, user_id, places)


def rename(connection: Any, user_id: int, name: str) -> None:
    """The name as printed from now on; histories keep the user name."""
    connection.execute(update(users).where(users.c.id == user_id).values(name=name))


def count_failure(connection: Any, user_id: int, failures: int, locked_until: datetime | None) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(failures=failures, locked_until=locked_until))


def set_password(connection: Any, user_id: int, password_hash: str, must_change: bool = False) -> None:
    """`must_change`: somebody else knows it, too, and it is good for nothing but choosing another."""
    values = {"password_hash": password_hash, "must_change": must_change, "failures": 0, "locked_until": None}
    connection.execute(update(users).where(users.c.id == user_id).values(**values))


def set_active(connection: Any, user_id: int, active: bool) -> None:
    """Opens or closes an account; opening lifts a lock too."""
    connection.execute(update(users).where(users.c.id == user_id).values(active=active, failures=0, locked_until=None))


def listing(connection: Any) -> list[tuple[Row[Any], list[Row[Any]]]]:
    """Every user with his memberships, for the administrator; two statements however many there are."""
    people = list(connection.execute(select(users).order_by(users.c.username)))
    places: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(select(memberships).order_by(memberships.c.id)):
        places.setdefault(row.user_id, []).append(row)
    return [(person, places.get(person.id, [])) for person in people]


def holding(connection: Any, role: str, region: str, office: str) -> list[tuple[Row[Any], list[Row[Any]]]]:
    """Active people who hold a role at an office, with all their memberships, by name."""
    m = memberships.c
    here = (m.role == role, m.region.in_(("*", region)), m.office.in_(("*", office)))
    who = select(users).where(users.c.active, users.c.id.in_(select(m.user_id).where(*here)))
    people = list(connection.execute(who.order_by(users.c.name, users.c.username)))
    held = select(memberships).where(m.user_id.in_([person.id for person in people])).order_by(m.id)
    places: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(held) if people else ():
        places.setdefault(row.user_id, []).append(row)
    return [(person, places.get(person.id, [])) for person in people]


def demo_users(connection: Any) -> list[tuple[Row[Any], list[Row[Any]]]]:
    return [(person, places) for person, places in listing(connection) if person.demo and person.active]


# --- sessions: the cookie's token never reaches the database, only its sha256 -------------------------


def add_session(connection: Any, values: dict[str, Any]) -> None:
    connection.execute(insert(sessions), values)


def session(connection: Any, token_hash: str) -> Row[Any] | None:
    """The session with username, name, active and demo of its user."""
    row: Row[Any] | None = connection.execute(_session, {"b_hash": token_hash}).first()
    return row


def touch_session(connection: Any, token_hash: str, now: datetime) -> None:
    connection.execute(_touch, {"b_hash": token_hash, "seen_at": now})


def end_session(connection: Any, token_hash: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_sessions_of(connection: Any, user_id: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def purge_sessions(connection: Any, now: datetime) -> None:
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))


# --- typed input --------------------------------------------------------------------------------------


def draft(connection: Any, user_id: int, place: str) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_draft, {"b_user": user_id, "b_place": place}).first()
    return row


def put_draft(connection: Any, user_id: int, place: str, values: str, now: datetime) -> None:
    connection.execute(_drop_draft, {"b_user": user_id, "b_place": place})
    connection.execute(insert(form_drafts), {"user_id": user_id, "place": place, "values": values, "updated_at": now})


def purge_drafts(connection: Any, before: datetime) -> None:
    """What nobody has touched for so long: it is personal data that belongs to no case."""
    connection.execute(delete(form_drafts).where(form_drafts.c.updated_at < before))


def drop_drafts(connection: Any, places: Iterable[str], beginning: str) -> None:
    """Everybody's, of these places and of all that begin so."""
    under = form_drafts.c.place.startswith(beginning, autoescape=True)
    connection.execute(delete(form_drafts).where(or_(form_drafts.c.place.in_(list(places)), under)))


def drop_draft(connection: Any, user_id: int, place: str) -> None:
    connection.execute(_drop_draft, {"b_user": user_id, "b_place": place})
