"""`jingban grants`, `backup`: what whoever keeps the machine and the database does now and then."""

from __future__ import annotations

import argparse
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from engine.errors import InvalidInput
from engine.installation import Installation
from engine.store import grants


def add_parser(commands: Any) -> None:
    granting = commands.add_parser("grants", help="PostgreSQL：网页和定时器所用数据库用户的授权语句")
    granting.add_argument("role", metavar="数据库用户")
    granting.add_argument("--apply", action="store_true", help="以表的属主连接，直接执行（默认只打印）")
    granting.add_argument("--database", metavar="URL", help="数据库地址（默认取 JINGBAN_DATABASE_URL）")
    granting.set_defaults(run=_grants)
    backup = commands.add_parser("backup", help="SQLite：不停机备份到一个新文件")
    backup.add_argument("file", metavar="文件", type=Path)
    backup.add_argument("--database", metavar="URL", help="数据库地址（默认取 JINGBAN_DATABASE_URL）")
    backup.set_defaults(run=_backup)


def _grants(args: argparse.Namespace) -> int:
    if not args.apply:
        print("\n".join(f"{statement};" for statement in grants.statements(args.role)))
        return 0
    installation = Installation.from_environment(args.database)
    if installation.sqlite_url:
        raise InvalidInput("授权只用于 PostgreSQL；SQLite 数据库由文件权限保护")
    system = installation.open_ready()
    try:
        with system.store.writing() as connection:
            if not grants.owns_tables(connection):
                raise InvalidInput("当前数据库用户不是表的属主，不能授权；请用建表的用户连接")
            grants.grant(connection, args.role)
    except SQLAlchemyError as error:
        raise InvalidInput(f"授权没有完成：{str(error).splitlines()[0][:200]}") from error
    system.close()
    print(f"已授权：数据库用户 {args.role} 可供网页服务和定时器使用；以后升级数据库时随之更新")
    return 0


def _backup(args: argparse.Namespace) -> int:
    """A consistent copy while people work; what is written meanwhile is in it or not, but never half."""
    installation = Installation.from_environment(args.database)
    source = installation.sqlite_file
    if source is None:
        raise InvalidInput(f"PostgreSQL 请用它自己的工具备份：{installation.backing_up}")
    if not source.exists():
        raise InvalidInput(f"没有数据库 {source}")
    try:
        os.close(os.open(args.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # people's data
    except FileExistsError as error:
        raise InvalidInput(f"{args.file} 已经存在；备份不覆盖任何文件，请换一个名字") from error
    except OSError as error:
        raise InvalidInput(f"不能写 {args.file}：{error.strerror}") from error
    try:
        with closing(sqlite3.connect(source)) as database, closing(sqlite3.connect(args.file)) as copy:
            database.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            problem = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        args.file.unlink(missing_ok=True)
        raise InvalidInput(f"备份没有完成：{error}") from error
    if problem != "ok":
        raise InvalidInput(f"备份 {args.file} 的完整性检查没有通过：{problem}")
    print(f"已备份到 {args.file}（{args.file.stat().st_size // 1024} KB），完整性检查通过")
    print(f"核验记录：jingban verify --all --database sqlite:///{args.file.absolute()}")
    return 0
