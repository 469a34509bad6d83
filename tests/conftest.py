"""Fixtures of all tests: real databases and a real browser, or a failure that says what is missing.

`store` runs a test twice, on SQLite and on PostgreSQL, each time on an empty database with all migrations applied.
Tests that need only one of them take `sqlite_store` or `postgres_store`; tests that start processes pass `store.url`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from engine import passwords
from engine.actions.prepare import prepare
from engine.actions.system import System
from engine.store import Store, migrate
from tests.support import browser, postgres
from tests.support.demonstration import seeded
from tests.support.once import once

# Examples are the same in every run of CI, so a red run is red again; by hand they are new each time.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("hand", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") or os.environ.get("PYTEST_XDIST_WORKER") else "hand")

expect.set_options(timeout=browser.PATIENCE)
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=1024)  # the same algorithm; hundreds of people are made


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # not a worker of pytest-xdist: the session's first process
        postgres.announce()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.withdraw()


@pytest.fixture(scope="session")
def postgres_server() -> postgres.Postgres:
    """The one server of the session (see tests/support/postgres.py)."""
    return postgres.server()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated empty SQLite file, to be copied and not used."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    store = Store(f"sqlite:///{path}")
    migrate.upgrade(store)
    store.close()  # the last connection moves the write-ahead log into the file
    return path


@pytest.fixture
def postgres_url(postgres_server: postgres.Postgres) -> Iterator[str]:
    """A migrated empty PostgreSQL database of this test's own."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated empty SQLite database of this test's own."""
    path = tmp_path / "jingban.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    store = Store(sqlite_url)
    yield store
    store.close()


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    store = Store(postgres_url)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated empty database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An opened, migrated, empty store, once on each database."""
    opened = Store(database_url)
    yield opened
    opened.close()


def prepare_at(url: str) -> None:
    """What `jingban migrate` does: schema, calendar, the real library deployed."""
    opened = System.open(url)
    prepare(opened)
    opened.close()


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A SQLite file with the library deployed, to be copied and not used."""
    return once(tmp_path_factory, worker_id, "prepared.db", lambda path: prepare_at(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def seeded_file(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A SQLite file with the demonstration's users and cases, to be copied and not used."""
    return once(tmp_path_factory, worker_id, "seeded.db", lambda path: seeded(prepared_sqlite, path))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def prepared_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with the real library deployed and no case: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "jingban.db"
        shutil.copy(request.getfixturevalue("prepared_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: postgres.Postgres = request.getfixturevalue("postgres_server")
    server.template("prepared", prepare_at)
    with server.database("prepared") as url:
        yield url


@pytest.fixture
def system(prepared_url: str) -> Iterator[System]:
    """The opened product on a database with the real library, once on each database; its clock is the machine's."""
    opened = System.open(prepared_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless browser; pages come from `chromium.new_page()` or the `page` fixture."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser.executable(), args=list(browser.FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a context of its own."""
    context = browser.context(chromium)
    yield context.new_page()
    context.close()
