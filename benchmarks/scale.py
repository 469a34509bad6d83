"""Ten times the rows: the inbox's first page and an idle sweep must hardly notice. Rows are seeded in bulk."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, Table, insert

from benchmarks.databases import Databases
from benchmarks.product import CLERK, Product
from benchmarks.report import Figure
from benchmarks.work import MATTER, OFFICE, REGION
from engine.actions.fire_timers import fire_timers
from engine.store import cases, inbox, tasks, timers

SMALL, LARGE = 10_000, 100_000
REGIONS = (REGION, "yueyang", "hubei", "zhuzhou", "changsha")
LANES = ("window", "review", "leader", "applicant")
PAGE = 50
CHUNK = 5_000
NOW = datetime.now(UTC)


def measure(databases: Databases, rounds: int) -> list[Figure]:
    small, large = (_seeded(databases, rows) for rows in (SMALL, LARGE))
    query = inbox.Query(CLERK.username, tuple(inbox.Group(REGION, OFFICE, lane) for lane in LANES[:3]))
    edges = inbox.Edges(NOW, NOW + timedelta(hours=12), NOW + timedelta(days=3))

    def page(product: Product) -> None:
        with product.system.store.reading() as connection:
            assert len(inbox.page(connection, query, None, PAGE)) == PAGE + 1

    def counts(product: Product) -> None:
        with product.system.store.reading() as connection:
            inbox.counts(connection, query, edges)

    def sweep(product: Product) -> None:
        assert fire_timers(product.system).cases == 0

    both = (small, large, rounds)
    more = f"at {LARGE:,}, times {SMALL:,}"
    figures = [
        *_compare(f"inbox's first page, open tasks {more}", databases, page, *both),
        # no promise: counts stop at a cap that the small inbox does not reach
        *_compare(f"inbox's capped counts, open tasks {more}", databases, counts, *both, target=""),
        *_compare(f"idle sweep, armed timers {more}", databases, sweep, *both),
    ]
    small.close()
    large.close()
    return figures


def _compare(
    what: str,
    databases: Databases,
    act: Callable[[Product], None],
    small: Product,
    large: Product,
    rounds: int,
    target: str = "<= 2",
) -> list[Figure]:
    ms: dict[str, list[float]] = {"small": [], "large": []}
    for product in (small, large) * 5:  # warm caches of statements and pages
        act(product)
    for _ in range(rounds * 20):
        for name, product in (("small", small), ("large", large)):
            started = time.perf_counter()
            act(product)
            ms[name].append((time.perf_counter() - started) * 1000)
    detail = {f"{name}_ms": median(times) for name, times in ms.items()}
    return [
        Figure(what, databases.kind, detail["large_ms"] / detail["small_ms"], target, detail=detail),
        Figure(f"  of which at {LARGE:,}", databases.kind, detail["large_ms"], unit="ms"),
    ]


def _seeded(databases: Databases, rows: int) -> Product:
    """A database with so many open cases of five regions, each with one open task and one armed timer."""
    product = Product(databases.new())
    product.create()
    store = product.system.store
    with store.writing() as connection:
        _fill(connection, cases.cases, [_case(n) for n in range(1, rows + 1)])
        _fill(connection, tasks.human_tasks, [_task(n) for n in range(1, rows + 1)])
        _fill(connection, timers.timers, [_timer(n) for n in range(1, rows + 1)])
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # what autovacuum does by itself within a minute of such a load
        connection.exec_driver_sql("ANALYZE" if store.is_sqlite else "VACUUM ANALYZE")
    return product


def _fill(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        connection.execute(insert(table), rows[start : start + CHUNK])


def _due(n: int) -> datetime:
    """From an hour ahead to twenty days: nothing is due while this runs."""
    return NOW + timedelta(hours=1, seconds=(n * 7919) % 1_728_000)


def _case(n: int) -> dict[str, Any]:
    region = REGIONS[n % len(REGIONS)]
    return {
        "id": n, "number": f"seed-{n}", "matter": MATTER, "region": region, "office": OFFICE, "applicant": f"单位{n}",
        "deployment_id": 1, "revision": 1, "status": "open", "outcome": "", "opened_at": NOW, "opened_by": "seed",
        "next_due": _due(n), "attempts": 0, "seq": 1, "hash": "", "state": None, "variables": "{}",
    }  # fmt: skip


def _task(n: int) -> dict[str, Any]:
    return {
        "id": n, "case_id": n, "node": "intake", "n": 1, "name": "受理", "purpose": "intake", "form": "intake",
        "matter": MATTER, "region": REGIONS[n % len(REGIONS)], "office": OFFICE,
        "lane": LANES[n // len(REGIONS) % len(LANES)], "act_as": "window" if n // 5 % 4 == 3 else "",
        "status": "open", "opened_at": NOW, "deadline": "handling", "due": _due(n), "suspended": 0,
    }  # fmt: skip


def _timer(n: int) -> dict[str, Any]:
    return {
        "case_id": n,
        "kind": "timer",
        "key": "review_overdue",
        "n": 1,
        "status": "armed",
        "due": _due(n),
        "calendar": "",
    }
