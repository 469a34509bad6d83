"""Users, sessions and drafts, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.actions.actor import Actor, Membership
from engine.actions.change_password import change_password
from engine.actions.create_user import create_user
from engine.actions.system import System
from engine.errors import Conflict, Forbidden, InvalidInput
from engine.passwords import verify_password
from engine.store import users

NOW = datetime(2026, 9, 22, 2, tzinfo=UTC)
PASSWORD = "a long password"


def test_a_user_is_found_with_the_places_he_works_at(system: System) -> None:
    user_id = create_user(system, "wang", "王秀英", PASSWORD, [Membership("zhuzhou", "*", "window")])
    with system.store.reading() as connection:
        row = users.by_username(connection, "wang")
        places = users.memberships_of(connection, user_id)
    assert row is not None
    assert (row.name, row.demo, row.active) == ("王秀英", False, True)
    assert verify_password(row.password_hash, PASSWORD)
    assert places == [("zhuzhou", "*", "window")]


@pytest.mark.parametrize(
    ("username", "name", "password", "place"),
    [
        ("W", "王", PASSWORD, Membership("hunan", "本级", "window")),
        ("wang", " ", PASSWORD, Membership("hunan", "本级", "window")),
        ("wang", "王", "short", Membership("hunan", "本级", "window")),
        ("wang", "王", PASSWORD, Membership("hunan", "本级", "king")),
        ("wang", "王", PASSWORD, Membership("atlantis", "本级", "window")),
        ("wang", "王", PASSWORD, Membership("hunan", "不存在", "window")),
        ("wang", "王", PASSWORD, Membership("*", "本级", "window")),
    ],
)
def test_a_user_that_makes_no_sense_is_refused(
    system: System, username: str, name: str, password: str, place: Membership
) -> None:
    with pytest.raises(InvalidInput):
        create_user(system, username, name, password, [place])


def test_a_user_name_is_given_once(system: System) -> None:
    create_user(system, "wang", "王", PASSWORD, [])
    with pytest.raises(Conflict):
        create_user(system, "wang", "汪", PASSWORD, [])


def test_a_changed_password_ends_the_sessions_of_the_old_one(system: System) -> None:
    user_id = create_user(system, "wang", "王", PASSWORD, [])
    session = {"token_hash": "h", "user_id": user_id, "created_at": NOW, "seen_at": NOW, "data": "{}"}
    with system.store.writing() as connection:
        users.add_session(connection, {**session, "expires_at": NOW + timedelta(hours=1)})
    actor = Actor(user_id, "wang", "王")
    with pytest.raises(Forbidden):
        change_password(system, actor, "not the password", "another password")
    with pytest.raises(InvalidInput):
        change_password(system, actor, PASSWORD, "short")
    change_password(system, actor, PASSWORD, "another password")
    with system.store.reading() as connection:
        row = users.by_id(connection, user_id)
        assert users.session(connection, "h") is None
    assert row is not None
    assert verify_password(row.password_hash, "another password")


def test_ended_sessions_are_cleared_away(system: System) -> None:
    user_id = create_user(system, "wang", "王", PASSWORD, [])
    with system.store.writing() as connection:
        for name, hours in (("old", -1), ("new", 1)):
            row = {"token_hash": name, "user_id": user_id, "created_at": NOW, "seen_at": NOW, "data": "{}"}
            users.add_session(connection, {**row, "expires_at": NOW + timedelta(hours=hours)})
        users.purge_sessions(connection, NOW)
    with system.store.reading() as connection:
        assert users.session(connection, "old") is None
        kept = users.session(connection, "new")
    assert kept is not None
    assert kept.username == "wang"


def test_a_draft_replaces_the_one_before_at_the_same_place(system: System) -> None:
    user_id = create_user(system, "wang", "王", PASSWORD, [])
    with system.store.writing() as connection:
        users.put_draft(connection, user_id, "task:1", "{}", NOW)
        users.put_draft(connection, user_id, "task:1", '{"a": ["b"]}', NOW)
        users.put_draft(connection, user_id, "task:2", "{}", NOW)
        users.drop_draft(connection, user_id, "task:2")
    with system.store.reading() as connection:
        kept = users.draft(connection, user_id, "task:1")
        assert users.draft(connection, user_id, "task:2") is None
    assert kept is not None
    assert kept.values == '{"a": ["b"]}'


def test_an_unknown_user_has_no_password_that_is_right() -> None:
    assert not verify_password(None, PASSWORD)
    assert not verify_password("not a hash", PASSWORD)
