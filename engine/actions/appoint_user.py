"""An administrator creates a user; the first password is made here and told once."""

from __future__ import annotations

from collections.abc import Sequence

from engine.actions.actor import Actor, Membership
from engine.actions.create_user import create_user
from engine.actions.system import System
from engine.actions.user_reach import require_reach
from engine.errors import InvalidInput
from engine.passwords import new_password


def appoint_user(system: System, actor: Actor, username: str, name: str, memberships: Sequence[Membership]) -> str:
    """The password to hand over. Raises InvalidInput, Conflict (user name taken), Forbidden outside one's reach."""
    if not memberships:
        raise InvalidInput("请至少选择一项职责")
    require_reach(actor, [(m.region, m.office, m.role) for m in memberships])
    password = new_password()
    create_user(system, username, name, password, memberships, by=actor.username, must_change=True)
    return password
