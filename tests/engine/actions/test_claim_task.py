"""Claiming a task for oneself and giving it back: one person has it, and both are in the record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text as sql

from engine.actions.actor import Actor
from engine.actions.claim_task import claim_task, release_task, take_back_task
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import EngineFailure, Forbidden, NotFound, TaskAlreadyDone
from engine.store import tasks
from tests.engine.actions.test_complete_task import clerk, recorded, together
from tests.support.bpmn import DONE, path, start, task
from tests.support.clerk import ACCEPT, CLERK, INCOMPLETE, act, enrol, open_task
from tests.support.hours import at
from tests.support.small import deploy, do, form, opened, person, sound, text
from tests.support.tampering import tampering

ZHOU, WU = clerk("zhou"), clerk("wu")


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-22 09:30")
    return system


@pytest.fixture
def case_id(agency: System) -> int:
    return enrol(agency).case_id


def kinds(system: System, case_id: int) -> list[str]:
    return [e.kind for e in recorded(system, case_id)]


def test_a_claimed_task_is_that_persons_until_it_is_given_back(agency: System, case_id: int) -> None:
    task = open_task(agency, case_id)
    claim_task(agency, ZHOU, task.id)
    claimed = open_task(agency, case_id)
    assert (claimed.status, claimed.assignee, claimed.claimed_at) == ("claimed", "zhou", agency.clock.now())
    release_task(agency, ZHOU, task.id)
    released = open_task(agency, case_id)
    assert (released.status, released.assignee, released.claimed_at) == ("open", None, None)
    assert kinds(agency, case_id) == ["case_opened", "task_claimed", "task_released"]
    assert verify_history(agency, case_id).result == "intact"


def test_who_did_the_task_it_must_be_separate_from_learns_it_when_claiming(system: System) -> None:
    at(system, "2026-09-22 09:30")
    body = start().replace("/>", ' jingban:form="application"/>') + task("a") + task("b", separateFrom="a") + DONE
    deploy(
        system,
        body + path("begin", "a", "b", "done"),
        {key: form(key, text("unit_name", "单位")) for key in ("application", "a", "b")},
    )
    case_id = opened(system)
    zhou, wu = person("zhou", "window"), person("wu", "window")
    do(system, case_id, "a", zhou)
    with pytest.raises(Forbidden, match="“a”由您办理，“b”与之须由不同人员办理，请转交他人"):
        claim_task(system, zhou, open_task(system, case_id).id)
    claim_task(system, wu, open_task(system, case_id).id)
    assert kinds(system, case_id) == ["case_opened", "task_completed", "task_claimed"]
    sound(system, case_id)


@pytest.mark.parametrize("act_on", [claim_task, release_task])
def test_a_failing_engine_leaves_the_task_as_it_was_and_an_incident(
    agency: System, case_id: int, act_on: Callable[[System, Actor, int], None]
) -> None:
    task_id = open_task(agency, case_id).id
    with tampering(agency.store) as connection:  # tokens are stale, and the record is not what it was
        connection.execute(sql("UPDATE cases SET state = NULL"))
        connection.execute(sql("UPDATE events SET digest = 'x' WHERE seq = 1"))
    with pytest.raises(EngineFailure):
        act_on(agency, ZHOU, task_id)
    assert kinds(agency, case_id) == ["case_opened"]
    with agency.store.reading() as connection:
        incident = connection.execute(sql("SELECT case_id, what, node FROM incidents")).one()
    assert tuple(incident) == (case_id, act_on.__name__, "intake")


def test_claiming_what_one_has_and_releasing_what_nobody_has_record_nothing(agency: System, case_id: int) -> None:
    task = open_task(agency, case_id)
    release_task(agency, ZHOU, task.id)
    claim_task(agency, ZHOU, task.id)
    claim_task(agency, ZHOU, task.id)
    assert kinds(agency, case_id) == ["case_opened", "task_claimed"]


def test_who_comes_second_is_told_who_has_it(agency: System, case_id: int) -> None:
    task = open_task(agency, case_id)
    claim_task(agency, ZHOU, task.id)
    for act_on in (claim_task, release_task):
        with pytest.raises(TaskAlreadyDone, match="zhou") as caught:
            act_on(agency, WU, task.id)
        assert caught.value.details["who"] == "zhou"
    assert open_task(agency, case_id).assignee == "zhou"


def test_of_two_who_claim_at_once_one_has_it(agency: System, case_id: int) -> None:
    task_id = open_task(agency, case_id).id
    results = together(lambda: claim_task(agency, ZHOU, task_id), lambda: claim_task(agency, WU, task_id))
    assert sum(isinstance(r, TaskAlreadyDone) for r in results) == 1
    winner = "zhou" if results[0] is None else "wu"
    assert open_task(agency, case_id).assignee == winner
    assert kinds(agency, case_id) == ["case_opened", "task_claimed"]


def test_a_task_that_is_done_cannot_be_claimed_and_says_who_did_it(agency: System, case_id: int) -> None:
    task = open_task(agency, case_id)
    act(agency, case_id, ACCEPT)
    with pytest.raises(TaskAlreadyDone) as caught:
        claim_task(agency, ZHOU, task.id)
    assert caught.value.details == {"who": "hunan.clerk", "at": agency.clock.now()}


def test_only_the_lane_of_the_task_may_claim_it(agency: System, case_id: int) -> None:
    with pytest.raises(Forbidden, match="窗口受理"):
        claim_task(agency, clerk("x", "review"), open_task(agency, case_id).id)
    with pytest.raises(NotFound):
        claim_task(agency, ZHOU, 4711)


def test_what_waits_for_the_applicant_is_not_claimed(agency: System, case_id: int) -> None:
    act(agency, case_id, INCOMPLETE)
    with pytest.raises(Forbidden, match="等待申请人"):
        claim_task(agency, ZHOU, open_task(agency, case_id).id)


def test_alarms_leave_the_claim_as_it_was(agency: System, case_id: int) -> None:
    act(agency, case_id, ACCEPT)
    reviewer, claimed_at = clerk("sun", "review"), agency.clock.now()
    claim_task(agency, reviewer, open_task(agency, case_id).id)
    at(agency, "2026-10-08 10:00")
    claim_task(agency, reviewer, open_task(agency, case_id).id)  # nothing new, but the alarms are recorded
    assert kinds(agency, case_id)[3:] == ["alarm_raised", "alarm_raised", "timer_fired"]
    row = open_task(agency, case_id)
    assert (row.assignee, row.claimed_at) == ("sun", claimed_at)


def test_a_task_that_is_done_still_says_since_when_it_was_claimed(agency: System, case_id: int) -> None:
    task, claimed_at = open_task(agency, case_id).id, agency.clock.now()
    claim_task(agency, CLERK, task)
    at(agency, "2026-09-22 11:00")
    act(agency, case_id, ACCEPT)
    with agency.store.reading() as connection:
        row = tasks.read_with_case(connection, task)
    assert row is not None
    assert (row.task_status, row.task_claimed_at) == ("completed", claimed_at)
    assert rebuild_case(agency, case_id).changed == ()


def test_who_claims_what_is_done_is_told_by_whom_and_when(agency: System, case_id: int) -> None:
    task = open_task(agency, case_id).id
    act(agency, case_id, ACCEPT)
    with pytest.raises(TaskAlreadyDone, match=f"{CLERK.username}于 2026-09-22 09:30 办理"):
        claim_task(agency, ZHOU, task)


def test_a_leader_takes_back_what_somebody_cannot_go_on_with(agency: System, case_id: int) -> None:
    task, boss = open_task(agency, case_id), clerk("boss", "leader")
    claim_task(agency, ZHOU, task.id)
    for other in (WU, clerk("far", "leader", region="yueyang")):
        with pytest.raises(Forbidden):
            take_back_task(agency, other, task.id)
    take_back_task(agency, boss, task.id)
    take_back_task(agency, boss, task.id)  # nobody has it now: nothing to do
    claim_task(agency, WU, task.id)
    assert kinds(agency, case_id) == ["case_opened", "task_claimed", "task_released", "task_claimed"]
    assert recorded(agency, case_id)[2].actor == "boss"
    assert verify_history(agency, case_id).result == "intact"
    assert rebuild_case(agency, case_id).changed == ()
    release_task(agency, WU, task.id)
    act(agency, case_id, ACCEPT)
    with pytest.raises(TaskAlreadyDone):
        take_back_task(agency, boss, task.id)
