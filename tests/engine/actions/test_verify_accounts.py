"""Whoever changes the record of accounts, or writes himself a membership, is found when the accounts are verified."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, text, update

from engine.actions.actor import Actor, Membership
from engine.actions.appoint_user import appoint_user
from engine.actions.assign_roles import assign_roles
from engine.actions.system import System
from engine.actions.verify_accounts import verify_accounts
from engine.cli import main
from engine.store import users
from engine.store.account_changes import account_changes
from engine.store.people import memberships
from tests.support.tampering import tampering

ADMIN = Actor(1, "gao", "高明", (Membership("*", "*", "admin"),))
WINDOW, REVIEW = Membership("hunan", "本级", "window"), Membership("hunan", "本级", "review")


@pytest.fixture
def staffed(system: System) -> System:
    """Two people; the second has changed his work."""
    appoint_user(system, ADMIN, "wang", "王秀英", [WINDOW])
    appoint_user(system, ADMIN, "zhao", "赵国强", [WINDOW])
    with system.store.reading() as connection:
        zhao = users.by_username(connection, "zhao")
    assert zhao is not None
    assign_roles(system, ADMIN, zhao.id, [WINDOW], [REVIEW], "人社任〔2026〕3号")
    return system


def test_what_the_pages_did_is_whole(staffed: System, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_accounts(staffed) == []
    assert main(["verify", "--accounts", "--database", staffed.store.url]) == 0
    assert "账号变更记录完整" in capsys.readouterr().out


def test_an_entry_that_was_changed_or_taken_out_is_named(staffed: System, capsys: pytest.CaptureFixture[str]) -> None:
    with tampering(staffed.store) as connection:
        connection.execute(update(account_changes).where(account_changes.c.id == 1).values(reason="补录"))
    (changed,) = verify_accounts(staffed)
    assert changed == "账号变更记录第 1 号（wang）：内容与其哈希不符"
    with tampering(staffed.store) as connection:
        connection.execute(delete(account_changes).where(account_changes.c.id == 1))
    assert [finding.partition("，")[0] for finding in verify_accounts(staffed)] == [
        "账号变更记录第 2 号（zhao）：与前一条不相连",
        "用户 wang 现有的职责与账号变更记录的不符",
    ]
    assert main(["verify", "--all", "--database", staffed.store.url]) == 1
    assert "账号有 2 处不符" in capsys.readouterr().out


def test_a_membership_that_no_page_gave_is_found(staffed: System) -> None:
    with staffed.store.writing() as connection:
        connection.execute(insert(memberships).values(user_id=1, region="*", office="*", role="leader"))
    assert verify_accounts(staffed) == ["用户 wang 现有的职责与账号变更记录的不符，可能有人绕过系统改动"]


def test_an_account_that_vanished_is_found(staffed: System) -> None:
    with staffed.store.writing() as connection:
        connection.execute(text("DELETE FROM memberships WHERE user_id = 2"))
        connection.execute(text("DELETE FROM users WHERE id = 2"))
    assert verify_accounts(staffed) == ["用户 zhao 有账号变更记录，账号却不见了"]
