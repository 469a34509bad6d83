"""Extending a limit and reopening a case, at the pages: who is offered it, what is shown before it is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.actions.fire_timers import fire_timers
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.clock import FixedClock
from engine.store import cases, letters
from tests.support.hours import at, instant
from tests.support.spring_2020 import extension, original, registered
from tests.support.visitor import Visitor, case_of, text_of, tree

Visit = Callable[..., Visitor]
REVIEWED = "长沙市天心区向阳幼儿园"  # waits for its supplement: its limit may be extended
WANTED = {"key": "supplement", "unit": "working_days", "value": "20", "level": "单位负责人", "reason": "疫情影响取证"}


def number(system: System) -> str:
    return str(case_of(system, REVIEWED).number)


@pytest.mark.parametrize("username", ["leader.own", "supervisor.own"])
def test_who_may_extend_finds_the_way_from_the_case_page(visit: Visit, demo_system: System, username: str) -> None:
    case = number(demo_system)
    assert f"/cases/{case}/extend" in visit(username).get(f"/cases/{case}").text
    assert "补正期限（15个工作日" in text_of(visit(username).get(f"/cases/{case}/extend"))


@pytest.mark.parametrize("username", ["window.own", "review.own", "auditor.own"])
def test_nobody_else_is_offered_it(visit: Visit, demo_system: System, username: str) -> None:
    case = number(demo_system)
    assert f"/cases/{case}/extend" not in visit(username).get(f"/cases/{case}").text
    assert visit(username).post(f"/cases/{case}/extend", {**WANTED, "_confirmed": "yes"}).status_code == 403


def test_the_due_date_and_the_letter_are_shown_before_it_is_done(visit: Visit, demo_system: System) -> None:
    case, leader = number(demo_system), visit("leader.own")
    before = case_of(demo_system, REVIEWED).seq
    shown = leader.post(f"/cases/{case}/extend", WANTED)
    assert shown.status_code == 200
    assert tree(shown).xpath("string(//*[@id='last-day'])").startswith("2026年")
    words = text_of(shown)
    assert "延期通知书" in words
    assert "疫情影响取证" in words
    assert case_of(demo_system, REVIEWED).seq == before
    (form,) = [f for f in tree(shown).forms if f.get("action", "").endswith("/extend")]
    fields = {name: value for name, value in form.form_values() if name != "csrf_token"}
    done = leader.follow(leader.post(f"/cases/{case}/extend", {**fields, "_confirmed": "yes"}))
    assert "补正期限已延长到" in text_of(done)
    assert "延长为20个工作日" in text_of(done)
    with demo_system.store.reading() as connection:
        sent = letters.of_case(connection, case_of(demo_system, REVIEWED).id)[-1]
    assert sent.template == "extension_notice"
    assert "疫情影响取证" in text_of(leader.get(f"/letters/{sent.id}"))
    assert verify_history(demo_system, sent.case_id).result == "intact"
    again = leader.post(f"/cases/{case}/extend", {**fields, "_confirmed": "yes"})  # a second click
    assert again.status_code == 302
    assert case_of(demo_system, REVIEWED).seq == before + 1


@pytest.mark.parametrize(
    ("change", "words"),
    [({"reason": ""}, "请填写延期理由"), ({"value": "-3"}, "请填写延长后的期限"), ({"value": "3"}, "不晚于原来的")],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    visit: Visit, demo_system: System, change: dict[str, str], words: str
) -> None:
    answer = visit("leader.own").post(f"/cases/{number(demo_system)}/extend", {**WANTED, **change})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert change.get("reason", WANTED["reason"]) in answer.text


@pytest.fixture
def early(demo_system: System) -> str:
    """Closed by its timer in February 2020, and listed for reopening on the 3rd."""
    at(demo_system, "2019-12-02 10:00")
    original(demo_system)
    case_id = registered(demo_system, "2020-01-22 10:00", "2020-01-22 11:00")
    at(demo_system, "2020-02-03 10:00")
    with demo_system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
    fire_timers(demo_system)
    extension(demo_system)
    assert isinstance(demo_system.clock, FixedClock)
    assert row is not None
    return str(row.number)


def test_the_supervisor_finds_the_case_that_was_closed_too_early_and_reopens_it(
    visit: Visit, demo_system: System, early: str
) -> None:
    supervisor = visit("supervisor")
    assert "经日历修订尚未届满，可恢复办理" in text_of(supervisor.get("/supervision"))
    assert f"/cases/{early}/reopen" in supervisor.get("/supervision").text
    assert f"/cases/{early}/reopen" in supervisor.get(f"/cases/{early}").text
    assert supervisor.post(f"/cases/{early}/reopen", {"reason": ""}).status_code == 422
    page = supervisor.follow(supervisor.post(f"/cases/{early}/reopen", {"reason": "春节假期延长"}))
    words = text_of(page)
    assert "已恢复办理" in words
    assert "提交申请" in words
    assert "（已撤销）" in words
    assert "可恢复办理" not in text_of(supervisor.get("/supervision"))
    assert supervisor.post(f"/cases/{early}/reopen", {"reason": "再来"}).status_code == 409
    with demo_system.store.reading() as connection:
        row = cases.by_number(connection, early)
    assert row is not None
    assert (row.status, row.next_due) == ("open", instant("2020-02-04 09:00"))
