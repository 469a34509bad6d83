"""The first administrator of an installation comes from the command line, and so does a forgotten password."""

from __future__ import annotations

import re

import pytest

from engine.actions.account_trail import changes
from engine.actions.actor import Actor, Membership
from engine.actions.system import System
from engine.cli import main
from engine.passwords import verify_password
from engine.store import users
from tests.support.visitor import Visitor
from webapp.app import create_app

AUDITOR = Actor(1, "hu", "胡军", (Membership("*", "*", "auditor"),))


def password_of(told: str) -> str:
    found = re.search(r"的密码：(\S+?)（", told)
    assert found, told
    return found[1]


def test_the_first_administrator_signs_in_where_nobody_could(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["admin", "gao", "高明", "--database", system.store.url]) == 0
    password = password_of(capsys.readouterr().out)
    visitor = Visitor(create_app(system, secret="tests"))
    assert visitor.post("/login", {"username": "gao", "password": password}).status_code == 302
    assert visitor.get("/admin/users").headers["Location"] == "/account/password"
    new = "青山绿水 correct horse"
    visitor.post("/account/password", {"current": password, "new": new, "again": new})
    again = Visitor(create_app(system, secret="tests"))
    assert again.post("/login", {"username": "gao", "password": new}).status_code == 302
    assert "高明" in again.get("/admin/users").text


def test_a_forgotten_password_is_made_anew_and_the_auditor_reads_it(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--database", system.store.url]
    assert main(["admin", "gao", "高明", *place]) == 0
    assert main(["admin", "gao", "--reset", *place]) == 0
    password = password_of(capsys.readouterr().out.splitlines()[1])
    with system.store.reading() as connection:
        row = users.by_username(connection, "gao")
    assert row is not None
    assert verify_password(row.password_hash, password)
    told = [(c.what, c.actor) for c in changes(system, AUDITOR, ("auditor",), None, 10)]
    assert told == [("password", "operator"), ("created", "operator")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gao"], "新建须给出姓名"),
        (["gao", "高明", "--reset"], "新建须给出姓名"),
        (["gao", "--reset"], "没有用户 gao"),
        (["Gao", "高明"], "用户名应以小写字母开头"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    system: System, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["admin", *words, "--database", system.store.url]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
