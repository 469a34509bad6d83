"""Servers and workers are killed with SIGKILL, again and again, while clerks work and timers fall due.

Afterwards every form that a clerk saw accepted is in the log exactly once, no case was opened twice, no timer fired
twice or was forgotten, every history verifies and every projection equals its events. `make survive` does it 100
times on each database; in the test run it is 8 times.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.actions.fire_timers import fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.seed_demo import DEMO_PASSWORD, seed_demo
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.store import settings, tasks, timers
from engine.store.cases import cases
from engine.store.events import events
from engine.store.incidents import incidents
from tests.support.clerk import ACCEPT, INCOMPLETE, OFFICE, PASS, REGION, application, new_request
from tests.support.forms import ENROLMENT
from tests.support.processes import Process, Server, Worker
from tests.support.web_clerk import PATIENCE, WebClerk, flat

KILLS = int(os.environ.get("JINGBAN_KILLS", "8"))
CLERKS = 3
MONTH = 31 * 24 * 3600  # the demo clock's leaps: every open limit of the diagram has run out after one


@dataclass
class Ledger:
    """What the clerks know: form's request id -> what was answered."""

    accepted: dict[str, str] = field(default_factory=dict)  # ... -> case number
    refused: Counter[int] = field(default_factory=Counter)  # status -> how often (a timer was quicker, mostly)


class Installation:
    """A server with its worker, a worker beside it, and clerks who never stop."""

    def __init__(self, system: System, directory: Path) -> None:
        self.system = system
        self.directory = directory
        self.ledger = Ledger()
        self.stop = threading.Event()
        self.server = self._new_server()
        self.worker: Process = self._new_worker()
        self._failures: list[BaseException] = []
        self._signed_in = threading.Semaphore(0)
        self._clerks = [threading.Thread(target=self._work, args=(n,)) for n in range(CLERKS)]

    def start(self) -> None:
        self.server.wait_until_ready()
        for clerk in self._clerks:
            clerk.start()
        for _ in self._clerks:
            assert self._signed_in.acquire(timeout=PATIENCE)

    def wait_for_work(self, forms: int) -> None:
        """Until so many more forms were accepted: a process that does nothing is no test."""
        goal, until = len(self.ledger.accepted) + forms, time.monotonic() + PATIENCE
        while len(self.ledger.accepted) < goal and not self.stop.is_set():
            assert time.monotonic() < until, "the clerks get nothing done"
            time.sleep(0.005)

    def finish(self) -> None:
        """The clerks end what they have in hand; the processes are killed once more."""
        self.stop.set()
        for clerk in self._clerks:
            clerk.join()
        for process in (self.server, self.worker):
            if process.running:
                process.kill()
        if self._failures:
            raise self._failures[0]

    def kill_server(self) -> None:
        self.server.kill()
        self.server = self._new_server()
        self.server.wait_until_ready()

    def kill_worker(self) -> None:
        self.worker.kill()
        self.worker = self._new_worker()

    def leap(self) -> None:
        """A month passes: whatever waits falls due, and the workers have something to do."""
        with self.system.store.writing() as connection:
            offset = settings.demo_offset(connection) or 0
            settings.set_demo_offset(connection, offset + MONTH, datetime.now(UTC), "test")

    def _new_server(self) -> Server:
        return Server(self.system.store.url, self.directory / "server.log")

    def _new_worker(self) -> Process:
        return Worker(self.system.store.url, self.directory / "worker.log")

    # -- clerks -----------------------------------------------------------------------------------

    def _work(self, number: int) -> None:
        try:
            clerk = WebClerk(lambda: self.server.address, "hunan.clerk", DEMO_PASSWORD)
            clerk.sign_in()
            self._signed_in.release()
            turn = number
            while not self.stop.is_set():
                self._case(clerk, turn)
                turn += 1
        except BaseException as error:
            self._failures.append(error)
            self.stop.set()

    def _case(self, clerk: WebClerk, turn: int) -> None:
        """Of three cases one is worked to its end, one waits for its applicant, one lies at 审核."""
        case = self._submit(clerk, f"/open/{ENROLMENT}/{REGION}", {"_office": OFFICE, **application(self.system)})
        if case is None:
            return
        if turn % 3 == 0:
            self._complete(clerk, case, INCOMPLETE)
        elif self._complete(clerk, case, ACCEPT) and turn % 3 == 1:
            self._complete(clerk, case, PASS)

    def _complete(self, clerk: WebClerk, number: str, raw: dict[str, Any]) -> bool:
        with self.system.store.reading() as connection:
            case = connection.execute(select(cases.c.id).where(cases.c.number == number)).scalar_one()
            open_tasks = tasks.open_of_case(connection, case)
        if not open_tasks:
            return False
        return self._submit(clerk, f"/tasks/{open_tasks[0].id}", {"_confirmed": "yes", **raw}, number) is not None

    def _submit(self, clerk: WebClerk, path: str, raw: dict[str, Any], number: str = "") -> str | None:
        """The case's number when the form was accepted."""
        request = new_request()
        answer = clerk.post(path, {**flat(raw), "request_id": request}, self.stop)
        if answer is None:
            return None
        status, location, page = answer
        if status != 302:
            assert status in (409, 422), f"{path}: {status}\n{page[:3000]}"
            self.ledger.refused[status] += 1
            return None
        assert "/login" not in location
        self.ledger.accepted[request] = number or location.rpartition("/")[2]
        return self.ledger.accepted[request]


