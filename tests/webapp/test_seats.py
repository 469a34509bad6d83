"""Named people at the web application: their seats are in their inbox, and nobody else can do them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine.actions.substitute_participant import substitute_participant
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from tests.engine.actions.test_seats import BOSS, expert
from tests.support.assessment import BODY, FORMS
from tests.support.small import deploy, do, employ, opened, row, task_at
from tests.support.visitor import Visitor, text_of, tree


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
    assert page.index("zhou某") < page.index("qian某")
    found = row(demo_system, case)
    history = text_of(visit("boss").get(f"/cases/{found.number}"))
    assert "指定由sun某办理" in history
    assert "替换“experts（第 1 席）”的人员：sun某由zhou某代替，理由：近亲属" in history
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
    assert "sun某重复，一人只能有一个席位" in text_of(refused)


def test_the_leader_gives_a_seat_to_somebody_else_from_the_case_page(
    demo_system: System, case: int, visit: Callable[..., Visitor]
) -> None:
    seat, number, boss = task_at(demo_system, case, "experts[1]").id, row(demo_system, case).number, visit("boss")
    assert f'id="substitute-{seat}"' in boss.get(f"/cases/{number}").text
    page = boss.get(f"/tasks/{seat}/substitute")
    assert "现由sun某办理" in text_of(page)
    offered = tree(page).xpath("//input[@name='username']/@value")
    assert "zhou" in offered
    assert not {"sun", "qian", "boss"} & set(offered)  # who has a seat, and who is not of the group
    wanted = {"username": "zhou", "reason": "与申请单位负责人系近亲属"}
    done = boss.follow(boss.post(f"/tasks/{seat}/substitute", wanted))
    assert "的席位已改由zhou某办理" in text_of(done)
    assert "sun某由zhou某代替，理由：与申请单位负责人系近亲属" in text_of(done)
    assert task_at(demo_system, case, "experts[1]").assignee == "zhou"
    assert verify_history(demo_system, case).result == "intact"


@pytest.mark.parametrize(
    ("wanted", "status", "words"),
    [
        ({"username": "", "reason": "近亲属"}, 422, "请选择由谁代替"),
        ({"username": "zhou", "reason": " "}, 422, "请写明回避或替换的理由"),
        ({"username": "qian", "reason": "近亲属"}, 409, "qian某在“experts”中已有席位"),
        ({"username": "nobody", "reason": "近亲属"}, 422, "nobody不是本经办机构在用的“审核”人员"),
    ],
)
def test_what_is_wrong_with_a_substitution_is_said_and_what_was_typed_stays(
    demo_system: System, case: int, visit: Callable[..., Visitor], wanted: dict[str, str], status: int, words: str
) -> None:
    seat = task_at(demo_system, case, "experts[1]").id
    answer = visit("boss").post(f"/tasks/{seat}/substitute", wanted)
    assert answer.status_code == status
    assert words in text_of(answer)
    assert wanted["reason"] in answer.text
    assert task_at(demo_system, case, "experts[1]").assignee == "sun"


def test_nobody_but_the_leader_is_offered_it_and_a_task_without_seats_has_no_such_page(
    demo_system: System, case: int, visit: Callable[..., Visitor]
) -> None:
    seat, number = task_at(demo_system, case, "experts[1]").id, row(demo_system, case).number
    assert "/substitute" not in visit("sun").get(f"/cases/{number}").text
    assert visit("sun").post(f"/tasks/{seat}/substitute", {"username": "zhou", "reason": "x"}).status_code == 403
    naming = task_at(demo_system, opened(demo_system), "naming").id
    assert visit("boss").get(f"/tasks/{naming}/substitute").status_code == 404


def test_a_seat_that_is_done_cannot_be_given_away(
    demo_system: System, case: int, visit: Callable[..., Visitor]
) -> None:
    seat = task_at(demo_system, case, "experts[1]").id
    do(demo_system, case, "experts[1]", expert("sun"), opinion="yes")
    assert "这个席位已经办完" in text_of(visit("boss").get(f"/tasks/{seat}/substitute"))
    late = visit("boss").post(f"/tasks/{seat}/substitute", {"username": "zhou", "reason": "近亲属"})
    assert late.status_code == 409


def test_a_list_of_two_people_is_taken_from_the_page_and_opens_their_seats(
    demo_system: System, case: int, visit: Callable[..., Visitor]
) -> None:
    other = opened(demo_system)
    naming = task_at(demo_system, other, "naming").id
    boss = visit("boss")
    taken = boss.post(f"/tasks/{naming}", {"members.0.user": "sun", "members.1.user": "zhou"})
    words = text_of(boss.follow(taken))
    assert "（sun某）；" in words
    assert "（zhou某）。" in words
    assert taken.status_code == 302
    assert task_at(demo_system, other, "experts[2]").assignee == "zhou"
