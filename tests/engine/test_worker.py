"""The worker outlives its database: a restart costs it a pause and no case its place."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from sqlalchemy import text

from engine.actions.prepare import prepare
from engine.actions.system import System
from engine.store import Store, cases
from engine.worker import run_worker
from tests.support.clerk import ACCEPT, act, enrol
from tests.support.hours import at


def end_all_connections(url: str) -> int:
    """What PostgreSQL does when it is restarted."""
    store = Store(url)
    with store.writing() as connection:
        ended = connection.execute(
            text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ).scalar_one()
    store.close()
    return int(ended)


@pytest.mark.postgres
def test_a_worker_whose_connections_were_ended_goes_on(postgres_url: str) -> None:
    system = System.open(postgres_url)
    prepare(system)
    at(system, "2026-09-22 09:30")
    case = enrol(system).case_id
    act(system, case, ACCEPT)
    assert end_all_connections(postgres_url) > 0  # the pool holds dead ones now
    at(system, "2026-11-23 09:30")

    def stop_when_swept() -> None:
        watching = Store(postgres_url)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with watching.reading() as connection:
                row = cases.by_id(connection, case)
            if row is not None and row.next_due is None:
                break
            time.sleep(0.1)
        watching.close()
        signal.raise_signal(signal.SIGTERM)

    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    watcher = threading.Thread(target=stop_when_swept)
    watcher.start()
    try:
        run_worker(system, idle=0.1)
    finally:
        watcher.join()
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(number, handler)
    with system.store.reading() as connection:
        row = cases.by_id(connection, case)
    system.close()
    assert row is not None
    assert (row.next_due, row.attempts) == (None, 0)
