"""Objections to a public notice: they hold one case, are resolved by the leader, and the record proves both."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine import events as event_format
from engine.actions.erase_values import BASES, erase_values
from engine.actions.file_objection import Filed, Objection, file_objection
from engine.actions.fire_timers import fire_timers
from engine.actions.register_message import register_message
from engine.actions.replay_case import replay_case
from engine.actions.resolve_objection import Resolution, resolve_objection
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import Conflict, Forbidden, InvalidInput, NotFound, RequestReused
from engine.store import events, timers
from tests.engine.actions.test_complete_task import together
from tests.support.hours import at, instant
from tests.support.notice import BODY, FORMS, WITH_NOTICE
from tests.support.small import deploy, drop_tokens, new_id, opened, person, row, sound

WINDOW, LEADER, REVIEWER = person("wang", "window"), person("qian", "leader"), person("zhao", "review")
LETTER = Objection("张某", "0731-1234567", instant("2026-03-25 09:00"), "所报医师未在该院执业")
UPHELD = Resolution("upheld", "经核实，两名医师未在该院执业", "集体研究")
DISMISSED = Resolution("dismissed", "经核实，医师均已注册", "单位负责人")


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-03-20 10:00")
    deploy(system, BODY, FORMS, WITH_NOTICE)
    return system


@pytest.fixture
def on_notice(agency: System) -> int:
    """On notice until the end of Friday 27 March; now it is the 25th."""
    case_id = opened(agency)
    register_message(agency, LEADER, case_id, "notice_published", {"number": "1", "ends_on": "2026-03-27"}, new_id())
    at(agency, "2026-03-25 10:00")
    return case_id


def file(system: System, case_id: int, given: Objection = LETTER, **more: Any) -> Filed:
    return file_objection(system, more.get("who", WINDOW), case_id, given, more.get("request", new_id()))


def resolve(system: System, case_id: int, n: int = 1, given: Resolution = DISMISSED, **more: Any) -> Any:
    return resolve_objection(system, more.get("who", LEADER), case_id, n, given, more.get("request", new_id()))


def period(system: System, case_id: int) -> tuple[str, datetime | None]:
    """The notice's timer as lists have it."""
    query = select(timers.timers).where(timers.timers.c.case_id == case_id, timers.timers.c.key == "period")
    with system.store.reading() as connection:
        found = connection.execute(query).one()
    return found.status, found.due


def test_without_an_objection_the_case_goes_on_when_the_last_day_of_notice_is_over(
    agency: System, on_notice: int
) -> None:
    assert period(agency, on_notice) == ("armed", instant("2026-03-28 00:00"))
    at(agency, "2026-03-27 23:59")
    assert fire_timers(agency).cases == 0
    at(agency, "2026-03-28 00:00")
    assert fire_timers(agency).cases == 1
    assert row(agency, on_notice).outcome == "approved"
    sound(agency, on_notice)


def test_an_open_objection_holds_the_case_and_its_dismissal_lets_it_go_at_once(agency: System, on_notice: int) -> None:
    assert file(agency, on_notice).n == 1
    assert (period(agency, on_notice)[0], row(agency, on_notice).next_due) == ("cancelled", None)
    sound(agency, on_notice)
    at(agency, "2026-04-02 10:00")
    assert fire_timers(agency).cases == 0
    drop_tokens(agency, on_notice)
    assert resolve(agency, on_notice).left == 0
    case = row(agency, on_notice)
    assert (case.status, case.outcome, case.closed_at) == ("closed", "approved", instant("2026-04-02 10:00"))
    sound(agency, on_notice)


def test_an_objection_resolved_within_the_period_leaves_the_period_as_it_was(agency: System, on_notice: int) -> None:
    file(agency, on_notice)
    resolve(agency, on_notice)
    assert period(agency, on_notice) == ("armed", instant("2026-03-28 00:00"))
    assert row(agency, on_notice).status == "open"
    sound(agency, on_notice)


def test_one_upheld_ends_the_case_at_once_and_the_other_is_answered_afterwards(agency: System, on_notice: int) -> None:
    file(agency, on_notice)
    assert file(agency, on_notice, replace(LETTER, objector="李某")).n == 2
    at(agency, "2026-03-26 10:00")  # the period has two days left
    done = resolve(agency, on_notice, 2, UPHELD)
    assert (done.left, done.ended) == (1, True)
    case = row(agency, on_notice)
    assert (case.outcome, case.closed_at) == ("refused", instant("2026-03-26 10:00"))
    at(agency, "2026-03-30 10:00")
    answered = resolve(agency, on_notice, 1, DISMISSED)
    assert (answered.left, answered.ended) == (0, True)
    assert (row(agency, on_notice).outcome, row(agency, on_notice).closed_at) == ("refused", case.closed_at)
    sound(agency, on_notice)


def test_another_case_of_the_same_notice_is_not_held(agency: System, on_notice: int) -> None:
    at(agency, "2026-03-20 10:00")
    other = opened(agency)
    register_message(agency, LEADER, other, "notice_published", {"number": "1", "ends_on": "2026-03-27"}, new_id())
    at(agency, "2026-03-25 10:00")
    file(agency, on_notice)
    at(agency, "2026-03-30 10:00")
    fire_timers(agency)
    assert (row(agency, other).status, row(agency, on_notice).status) == ("closed", "open")


