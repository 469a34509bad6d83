"""Personal values of a closed case are erased for good; the chain stays whole and says who did it and why."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from engine.actions.actor import Actor, Membership
from engine.actions.erase_values import BASES, Place, erasable, erase_values
from engine.actions.fire_timers import fire_timers
from engine.actions.history import read_events
from engine.actions.rebuild_case import rebuild_case
from engine.actions.reopen_case import reopen_case
from engine.actions.replay_case import replay_case
from engine.actions.submitting import ERASED_NAME
from engine.actions.system import System
from engine.actions.verify_history import ALTERED, UNVERIFIABLE, verify_history
from engine.errors import Conflict, Forbidden, InvalidInput, RequestReused
from engine.events import dump_payload, erase
from engine.store import metadata, users
from engine.store.cases import cases
from engine.store.events import events
from tests.support.clerk import ACCEPT, PASS, act, enrol, enrolled, open_task
from tests.support.hours import at
from tests.support.spring_2020 import SUPERVISOR, extension, original, registered
from tests.support.tampering import tampering

LEADER = Actor(77, "hunan.leader", "张志强", (Membership("hunan", "本级", "leader"),))
BASIS, REASON = BASES[0], "销毁清册〔2036〕3号"
PERSONAL = ("张三", "11010519491231002X", "李四", "13800000000")


@pytest.fixture
def closed(system: System) -> int:
    return enrolled(system)


def row_of(system: System, case_id: int) -> Any:
    with system.store.reading() as connection:
        return connection.execute(select(cases).where(cases.c.id == case_id)).one()


def personal(system: System, case_id: int) -> list[Place]:
    with system.store.reading() as connection:
        recorded = read_events(connection, case_id, row_of(system, case_id).number)
    return [(event.seq, entry[0]) for event, entry in erasable(recorded)]


def gone(system: System, case_id: int, wanted: list[Place] | None = None, **more: str) -> int:
    """Erases everything personal, or what is wanted; the number of the event that says so."""
    chosen = personal(system, case_id) if wanted is None else wanted
    given = {"basis": BASIS, "reason": REASON, "request_id": str(uuid.uuid4()), **more}
    return erase_values(system, LEADER, case_id, chosen, **given).seq


def everything(system: System) -> str:
    """All that the database holds, as text."""
    with system.store.reading() as connection:
        return str([tuple(row) for table in metadata.sorted_tables for row in connection.execute(select(table))])


def payload(system: System, case_id: int, seq: int) -> str:
    with system.store.reading() as connection:
        found = select(events.c.payload).where(events.c.case_id == case_id, events.c.seq == seq)
        return str(connection.execute(found).scalar_one())


def test_what_is_erased_stands_nowhere_in_the_database_and_the_chain_is_whole(system: System, closed: int) -> None:
    assert all(value in everything(system) for value in PERSONAL)
    seq = gone(system, closed)
    left = everything(system)
    assert [value for value in PERSONAL if value in left] == []
    assert personal(system, closed) == []
    verdict = verify_history(system, closed)
    assert (verdict.result, verdict.events) == (UNVERIFIABLE, seq)
    assert verdict.details[0].startswith(f"第 {seq} 号事件：hunan.leader于")
    assert BASIS in verdict.details[0]
    assert rebuild_case(system, closed).changed == ()


def test_sqlite_keeps_no_trace_in_its_files(system: System, closed: int) -> None:
    gone(system, closed)
    if system.store.is_sqlite:
        file = Path(str(system.store.engine.url.database))
        system.store.close()
        kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
        assert [value for value in PERSONAL if value.encode() in kept] == []


def test_the_history_says_what_was_erased_by_whom_and_why_and_shows_none_of_it(system: System, closed: int) -> None:
    seq = gone(system, closed)
    frames = replay_case(system, closed, LEADER)["frames"]
    assert frames[-1]["seq"] == seq
    assert frames[-1]["title"].startswith("依法删除个人信息 ")
    assert BASIS in frames[-1]["why"]
    assert REASON in frames[-1]["why"]
    assert "身份证件号码" in frames[-1]["why"]
    assert [value for value in PERSONAL if value in str(frames)] == []
    assert row_of(system, closed).applicant == "某某有限公司"  # a unit's name is no person's


def test_some_values_go_and_the_others_stay(system: System, closed: int) -> None:
    gone(system, closed, [(1, "legal_rep.identity")])
    assert "11010519491231002X" not in everything(system)
    assert "张三" in everything(system)
    assert (1, "legal_rep.name") in personal(system, closed)
    gone(system, closed)
    assert "张三" not in everything(system)
    assert len(verify_history(system, closed).details) == 2


def test_the_name_in_lists_goes_with_the_field_it_came_from(system: System) -> None:
    at(system, "2019-12-02 10:00")
    original(system)
    case = registered(system, "2020-01-22 10:00", "2020-01-22 11:00")
    at(system, "2020-02-20 10:00")
    fire_timers(system)
    assert row_of(system, case).applicant == "王五"
    leader = Actor(78, "leader", "某", (Membership("*", "*", "leader"),))
    given = (BASIS, REASON, str(uuid.uuid4()))
    erase_values(system, leader, case, [p for p in personal(system, case) if p[1] != "phone1"], *given)
    assert row_of(system, case).applicant == ERASED_NAME
    assert "王五" not in everything(system)
    assert rebuild_case(system, case).changed == ()
    assert verify_history(system, case).result == UNVERIFIABLE


def test_what_is_needed_or_not_personal_is_not_erased(system: System, closed: int) -> None:
    running = enrol(system).case_id
    with pytest.raises(Conflict, match="还在办理"):
        gone(system, running)
    for wanted in ([], [(1, "unit_name")], [(1, "nonsense")], [(9, "legal_rep.name")], [(2, "decision")]):
        with pytest.raises(InvalidInput):
            gone(system, closed, wanted)
    with pytest.raises(InvalidInput, match="法律依据"):
        gone(system, closed, basis="我觉得可以")
    with pytest.raises(InvalidInput, match="理由"):
        gone(system, closed, reason="  ")
    gone(system, closed, [(1, "legal_rep.name")])
    with pytest.raises(InvalidInput, match="已经删除"):
        gone(system, closed, [(1, "legal_rep.name")])


@pytest.mark.parametrize(
    "place",
    [("hunan", "本级", "window"), ("hunan", "本级", "admin"), ("hunan", "本级", "auditor"), ("yueyang", "*", "leader")],
)
def test_only_the_head_of_the_office_erases(system: System, closed: int, place: tuple[str, str, str]) -> None:
    with pytest.raises(Forbidden):
        erase_values(
            system, Actor(5, "x", "某", (Membership(*place),)), closed, personal(system, closed), BASIS, REASON,
            str(uuid.uuid4()),
        )  # fmt: skip
    assert "张三" in everything(system)


def test_the_same_form_again_gives_the_first_result_and_another_one_is_refused(system: System, closed: int) -> None:
    request, wanted = str(uuid.uuid4()), [(1, "legal_rep.name")]
    first = gone(system, closed, wanted, request_id=request)
    assert gone(system, closed, wanted, request_id=request) == first
    with pytest.raises(RequestReused):
        gone(system, closed, [(1, "handler.name")], request_id=request)
    assert row_of(system, closed).seq == first


def test_a_value_that_went_without_a_record_is_an_alteration(system: System, closed: int) -> None:
    with system.store.reading() as connection:
        event = read_events(connection, closed, row_of(system, closed).number)[0]
    fields = [erase(f) if f[0] == "legal_rep.name" else f for f in event.fields]
    with tampering(system.store) as connection:
        where = (events.c.case_id == closed, events.c.seq == 1)
        connection.execute(update(events).where(*where).values(payload=dump_payload(event.facts, fields)))
    verdict = verify_history(system, closed)
    assert verdict.result == ALTERED
    assert "“legal_rep.name”不见了，却没有删除的记录" in verdict.details[0]


def test_a_value_that_comes_back_is_found(system: System, closed: int) -> None:
    before = payload(system, closed, 1)
    gone(system, closed, [(1, "legal_rep.name")])
    with system.store.writing() as connection:  # the guard lets payloads of this case be written: the record tells
        where = (events.c.case_id == closed, events.c.seq == 1)
        connection.execute(update(events).where(*where).values(payload=before))
    verdict = verify_history(system, closed)
    assert verdict.result == ALTERED
    assert "登记为已删除，内容却还在" in verdict.details[0]
    with system.store.writing() as connection:
        connection.execute(update(events).where(*where).values(payload=before.replace("张三", "张四")))
    assert verify_history(system, closed).result == ALTERED


def test_values_left_in_the_row_are_found_and_taken_out_by_rebuilding(system: System, closed: int) -> None:
    before = row_of(system, closed).variables
    gone(system, closed)
    with system.store.writing() as connection:
        connection.execute(update(cases).where(cases.c.id == closed).values(variables=before))
    assert verify_history(system, closed).result == ALTERED
    assert "cases.variables" in rebuild_case(system, closed).changed
    assert "张三" not in everything(system)
    assert verify_history(system, closed).result == UNVERIFIABLE


def test_nothing_is_erased_from_a_record_that_was_altered(system: System, closed: int) -> None:
    with tampering(system.store) as connection:
        connection.execute(text("UPDATE events SET actor = 'nobody' WHERE seq = 2"))
    with pytest.raises(Conflict, match="已被改动"):
        gone(system, closed)


def test_a_case_whose_cached_state_was_lost_is_still_a_case(system: System, closed: int) -> None:
    gone(system, closed, [(1, "legal_rep.name")])
    with system.store.writing() as connection:
        connection.execute(update(cases).where(cases.c.id == closed).values(state=None))
    gone(system, closed)
    assert verify_history(system, closed).result == UNVERIFIABLE


def test_what_was_typed_for_its_tasks_and_never_sent_goes_too(system: System) -> None:
    case = enrol(system).case_id
    task = open_task(system, case).id
    other = open_task(system, enrol(system).case_id).id
    with system.store.writing() as connection:
        user_id = users.add_user(
            connection,
            {"username": "zhou", "name": "周静", "password_hash": "", "active": True, "demo": False, "failures": 0,
             "created_at": system.clock.now()}, [],
        )  # fmt: skip
        for place in (f"task:{task}", f"task:{other}"):
            users.put_draft(connection, user_id, place, '{"reason": ["张三来电"]}', system.clock.now())
    act(system, case, ACCEPT)
    act(system, case, PASS)
    gone(system, case)
    with system.store.reading() as connection:
        assert users.draft(connection, user_id, f"task:{task}") is None
        assert users.draft(connection, user_id, f"task:{other}") is not None


def test_a_case_that_may_be_reopened_is_not_erased_from_and_an_erased_one_is_not_reopened(system: System) -> None:
    at(system, "2019-12-02 10:00")
    original(system)
    case, other = (registered(system, "2020-01-22 10:00", "2020-01-22 11:00") for _ in range(2))
    at(system, "2020-02-03 10:00")
    fire_timers(system)
    leader = Actor(78, "leader", "某", (Membership("*", "*", "leader"),))
    erase_values(system, leader, other, personal(system, other), BASIS, REASON, str(uuid.uuid4()))
    extension(system)
    with pytest.raises(Conflict, match="恢复办理"):
        erase_values(system, leader, case, personal(system, case), BASIS, REASON, str(uuid.uuid4()))
    with pytest.raises(Conflict, match="依法删除"):
        reopen_case(system, SUPERVISOR, other, "春节假期延长")
