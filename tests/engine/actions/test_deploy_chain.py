"""Deployments are a chain that several processes may lengthen at once, and that says when a link was touched."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from engine.actions.prepare import prepare
from engine.actions.system import System
from engine.actions.verify_deployments import verify_deployments
from engine.store.deployments import deployments
from engine.store.settings import calendar_versions
from tests.support.tampering import tampering


def _prepare(url: str, barrier: Any, failures: Any) -> None:
    opened = System.open(url)
    barrier.wait()
    try:
        prepare(opened)
    except Exception as error:
        failures.put(f"{type(error).__name__}: {error}")
    opened.close()


def test_a_server_and_its_workers_may_start_on_an_empty_database_at_once(database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier, failures = spawn.Barrier(2), spawn.Queue()
    processes = [spawn.Process(target=_prepare, args=(database_url, barrier, failures)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    found = [failures.get() for _ in range(2) if not failures.empty()]
    assert found == []
    system = System.open(database_url)
    try:
        assert verify_deployments(system) == []
        with system.store.reading() as connection:
            assert connection.execute(select(func.max(deployments.c.version))).scalar() == 1
            assert connection.execute(select(func.count()).select_from(calendar_versions)).scalar() == 1
    finally:
        system.close()


def test_a_library_as_deployed_verifies(system: System) -> None:
    assert verify_deployments(system) == []


def _changed(column: str, make: Callable[[Any], Any]) -> Any:
    def alter(connection: Any) -> None:
        row = connection.execute(select(deployments).where(deployments.c.id == 2)).one()
        values = {column: make(getattr(row, column))}
        connection.execute(update(deployments).where(deployments.c.id == 2).values(values))

    return pytest.param(alter, id=column)


@pytest.mark.parametrize(
    "alter",
    [
        _changed("matter", lambda v: f"{v}x"),
        _changed("region", lambda v: "elsewhere"),
        _changed("version", lambda v: v + 1),
        _changed("sha", lambda v: "0" * 64),
        _changed("bundle", lambda v: v.replace("办理", "代理")),
        _changed("source", lambda v: "browser"),
        _changed("published_at", lambda v: v + timedelta(microseconds=1)),
        _changed("published_by", lambda v: "somebody"),
        _changed("approved_by", lambda v: "somebody"),
        _changed("note", lambda v: f"{v}。"),
        _changed("prev_hash", lambda v: "0" * 64),
        _changed("hash", lambda v: "0" * 64),
        pytest.param(lambda c: c.execute(delete(deployments).where(deployments.c.id == 2)), id="taken out"),
    ],
)
def test_a_deployment_that_was_touched_is_noticed(system: System, alter: Callable[[Any], None]) -> None:
    with tampering(system.store) as connection:
        alter(connection)
    assert verify_deployments(system)
