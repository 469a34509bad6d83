"""The database itself refuses to change what was recorded, whatever statement asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from engine.actions.system import System
from engine.actions.verify_history import INTACT, verify_history
from engine.cli import main
from engine.events import ERASURE
from engine.store import account_changes
from engine.store.deployments import deployments
from engine.store.events import events
from engine.store.guards import INSTALLED, missing
from engine.store.settings import calendar_versions
from tests.support.clerk import ACCEPT, act, enrol
from tests.support.tampering import tampering

CHANGES = account_changes.account_changes


@pytest.fixture
def case_id(system: System) -> int:
    case = enrol(system).case_id
    act(system, case, ACCEPT)
    return case


def refused(system: System, statement: Any) -> None:
    with pytest.raises(IntegrityError, match="append-only"), system.store.writing() as connection:
        connection.execute(statement)


@pytest.mark.parametrize("column", [c.name for c in events.c])
def test_no_column_of_an_event_can_be_written_again(system: System, case_id: int, column: str) -> None:
    refused(system, text(f"UPDATE events SET {column} = {column} WHERE case_id = {case_id} AND seq = 1"))
    assert verify_history(system, case_id).result == INTACT


def test_no_event_can_be_deleted(system: System, case_id: int) -> None:
    refused(system, delete(events).where(events.c.case_id == case_id, events.c.seq == 2))
    refused(system, delete(events))
    if not system.store.is_sqlite:
        refused(system, text("TRUNCATE events"))
    assert verify_history(system, case_id).result == INTACT


def test_no_event_can_take_the_place_of_another(system: System, case_id: int) -> None:
    with system.store.reading() as connection:
        row = connection.execute(select(events).where(events.c.case_id == case_id, events.c.seq == 2)).one()
    again = insert(events).values(**{**row._mapping, "payload": "{}"})
    if system.store.is_sqlite:
        refused(system, again.prefix_with("OR REPLACE"))
        refused(system, insert(events).prefix_with("OR REPLACE").values(**{**row._mapping, "seq": 9}))
    with pytest.raises(IntegrityError), system.store.writing() as connection:
        connection.execute(again)
    assert verify_history(system, case_id).result == INTACT


def test_only_the_payload_of_what_came_before_an_erasure_can_be_written(system: System, case_id: int) -> None:
    with tampering(system.store) as connection:  # the guards are made anew below
        copied = text(
            "INSERT INTO events SELECT case_id, 9, format, :kind, node, actor, effective_at, recorded_at, calendar, "
            "NULL, payload, digest, prev_hash, hash FROM events WHERE case_id = :case AND seq = 2"
        )
        connection.execute(copied, {"kind": ERASURE, "case": case_id})
    with system.store.writing() as connection:
        guarded_again(system, connection)
    where = (events.c.case_id == case_id, events.c.seq == 1)
    refused(system, update(events).where(*where).values(payload="{}", actor="wang"))
    refused(system, update(events).where(events.c.seq == 9).values(payload="{}"))
    with system.store.writing() as connection:
        assert connection.execute(update(events).where(*where).values(payload="{}")).rowcount == 1


def guarded_again(system: System, connection: Any) -> None:
    if not system.store.is_sqlite:
        connection.execute(text("ALTER TABLE events ENABLE TRIGGER USER"))
        return
    for statement in INSTALLED["events"]["sqlite"]:
        connection.execute(text(statement))


@pytest.mark.parametrize("table", [deployments, calendar_versions], ids=lambda table: str(table.name))
def test_what_was_published_and_what_limits_were_counted_by_stays(system: System, table: Table) -> None:
    refused(system, text(f"UPDATE {table.name} SET {next(c.name for c in table.c if c.name != 'id')} = 'x'"))
    refused(system, delete(table))
    if system.store.is_sqlite:
        with system.store.reading() as connection:
            row = connection.execute(select(table)).first()
        assert row is not None
        refused(system, insert(table).prefix_with("OR REPLACE").values(**row._mapping))
    else:
        refused(system, text(f"TRUNCATE {table.name} CASCADE"))


def test_the_record_of_changed_accounts_can_only_grow(system: System) -> None:
    values = {
        "at": system.clock.now(), "actor": "admin", "username": "wang", "name": "王秀英", "what": "created",
        "places": "{}", "reason": "", "prev_hash": "", "hash": "",
    }  # fmt: skip
    with system.store.writing() as connection:
        account_changes.add(connection, values)
    refused(system, update(CHANGES).values(actor="somebody else"))
    refused(system, delete(CHANGES))
    if system.store.is_sqlite:
        refused(system, insert(CHANGES).prefix_with("OR REPLACE").values(**values, id=1))
    else:
        refused(system, text("TRUNCATE account_changes"))


def test_whoever_took_a_guard_away_is_found(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    with system.store.reading() as connection:
        assert missing(connection) == []
    take_away = (
        "DROP TRIGGER events_no_update"
        if system.store.is_sqlite
        else "ALTER TABLE events DISABLE TRIGGER events_no_change"
    )
    change = (
        "CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN FALSE BEGIN SELECT RAISE(ABORT, 'never'); END"
        if system.store.is_sqlite
        else "CREATE OR REPLACE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NEW; END $$"
    )
    for statement, found in ((take_away, 1), (change, 1 if system.store.is_sqlite else 2)):
        with system.store.writing() as connection:
            connection.execute(text(statement))
        with system.store.reading() as connection:
            assert len(missing(connection)) == found
    assert main(["verify", "--all", "--database", system.store.url]) == 1
    assert "不再拒绝改动记录" in capsys.readouterr().out
