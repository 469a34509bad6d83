"""Passwords and people: one's own password, and what an administrator may do with whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from engine.actions.seed_demo import DEMO_PASSWORD
from engine.actions.system import System
from engine.clock import SystemClock
from engine.store.people import memberships, users
from tests.support.visitor import Visitor, text_of, tree

Visit = Callable[..., Visitor]
NEW = "青山绿水 correct horse"


def sign_in(visitor: Visitor, username: str, password: str) -> int:
    return visitor.post("/login", {"username": username, "password": password}).status_code


def person(system: System, username: str) -> Any:
    with system.store.reading() as connection:
        return connection.execute(select(users).where(users.c.username == username)).one()


def test_a_changed_password_is_asked_for_at_once_and_the_old_one_is_worth_nothing(visit: Visit) -> None:
    clerk, elsewhere = visit("changsha.window"), visit("changsha.window")
    answer = clerk.post("/account/password", {"current": DEMO_PASSWORD, "new": NEW, "again": NEW})
    assert answer.headers["Location"] == "/login"
    assert elsewhere.get("/cases").status_code == 302  # every session of the old password has ended
    assert sign_in(visit(), "changsha.window", DEMO_PASSWORD) == 422
    assert sign_in(visit(), "changsha.window", NEW) == 302


def test_whoever_finds_a_machine_unlocked_cannot_try_passwords_there(visit: Visit, demo_system: System) -> None:
    clerk, elsewhere = visit("changsha.window"), visit("changsha.window")
    guess = {"current": "wrong-password", "new": NEW, "again": NEW}
    assert [clerk.post("/account/password", guess).status_code for _ in range(4)] == [422] * 4
    last = clerk.post("/account/password", guess)
    assert last.headers["Location"] == "/login"
    assert "连续输错 5 次" in text_of(clerk.get("/login"))
    assert elsewhere.get("/cases").status_code == 302
    assert sign_in(visit(), "changsha.window", DEMO_PASSWORD) == 422
    assert "密码连续输错，锁定" in text_of(visit("auditor").get("/audit/accounts"))


def test_a_password_that_cannot_be_is_told_at_its_field_and_changes_nothing(visit: Visit) -> None:
    clerk = visit("changsha.window")
    for field, sent in (
        ("current", {"current": "not the password", "new": NEW, "again": NEW}),
        ("new", {"current": DEMO_PASSWORD, "new": "short", "again": "short"}),
        ("new", {"current": DEMO_PASSWORD, "new": DEMO_PASSWORD, "again": DEMO_PASSWORD}),
        ("again", {"current": DEMO_PASSWORD, "new": NEW, "again": NEW + "x"}),
    ):
        answer = clerk.post("/account/password", sent)
        assert answer.status_code == 422
        (told,) = tree(answer).xpath("//p[@class='error' and not(@hidden)]")
        assert told.get("id") == f"e-{field}", sent
        assert NEW not in answer.text
    assert sign_in(visit(), "changsha.window", DEMO_PASSWORD) == 302


def test_a_new_user_works_with_the_password_that_is_shown_once(visit: Visit, demo_system: System) -> None:
    admin = visit("admin")
    answer = admin.post(
        "/admin/users",
        {"username": "changsha.xia", "name": "夏雨", "place-0": "changsha/本级", "role-0": "window",
         "place-1": "changsha/*", "role-1": "auditor"},
    )  # fmt: skip
    (password,) = tree(answer).xpath("//code[@id='password']/text()")
    assert password not in admin.get("/admin/users").text
    assert sign_in(visit(), "changsha.xia", password) == 302
    with demo_system.store.reading() as connection:
        query = select(memberships.c.region, memberships.c.office, memberships.c.role).order_by(memberships.c.id)
        held = [
            tuple(row)
            for row in connection.execute(query.where(memberships.c.user_id == person(demo_system, "changsha.xia").id))
        ]
    assert held == [("changsha", "本级", "window"), ("changsha", "*", "auditor")]


def test_a_password_that_an_administrator_knows_opens_nothing_but_the_way_to_another(visit: Visit) -> None:
    admin = visit("admin")
    sent = {"username": "changsha.xia", "name": "夏雨", "place-0": "changsha/本级", "role-0": "window"}
    (password,) = tree(admin.post("/admin/users", sent)).xpath("//code[@id='password']/text()")
    clerk = visit()
    assert sign_in(clerk, "changsha.xia", password) == 302
    for address in ("/", "/open", "/cases", "/cases.csv"):
        assert clerk.get(address).headers["Location"] == "/account/password", address
    assert clerk.get("/cases/1/diagram.json", headers={"Accept": "application/json"}).status_code == 403
    assert clerk.post("/open/002036001001-unit-enrolment/changsha", {"_office": "本级"}).status_code == 302
    assert "请先换成只有您自己知道的密码" in text_of(clerk.get("/account/password"))
    assert clerk.get("/guides").status_code == 200
    clerk.post("/account/password", {"current": password, "new": NEW, "again": NEW})
    again = visit()
    assert sign_in(again, "changsha.xia", NEW) == 302
    assert again.get("/open").status_code == 200
    (user_id,) = tree(admin.get("/admin/users")).xpath("//tr[td[text()='changsha.xia']]/@id")
    admin.post(f"/admin/users/{user_id.removeprefix('person-')}/password")
    assert again.get("/open").headers["Location"].startswith("/login")


def test_a_user_that_cannot_be_is_refused_and_nothing_typed_is_lost(visit: Visit) -> None:
    for sent, words in (
        ({"username": "Xia", "name": "夏雨", "place-0": "changsha/本级", "role-0": "window"}, "用户名应以小写字母开头"),
        ({"username": "admin", "name": "夏雨", "place-0": "changsha/本级", "role-0": "window"}, "已被使用"),
        ({"username": "xia", "name": "夏雨", "place-0": "changsha/本级"}, "第 1 项职责须同时选择"),
        ({"username": "xia", "name": "夏雨"}, "请至少选择一项职责"),
    ):
        answer = visit("admin").post("/admin/users", sent)
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert tree(answer).xpath("//input[@id='name']/@value") == ["夏雨"]


def test_an_administrator_unlocks_closes_opens_and_gives_a_new_password(visit: Visit, demo_system: System) -> None:
    admin, clerk = visit("admin"), person(demo_system, "changsha.window")
    with demo_system.store.writing() as connection:
        until = SystemClock().now() + timedelta(minutes=10)
        connection.execute(update(users).where(users.c.id == clerk.id).values(failures=5, locked_until=until))
    assert tree(admin.get("/admin/users")).xpath(f"//button[@id='unlock-{clerk.id}']")
    admin.post(f"/admin/users/{clerk.id}/unlock")
    assert sign_in(visit(), "changsha.window", DEMO_PASSWORD) == 302
    working = visit("changsha.window")
    admin.post(f"/admin/users/{clerk.id}/active", {"active": "no"})
    assert working.get("/cases").status_code == 302
    assert sign_in(visit(), "changsha.window", DEMO_PASSWORD) == 422
    admin.post(f"/admin/users/{clerk.id}/active", {"active": "yes"})
    answer = admin.post(f"/admin/users/{clerk.id}/password")
    (password,) = tree(answer).xpath("//code[@id='password']/text()")
    assert sign_in(visit(), "changsha.window", DEMO_PASSWORD) == 422
    assert sign_in(visit(), "changsha.window", password) == 302


def test_nobody_closes_his_own_account(visit: Visit, demo_system: System) -> None:
    me = person(demo_system, "admin").id
    answer = visit("admin").post(f"/admin/users/{me}/active", {"active": "no"})
    assert answer.status_code == 409
    assert person(demo_system, "admin").active


def test_an_administrator_of_one_office_manages_its_people_and_appoints_nobody_beyond_it(
    visit: Visit, demo_system: System
) -> None:
    local = visit("admin.own")  # 长沙市本级
    page = tree(local.get("/admin/users"))
    for username, managed in (("changsha.window", True), ("yueyang.window", False), ("admin", False)):
        other = person(demo_system, username).id
        assert bool(page.xpath(f"//tr[@id='person-{other}']")) is managed, username
        for act in ("unlock", "active", "password"):
            status = local.post(f"/admin/users/{other}/{act}", {"active": "yes"}).status_code
            assert (status in (200, 302)) is managed, (username, act, status)
    for place, role in (("*/*", "admin"), ("yueyang/本级", "window"), ("changsha/*", "window")):
        sent = {"username": "xia", "name": "夏雨", "place-0": place, "role-0": role}
        assert local.post("/admin/users", sent).status_code == 403, place
    own = {"username": "xia", "name": "夏雨", "place-0": "changsha/本级", "role-0": "review"}
    assert local.post("/admin/users", own).status_code == 200
    assert sign_in(visit(), "admin", DEMO_PASSWORD) == 302