@pytest.fixture
def installation(prepared_url: str, tmp_path: Path) -> Iterator[Installation]:
    system = System.open(prepared_url, demo=True)
    with system.store.writing() as connection:
        settings.set_demo_offset(connection, 0, datetime.now(UTC), "test")
    seed_demo(system, fewer=True)
    opened = Installation(system, tmp_path)
    yield opened
    opened.stop.set()
    for process in (opened.server, opened.worker):
        if process.running:
            process.kill()
    system.close()


@pytest.mark.timeout(600 + 30 * KILLS)
def test_nothing_is_lost_or_doubled_when_processes_are_killed(installation: Installation) -> None:
    chance = random.Random(20260922)
    installation.start()
    for kill in range(KILLS):
        installation.wait_for_work(CLERKS * 2)
        time.sleep(chance.uniform(0, 0.1))
        if kill % 2:
            installation.leap()
            time.sleep(chance.uniform(0, 0.3))
            installation.kill_worker()
        else:
            installation.kill_server()
    installation.wait_for_work(CLERKS)
    installation.finish()
    system, ledger = installation.system, installation.ledger
    installation.leap()
    while fire_timers(system).cases:
        pass
    summary = assert_whole(system, ledger)
    print(f"\n{system.store.engine.dialect.name}: {KILLS} kills; {summary}; refused {dict(ledger.refused)}")
    assert summary["accepted"] >= KILLS * CLERKS * 2
    assert summary["timers fired"] > 0


def assert_whole(system: System, ledger: Ledger) -> dict[str, int]:
    """Everything that must hold of the database afterwards; how much of it there was."""
    with system.store.reading() as connection:
        all_cases = list(connection.execute(select(cases)))
        recorded = list(connection.execute(select(events)))
        open_timers = list(connection.execute(select(timers.timers).where(timers.timers.c.status == "armed")))
        raised = list(connection.execute(select(incidents)))
        now = system.clock.now()
    assert [row.message for row in raised] == []
    number_of = {row.id: row.number for row in all_cases}

    # every accepted form once, in the case it was answered for
    found = Counter(row.request_id for row in recorded if row.request_id)
    assert {request: found[request] for request in ledger.accepted} == dict.fromkeys(ledger.accepted, 1)
    assert max(found.values()) == 1
    case_of = {row.request_id: number_of[row.case_id] for row in recorded if row.request_id}
    assert {request: case_of[request] for request in ledger.accepted} == ledger.accepted

    # every timer and alarm once, and none forgotten
    fired = Counter((row.case_id, row.node) for row in recorded if row.kind == "timer_fired")
    assert max(fired.values()) == 1  # each boundary event of this diagram is reached at most once here
    assert [row.key for row in open_timers if row.due <= now] == []
    assert [row.number for row in all_cases if row.next_due is not None and row.next_due <= now] == []

    # every history whole, every projection what its events say
    for row in all_cases:
        verdict = verify_history(system, row.id)
        assert verdict.result == "intact", f"{row.number}: {verdict.text} {verdict.details}"
        rebuilt = rebuild_case(system, row.id)
        assert list(rebuilt.changed) == [], row.number
    return {
        "cases": len(all_cases),
        "events": len(recorded),
        "accepted": len(ledger.accepted),
        "timers fired": sum(fired.values()),
    }
