"""An administrator lifts the lock that wrong passwords put on an account."""

from __future__ import annotations

from engine.actions.account_trail import UNLOCKED, note
from engine.actions.actor import Actor
from engine.actions.system import System
from engine.actions.user_reach import person_within
from engine.store import users


def unlock_user(system: System, actor: Actor, user_id: int) -> None:
    """Safe to repeat. Raises NotFound, Forbidden."""
    with system.store.writing() as connection:
        person = person_within(connection, actor, user_id)
        users.count_failure(connection, user_id, 0, None)
        if person.locked_until is not None:
            note(system, connection, actor.username, person, UNLOCKED, users.memberships_of(connection, user_id))
