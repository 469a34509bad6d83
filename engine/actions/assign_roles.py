"""An administrator changes what somebody may do: memberships are replaced as a whole, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from engine.actions.account_trail import MEMBERSHIPS, note
from engine.actions.actor import Actor, Membership
from engine.actions.create_user import check_place
from engine.actions.system import System
from engine.actions.user_reach import person_within, require_reach
from engine.errors import Conflict, Forbidden, InvalidInput
from engine.store import users

MAX_REASON = 500


def assign_roles(
    system: System,
    actor: Actor,
    user_id: int,
    seen: Sequence[Membership],
    wanted: Sequence[Membership],
    reason: str,
) -> None:
    """From the person's next request on he may do exactly what is wanted; the same again changes nothing.

    `seen`: the memberships that the page showed. Raises Forbidden for one's own account (who gives himself a role
    reviews himself) and outside one's reach, InvalidInput (no reason, no membership, a place that does not exist),
    Conflict when another administrator changed them meanwhile, NotFound.
    """
    reason = " ".join(reason.split())
    if user_id == actor.user_id:
        raise Forbidden("不能变更自己的职责，请由其他管理员办理")
    after = list(dict.fromkeys((m.region, m.office, m.role) for m in wanted))
    if not after:
        raise InvalidInput("请至少保留一项职责；不再使用的账号请停用")
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput(f"请填写变更依据（不超过 {MAX_REASON} 字），例如任免、调岗通知的文号")
    for place in wanted:
        check_place(system, place)
    require_reach(actor, after)
    with system.store.writing() as connection:
        person = person_within(connection, actor, user_id)
        before = users.memberships_of(connection, user_id)
        if set(before) == set(after):
            return
        if set(before) != {(m.region, m.office, m.role) for m in seen}:
            raise Conflict("打开页面之后，这个人的职责已由其他管理员变更，请核对后重新填写")
        users.set_memberships(connection, user_id, after)
        note(system, connection, actor.username, person, MEMBERSHIPS, before, after, reason)
