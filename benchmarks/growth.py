"""What a case's state weighs, and whether a long case gets slower."""

from __future__ import annotations

import zlib
from statistics import median

from sqlalchemy import text

from benchmarks.baseline_ordinary import Ordinary
from benchmarks.databases import Databases
from benchmarks.product import Product
from benchmarks.report import Figure
from benchmarks.work import ACCEPT, APPLICATION, INCOMPLETE, SUPPLEMENT, timed_case

ROUNDS = 10  # of supplements


def measure(databases: Databases, cases: int) -> list[Figure]:
    product, ordinary = Product(databases.new()), Ordinary(databases.new())
    product.create()
    ordinary.create()
    figures = [_size(databases, product), _ordinary_size(databases, ordinary)]
    for _ in range(3):
        timed_case(product, supplements=2)
    first, last, ratios = [], [], []
    for _ in range(cases):
        seconds = timed_case(product, supplements=ROUNDS)[1:]
        first.append(seconds[0])
        last.append(seconds[2 * ROUNDS])  # the same step, 受理, after ten rounds
        ratios.append(last[-1] / first[-1])
    figures.append(
        Figure(
            f"受理 after {ROUNDS} supplement rounds, times the first",
            databases.kind,
            median(ratios),
            "<= 2.5",
            detail={"first_ms": median(first) * 1000, "last_ms": median(last) * 1000},
        )
    )
    product.close()
    ordinary.close()
    return figures


def _three_tasks(contender: Product | Ordinary) -> int:
    """A case after 受理, 补正 and 受理 again, with 审核 open and its timer armed."""
    case: int = contender.open(APPLICATION)
    for name, submission in (("intake", INCOMPLETE), ("supplement", SUPPLEMENT), ("intake", ACCEPT)):
        contender.complete(contender.task(case, name), submission)
    return case


def _size(databases: Databases, product: Product) -> Figure:
    case = _three_tasks(product)
    with product.system.store.reading() as connection:
        row = connection.execute(text("SELECT state, variables FROM cases WHERE id = :id"), {"id": case}).one()
    state, variables = len(row.state), len(zlib.compress(row.variables.encode()))
    return Figure(
        "state after three tasks, compressed", databases.kind, (state + variables) / 1024, "<= 4", "KB",
        {"state_bytes": state, "variables_bytes": variables, "state_plain_bytes": len(zlib.decompress(row.state))},
    )  # fmt: skip


def _ordinary_size(databases: Databases, ordinary: Ordinary) -> Figure:
    case = _three_tasks(ordinary)
    with ordinary.engine.connect() as connection:
        state = connection.execute(text("SELECT state FROM ordinary_cases WHERE id = :id"), {"id": case}).scalar_one()
    size = len(zlib.compress(state.encode())) / 1024
    return Figure("the same of (b)", databases.kind, size, unit="KB", detail={"plain_bytes": len(state)})
