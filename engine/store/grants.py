"""What the database user of web servers and workers may do on PostgreSQL: read, add, and what the program needs.

Two users: the owner of the tables runs migrations; web and worker run as another one, who cannot drop a trigger, switch
it off, empty a table or change what is only added to (engine.store.guards), however badly the program were misled.

What a table allows besides reading and adding stands in its definition, as `info={"rights": (...)}`. The one right on
`events` is the payload: erasing writes it, and the trigger decides when. The owner alone rebuilds a case
(engine.actions.rebuild_case), which deletes from lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, text

from engine.errors import InvalidInput
from engine.store.base import metadata

VERSIONS = "alembic_version"  # which steps the schema went through: read at every start


def statements(role: str) -> Iterator[str]:
    """GRANT and REVOKE for one user, safe to run again: a right that a table lost is taken back.

    Raises InvalidInput for what is no name of a user.
    """
    if not role or len(role.encode()) > 63 or "\0" in role:
        raise InvalidInput("数据库用户名应为 1–63 个字节")
    who = '"' + role.replace('"', '""') + '"'
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"  # as PostgreSQL 15 and later do by themselves
    yield f"REVOKE ALL ON SCHEMA public FROM {who}"
    yield f"GRANT USAGE ON SCHEMA public TO {who}"
    for what in ("TABLES", "SEQUENCES"):
        yield f"REVOKE ALL ON ALL {what} IN SCHEMA public FROM {who}"
    yield f"GRANT SELECT ON {VERSIONS} TO {who}"
    for table in metadata.sorted_tables:
        yield f"GRANT {', '.join(rights(table))} ON {table.name} TO {who}"
        counted = table.autoincrement_column
        if counted is not None:
            yield f"GRANT USAGE ON SEQUENCE {table.name}_{counted.name}_seq TO {who}"


def rights(table: Table) -> tuple[str, ...]:
    """As GRANT says them."""
    more: tuple[str, ...] = table.info.get("rights", ())
    return ("SELECT", "INSERT", *more)


def grant(connection: Connection, role: str) -> None:
    """Raises InvalidInput for a user who is not there, and for one who could change tables all the same."""
    found = connection.execute(_ROLE, {"role": role}).first()
    if found is None:
        raise InvalidInput(f"数据库没有用户 {role}，请先建立：CREATE ROLE {role} LOGIN PASSWORD '……'")
    if found.rolsuper or found.owns:
        raise InvalidInput(
            f"数据库用户 {role} 是超级用户或表的属主，可以绕过授权；请另建一个只供网页和定时器使用的用户"
        )
    for statement in statements(role):
        connection.exec_driver_sql(statement.replace("%", "%%"))


def restricted(connection: Connection) -> list[str]:
    """The users that were granted before: a migration grants them what the new schema needs."""
    return list(connection.execute(_RESTRICTED).scalars())


def owns_tables(connection: Connection) -> bool:
    """Whether who is connected could change the tables and their triggers (SQLite: whoever writes the file)."""
    return connection.dialect.name == "sqlite" or bool(connection.execute(_OWNS).scalar())


def may_create(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite" or bool(connection.execute(_MAY_CREATE).scalar())


_ROLE: Any = text(
    "SELECT r.rolsuper, EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace "
    "AND c.relkind = 'r' AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns FROM pg_roles r WHERE r.rolname = :role"
)
_RESTRICTED: Any = text(
    "SELECT r.rolname FROM pg_class c, aclexplode(c.relacl) a, pg_roles r WHERE c.oid = 'public.events'::regclass "
    "AND a.privilege_type = 'INSERT' AND a.grantee = r.oid AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER') "
    "ORDER BY r.rolname"
)
_OWNS: Any = text(
    "SELECT EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = 'public.events'::regclass "
    "AND pg_has_role(current_user, c.relowner, 'MEMBER'))"
)
_MAY_CREATE: Any = text("SELECT has_schema_privilege(current_user, 'public', 'CREATE')")
