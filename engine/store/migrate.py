"""Brings a database to the newest schema, also when several processes start at once.

A web server and three workers may be started by the same script: each calls `upgrade`, one does the work and the
others wait for it. On PostgreSQL an advisory lock makes them wait, on SQLite the file's own write lock; in both the
whole upgrade is one transaction, so a process killed half-way leaves the schema as it was. There is no downgrade: data
that only the newer schema can hold would be lost; the way back is the backup. That is why a server builds an empty
database and refuses an older one (`require_no_upgrade`): upgrading is somebody's decision, after his backup.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from engine.errors import EngineError
from engine.store import grants
from engine.store.base import Store, metadata

DIRECTORY = Path(__file__).with_name("migrations")
ADVISORY_LOCK = 0x6A_69_6E_67  # any constant that nothing else in this database uses


class UnknownSchema(EngineError):
    """数据库由更新版本的程序建立，请使用该版本或恢复备份。"""


class OutdatedSchema(EngineError):
    """数据库由较早版本的程序建立，请先备份，再升级。"""


class MayNotUpgrade(EngineError):
    """当前数据库用户无权建表改表，请改用表的属主升级数据库。"""


class IncompleteSchema(EngineError):
    """数据库缺少程序需要的表或列。"""


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; `connection` is inside the transaction that the steps shall run in."""
    config = Config()
    config.set_main_option("script_location", str(DIRECTORY).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this program was written for."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None, "a product without migrations"
    return head


def present(store: Store) -> str | None:
    """The database's revision; None when it is empty."""
    with store.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(store: Store) -> bool:
    """Whether this program can work with the database as it is (for readiness checks)."""
    return present(store) == newest()


def require_no_upgrade(store: Store) -> None:
    """An empty database passes. Raises UnknownSchema where a newer program has been, OutdatedSchema where an older."""
    revision = present(store)
    _require_known(revision)
    if revision not in (None, newest()):
        raise OutdatedSchema(f"数据库还是较早版本程序的（{revision}，本程序需要 {newest()}），请先备份，再升级")


def _require_known(revision: str | None) -> None:
    known = {step.revision for step in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if revision is not None and revision not in known:
        raise UnknownSchema(
            f"数据库由更新版本的程序建立（{revision}，本程序只到 {newest()}），"
            "没有作任何改动；请改用新版本的程序，或者恢复升级以前的备份",
            revision=revision,
        )


def upgrade(store: Store) -> None:
    """Runs the missing steps in one transaction; does nothing when there are none.

    Whom PostgreSQL's owner granted the use of the tables before (engine.store.grants) may use the new ones afterwards.
    Raises UnknownSchema when a newer program has been here, MayNotUpgrade for a user who cannot make tables,
    IncompleteSchema when tables are not what the steps that they say they went through lead to: made before the first
    release, or changed by hand.
    """
    with store.writing() as connection:
        if not store.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        revision = MigrationContext.configure(connection).get_current_revision()
        _require_known(revision)
        if revision != newest():
            if not grants.may_create(connection):
                raise MayNotUpgrade
            command.upgrade(configuration(connection), "head")
            for role in [] if store.is_sqlite else grants.restricted(connection):
                grants.grant(connection, role)
        lacking = _lacking(connection)
        if lacking:
            raise IncompleteSchema(
                f"数据库缺少 {'、'.join(lacking[:5])}{f' 等 {len(lacking)} 项' if len(lacking) > 5 else ''}，"
                "可能由首个正式版本之前的程序建立，不能升级；"
                "请保留原数据库，用 --database 另换一个新的；演示数据库可以删除重来"
            )


def _lacking(connection: Connection) -> list[str]:
    """Tables and columns (table.column) of the program that the database does not have."""
    inspector = inspect(connection)
    found = {
        table: {column["name"] for column in columns}
        for (_, table), columns in inspector.get_multi_columns(filter_names=list(metadata.tables)).items()
    }
    lacking = [table for table in metadata.tables if table not in found]
    return lacking + [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        if table.name in found
        for column in table.columns
        if column.name not in found[table.name]
    ]
