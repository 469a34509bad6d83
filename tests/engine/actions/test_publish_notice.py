"""Batches of a quarter: one public notice for several cases, one group for several cases, each case on its own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import encoding
from engine.actions import quarter
from engine.actions.actor import Actor, Membership
from engine.actions.claim_task import claim_task, release_task
from engine.actions.name_group import name_group
from engine.actions.publish_notice import Published, carry_on, last_day, publish_notice
from engine.actions.register_message import register_message
from engine.actions.system import System
from engine.clock import FixedClock
from engine.errors import Conflict, Forbidden, InvalidInput, RequestReused
from engine.store import cases, notice_items, notices
from tests.engine.actions.test_complete_task import together
from tests.support.agreements import BODY, FORMS, HEAD, assess, assessed, opened_on
from tests.support.hours import at, instant
from tests.support.small import REGION, deploy, employ, new_id, opened, person, row, sound, task_at

LEADER, WINDOW = person("qian", "leader"), person("wang", "window")
TITLE = "关于2026年第一季度拟新增定点医疗机构的公示"


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-03-20 10:00")
    deploy(system, BODY, FORMS, HEAD)
    employ(system, "sun", "zhou", "li")
    return system


def publish(system: System, cases: list[int], request: str = "", **more: Any) -> Published:
    title = more.get("title", TITLE)
    return publish_notice(system, more.get("who", LEADER), REGION, "2026Q1", cases, title, request or new_id())


def items(system: System, number: str) -> list[tuple[str, str]]:
    with system.store.reading() as connection:
        notice = notices.by_number(connection, number)
        assert notice is not None
        return [(i.name, i.status) for i in notice_items.of_notice(connection, notice.id)]


def notice_of(system: System, case_id: int) -> Any:
    return encoding.loads(row(system, case_id).variables)["notice"]


def test_one_notice_reaches_every_case_with_its_number_and_instant(agency: System) -> None:
    cases = [assessed(agency, name) for name in ("市一医院", "市二医院")]
    done = publish(agency, cases)
    assert done.whole
    assert done.number == "430000-GS-2026-001"
    assert [item.name for item in done.items] == ["市一医院", "市二医院"]
    for case_id in cases:
        told = notice_of(agency, case_id)
        assert (told["number"], told["ends_on"]) == (done.number, date(2026, 3, 27))
        assert told["published_at"] == instant("2026-03-20 10:00")
        sound(agency, case_id)
    assert items(agency, done.number) == [("市一医院", "registered"), ("市二医院", "registered")]
    assert publish(agency, [assessed(agency, "市三医院")]).number == "430000-GS-2026-002"


def test_the_same_batch_again_publishes_nothing_twice(agency: System) -> None:
    cases, request = [assessed(agency, "市一医院")], new_id()
    first = publish(agency, cases, request)
    seq = row(agency, cases[0]).seq
    assert publish(agency, cases, request) == first
    assert row(agency, cases[0]).seq == seq
    with pytest.raises(RequestReused):
        publish(agency, cases, request, title="另一标题")
    with agency.store.reading() as connection:
        assert len(connection.execute(select(notices.notices)).all()) == 1


def test_a_batch_that_stopped_half_way_is_carried_on_without_doubling_anything(agency: System) -> None:
    cases, request = [assessed(agency, name) for name in ("市一医院", "市二医院", "市三医院")], new_id()
    first = publish(agency, cases, request)
    with agency.store.writing() as connection:  # as a machine leaves it that stopped before noting the second
        connection.execute(
            update(notice_items.notice_items)
            .where(notice_items.notice_items.c.case_id == cases[1])
            .values(status=notice_items.PENDING)
        )
    at(agency, "2026-03-20 11:00")
    before = [row(agency, case_id).seq for case_id in cases]
    assert carry_on(agency, person("other", "leader"), first.number).whole
    assert [row(agency, case_id).seq for case_id in cases] == before
    assert publish(agency, cases, request) == first


def test_a_case_that_was_told_by_hand_meanwhile_is_not_on_the_public_list(agency: System) -> None:
    cases = [assessed(agency, name) for name in ("市一医院", "市二医院")]
    done = publish(agency, [cases[0]])
    raw = {"number": "X", "title": "X", "published_at": "2026-03-20T09:00", "ends_on": "2026-03-27"}
    register_message(agency, LEADER, cases[1], quarter.NOTICE, raw, new_id())
    with pytest.raises(Conflict, match="不在等待公示"):
        publish(agency, [cases[1]])
    assert items(agency, done.number) == [("市一医院", "registered")]


def test_what_one_case_refuses_is_its_result_and_the_others_are_told(agency: System) -> None:
    cases = [assessed(agency, name) for name in ("市一医院", "市二医院")]
    claimed = task_at(agency, cases[0], "published")
    claim_task(agency, person("zheng", "leader"), claimed.id)
    done = publish(agency, cases)
    assert [item.done for item in done.items] == [False, True]
    assert "zheng" in done.items[0].text
    assert items(agency, done.number) == [("市一医院", "pending"), ("市二医院", "registered")]
    with pytest.raises(Conflict, match="已列入公示 430000-GS-2026-001，请在那份公示中继续登记"):
        publish(agency, [cases[0]])
    release_task(agency, person("zheng", "leader"), claimed.id)
    assert carry_on(agency, LEADER, done.number).whole
    sound(agency, cases[0])


def test_two_leaders_at_once_publish_one_notice(agency: System) -> None:
    cases = [assessed(agency, name) for name in ("市一医院", "市二医院")]
    other = person("zheng", "leader")
    found = together(lambda: publish(agency, cases), lambda: publish(agency, cases, who=other))
    assert sorted(type(x).__name__ for x in found) == ["Conflict", "Published"]
    with agency.store.reading() as connection:
        assert len(connection.execute(select(notices.notices)).all()) == 1
    for case_id in cases:
        sound(agency, case_id)


def test_of_two_lists_at_once_that_share_a_case_one_is_published_and_the_other_is_told_which(agency: System) -> None:
    first, shared, last = [assessed(agency, name) for name in ("市一医院", "市二医院", "市三医院")]
    other = person("zheng", "leader")
    found = together(lambda: publish(agency, [first, shared]), lambda: publish(agency, [last, shared], who=other))
    (refused,) = [x for x in found if isinstance(x, Conflict)]
    (done,) = [x for x in found if isinstance(x, Published)]
    assert (done.whole, done.number) == (True, "430000-GS-2026-001")
    assert "（市二医院）已列入公示 430000-GS-2026-001" in refused.message
    left = first if isinstance(found[0], Conflict) else last
    assert publish(agency, [left]).number == "430000-GS-2026-002"


def test_two_offices_at_once_publish_one_notice_each(agency: System) -> None:
    mine, theirs = assessed(agency, "市一医院"), assessed(agency, "区一医院")
    with agency.store.writing() as connection:
        connection.execute(update(cases.cases).where(cases.cases.c.id == theirs).values(office="芙蓉区"))
    there = Actor(0, "zheng", "zheng", (Membership(REGION, "芙蓉区", "leader"),))
    found = together(lambda: publish(agency, [mine]), lambda: publish(agency, [theirs], who=there))
    assert sorted(x.number for x in found) == ["430000-GS-2026-001", "430000-GS-2026-002"]
    assert all(x.whole for x in found)


def test_around_midnight_of_the_year_two_lists_still_cannot_share_a_case(agency: System) -> None:
    shared = assessed(agency, "市一医院")
    old, new = (
        System(agency.store, agency.root, FixedClock(instant(words)))
        for words in ("2026-12-31 23:59", "2027-01-01 00:00")
    )
    found = together(lambda: publish(old, [shared]), lambda: publish(new, [shared]))
    assert sorted(type(x).__name__ for x in found) == ["Conflict", "Published"], found


def test_the_same_form_twice_at_once_publishes_once(agency: System) -> None:
    cases, request = [assessed(agency, name) for name in ("市一医院", "市二医院")], new_id()
    found = together(lambda: publish(agency, cases, request), lambda: publish(agency, cases, request))
    assert {x.number for x in found if isinstance(x, Published)} == {"430000-GS-2026-001"}
    assert publish(agency, cases, request).whole
    for case_id in cases:
        sound(agency, case_id)


def test_who_may_publish_and_what_is_missing(agency: System) -> None:
    case_id = assessed(agency, "市一医院")
    with pytest.raises(Forbidden):
        publish(agency, [case_id], who=WINDOW)
    with pytest.raises(InvalidInput, match="至少选择一件"):
        publish(agency, [])
    with pytest.raises(InvalidInput, match="标题"):
        publish(agency, [case_id], title=" ")
    with pytest.raises(Conflict, match="不在等待公示"):
        publish(agency, [opened_on(agency, "2026-03-20 10:00", "未评估")])
    with agency.store.reading() as connection:
        assert connection.execute(select(notices.notices)).all() == []


def test_the_period_counts_calendar_days_and_ends_on_no_day_off(agency: System) -> None:
    assert last_day(agency, REGION, instant("2026-03-20 23:59")) == date(2026, 3, 27)
    assert last_day(agency, REGION, instant("2026-03-21 00:00")) == date(2026, 3, 30)  # the 28th is a Saturday


def test_one_group_is_named_for_several_cases_and_a_retry_completes_the_rest(agency: System) -> None:
    cases = [opened_on(agency, "2026-03-20 10:00", name) for name in ("市一医院", "市二医院")]
    done_before = opened_on(agency, "2026-03-20 10:00", "市三医院")
    group = {"members": [{"user": "sun"}, {"user": "zhou"}]}
    name_group(agency, LEADER, [done_before], {"members": [{"user": "li"}, {"user": "zhou"}]}, new_id())
    request = new_id()
    found = name_group(agency, LEADER, [cases[0], done_before, cases[1]], group, request)
    assert [(item.done, item.name) for item in found] == [(True, "市一医院"), (False, "市三医院"), (True, "市二医院")]
    assert "已由qian" in found[1].text
    seqs = [row(agency, case_id).seq for case_id in cases]
    assert name_group(agency, LEADER, cases, group, request) == [found[0], found[2]]
    assert [row(agency, case_id).seq for case_id in cases] == seqs
    assert task_at(agency, cases[1], "experts[2]").assignee == "zhou"
    for case_id in cases:
        sound(agency, case_id)


def test_a_group_with_one_person_twice_is_refused_for_every_case(agency: System) -> None:
    cases = [opened_on(agency, "2026-03-20 10:00", name) for name in ("市一医院", "市二医院")]
    found = name_group(agency, LEADER, cases, {"members": [{"user": "sun"}, {"user": "sun"}]}, new_id())
    assert [item.done for item in found] == [False, False]
    assert "重复" in found[0].text


def test_a_quarter_lists_its_cases_with_those_that_rolled_over(agency: System) -> None:
    february = opened_on(agency, "2026-02-28 10:00", "二月")
    march = opened_on(agency, "2026-03-02 10:00", "三月")
    opened(agency)  # not accepted yet
    found = quarter.members(agency, REGION)
    first, second = (quarter.of_quarter(found, cycle) for cycle in ("2026Q1", "2026Q2"))
    assert [(m.id, m.rolled) for m in first] == [(february, False)]
    assert [(m.id, m.rolled) for m in second] == [(march, True)]
    days = quarter.schedule(agency, REGION, "2026Q1")
    assert (days.first, days.opens, days.last, days.notice_days) == (
        date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 31), 7,
    )  # fmt: skip
    assert days.rolls
    assert quarter.members(agency, REGION, ["芙蓉区"]) == []


def test_a_member_shows_how_far_it_has_come(agency: System) -> None:
    case_id = opened_on(agency, "2026-02-02 10:00", "市一医院")
    at(agency, "2026-03-20 10:00")
    (member,) = quarter.members(agency, REGION)
    assert member.task("group") is not None
    assess(agency, case_id)
    (member,) = quarter.members(agency, REGION)
    assert member.awaits_notice
    assert [given["performer"] for given in member.given("assessment")] == ["sun", "zhou"]
    publish(agency, [case_id])
    (member,) = quarter.members(agency, REGION)
    assert (member.awaits_notice, member.notice_ends) == (False, instant("2026-03-28 00:00"))
