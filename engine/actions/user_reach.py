"""Whom an administrator may manage: people all of whose memberships lie where he is administrator himself.

Otherwise the administrator of one office could appoint one of every region, or reset that one's password.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from engine.actions.actor import Actor
from engine.errors import Forbidden, NotFound
from engine.store import users

ADMIN = "admin"


def reaches(actor: Actor, places: Iterable[tuple[str, str, str]]) -> bool:
    """`places`: (region, office, role). People without any membership belong to whoever administers everything."""
    held = list(places) or [("*", "*", "")]
    return all(actor.may(ADMIN, region, office) for region, office, _ in held)


def require_reach(actor: Actor, places: Iterable[tuple[str, str, str]]) -> None:
    if not reaches(actor, places):
        raise Forbidden("只能管理本人管理范围（统筹区、经办机构）以内的人员")


def person_within(connection: Any, actor: Actor, user_id: int) -> Row[Any]:
    """Raises NotFound, Forbidden."""
    person = users.by_id(connection, user_id)
    if person is None:
        raise NotFound("没有这个用户")
    require_reach(actor, users.memberships_of(connection, user_id))
    return person
