"""An assessment group: the leader names people, each has a seat of his own, and none speaks for another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine import encoding
from engine.actions.claim_task import claim_task, release_task
from engine.actions.fire_timers import fire_timers
from engine.actions.replay_case import replay_case
from engine.actions.substitute_participant import substitute_participant
from engine.actions.system import System
from engine.errors import Conflict, Forbidden, InvalidInput, InvalidSubmission, TaskAlreadyDone
from engine.store import tasks, users
from tests.support.assessment import BODY, FORMS
from tests.support.hours import at
from tests.support.small import (
    OFFICE,
    REGION,
    deploy,
    do,
    drop_tokens,
    employ,
    open_tasks,
    opened,
    person,
    row,
    sound,
    task_at,
)
from tests.support.walks import Moves, lasting_system, moves_of, walk

BOSS = person("boss", "leader")
PEOPLE = ("qian", "sun", "zhou", "wu")


def staffed(system: System) -> System:
    at(system, "2026-09-21 09:30")
    deploy(system, BODY, FORMS)
    employ(system, *PEOPLE)
    employ(system, "boss", "chef", role="leader")
    return system


@pytest.fixture
def agency(system: System) -> System:
    return staffed(system)


def expert(name: str) -> Any:
    return person(name, "review")


def named(system: System, *names: str) -> int:
    """A case whose assessment group is those people."""
    case_id = opened(system)
    do(system, case_id, "naming", BOSS, members=[{"user": name} for name in names])
    return case_id


def held(system: System, case_id: int) -> list[tuple[str, str, str]]:
    return [(t.node, t.status, t.assignee) for t in open_tasks(system, case_id)]


def variables(system: System, case_id: int) -> Any:
    return encoding.loads(row(system, case_id).variables)


def refusal(system: System, *names: str) -> dict[str, str]:
    with pytest.raises(InvalidSubmission) as refused:
        named(system, *names)
    return refused.value.errors


def test_everybody_on_the_list_has_a_seat_of_his_own_at_once(agency: System) -> None:
    case_id = named(agency, "sun", "qian")
    assert held(agency, case_id) == [("experts[1]", "claimed", "sun"), ("experts[2]", "claimed", "qian")]
    assert all(t.claimed_at == agency.clock.now() and t.due for t in open_tasks(agency, case_id))
    sound(agency, case_id)


def test_nobody_else_completes_claims_or_gives_back_a_seat(agency: System) -> None:
    case_id = named(agency, "sun", "qian")
    seat = task_at(agency, case_id, "experts[1]")
    for other in ("qian", "zhou", "boss"):
        with pytest.raises(Forbidden):
            do(agency, case_id, "experts[1]", expert(other), opinion="yes")
    with pytest.raises(TaskAlreadyDone):
        claim_task(agency, expert("zhou"), seat.id)
    with pytest.raises(Forbidden, match="不能退回"):
        release_task(agency, expert("sun"), seat.id)
    claim_task(agency, expert("sun"), seat.id)  # what one has already is harmless
    assert held(agency, case_id)[0] == ("experts[1]", "claimed", "sun")
    sound(agency, case_id)


def test_what_they_say_is_gathered_in_the_order_of_the_seats_and_the_case_waits_for_the_last(agency: System) -> None:
    case_id = named(agency, "sun", "qian")
    assert variables(agency, case_id)["assessment"] == []
    do(agency, case_id, "experts[2]", expert("qian"), opinion="no")
    assert held(agency, case_id) == [("experts[1]", "claimed", "sun")]
    sound(agency, case_id)
    do(agency, case_id, "experts[1]", expert("sun"), opinion="yes")
    assert variables(agency, case_id)["assessment"] == [
        {"opinion": "yes", "performer": "sun", "seat": 1},
        {"opinion": "no", "performer": "qian", "seat": 2},
    ]
    assert held(agency, case_id) == [("conclude", "open", None)]
    sound(agency, case_id)


def test_conditions_see_all_that_was_said(agency: System) -> None:
    case_id = named(agency, "sun", "qian")
    do(agency, case_id, "experts[1]", expert("sun"), opinion="no")
    assert do(agency, case_id, "experts[2]", expert("qian"), opinion="no").closed
    assert row(agency, case_id).outcome == "refused"
    sound(agency, case_id)


def test_a_new_round_begins_with_new_seats_and_an_empty_list(agency: System) -> None:
    case_id = named(agency, "sun", "qian")
    for number, name in enumerate(("sun", "qian"), start=1):
        do(agency, case_id, f"experts[{number}]", expert(name), opinion="yes")
    do(agency, case_id, "conclude", BOSS, decision="again")
    do(agency, case_id, "naming", BOSS, members=[{"user": "qian"}])
    assert [(t.node, t.n, t.assignee) for t in open_tasks(agency, case_id)] == [("experts[1]", 2, "qian")]
    assert variables(agency, case_id)["assessment"] == []
    do(agency, case_id, "experts[1]", expert("qian"), opinion="yes")
    assert [given["performer"] for given in variables(agency, case_id)["assessment"]] == ["qian"]
    sound(agency, case_id)


def test_a_timer_takes_the_seats_that_are_left(agency: System) -> None:
    case_id = named(agency, "sun", "qian")
    do(agency, case_id, "experts[1]", expert("sun"), opinion="yes")
    at(agency, "2026-12-01 09:00")
    assert fire_timers(agency).failures == 0
    assert held(agency, case_id) == [("conclude", "open", None)]
    with agency.store.reading() as connection:
        found = {t.node: t.status for t in tasks.of_case(connection, case_id) if t.node.startswith("experts")}
    assert found == {"experts[1]": "completed", "experts[2]": "cancelled"}
    assert [given["performer"] for given in variables(agency, case_id)["assessment"]] == ["sun"]
    sound(agency, case_id)


def test_one_person_has_one_seat_and_must_be_of_the_group(agency: System) -> None:
    assert "sun某重复" in refusal(agency, "sun", "qian", "sun")["members"]
    assert refusal(agency, "nobody") == {"members.0.user": "评估小组姓名不在可选的人员中，请重新选择"}
    assert refusal(agency, "sun", "chef") == {"members.1.user": "评估小组姓名不在可选的人员中，请重新选择"}
    assert "应当回避" in refusal_of_self(agency)


def refusal_of_self(system: System) -> str:
    """Who names the group may not sit in it: he is told when he names himself a second time."""
    case_id = named(system, "sun")
    do(system, case_id, "experts[1]", expert("sun"), opinion="yes")
    do(system, case_id, "conclude", BOSS, decision="again")
    with system.store.writing() as connection:
        boss: Any = users.by_username(connection, "boss")
        users.set_memberships(connection, boss.id, [(REGION, OFFICE, role) for role in ("leader", "review")])
    with pytest.raises(InvalidSubmission) as refused:
        do(system, case_id, "naming", person("boss", "leader"), members=[{"user": "boss"}])
    return refused.value.errors["members"]


def test_a_group_of_nobody_is_refused_where_it_was_named(agency: System) -> None:
    case_id = opened(agency)
    with pytest.raises(InvalidSubmission) as refused:
        do(agency, case_id, "naming", BOSS, members=[])
    assert "至少须有一人" in refused.value.errors["members"]
    assert held(agency, case_id) == [("naming", "open", None)]
    sound(agency, case_id)


def test_another_takes_the_seat_of_who_must_keep_out(agency: System) -> None:
    case_id = named(agency, "sun", "qian")
    seat = task_at(agency, case_id, "experts[1]")
    at(agency, "2026-09-21 11:00")
    substitute_participant(agency, BOSS, seat.id, "zhou", "与申请人有近亲属关系")
    substitute_participant(agency, BOSS, seat.id, "zhou", "与申请人有近亲属关系")  # again: nothing
    assert held(agency, case_id) == [("experts[1]", "claimed", "zhou"), ("experts[2]", "claimed", "qian")]
    assert task_at(agency, case_id, "experts[1]").claimed_at == agency.clock.now()
    sound(agency, case_id)
    drop_tokens(agency, case_id)
    with pytest.raises(Forbidden):
        do(agency, case_id, "experts[1]", expert("sun"), opinion="yes")
    do(agency, case_id, "experts[1]", expert("zhou"), opinion="yes")
    do(agency, case_id, "experts[2]", expert("qian"), opinion="yes")
    assert [given["performer"] for given in variables(agency, case_id)["assessment"]] == ["zhou", "qian"]
    sound(agency, case_id)
    frames = replay_case(agency, case_id)["frames"]
    assert [f["title"] for f in frames if f["kind"] == "participant_substituted"] == [
        "替换“experts（第 1 席）”的人员：sun某由zhou某代替"
    ]
    assert "“experts（第 1 席）”指定由sun某办理" in frames[1]["decisions"]
    assert frames[2]["why"] == "理由：与申请人有近亲属关系"


def test_who_has_a_seat_done_or_not_takes_no_second(agency: System) -> None:
    case_id = named(agency, "sun", "qian", "zhou")
    do(agency, case_id, "experts[2]", expert("qian"), opinion="yes")
    seat = task_at(agency, case_id, "experts[1]")
    for other in ("qian", "zhou"):
        with pytest.raises(Conflict, match="已有席位"):
            substitute_participant(agency, BOSS, seat.id, other, "回避")
    for who, other, reason, error in (
        (expert("zhou"), "wu", "回避", Forbidden),
        (BOSS, "chef", "回避", InvalidInput),
        (BOSS, "nobody", "回避", InvalidInput),
        (BOSS, "wu", " ", InvalidInput),
    ):
        with pytest.raises(error):
            substitute_participant(agency, who, seat.id, other, reason)
    do(agency, case_id, "experts[1]", expert("sun"), opinion="yes")
    with pytest.raises(TaskAlreadyDone):
        substitute_participant(agency, BOSS, seat.id, "wu", "回避")
    sound(agency, case_id)


def test_a_task_without_seats_has_nobody_to_substitute(agency: System) -> None:
    case_id = opened(agency)
    with pytest.raises(InvalidInput, match="没有指定人员"):
        substitute_participant(agency, BOSS, task_at(agency, case_id, "naming").id, "sun", "回避")


@pytest.fixture(scope="module")
def lasting(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with lasting_system(prepared_sqlite, tmp_path_factory.mktemp("seats")) as system:
        yield staffed(system)


MOVES = moves_of("act", "act", "act", "substitute")


def act(system: System, case_id: int, what: str, pick: int) -> None:
    """Somebody completes one of the open tasks, or is substituted."""
    waiting = open_tasks(system, case_id)
    if not waiting:
        return
    task = waiting[pick % len(waiting)]
    raw = {
        "naming": {"members": [{"user": PEOPLE[(pick + i) % 4]} for i in range(1 + pick % 5)]},
        "conclude": {"decision": ("pass", "again", "again")[pick % 3]},
    }.get(task.node, {"opinion": ("yes", "no")[pick % 2]})
    with suppress(Conflict, InvalidInput):
        if what == "substitute":
            substitute_participant(system, BOSS, task.id, PEOPLE[pick % 4], "回避")
        else:
            do(system, case_id, task.node, expert(task.assignee) if task.assignee else BOSS, **raw)


def one_seat_each(system: System, moves: Moves) -> None:
    case_id = walk(system, moves, act)
    holders = [t.assignee for t in open_tasks(system, case_id) if t.node.startswith("experts")]
    assert len(holders) == len(set(holders))


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_whatever_a_group_does_the_case_verifies_and_rebuilds(lasting: System, moves: Moves) -> None:
    one_seat_each(lasting, moves)


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_it_does_so_on_both_databases(agency: System, moves: Moves) -> None:
    one_seat_each(agency, moves)