def test_objections_are_filed_while_the_case_is_on_notice_only(agency: System, on_notice: int) -> None:
    fresh = opened(agency)
    with pytest.raises(Conflict, match="还没有公示"):
        file(agency, fresh)
    file(agency, on_notice)
    at(agency, "2026-03-28 09:00")
    with pytest.raises(Conflict, match="收到时公示期已满"):
        file(agency, on_notice, replace(LETTER, received_at=instant("2026-03-28 08:00")))
    assert file(agency, on_notice, replace(LETTER, received_at=instant("2026-03-27 23:59"))).n == 2
    resolve(agency, on_notice, 1)
    resolve(agency, on_notice, 2)
    with pytest.raises(Conflict, match="已经结束"):
        file(agency, on_notice)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"objector": " "}, "异议人"),
        ({"grounds": ""}, "异议理由"),
        ({"contact": "1" * 101}, "联系方式"),
        ({"received_at": instant("2026-03-26 09:00")}, "不能晚于现在"),
    ],
)
def test_what_is_missing_is_named(agency: System, on_notice: int, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        file(agency, on_notice, replace(LETTER, **change))


@pytest.mark.parametrize(
    ("change", "words"),
    [({"resolution": "maybe"}, "处理结果"), ({"reasons": ""}, "理由"), ({"decided_by": ""}, "决定")],
)
def test_a_resolution_says_what_why_and_by_whom(
    agency: System, on_notice: int, change: dict[str, str], words: str
) -> None:
    file(agency, on_notice)
    with pytest.raises(InvalidInput, match=words):
        resolve(agency, on_notice, 1, replace(DISMISSED, **change))


def test_window_or_leader_files_and_the_leader_resolves(agency: System, on_notice: int) -> None:
    with pytest.raises(Forbidden):
        file(agency, on_notice, who=REVIEWER)
    file(agency, on_notice, who=LEADER)
    for who in (WINDOW, REVIEWER):
        with pytest.raises(Forbidden):
            resolve(agency, on_notice, who=who)


def test_what_is_not_there_or_is_resolved_is_not_resolved(agency: System, on_notice: int) -> None:
    file(agency, on_notice)
    with pytest.raises(NotFound):
        resolve(agency, on_notice, 2)
    resolve(agency, on_notice)
    with pytest.raises(Conflict, match="已经处理"):
        resolve(agency, on_notice, given=UPHELD)


def test_the_same_form_twice_does_nothing_twice_and_another_content_is_refused(agency: System, on_notice: int) -> None:
    filing, resolving = new_id(), new_id()
    first = file(agency, on_notice, request=filing)
    assert file(agency, on_notice, request=filing) == first
    with pytest.raises(RequestReused):
        file(agency, on_notice, replace(LETTER, grounds="另一理由"), request=filing)
    resolved = resolve(agency, on_notice, request=resolving)
    assert resolve(agency, on_notice, request=resolving) == resolved
    with pytest.raises(RequestReused):
        resolve(agency, on_notice, given=UPHELD, request=resolving)
    assert len(objections(agency, on_notice)) == 2


def test_two_leaders_at_once_resolve_once(agency: System, on_notice: int) -> None:
    file(agency, on_notice)
    found = together(
        lambda: resolve(agency, on_notice),
        lambda: resolve(agency, on_notice, given=UPHELD, who=person("sun", "leader")),
    )
    assert sorted(type(x).__name__ for x in found) == ["Conflict", "Resolved"]
    sound(agency, on_notice)


def objections(system: System, case_id: int) -> list[Any]:
    with system.store.reading() as connection:
        return [e for e in events.of_case(connection, case_id) if e.kind.startswith("objection")]


def test_who_objected_stands_in_salted_fields_and_can_be_erased(agency: System, on_notice: int) -> None:
    file(agency, on_notice)
    (event,) = objections(agency, on_notice)
    facts, fields = event_format.load_payload(event.payload)
    assert sorted((f[0], f[1]) for f in fields) == [
        ("contact", "personal"), ("grounds", "personal"), ("objector", "personal")
    ]  # fmt: skip
    assert "张某" not in str(facts)
    resolve(agency, on_notice, given=UPHELD)
    gone = [(event.seq, name) for name in ("contact", "grounds", "objector")]
    erase_values(agency, LEADER, on_notice, gone, BASES[0], "保存期限已满", new_id())
    assert verify_history(agency, on_notice).result == "unverifiable"
    frame = replay_case(agency, on_notice)["frames"][event.seq - 1]
    assert "异议人：已依法删除" in frame["why"]


def test_the_player_tells_who_objected_what_was_decided_and_what_followed(agency: System, on_notice: int) -> None:
    file(agency, on_notice)
    at(agency, "2026-04-02 10:00")
    resolve(agency, on_notice, given=UPHELD)
    filed, resolved, fired = replay_case(agency, on_notice)["frames"][-3:]
    assert filed["title"] == "登记第 1 号异议"
    assert "异议人：张某" in filed["why"]
    assert filed["decisions"] == ["本件公示事项在异议处理完毕前暂停"]
    assert (resolved["title"], resolved["decisions"]) == ("第 1 号异议：异议成立", ["异议已全部处理，公示事项恢复办理"])
    assert "集体研究决定\n处理理由：经核实" in resolved["why"]
    assert fired["kind"] == "timer_fired"
