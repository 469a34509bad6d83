"""Named people at the web application: their seats are in their inbox, and nobody else can do them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine.actions.substitute_participant import substitute_participant
from engine.actions.system import System
from tests.engine.actions.test_seats import BODY, BOSS, FORMS, expert
from tests.support.small import deploy, do, employ, opened, row, task_at
from tests.support.visitor import Visitor, text_of


@pytest.fixture
def case(demo_system: System, app: Flask) -> int:
    """The leader has named sun and qian."""
    deploy(demo_system, BODY, FORMS)
    employ(demo_system, "sun", "qian", "zhou")
    employ(demo_system, "boss", role="leader")
    case_id = opened(demo_system)
    do(demo_system, case_id, "naming", BOSS, members=[{"user": "sun"}, {"user": "qian"}])
    return case_id


def test_a_seat_is_in_its_holders_inbox_and_cannot_be_given_back(
    demo_system: System, case: int, visit: Callable[..., Visitor]
) -> None:
    seat = task_at(demo_system, case, "experts[1]").id
    inbox = visit("sun").get("/").text
    assert f'id="seat-{seat}"' in inbox
    assert f'id="release-{seat}"' not in inbox
    assert f"/tasks/{seat}" not in visit("qian").get("/").text
    page = visit("sun").get(f"/tasks/{seat}")
    assert "本席位指定由sun某办理" in text_of(page)
    assert 'id="release"' not in page.text
    assert visit("sun").post(f"/tasks/{seat}/release").status_code == 403


def test_another_of_the_group_is_told_whose_it_is(
    demo_system: System, case: int, visit: Callable[..., Visitor]
) -> None:
    seat = task_at(demo_system, case, "experts[1]").id
    assert "指定由sun某办理" in text_of(visit("qian").get(f"/tasks/{seat}"))
    assert visit("qian").post(f"/tasks/{seat}", {"opinion": "yes"}).status_code == 403
    done = visit("sun").post(f"/tasks/{seat}", {"opinion": "yes"})
    assert done.status_code == 302


def test_the_case_tells_who_was_named_who_stepped_in_and_what_each_said(
    demo_system: System, case: int, visit: Callable[..., Visitor]
) -> None:
    seat = task_at(demo_system, case, "experts[1]")
    substitute_participant(demo_system, BOSS, seat.id, "zhou", "近亲属")
    do(demo_system, case, "experts[1]", expert("zhou"), opinion="no")
    do(demo_system, case, "experts[2]", expert("qian"), opinion="yes")
    conclude = task_at(demo_system, case, "conclude").id
    page = text_of(visit("boss").get(f"/tasks/{conclude}"))
    assert page.index("zhou") < page.index("qian")
    found = row(demo_system, case)
    history = text_of(visit("boss").get(f"/cases/{found.number}"))
    assert "指定由sun某办理" in history
    assert "替换“experts”的人员：sun某由zhou某代替，理由：近亲属" in history
    standing = visit("boss").get(f"/cases/{found.number}/diagram.json").json
    assert standing is not None
    assert standing["elements"]["experts"] == "done"
    assert "experts[1]" not in standing["elements"]


def test_a_list_with_the_same_person_twice_comes_back_with_the_message(
    demo_system: System, case: int, visit: Callable[..., Visitor]
) -> None:
    other = opened(demo_system)
    naming = task_at(demo_system, other, "naming").id
    form = {"members.0.user": "sun", "members.1.user": "sun"}
    refused = visit("boss").post(f"/tasks/{naming}", form)
    assert refused.status_code == 422
    assert "sun 重复，一人只能有一个席位" in text_of(refused)
