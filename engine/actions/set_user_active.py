"""An administrator closes an account, or opens it again. Nobody is ever deleted: histories name him."""

from __future__ import annotations

from engine.actions.account_trail import CLOSED, OPENED, note
from engine.actions.actor import Actor
from engine.actions.system import System
from engine.actions.user_reach import person_within
from engine.errors import Conflict
from engine.store import users


def set_user_active(system: System, actor: Actor, user_id: int, active: bool) -> None:
    """Closing ends every session at once. Raises Conflict for one's own account (somebody must stay to open it)."""
    if user_id == actor.user_id and not active:
        raise Conflict("不能停用自己的账号，请由其他管理员办理")
    with system.store.writing() as connection:
        person = person_within(connection, actor, user_id)
        users.set_active(connection, user_id, active)
        if person.active != active:
            held = users.memberships_of(connection, user_id)
            note(system, connection, actor.username, person, OPENED if active else CLOSED, held)
        if not active:
            users.end_sessions_of(connection, user_id)
