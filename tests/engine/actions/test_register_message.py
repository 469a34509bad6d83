"""Letters from third parties: awaited in the inbox, registered by their group, kept when they are early."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete

from engine import encoding
from engine.actions.claim_task import claim_task
from engine.actions.complete_task import complete_task
from engine.actions.fire_timers import fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.register_message import register_message
from engine.actions.replay_case import replay_case
from engine.actions.system import System
from engine.errors import Conflict, Forbidden, InvalidInput, InvalidSubmission, NotFound, RequestReused, TaskAlreadyDone
from engine.store import messages
from tests.support.correspondence import BODY, FORMS
from tests.support.hours import at
from tests.support.small import (
    deploy,
    do,
    drop_tokens,
    new_id,
    open_tasks,
    opened,
    person,
    row,
    sound,
    task_at,
)
from tests.support.walks import Moves, lasting_system, moves_of, walk

WANG, LI = person("wang", "window"), person("li", "window")
REVIEWER = person("zhao", "review")


def offered(system: System) -> System:
    at(system, "2026-09-21 09:30")
    deploy(system, BODY, FORMS)
    return system


@pytest.fixture
def agency(system: System) -> System:
    return offered(system)


def register(system: System, case_id: int, message: str, request_id: str = "", **raw: Any) -> Any:
    raw = raw or {"reply": {"months": "96"}, "funds": {"amount": "41250.80"}}[message]
    return register_message(system, WANG, case_id, message, raw, request_id or new_id())


def asked(system: System) -> int:
    """A case that waits for both letters."""
    case_id = opened(system)
    do(system, case_id, "transfer/ask", WANG, to="长沙市")
    return case_id


def letters(system: System, case_id: int) -> dict[str, tuple[str, str]]:
    with system.store.reading() as connection:
        return {m.message: (m.node, m.status) for m in messages.of_case(connection, case_id)}


def variables(system: System, case_id: int) -> Any:
    return encoding.loads(row(system, case_id).variables)


@pytest.mark.parametrize("order", [("reply", "funds"), ("funds", "reply")])
def test_two_letters_come_in_either_order_and_the_case_goes_on_with_the_second(
    agency: System, order: tuple[str, str]
) -> None:
    case_id = asked(agency)
    tasks = {t.node: (t.purpose, t.lane, t.form) for t in open_tasks(agency, case_id)}
    assert tasks == {
        "transfer/info": ("message", "window", "reply"),
        "transfer/money": ("message", "window", "funds"),
    }
    assert task_at(agency, case_id, "transfer/info").due is not None
    assert {status for _, status in letters(agency, case_id).values()} == {"waiting"}
    first = register(agency, case_id, order[0])
    assert not first.early
    assert len(open_tasks(agency, case_id)) == 1
    sound(agency, case_id)
    drop_tokens(agency, case_id)
    register(agency, case_id, order[1])
    assert [t.node for t in open_tasks(agency, case_id)] == ["verify"]
    assert letters(agency, case_id) == {"reply": ("transfer/info", "received"), "funds": ("transfer/money", "received")}
    assert variables(agency, case_id)["reply"] == {"months": "96"}
    sound(agency, case_id)


def test_it_is_registered_from_the_inbox_like_any_task(agency: System) -> None:
    case_id = asked(agency)
    task = task_at(agency, case_id, "transfer/info")
    claim_task(agency, LI, task.id)
    with pytest.raises(TaskAlreadyDone):
        register(agency, case_id, "reply")
    with pytest.raises(InvalidSubmission):
        complete_task(agency, LI, task.id, {}, new_id())
    request = new_id()
    done = complete_task(agency, LI, task.id, {"months": "96"}, request)
    assert complete_task(agency, LI, task.id, {"months": "96"}, request) == done
    assert letters(agency, case_id)["reply"] == ("transfer/info", "received")
    sound(agency, case_id)


def test_an_early_letter_is_kept_and_delivered_on_arrival(agency: System) -> None:
    case_id = opened(agency)
    assert register(agency, case_id, "funds").early
    assert letters(agency, case_id) == {"funds": ("", "kept")}
    assert [t.node for t in open_tasks(agency, case_id)] == ["transfer/ask"]
    sound(agency, case_id)
    with pytest.raises(Conflict, match="已经登记"):
        register(agency, case_id, "funds")
    drop_tokens(agency, case_id)
    do(agency, case_id, "transfer/ask", WANG, to="长沙市")
    assert [t.node for t in open_tasks(agency, case_id)] == ["transfer/info"]
    assert letters(agency, case_id)["funds"] == ("", "delivered")
    sound(agency, case_id)
    register(agency, case_id, "reply")
    assert [t.node for t in open_tasks(agency, case_id)] == ["verify"]
    assert variables(agency, case_id)["funds"] == {"amount": "41250.80"}
    sound(agency, case_id)
    frames = replay_case(agency, case_id)["frames"]
    assert [f["title"] for f in frames if f["kind"] == "message_received"] == [
        "登记“money”（先行登记）",
        "登记“info”",
    ]
    assert "留存，办件到达等待的环节时使用" in frames[1]["decisions"]
    assert "使用先前登记的“money”" in frames[2]["decisions"]
    assert frames[2]["elements"]["money"] == "done"
    assert frames[2]["elements"]["info"] == "waiting"


def test_both_letters_early_take_the_case_through(agency: System) -> None:
    case_id = opened(agency)
    register(agency, case_id, "funds")
    register(agency, case_id, "reply")
    do(agency, case_id, "transfer/ask", WANG, to="长沙市")
    assert [t.node for t in open_tasks(agency, case_id)] == ["verify"]
    sound(agency, case_id)


def test_what_the_case_will_never_wait_for_any_more_is_refused(agency: System) -> None:
    case_id = asked(agency)
    register(agency, case_id, "funds")
    register(agency, case_id, "reply")
    assert register(agency, case_id, "funds", amount="1").early  # 核对 may send it back: another round may need it
    do(agency, case_id, "verify", REVIEWER, decision="credit")
    with pytest.raises(Conflict, match="不会再等待"):
        register(agency, case_id, "reply")
    sound(agency, case_id)


def test_a_second_round_waits_again(agency: System) -> None:
    case_id = asked(agency)
    register(agency, case_id, "funds")
    register(agency, case_id, "reply")
    do(agency, case_id, "verify", REVIEWER, decision="again")
    do(agency, case_id, "transfer/ask", WANG, to="株洲市")
    assert [(t.node, t.n) for t in open_tasks(agency, case_id)] == [("transfer/info", 2), ("transfer/money", 2)]
    sound(agency, case_id)


def test_only_its_group_registers_a_letter_and_only_with_its_form(agency: System) -> None:
    case_id = asked(agency)
    with pytest.raises(Forbidden):
        register_message(agency, REVIEWER, case_id, "reply", {"months": "1"}, new_id())
    with pytest.raises(InvalidSubmission):
        register(agency, case_id, "reply", months="")
    with pytest.raises(NotFound):
        register(agency, case_id, "nothing", months="1")
    with pytest.raises(NotFound):
        register(agency, 999_999, "reply")
    assert {status for _, status in letters(agency, case_id).values()} == {"waiting"}


def test_the_same_form_posted_again_registers_nothing_more(agency: System) -> None:
    case_id, request = asked(agency), new_id()
    first = register(agency, case_id, "reply", request)
    assert register(agency, case_id, "reply", request) == first
    with pytest.raises(RequestReused):
        register(agency, case_id, "reply", request, months="97")
    with pytest.raises(RequestReused):
        register(agency, case_id, "funds", request)
    sound(agency, case_id)


def test_the_limit_of_the_other_agency_runs_while_its_letter_is_awaited(agency: System) -> None:
    case_id = asked(agency)
    at(agency, "2026-12-01 09:00")
    assert fire_timers(agency).failures == 0
    register(agency, case_id, "reply")
    sound(agency, case_id)


def test_lost_rows_come_back_from_the_events(agency: System) -> None:
    case_id = opened(agency)
    register(agency, case_id, "funds")
    do(agency, case_id, "transfer/ask", WANG, to="长沙市")
    before = letters(agency, case_id)
    with agency.store.writing() as connection:
        connection.execute(delete(messages.awaited_messages))
    assert len(rebuild_case(agency, case_id).changed) == len(before) == 2
    assert letters(agency, case_id) == before
    sound(agency, case_id)


@pytest.fixture(scope="module")
def lasting(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with lasting_system(prepared_sqlite, tmp_path_factory.mktemp("messages")) as system:
        yield offered(system)


MOVES = moves_of("act", "act", "reply", "funds")


def act(system: System, case_id: int, what: str, pick: int) -> None:
    """Registers a letter, or completes one of the open tasks."""
    waiting = open_tasks(system, case_id)
    if what != "act":
        with suppress(Conflict):
            register(system, case_id, what)
    elif waiting:
        task = waiting[pick % len(waiting)]
        raw = {"to": "长沙市", "months": "96", "amount": "1", "decision": ("credit", "again", "again")[pick % 3]}
        wanted = {"request": ("to",), "reply": ("months",), "funds": ("amount",), "check": ("decision",)}[task.form]
        with suppress(Conflict, InvalidInput):
            do(system, case_id, task.node, person("zhao", task.lane), **{key: raw[key] for key in wanted})


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_whatever_comes_in_the_case_verifies_and_rebuilds(lasting: System, moves: Moves) -> None:
    walk(lasting, moves, act)


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_it_does_so_on_both_databases(agency: System, moves: Moves) -> None:
    walk(agency, moves, act)
