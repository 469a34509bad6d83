"""Completing a task: what enters, what is refused, forms posted twice, two people at once, timers that came first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.claim_task import claim_task
from engine.actions.complete_task import Completed, complete_task
from engine.actions.fire_timers import fire_timers
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import EngineFailure, Forbidden, InvalidSubmission, NotFound, RequestReused, TaskAlreadyDone
from engine.store import cases, events, tasks
from tests.support.clerk import ACCEPT, CLERK, INCOMPLETE, PASS, SUPPLEMENT_LATER, act, enrol, new_request, open_task
from tests.support.clerk import supplement as supplement_now
from tests.support.hours import at, instant
from tests.support.tampering import tampering


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-22 09:30")
    return system


def clerk(username: str, role: str = "window", office: str = "本级", region: str = "hunan") -> Actor:
    return Actor(5, username, username, (Membership(region, office, role),))


def together(*posts: Callable[[], Any]) -> list[Any]:
    """What each call gave or raised, all started at once, in the order of the calls."""
    barrier, found = threading.Barrier(len(posts)), [None] * len(posts)

    def run(index: int) -> None:
        barrier.wait()
        try:
            found[index] = posts[index]()
        except Exception as error:
            found[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(posts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def recorded(system: System, case_id: int) -> list[Any]:
    with system.store.reading() as connection:
        return events.of_case(connection, case_id)


def case_row(system: System, case_id: int) -> Any:
    with system.store.reading() as connection:
        return cases.by_id(connection, case_id)


# -- the same form twice --------------------------------------------------------------------------


def test_the_same_form_posted_twice_gives_the_first_result(agency: System) -> None:
    case_id, request = enrol(agency).case_id, new_request()
    task = open_task(agency, case_id)
    first = complete_task(agency, CLERK, task.id, ACCEPT, request)
    assert complete_task(agency, CLERK, task.id, ACCEPT, request) == first
    assert len(recorded(agency, case_id)) == 2


def test_the_same_form_posted_again_when_the_case_has_moved_on_gives_the_first_result(agency: System) -> None:
    case_id, request = enrol(agency).case_id, new_request()
    act(agency, case_id, INCOMPLETE)
    task, raw = open_task(agency, case_id), supplement_now(agency)
    first = complete_task(agency, CLERK, task.id, raw, request)
    at(agency, "2026-09-22 11:30")  # by now the receipt would need a reason
    act(agency, case_id, ACCEPT)
    assert complete_task(agency, CLERK, task.id, raw, request).seq == first.seq


def test_a_form_that_leaves_the_receipt_to_its_default_is_the_same_form_a_minute_later(agency: System) -> None:
    case_id, request = enrol(agency).case_id, new_request()
    act(agency, case_id, INCOMPLETE)
    task = open_task(agency, case_id)
    first = complete_task(agency, CLERK, task.id, {"items": "登记表"}, request)
    at(agency, "2026-09-22 09:31")
    assert complete_task(agency, CLERK, task.id, {"items": "登记表"}, request) == first


@pytest.mark.parametrize("other", [INCOMPLETE, ACCEPT | {"remark": "另一份"}, {}], ids=["decision", "remark", "empty"])
def test_the_same_request_with_other_content_is_a_conflict(agency: System, other: dict[str, Any]) -> None:
    case_id, request = enrol(agency).case_id, new_request()
    task = open_task(agency, case_id)
    complete_task(agency, CLERK, task.id, ACCEPT, request)
    with pytest.raises(RequestReused, match="内容不同"):
        complete_task(agency, CLERK, task.id, other, request)
    assert len(recorded(agency, case_id)) == 2


def test_a_request_id_of_one_task_does_not_serve_for_another(agency: System) -> None:
    case_id, request = enrol(agency).case_id, new_request()
    complete_task(agency, CLERK, open_task(agency, case_id).id, ACCEPT, request)
    with pytest.raises(RequestReused):
        complete_task(agency, CLERK, open_task(agency, case_id).id, PASS, request)
    assert open_task(agency, case_id).name == "审核"


def test_one_form_posted_from_two_threads_is_recorded_once(agency: System) -> None:
    case_id, request = enrol(agency).case_id, new_request()
    task = open_task(agency, case_id)
    results = together(*[lambda: complete_task(agency, CLERK, task.id, ACCEPT, request)] * 2)
    assert isinstance(results[0], Completed)
    assert results[0] == results[1]
    assert [e.kind for e in recorded(agency, case_id)] == ["case_opened", "task_completed"]


# -- two people -----------------------------------------------------------------------------------


def test_the_second_of_two_is_told_who_did_the_task_and_when(agency: System) -> None:
    case_id = enrol(agency).case_id
    task = open_task(agency, case_id)
    complete_task(agency, clerk("zhou"), task.id, ACCEPT, new_request())
    at(agency, "2026-09-22 10:00")
    with pytest.raises(TaskAlreadyDone, match="zhou于 2026-09-22 09:30 办理") as caught:
        complete_task(agency, clerk("wu"), task.id, ACCEPT, new_request())
    assert caught.value.details == {"who": "zhou", "at": instant("2026-09-22 09:30")}


def test_of_two_at_once_one_does_the_task_and_the_other_is_told_who(agency: System) -> None:
    for _ in range(5):
        case_id = enrol(agency).case_id
        task_id = open_task(agency, case_id).id
        names = ("zhou", "wu")
        results = together(
            *[partial(complete_task, agency, clerk(name), task_id, ACCEPT, new_request()) for name in names]
        )
        done = [r for r in results if isinstance(r, Completed)]
        told = [r for r in results if isinstance(r, TaskAlreadyDone)]
        assert (len(done), len(told)) == (1, 1), results
        winner = names[results.index(done[0])]
        assert told[0].details["who"] == winner
        assert told[0].details["at"] == agency.clock.now()
        assert recorded(agency, case_id)[1].actor == winner


def test_who_has_not_claimed_a_claimed_task_cannot_complete_it(agency: System) -> None:
    case_id = enrol(agency).case_id
    task = open_task(agency, case_id)
    claim_task(agency, clerk("zhou"), task.id)
    with pytest.raises(TaskAlreadyDone, match="zhou") as caught:
        complete_task(agency, clerk("wu"), task.id, ACCEPT, new_request())
    assert caught.value.details["who"] == "zhou"
    assert complete_task(agency, clerk("zhou"), task.id, ACCEPT, new_request()).seq == 3


# -- rights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "actor",
    [clerk("x", "review"), clerk("x", "leader"), clerk("x", region="yueyang"), clerk("x", office="分局")],
    ids=["reviewer", "leader", "other region", "other office"],
)
def test_only_the_lane_of_the_task_in_its_office_may_complete_it(agency: System, actor: Actor) -> None:
    case_id = enrol(agency).case_id
    with pytest.raises(Forbidden, match="窗口受理"):
        complete_task(agency, actor, open_task(agency, case_id).id, ACCEPT, new_request())
    assert len(recorded(agency, case_id)) == 1


def test_the_window_hands_in_for_the_applicant_and_nobody_else_does(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    task = open_task(agency, case_id)
    with pytest.raises(Forbidden):
        complete_task(agency, clerk("x", "review"), task.id, supplement_now(agency), new_request())
    complete_task(agency, clerk("zhou"), task.id, supplement_now(agency), new_request())
    assert open_task(agency, case_id).name == "受理"


def test_a_task_that_never_was_is_not_found(agency: System) -> None:
    with pytest.raises(NotFound, match="没有这个任务"):
        complete_task(agency, CLERK, 12345, ACCEPT, new_request())


# -- what enters ----------------------------------------------------------------------------------


def test_only_fields_that_the_form_of_the_task_declares_enter_the_case(agency: System) -> None:
    case_id = enrol(agency).case_id
    with pytest.raises(InvalidSubmission) as caught:
        act(agency, case_id, ACCEPT | {"typename": "x", "unit_name": "改名", "application": {"unit_name": "改名"}})
    assert set(caught.value.errors) == {"typename", "unit_name", "application.unit_name"}
    act(agency, case_id, ACCEPT)
    kept = encoding.loads(case_row(agency, case_id).variables)
    assert set(kept) == {"application", "intake"}
    assert set(kept["intake"]) == {"decision", "materials", "missing"}


def test_hidden_fields_do_not_enter(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, ACCEPT | {"reason": "一时填错，已隐藏"})
    assert "reason" not in encoding.loads(case_row(agency, case_id).variables)["intake"]


def test_a_refused_form_changes_nothing(agency: System) -> None:
    case_id = enrol(agency).case_id
    before = case_row(agency, case_id)
    with pytest.raises(InvalidSubmission):
        act(agency, case_id, {"decision": "accept"})
    assert case_row(agency, case_id) == before


def test_a_receipt_earlier_than_the_entry_resumes_the_limit_when_it_was_received(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, ACCEPT)
    act(agency, case_id, SUPPLEMENT_LATER)
    at(agency, "2026-09-28 10:00")
    late = supplement_now(agency) | {"received_at": "2026-09-24T16:00"}
    with pytest.raises(InvalidSubmission) as caught:
        act(agency, case_id, late)
    assert set(caught.value.errors) == {"received_reason"}
    act(agency, case_id, late | {"received_reason": "邮寄"})
    event = recorded(agency, case_id)[-1]
    assert event.effective_at == event.recorded_at == instant("2026-09-28 10:00")
    decisions = encoding.loads(event.payload)["facts"]["decisions"]
    assert ["resume", "handling", instant("2026-09-24 16:00"), "handling/handling_supplement#1"] in decisions


def test_a_receipt_cannot_lie_in_the_future(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    with pytest.raises(InvalidSubmission) as caught:
        act(agency, case_id, supplement_now(agency) | {"received_at": "2026-09-22T09:31"})
    assert set(caught.value.errors) == {"received_at"}


# -- timers that were due before ------------------------------------------------------------------


def test_a_task_that_its_timer_closed_is_refused_also_when_no_worker_was_awake(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    task = open_task(agency, case_id)
    at(agency, "2026-10-22 10:00")
    with pytest.raises(TaskAlreadyDone, match="2026-10-21 00:00 因期限届满关闭") as caught:
        complete_task(agency, CLERK, task.id, supplement_now(agency), new_request())
    assert caught.value.details == {"who": "system", "at": instant("2026-10-21 00:00")}
    row = case_row(agency, case_id)
    assert (row.outcome, row.closed_at) == ("lapsed", instant("2026-10-21 00:00"))


def test_a_task_that_the_worker_closed_says_so_afterwards(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    task = open_task(agency, case_id)
    at(agency, "2026-10-22 10:00")
    fire_timers(agency)
    with pytest.raises(TaskAlreadyDone, match="2026-10-21 00:00 因期限届满关闭"):
        complete_task(agency, CLERK, task.id, supplement_now(agency), new_request())


def test_timers_that_were_due_are_recorded_even_when_the_form_is_refused(agency: System) -> None:
    case_id = enrol(agency).case_id
    at(agency, "2026-09-22 17:30")
    with pytest.raises(InvalidSubmission):
        act(agency, case_id, {})
    assert [e.kind for e in recorded(agency, case_id)] == ["case_opened", "alarm_raised"]
    assert verify_history(agency, case_id).result == "intact"


def test_due_timers_come_first_each_at_its_instant_and_then_the_task(agency: System) -> None:
    case_id = enrol(agency).case_id
    act(agency, case_id, ACCEPT)
    at(agency, "2026-10-08 10:00")
    act(agency, case_id, PASS)
    told = [(e.kind, e.effective_at, e.recorded_at) for e in recorded(agency, case_id)][2:]
    now = instant("2026-10-08 10:00")
    assert told == [
        ("alarm_raised", instant("2026-09-30 09:00"), now),
        ("alarm_raised", instant("2026-09-30 17:00"), now),
        ("timer_fired", instant("2026-09-30 17:00"), now),
        ("task_completed", now, now),
    ]


def test_a_clock_that_goes_back_does_not_take_the_case_back(agency: System) -> None:
    case_id = enrol(agency).case_id
    at(agency, "2026-09-22 09:00")
    act(agency, case_id, ACCEPT)
    opened, accepted = recorded(agency, case_id)
    assert accepted.effective_at == opened.effective_at
    assert accepted.recorded_at == opened.recorded_at - timedelta(minutes=30)


# -- when the engine fails ------------------------------------------------------------------------


def test_a_failing_engine_leaves_the_case_as_it_was_and_an_incident(agency: System) -> None:
    case_id = enrol(agency).case_id
    with tampering(agency.store) as connection:  # tokens are stale, and the record is not what it was
        connection.execute(text("UPDATE cases SET state = NULL"))
        connection.execute(text("UPDATE events SET digest = 'x' WHERE seq = 1"))
    with pytest.raises(EngineFailure):
        act(agency, case_id, ACCEPT)
    assert len(recorded(agency, case_id)) == 1
    assert open_task(agency, case_id).status == "open"
    with agency.store.reading() as connection:
        incident = connection.execute(text("SELECT case_id, what, node FROM incidents")).one()
    assert tuple(incident) == (case_id, "complete_task", "intake")


def test_the_lists_show_the_task_as_done(agency: System) -> None:
    case_id = enrol(agency).case_id
    first = open_task(agency, case_id)
    act(agency, case_id, ACCEPT)
    with agency.store.reading() as connection:
        done, open_now = tasks.of_case(connection, case_id)
    assert (done.id, done.status, done.closed_by, done.closed_at) == (
        first.id, "completed", CLERK.username, agency.clock.now(),
    )  # fmt: skip
    assert (open_now.name, open_now.status, open_now.lane, open_now.due) == (
        "审核", "open", "review", instant("2026-09-30 17:00"),
    )  # fmt: skip
