"""Clerks and workers, each in a process of its own, at the same few cases of one database that are rebuilt meanwhile.

Forms are posted by several processes under the same request id at the same instant; tasks are fought over; timers fall
due meanwhile. Whatever the order: nothing waits for ever, every request takes effect exactly once and everybody who
posted it gets the one result, every case verifies and rebuilding changes nothing.
"""

from __future__ import annotations

import multiprocessing
import queue
import random
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine.actions.claim_task import claim_task, release_task
from engine.actions.complete_task import complete_task
from engine.actions.fire_timers import fire_timers
from engine.actions.open_case import open_case
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_history import INTACT, verify_history
from engine.errors import Conflict
from engine.store import settings, tasks
from engine.store.cases import cases
from engine.store.events import events
from engine.store.incidents import incidents
from tests.support.clerk import (
    ACCEPT,
    CLERK,
    INCOMPLETE,
    OFFICE,
    PASS,
    REGION,
    SUPPLEMENT_LATER,
    application,
    enrol,
)
from tests.support.forms import ENROLMENT

SPAWN = multiprocessing.get_context("spawn")
COLLEAGUE = replace(CLERK, user_id=2, username="hunan.colleague")
SECONDS = 4.0  # of work; a process needs about as long to start
DONE = 12  # forms a clerk has got accepted before he ends, if the machine needs more than those seconds for it
PATIENCE = 240  # until a process that does not end counts as deadlocked
CASES = 4
WEEK = 7 * 24 * 3600
Report = tuple[str, Any]  # a kind and what happened


# -- what a process does; each gives what it wants to report ---------------------------------------


def clerk(system: System, seed: int) -> Iterable[Report]:
    """Completes, claims and releases whatever is open, and posts what was done already once more."""
    chance = random.Random(seed)
    actor = COLLEAGUE if seed == 2 else CLERK
    known: list[tuple[int, str]] = []  # tasks seen before, with their case
    begun, accepted = time.monotonic(), 0
    while (worked := time.monotonic() - begun) < SECONDS or (accepted < DONE and worked < PATIENCE / 4):
        with system.store.reading() as connection:
            ids = connection.execute(select(cases.c.id).order_by(cases.c.id).limit(CASES)).scalars().all()
            known += [(t.id, t.node) for t in tasks.open_of_case(connection, chance.choice(ids))]
        if not known:
            continue
        task_id, node = chance.choice(known[-3:])
        act = chance.random()
        try:
            if act < 0.15 and not node.endswith("supplement"):
                claim_task(system, actor, task_id)
            elif act < 0.25:
                release_task(system, actor, task_id)
            else:
                request = str(uuid.UUID(int=task_id, version=4))  # the form that everybody has before him
                done = complete_task(system, actor, task_id, content(task_id, node), request)
                accepted += 1
                yield "completed", (request, done.case_id, done.seq)
        except Conflict as conflict:
            yield "refused", type(conflict).__name__


def content(task_id: int, node: str) -> dict[str, Any]:
    """What is posted for a task: the same in every process."""
    match node.rpartition("/")[2]:
        case "intake":
            return ACCEPT if task_id % 3 else INCOMPLETE
        case "review":
            return PASS if task_id % 5 == 0 else SUPPLEMENT_LATER
        case _:
            return {"items": "单位参保信息登记表", "channel": "window"}


def opener(system: System, seed: int) -> Iterable[Report]:
    """Opens cases under request ids that every other opener uses too."""
    raw = application(system) | {"received_at": "2026-01-05T10:00", "received_reason": "邮寄"}
    for n in range(8):
        request = str(uuid.UUID(int=1_000_000 + n, version=4))
        opened = open_case(system, CLERK, ENROLMENT, REGION, OFFICE, raw, request)
        yield "opened", (request, opened.case_id, opened.number)
        own = open_case(system, CLERK, ENROLMENT, REGION, OFFICE, raw, str(uuid.uuid4()))
        yield "own", own.number


def worker(system: System, seed: int) -> Iterable[Report]:
    """Sweeps; the first also lets a week pass every second, the second rebuilds as an administrator might."""
    until, leap, turn = time.monotonic() + SECONDS, time.monotonic() + 1, 0
    while time.monotonic() < until:
        swept = fire_timers(system)
        if swept.cases:
            yield "swept", swept.cases
        if seed % 2 and time.monotonic() > leap:
            leap += 1
            with system.store.writing() as connection:
                offset = settings.demo_offset(connection) or 0
                settings.set_demo_offset(connection, offset + WEEK, datetime.now(UTC), "test")
        elif not seed % 2:
            turn += 1
            changed = rebuild_case(system, turn % CASES + 1).changed
            if changed:
                yield "rebuilt", changed
            time.sleep(0.05)  # SQLite's one lock is taken by whoever asks first; the clerks shall have their turn


