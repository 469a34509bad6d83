"""Somebody who owns the database and changes the record: its own guards are the first thing he takes away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from engine.store import Store
from engine.store.guards import INSTALLED


@contextmanager
def tampering(store: Store) -> Iterator[Any]:
    """A transaction in which, and after which, everything can be written."""
    with store.writing() as connection:
        if store.is_sqlite:
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in found:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in INSTALLED:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield connection
