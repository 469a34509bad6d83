"""A step is one transaction of at most eight statements: counted, since a measured time would be noise.

Counted are calls of the driver, an `executemany` being one; BEGIN and COMMIT are not. On SQLite the driver's own
trace is the second witness: nothing may reach the database that SQLAlchemy's events did not see.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event, text

from benchmarks.product import CLERK as REFERENCE_CLERK
from benchmarks.product import Product
from benchmarks.work import APPLICATION, steps
from engine.actions.claim_task import claim_task
from engine.actions.complete_task import complete_task
from engine.actions.system import System
from engine.errors import InvalidSubmission
from engine.store import Store
from tests.support.clerk import (
    ACCEPT,
    CLERK,
    INCOMPLETE,
    PASS,
    SUPPLEMENT_LATER,
    act,
    enrol,
    new_request,
    open_task,
    supplement,
)

MOST = 8
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Seen:
    statements: list[str] = field(default_factory=list)
    traced: list[str] = field(default_factory=list)  # SQLite only
    commits: int = 0


@contextmanager
def watching(store: Store) -> Iterator[Seen]:
    """Everything that any connection of the store does meanwhile."""
    seen = Seen()

    def statement(_connection: Any, _cursor: Any, words: str, *_more: Any) -> None:
        if words.split()[0] not in CONTROL:
            seen.statements.append(words)
        elif words.startswith("COMMIT"):
            seen.commits += 1

    def commit(_connection: Any) -> None:
        seen.commits += 1

    def trace(words: str) -> None:
        seen.traced.append(words)

    def borrow(connection: Any, *_more: Any) -> None:
        connection.set_trace_callback(trace)

    event.listen(store.engine, "before_cursor_execute", statement)
    if store.is_sqlite:
        event.listen(store.engine, "checkout", borrow)
    else:
        event.listen(store.engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", statement)
        if store.is_sqlite:
            event.remove(store.engine, "checkout", borrow)
            with store.engine.connect() as connection:
                connection.connection.dbapi_connection.set_trace_callback(None)  # type: ignore[union-attr]
            seen.commits = sum(1 for words in seen.traced if words.startswith("COMMIT"))
            unseen = [w for w in seen.traced if w.split()[0] not in CONTROL]
            assert {w.split()[0] for w in unseen} <= {w.split()[0] for w in seen.statements}
        else:
            event.remove(store.engine, "commit", commit)


def assert_in_budget(seen: Seen) -> None:
    assert seen.commits == 1
    assert len(seen.statements) <= MOST, "\n".join(seen.statements)


@pytest.fixture
def product(database_url: str) -> Iterator[Product]:
    """The reference case of the benchmarks, deployed."""
    opened = Product(database_url)
    opened.create()
    yield opened
    opened.close()


def test_every_step_of_the_reference_case_is_one_commit_and_at_most_eight_statements(product: Product) -> None:
    product.open(APPLICATION)  # takes the block of numbers and reads the deployment, once a process
    with watching(product.system.store) as seen:
        case = product.open(APPLICATION)
    assert_in_budget(seen)
    for name, submission in steps(supplements=3):
        task = product.task(case, name)
        with watching(product.system.store) as seen:
            product.complete(task, submission)
        assert_in_budget(seen)
    with product.system.store.reading() as connection:
        assert connection.execute(text("SELECT status FROM cases WHERE id = :id"), {"id": case}).scalar() == "closed"


def test_claiming_a_task_is_one_commit_and_at_most_eight_statements(product: Product) -> None:
    task = product.task(product.open(APPLICATION), "intake")
    with watching(product.system.store) as seen:
        claim_task(product.system, REFERENCE_CLERK, task)
    assert_in_budget(seen)


def test_every_step_of_an_enrolment_is_one_commit_and_at_most_eight_statements(system: System) -> None:
    act(system, enrol(system).case_id, ACCEPT)  # reads deployment and calendar, once a process
    with watching(system.store) as seen:
        case = enrol(system).case_id
    assert_in_budget(seen)
    for raw in (INCOMPLETE, supplement(system), ACCEPT, SUPPLEMENT_LATER, supplement(system), PASS):
        task = open_task(system, case).id
        with watching(system.store) as seen:
            closed = complete_task(system, CLERK, task, raw, new_request()).closed
        assert_in_budget(seen)
    assert closed


def test_a_refused_submission_writes_nothing(product: Product) -> None:
    task = product.task(product.open(APPLICATION), "intake")
    with watching(product.system.store) as seen, pytest.raises(InvalidSubmission):
        product.complete(task, {"decision": ""})
    assert [words for words in seen.statements if not words.startswith("SELECT")] == []
