"""What administrators did to accounts, and people to their own passwords: append only, chained, for the auditor.

Never a password or its hash. The person is named as he was then; `places` are the memberships before and after, so that
an auditor of a region finds what concerns it even where the person belongs elsewhere by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, Text, insert, select

from engine.store.base import Instant, metadata, queue_for
from engine.store.guards import append_only

account_changes = Table(
    "account_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),  # the machine's clock, as for sessions
    Column("actor", String(60), nullable=False),  # user name; 'operator' at the command line, 'system' for locks
    Column("username", String(60), nullable=False),
    Column("name", String(60), nullable=False),
    Column("what", String(20), nullable=False),  # created memberships password own_password locked unlocked ...
    Column("places", Text, nullable=False),  # JSON {"before": [[region, office, role] ...], "after": [...]}
    Column("reason", Text, nullable=False),  # '' where none is asked for
    Column("prev_hash", String(64), nullable=False),  # of the entry before; '' for the first
    Column("hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)

append_only(account_changes, "present.id = NEW.id")


def add(connection: Any, values: dict[str, Any]) -> None:
    connection.execute(insert(account_changes), values)


def hold_chain(connection: Any) -> None:
    """Nobody else adds until this transaction ends: two entries must not both follow the same one."""
    queue_for(connection, "account_changes")


def last_hash(connection: Any) -> str:
    c = account_changes.c
    return connection.execute(select(c.hash).order_by(c.id.desc()).limit(1)).scalar() or ""


def chained(connection: Any) -> Iterator[Row[Any]]:
    """Every entry in the order of writing, one at a time."""
    statement = select(account_changes).order_by(account_changes.c.id)
    yield from connection.execute(statement.execution_options(yield_per=200))


def before(connection: Any, last: int | None, size: int, username: str = "") -> list[Row[Any]]:
    """Newest first, those before the row `last`; `username`: of one person."""
    c = account_changes.c
    statement = select(account_changes).order_by(c.id.desc()).limit(size)
    if last is not None:
        statement = statement.where(c.id < last)
    if username:
        statement = statement.where(c.username == username)
    return list(connection.execute(statement))
