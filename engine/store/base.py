"""The database: one engine, one way to read, one way to write.

PostgreSQL and SQLite differ in one thing that matters here. PostgreSQL locks the case row when it is read
(`SELECT ... FOR UPDATE`) and nobody else moves that case until commit. SQLite has one writer for the whole file, so
the lock is taken as late as possible: read and compute without it, then `BEGIN IMMEDIATE`, check the case's revision
and write; whoever finds the revision moved starts over. `Step` hides the difference.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Table, case, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator

from engine.store.prepared import Prepared

BUSY = 30_000  # milliseconds that a writer waits for another one of the same SQLite file

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps no zone, so it is put back on reading; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def upsert(
    table: Table, changing: tuple[str, ...], key: tuple[str, ...] = (), lasting: Mapping[str, str] | None = None
) -> Prepared:
    """Prebuilt `INSERT ... ON CONFLICT (key) DO UPDATE SET changing`, by dialect; `key`: default the primary key.

    `lasting`: column -> column; the first keeps its value as long as the second keeps its own.
    """
    columns = key or tuple(c.name for c in table.primary_key)
    given = [c.name for c in table.c if not (c.primary_key and c.name == "id")]
    statements: dict[str, Any] = {}
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql)):
        statement = dialect.insert(table)
        values: dict[str, Any] = {c: statement.excluded[c] for c in changing}
        for column, by in (lasting or {}).items():
            same = table.c[by] == statement.excluded[by]
            values[column] = case((same, table.c[column]), else_=statement.excluded[column])
        statements[name] = statement.on_conflict_do_update(index_elements=columns, set_=values)
    return Prepared(statements, given)


# what is done by one transaction at a time
QUEUES = {
    "deployments": 1,
    "calendars": 2,
    "account_changes": 3,
    "diagram_trials": 4,
    "notices": 5,
}
_QUEUE = 0x6A_69_6E_67  # the advisory locks of this product; one number alone is the migration's


def queue_for(connection: Any, what: str) -> None:
    """Nobody else who asks for the same passes until this transaction ends; others go on reading and writing.

    An advisory lock: `LOCK TABLE` asks for rights that nobody shall have on a table that is only added to. SQLite has
    one writer anyway.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_QUEUE}, {QUEUES[what]})")


class Step:
    """One action's hold on the database: reads first, `lock()`, then writes; committed as a whole."""

    def __init__(self, connection: Connection, late_lock: bool) -> None:
        self.connection = connection
        self._late_lock = late_lock
        self.locked = not late_lock
        self._open = ExitStack()  # PostgreSQL's pipeline, once `together` was called
        self._together = False

    def lock(self) -> None:
        """From here on nobody else writes (SQLite); nothing to do where the case row is already locked."""
        if self._late_lock and not self.locked:
            _sqlite(self.connection).execute("BEGIN IMMEDIATE")
            self.locked = True

    def overwrite(self) -> None:
        """What is replaced or deleted from here on is also overwritten in SQLite's file, not only forgotten."""
        if self._late_lock:
            _sqlite(self.connection).execute("PRAGMA secure_delete=ON")

    def together(self) -> None:
        """From here on only writes follow, and nobody reads what they answer: PostgreSQL gets all of them and the
        COMMIT in one message, which halves the time of a step there. Errors are raised at the COMMIT.
        """
        driver = self.connection.connection.dbapi_connection
        if isinstance(driver, psycopg.Connection) and not self._together:
            # psycopg would not send a COMMIT for a transaction whose BEGIN has not been answered yet
            assert driver.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS, "nothing was read before"
            self._open.enter_context(driver.pipeline())
            self._together = True

    def apart(self) -> None:
        """Ends `together`: after COMMIT, and before the ROLLBACK of a transaction that something went wrong in."""
        with suppress(psycopg.errors.PipelineAborted):  # what went wrong was raised already
            self._open.close()


class Store:
    """An opened database. Its errors never show parameters: what people submitted would end in logs and incidents."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            database = url.partition(":///")[2]
            if database:
                Path(database).parent.mkdir(parents=True, exist_ok=True)
            self.engine: Engine = create_engine(
                url, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True
            )
            event.listen(self.engine, "connect", _prepare_sqlite)
            self._readers = self.engine
        else:
            self.engine = create_engine(
                url, pool_size=pool_size, max_overflow=20, pool_pre_ping=False, hide_parameters=True
            )
            # a query needs no BEGIN and ROLLBACK of its own: two round trips less
            self._readers = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self, *, streaming: bool = False) -> Iterator[Connection]:
        """A connection for queries; nothing may be written through it. `streaming`: rows are to come by and by."""
        with (self.engine if streaming else self._readers).connect() as connection:
            yield connection

    @contextmanager
    def step(self) -> Iterator[Step]:
        """The one transaction of an action (see the module)."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                early = Step(connection, late_lock=False)
                try:
                    with connection.begin():
                        try:
                            yield early
                        except BaseException:
                            early.apart()
                            raise
                finally:
                    early.apart()
                return
            step = Step(connection, late_lock=True)
            try:
                yield step
            except BaseException:
                if step.locked:
                    _sqlite(connection).execute("ROLLBACK")
                raise
            if step.locked:
                _sqlite(connection).execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that takes SQLite's write lock at once: for actions that do not move a case."""
        with self.step() as step:
            step.lock()
            yield step.connection

    def checkpoint(self) -> None:
        """Empties SQLite's write-ahead log as far as readers let it within a second; PostgreSQL keeps its own."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                for pragma in ("busy_timeout=1000", "wal_checkpoint(TRUNCATE)", f"busy_timeout={BUSY}"):
                    _sqlite(connection).execute(f"PRAGMA {pragma}").fetchall()

    def close(self) -> None:
        self.engine.dispose()


def _sqlite(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection: SQLAlchemy takes 60 microseconds to say BEGIN."""
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours: BEGIN IMMEDIATE where we write
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
