"""An administrator gives somebody a new password; it is told once, and every session of the old one ends."""

from __future__ import annotations

from engine.actions.account_trail import PASSWORD, note
from engine.actions.actor import Actor
from engine.actions.system import System
from engine.actions.user_reach import person_within
from engine.passwords import hash_password, new_password
from engine.store import users


def reset_password(system: System, actor: Actor, user_id: int) -> str:
    """The password to hand over; a lock is lifted. Raises NotFound, Forbidden."""
    password = new_password()
    hashed = hash_password(password)
    with system.store.writing() as connection:
        person = person_within(connection, actor, user_id)
        users.set_password(connection, user_id, hashed, must_change=True)
        users.end_sessions_of(connection, user_id)
        note(system, connection, actor.username, person, PASSWORD, users.memberships_of(connection, user_id))
    return password