def run(work: Callable[[System, int], Iterable[Report]], url: str, seed: int, barrier: Any, told: Any) -> None:
    system = System.open(url, demo=True)
    system.current(ENROLMENT, REGION).program.model  # noqa: B018  everybody begins with everything read
    barrier.wait()
    try:
        for report in work(system, seed):
            told.put(report)
    except BaseException as error:
        told.put(("failed", f"{work.__name__}: {type(error).__name__}: {error}"))
    finally:
        told.put(("ended", work.__name__))
        system.close()


def at_once(url: str, *works: Callable[[System, int], Iterable[Report]]) -> dict[str, list[Any]]:
    """Runs every work in a process of its own; what they reported, by kind."""
    barrier, told = SPAWN.Barrier(len(works)), SPAWN.Queue()
    processes = [
        SPAWN.Process(target=run, args=(work, url, seed, barrier, told), daemon=True) for seed, work in enumerate(works)
    ]
    for process in processes:
        process.start()
    reports: dict[str, list[Any]] = defaultdict(list)
    until = time.monotonic() + PATIENCE
    while len(reports["ended"]) < len(works):
        try:
            kind, what = told.get(timeout=max(0.1, until - time.monotonic()))
        except queue.Empty:
            ended = reports["ended"]
            for process in processes:
                process.kill()
            pytest.fail(f"still running after {PATIENCE} s: ended are only {ended}; {reports['failed']}")
        reports[kind].append(what)
    for process in processes:
        process.join(10)
    assert reports["failed"] == []
    return reports


# -- afterwards ------------------------------------------------------------------------------------


def assert_whole(system: System) -> None:
    with system.store.reading() as connection:
        ids = connection.execute(select(cases.c.id)).scalars().all()
        assert connection.execute(select(incidents.c.message)).all() == []
        for case in ids:
            instants = [row.effective_at for row in connection.execute(
                select(events.c.effective_at).where(events.c.case_id == case).order_by(events.c.seq)
            )]  # fmt: skip
            assert instants == sorted(instants)
    for case in ids:
        assert verify_history(system, case).result == INTACT, verify_history(system, case)
        assert rebuild_case(system, case).changed == ()


@pytest.fixture
def demo(prepared_url: str) -> Any:
    """The product in demo mode, so that time can pass, with a few open cases."""
    system = System.open(prepared_url, demo=True)
    with system.store.writing() as connection:
        settings.set_demo_offset(connection, 0, datetime.now(UTC), "test")
    yield system
    system.close()


@pytest.mark.timeout(PATIENCE * 2)
def test_clerks_and_workers_at_the_same_cases_while_they_are_rebuilt(demo: System) -> None:
    for _ in range(CASES):
        enrol(demo)
    reports = at_once(demo.store.url, clerk, clerk, clerk, worker, worker)
    assert "rebuilt" not in reports, reports["rebuilt"]
    results: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for request, case, seq in reports["completed"]:
        results[request].add((case, seq))
    assert {request: r for request, r in results.items() if len(r) > 1} == {}  # everybody got the one result
    with demo.store.reading() as connection:
        written = connection.execute(
            select(events.c.request_id, events.c.case_id, events.c.seq).where(events.c.kind == "task_completed")
        ).all()
    assert Counter(row.request_id for row in written).most_common(1)[0][1] == 1
    assert {row.request_id: {(row.case_id, row.seq)} for row in written} == results
    assert len(results) > CASES
    assert len(reports["completed"]) > len(results)  # some were posted by several, or twice
    assert_whole(demo)


@pytest.mark.timeout(PATIENCE * 2)
def test_the_first_cases_of_a_year_opened_by_everybody_at_once(demo: System) -> None:
    reports = at_once(demo.store.url, opener, opener, opener)
    results: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for request, case, number in reports["opened"]:
        results[request].add((case, number))
    assert len(reports["opened"]) == 3 * 8
    assert len(results) == 8
    assert all(len(result) == 1 for result in results.values())
    with demo.store.reading() as connection:
        numbers = connection.execute(select(cases.c.number)).scalars().all()
    assert len(numbers) == len(set(numbers)) == 8 + len(reports["own"])
    assert_whole(demo)
