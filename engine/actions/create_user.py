"""Creates a user with memberships."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.actions.account_trail import CREATED, note
from engine.actions.actor import ROLES, SYSTEM, Membership
from engine.actions.system import System
from engine.errors import Conflict, InvalidInput
from engine.passwords import hash_password
from engine.store import users

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")


def create_user(
    system: System,
    username: str,
    name: str,
    password: str,
    memberships: Sequence[Membership],
    demo: bool = False,
    by: str = SYSTEM.username,
    must_change: bool = False,
) -> int:
    """The user's id. Raises InvalidInput (name, role, place), Conflict when the user name is taken.

    `by`: user name of who creates it; `must_change`: somebody else knows the password, too. Demo users cannot sign in
    outside demo mode, so a database that was once a demonstration has no open door.
    """
    if not _USERNAME.fullmatch(username):
        raise InvalidInput("用户名应以小写字母开头，由小写字母、数字和 . _ - 组成，2 至 40 个字符")
    if not name.strip():
        raise InvalidInput("请填写姓名")
    for place in memberships:
        check_place(system, place)
    values = {
        "username": username,
        "name": name.strip()[:60],
        "password_hash": hash_password(password),
        "active": True,
        "demo": demo,
        "must_change": must_change,
        "failures": 0,
        "created_at": system.clock.now(),
    }
    with system.store.writing() as connection:
        if users.by_username(connection, username) is not None:
            raise Conflict(f"用户名 {username} 已被使用")
        places = [(m.region, m.office, m.role) for m in memberships]
        user_id = users.add_user(connection, values, places)
        note(system, connection, by, users.by_id(connection, user_id), CREATED, (), places)
    return user_id


def check_place(system: System, place: Membership) -> None:
    """Raises InvalidInput for a role, region or office that there is not."""
    if place.role not in ROLES:
        raise InvalidInput(f"没有角色 {place.role}：应为 {'、'.join(ROLES)} 之一")
    if place.region == "*":
        if place.office != "*":
            raise InvalidInput("统筹区为全部时，经办机构也应为全部")
        return
    region = system.regions().get(place.region)
    if region is None:
        raise InvalidInput(f"没有统筹区 {place.region}")
    if place.office != "*" and place.office not in region.office_names():
        raise InvalidInput(f"{region.name}没有经办机构“{place.office}”")
