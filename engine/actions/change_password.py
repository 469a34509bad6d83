"""Changes one's own password, and ends every session that the old one opened."""

from __future__ import annotations

from engine.actions.account_trail import OWN_PASSWORD, note
from engine.actions.actor import Actor
from engine.actions.system import System
from engine.errors import Forbidden, NotFound
from engine.passwords import hash_password, verify_password
from engine.store import users


def change_password(system: System, actor: Actor, current: str, new: str) -> None:
    """Raises Forbidden when the present password is wrong, InvalidInput when the new one is too short."""
    hashed = hash_password(new)
    with system.store.reading() as connection:
        person = users.by_id(connection, actor.user_id)
    if person is None:
        raise NotFound("没有这个用户")
    if not verify_password(person.password_hash, current):
        raise Forbidden("原密码不正确")
    with system.store.writing() as connection:
        users.set_password(connection, actor.user_id, hashed)
        users.end_sessions_of(connection, actor.user_id)
        note(system, connection, actor.username, person, OWN_PASSWORD, users.memberships_of(connection, actor.user_id))
