"""What is done to accounts is on record for the auditors of the places it concerns."""

from __future__ import annotations

from typing import Any

import pytest

from engine.actions import account_trail
from engine.actions.account_trail import Change, changes
from engine.actions.actor import Actor, Membership
from engine.actions.appoint_user import appoint_user
from engine.actions.assign_roles import assign_roles
from engine.actions.change_password import change_password
from engine.actions.reset_password import reset_password
from engine.actions.set_user_active import set_user_active
from engine.actions.system import System
from engine.actions.unlock_user import unlock_user
from engine.clock import SystemClock
from engine.errors import Conflict, Forbidden, InvalidInput, NotFound
from engine.passwords import verify_password
from engine.store import users

ADMIN = Actor(900, "gao", "高明", (Membership("*", "*", "admin"),))
LOCAL = Actor(901, "zhu", "朱红", (Membership("changsha", "本级", "admin"),))
AUDITOR = Actor(902, "hu", "胡军", (Membership("*", "*", "auditor"),))
WINDOW, REVIEW = Membership("changsha", "本级", "window"), Membership("changsha", "本级", "review")


def wang(system: System) -> tuple[int, str]:
    """A new clerk's id and password."""
    password = appoint_user(system, ADMIN, "wang", "王秀英", [WINDOW])
    with system.store.reading() as connection:
        row = users.by_username(connection, "wang")
    assert row is not None
    return row.id, password


def read(system: System, reader: Actor = AUDITOR, roles: tuple[str, ...] = ("auditor",), **more: Any) -> list[Change]:
    return changes(system, reader, roles, more.get("last"), more.get("size", 50), more.get("username", ""))


def held(system: System, user_id: int) -> set[Membership]:
    with system.store.reading() as connection:
        return {Membership(*place) for place in users.memberships_of(connection, user_id)}


def test_every_change_is_told_with_who_did_it(system: System) -> None:
    user_id, password = wang(system)
    change_password(system, Actor(user_id, "wang", "王秀英", (WINDOW,)), password, "青山绿水 correct horse")
    reset_password(system, ADMIN, user_id)
    set_user_active(system, ADMIN, user_id, False)
    set_user_active(system, ADMIN, user_id, True)
    assign_roles(system, ADMIN, user_id, [WINDOW], [WINDOW, REVIEW], "人事〔2026〕1号")
    found = read(system)
    assert [(c.what, c.actor, c.username) for c in reversed(found)] == [
        ("created", "gao", "wang"), ("own_password", "wang", "wang"), ("password", "gao", "wang"),
        ("closed", "gao", "wang"), ("opened", "gao", "wang"), ("memberships", "gao", "wang"),
    ]  # fmt: skip
    assert (found[0].given, found[0].taken, found[0].reason) == ((REVIEW,), (), "人事〔2026〕1号")
    assert found[-1].given == (WINDOW,)
    assert {c.words for c in found} <= set(account_trail.WORDS.values())


def test_what_changes_nothing_leaves_no_entry(system: System) -> None:
    user_id, _ = wang(system)
    set_user_active(system, ADMIN, user_id, True)
    unlock_user(system, ADMIN, user_id)
    assign_roles(system, ADMIN, user_id, [], [WINDOW], "重复提交")
    assert [c.what for c in read(system)] == ["created"]


def test_a_lock_that_is_lifted_is_told(system: System) -> None:
    user_id, _ = wang(system)
    with system.store.writing() as connection:
        users.count_failure(connection, user_id, 5, SystemClock().now())
    unlock_user(system, ADMIN, user_id)
    assert read(system)[0].what == "unlocked"


def test_no_password_stands_in_the_record(system: System) -> None:
    user_id, first = wang(system)
    second = reset_password(system, ADMIN, user_id)
    with system.store.reading() as connection:
        row = users.by_id(connection, user_id)
    assert row is not None
    assert verify_password(row.password_hash, second)
    told = str(read(system))
    assert not any(secret in told for secret in (first, second, row.password_hash))


def test_a_refused_change_is_not_recorded_and_changes_nothing(system: System) -> None:
    user_id, _ = wang(system)
    for seen, wanted, reason, error in (
        ([WINDOW], [REVIEW], " ", InvalidInput),
        ([WINDOW], [], "调岗", InvalidInput),
        ([WINDOW], [Membership("changsha", "月球", "review")], "调岗", InvalidInput),
        ([WINDOW], [Membership("changsha", "本级", "king")], "调岗", InvalidInput),
        ([REVIEW], [WINDOW, REVIEW], "调岗", Conflict),
    ):
        with pytest.raises(error):
            assign_roles(system, ADMIN, user_id, seen, wanted, reason)
    with pytest.raises(NotFound):
        assign_roles(system, ADMIN, 987654, [], [WINDOW], "调岗")
    assert held(system, user_id) == {WINDOW}
    assert len(read(system)) == 1


def test_nobody_gives_himself_a_role(system: System) -> None:
    user_id, _ = wang(system)
    himself = Actor(user_id, "wang", "王秀英", (Membership("*", "*", "admin"),))
    with pytest.raises(Forbidden, match="自己的职责"):
        assign_roles(system, himself, user_id, [WINDOW], [WINDOW, REVIEW], "调岗")


def test_an_administrator_of_an_office_gives_only_what_is_his_to_give(system: System) -> None:
    user_id, _ = wang(system)
    with pytest.raises(Forbidden):
        assign_roles(system, LOCAL, user_id, [WINDOW], [Membership("changsha", "*", "review")], "调岗")
    with pytest.raises(Forbidden):
        assign_roles(system, LOCAL, user_id, [WINDOW], [Membership("yueyang", "本级", "review")], "调岗")
    assign_roles(system, LOCAL, user_id, [WINDOW], [REVIEW], "调岗")
    assign_roles(system, ADMIN, user_id, [REVIEW], [Membership("yueyang", "本级", "review")], "调出")
    with pytest.raises(Forbidden):
        assign_roles(system, LOCAL, user_id, [Membership("yueyang", "本级", "review")], [REVIEW], "调回")


def test_an_auditor_reads_what_concerns_his_region_also_when_the_person_left_it(system: System) -> None:
    user_id, _ = wang(system)
    moved = Membership("yueyang", "本级", "window")
    assign_roles(system, ADMIN, user_id, [WINDOW], [moved], "调出")
    reset_password(system, ADMIN, user_id)
    changsha = Actor(903, "a", "甲", (Membership("changsha", "*", "auditor"),))
    yueyang = Actor(904, "b", "乙", (Membership("yueyang", "本级", "auditor"),))
    hubei = Actor(905, "c", "丙", (Membership("hubei", "*", "auditor"), Membership("*", "*", "window")))
    assert [c.what for c in read(system, changsha)] == ["memberships", "created"]
    assert [c.what for c in read(system, yueyang)] == ["password", "memberships"]
    assert read(system, hubei) == []


def test_the_record_is_read_in_pages(system: System) -> None:
    user_id, _ = wang(system)
    for _ in range(4):
        set_user_active(system, ADMIN, user_id, False)
        set_user_active(system, ADMIN, user_id, True)
    first = read(system, size=5)
    rest = read(system, last=first[-1].id)
    assert (len(first), len(rest)) == (5, 4)
    assert [c.id for c in (*first, *rest)] == sorted((c.id for c in (*first, *rest)), reverse=True)
    assert read(system, username="nobody") == []
