"""Login, logout, lockout, and that an ended session loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from engine.actions.seed_demo import DEMO_PASSWORD
from engine.actions.system import ROOT, System
from engine.clock import SystemClock
from engine.store import Store
from engine.store import users as store_users
from engine.store.people import sessions, users
from tests.support.visitor import Visitor, session_of, task_of, text_of, tree
from webapp.app import create_app
from webapp.identity import ABSOLUTE, COOKIE, DRAFTS_KEPT, IDLE, token_hash

CLERK = "changsha.window"
FRESH = "长沙星河软件有限公司"


def sign_in(visitor: Visitor, username: str = CLERK, password: str = DEMO_PASSWORD, **more: str) -> Any:
    return visitor.post("/login", {"username": username, "password": password, **more})


def test_the_right_password_opens_a_session_that_logging_out_ends_for_good(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    answer = sign_in(visitor)
    assert answer.status_code == 302
    token = visitor.client.get_cookie(COOKIE)
    assert token is not None
    assert "王秀英" in visitor.get("/").text
    assert visitor.post("/logout").status_code == 302
    visitor.client.set_cookie(COOKIE, token.value)  # a copy of the cookie is worth nothing now
    assert visitor.get("/").headers["Location"].startswith("/login")


def test_the_cookie_is_hidden_from_scripts_and_the_database_keeps_only_its_hash(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    visitor = visit()
    header = sign_in(visitor).headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    token = visitor.client.get_cookie(COOKIE)
    assert token is not None
    with demo_system.store.reading() as connection:
        kept = [row.token_hash for row in connection.execute(select(sessions))]
    assert token_hash(token.value) in kept
    assert token.value not in kept


def problem(answer: Any) -> str:
    assert answer.status_code == 422
    return str(tree(answer).xpath("//*[@id='login-problem']")[0].text_content())


def test_wrong_unknown_closed_and_locked_are_told_in_the_same_words(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    with demo_system.store.writing() as connection:
        connection.execute(update(users).where(users.c.username == "hunan.clerk").values(active=False))
    wrong = [problem(sign_in(visit(), password="x" * 12)) for _ in range(6)]
    unknown = [problem(sign_in(visit(), username="nobody", password="x" * 12)) for _ in range(6)]
    closed, locked = problem(sign_in(visit(), username="hunan.clerk")), problem(sign_in(visit()))
    assert {*wrong, *unknown, closed, locked} == {wrong[0]}
    assert "连续输错 5 次，账号将锁定 15 分钟" in locked


def test_five_wrong_passwords_lock_the_account_against_the_right_one_too(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    for attempt in range(5):
        assert sign_in(visit(), password="x" * 12).status_code == 422, attempt
    assert sign_in(visit()).status_code == 422
    with demo_system.store.reading() as connection:
        until = connection.execute(select(users.c.locked_until).where(users.c.username == CLERK)).scalar()
    assert until is not None
    assert timedelta(minutes=14) < until - SystemClock().now() <= timedelta(minutes=15)


def test_the_lock_opens_after_its_time_and_the_count_starts_anew(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    visitor = visit()
    for _ in range(5):
        sign_in(visitor, password="x" * 12)
    with demo_system.store.writing() as connection:
        past = SystemClock().now() - timedelta(seconds=1)
        connection.execute(update(users).where(users.c.username == CLERK).values(locked_until=past))
    assert sign_in(visitor).status_code == 302


def test_demo_accounts_do_not_exist_outside_the_demonstration(demo_file: Path, tmp_path: Path, visit: Any) -> None:
    copy = tmp_path / "production.db"
    copy.write_bytes(demo_file.read_bytes())
    production = System(Store(f"sqlite:///{copy}"), ROOT, SystemClock(), demo=False)
    token = session_of(production, CLERK)
    stranger = Visitor(create_app(production, secret="tests"))
    assert sign_in(stranger).status_code == 422
    assert "演示账号" not in stranger.get("/login").text
    stranger.client.set_cookie(COOKIE, token)
    assert stranger.get("/").status_code == 302
    production.close()


def test_a_session_ends_after_an_hour_without_use_and_after_twelve_in_any_case(app: Flask, demo_system: System) -> None:
    for age, use, alive in ((IDLE, IDLE, False), (ABSOLUTE, timedelta(0), False), (ABSOLUTE / 2, IDLE / 2, True)):
        visitor = Visitor(app)
        token = session_of(demo_system, CLERK, age)
        with demo_system.store.writing() as connection:
            seen = SystemClock().now() - use
            connection.execute(update(sessions).where(sessions.c.token_hash == token_hash(token)).values(seen_at=seen))
        visitor.client.set_cookie(COOKIE, token)
        assert (visitor.get("/").status_code == 200) is alive, (age, use)


def test_login_goes_on_to_the_page_that_was_asked_for_and_never_to_another_host(visit: Callable[..., Visitor]) -> None:
    asked = visit()
    assert asked.get("/cases?q=1").headers["Location"] == "/login?next=/cases?q%3D1"
    assert sign_in(visit(), next="/cases?q=1").headers["Location"] == "/cases?q=1"
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert sign_in(visit(), next=evil).headers["Location"] == "/"


def test_what_was_typed_survives_a_session_that_ends_under_the_submit(
    app: Flask, demo_system: System, visit: Callable[..., Visitor]
) -> None:
    task = task_of(demo_system, FRESH)
    visitor = Visitor(app, CLERK)
    csrf = visitor.csrf
    visitor.client.delete_cookie(COOKIE)
    refused = visitor.client.post(
        f"/tasks/{task.id}",
        data={"csrf_token": csrf, "decision": "reject", "reason": "不属于本统筹区"},
        headers={"Referer": f"http://localhost/tasks/{task.id}"},
    )
    assert refused.status_code == 401
    assert "您填写的内容没有丢失" in text_of(refused)
    page = tree(refused)
    carried = {i.get("name"): i.get("value") for i in page.xpath("//form[@class='stack']//input[@type='hidden']")}
    answer = sign_in(visitor, **{k: v for k, v in carried.items() if k != "csrf_token"})
    assert answer.headers["Location"] == f"/tasks/{task.id}"
    restored = visitor.get(answer.headers["Location"])
    assert "不属于本统筹区" in restored.text
    assert tree(restored).xpath("//input[@name='decision'][@value='reject'][@checked]")


def test_a_program_without_a_session_gets_401_and_no_page(visit: Callable[..., Visitor]) -> None:
    answer = visit().get("/cases/430100-2026-000001/diagram.json", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["status"] == 401


def test_a_page_fragment_without_a_session_sends_the_whole_page_to_the_login(visit: Callable[..., Visitor]) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/tasks/1"}
    answer = visit().get("/tasks/1/history", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/tasks/1"


def test_what_was_typed_and_left_for_a_quarter_of_a_year_is_gone(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    with demo_system.store.writing() as connection:
        person = store_users.by_username(connection, "changsha.review")
        assert person is not None
        for place, age in (("task:1", DRAFTS_KEPT * 2), ("task:2", DRAFTS_KEPT / 2)):
            store_users.put_draft(connection, person.id, place, "{}", SystemClock().now() - age)
    sign_in(visit())
    with demo_system.store.reading() as connection:
        assert store_users.draft(connection, person.id, "task:1") is None
        assert store_users.draft(connection, person.id, "task:2") is not None
