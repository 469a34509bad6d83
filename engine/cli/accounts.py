"""`jingban admin`: the first administrator of an installation, and a new password for one who forgot his.

Everybody else is appointed on the pages. Whoever works here owns the machine and the database; the auditor reads that
it was done at the command line.
"""

from __future__ import annotations

import argparse
from typing import Any

from engine.actions.account_trail import OPERATOR
from engine.actions.actor import Actor, Membership
from engine.actions.appoint_user import appoint_user
from engine.actions.reset_password import reset_password
from engine.errors import InvalidInput, NotFound
from engine.installation import Installation
from engine.store import users

EVERYWHERE = Membership("*", "*", "admin")


def add_parser(commands: Any) -> None:
    command = commands.add_parser("admin", help="新建管理全部统筹区的系统管理员，或为其重置密码")
    command.add_argument("username", metavar="用户名")
    command.add_argument("name", metavar="姓名", nargs="?", help="新建时填写")
    command.add_argument("--reset", action="store_true", help="为已有的用户重置密码，并解除锁定")
    command.add_argument("--database", metavar="URL", help="数据库地址（默认取 JINGBAN_DATABASE_URL）")
    command.set_defaults(run=_admin)


def _admin(args: argparse.Namespace) -> int:
    if args.reset == (args.name is not None):
        raise InvalidInput("新建须给出姓名；为已有的用户重置密码用 --reset，不给姓名")
    system = Installation.from_environment(args.database).open_ready()
    operator = Actor(0, OPERATOR, "系统运维", (EVERYWHERE,))
    if args.reset:
        with system.store.reading() as connection:
            person = users.by_username(connection, args.username)
        if person is None:
            raise NotFound(f"没有用户 {args.username}")
        password = reset_password(system, operator, person.id)
    else:
        password = appoint_user(system, operator, args.username, args.name, [EVERYWHERE])
    system.close()
    print(f"{args.username} 的密码：{password}（只显示这一次，登录后须先换成自己的密码）")
    return 0
