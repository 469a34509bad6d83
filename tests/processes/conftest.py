"""One prepared database for all examples of a session's process: they share it as an agency's cases do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.actions.system import System
from engine.clock import FixedClock
from tests.conftest import prepare_at
from tests.support import postgres


def opened(url: str) -> System:
    system = System.open(url)
    system.clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    return system


@pytest.fixture(scope="session")
def sqlite_agency(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    path = tmp_path_factory.mktemp("examples") / "jingban.db"
    shutil.copy(prepared_sqlite, path)
    system = opened(f"sqlite:///{path}")
    yield system
    system.close()


@pytest.fixture(scope="session")
def postgres_agency(postgres_server: postgres.Postgres) -> Iterator[System]:
    postgres_server.template("prepared", prepare_at)
    with postgres_server.database("prepared") as url:
        system = opened(url)
        yield system
        system.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def agency(request: pytest.FixtureRequest) -> System:
    """An agency where everything is offered, its clock standing still until somebody sets it."""
    name = "sqlite_agency" if request.param == "sqlite" else "postgres_agency"
    system: System = request.getfixturevalue(name)
    return system
