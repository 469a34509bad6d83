"""Whoever changes a case behind the engine's back is found out, and nothing he writes makes verifying fall over."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine import encoding
from engine.actions.history import read_events
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_history import ALTERED, INTACT, verify_history
from engine.errors import Conflict, EngineFailure
from engine.events import erase, field_digest, seal_fields
from engine.store.cases import cases
from engine.store.deployments import deployments
from engine.store.events import events
from tests.support.clerk import enrol, enrolled
from tests.support.tampering import tampering

MECHANICS = {"id", "revision", "attempts", "next_due"}  # of the store and the sweep; they say nothing of the case
ELSEWHERE = {"deployment_id", "linked_case", "number"}  # tried apart: a foreign key, and the name of the chain


@pytest.fixture
def closed(system: System) -> int:
    return enrolled(system)


def other(value: Any) -> Any:
    """Another value of the same type."""
    match value:
        case None:
            return None
        case datetime():
            return value + timedelta(microseconds=1)
        case int():
            return value + 1
        case bytes():
            return value[:-1]
        case _:
            return f"{value[:-1]}甲" if value else "甲"


def write(system: System, statement: Any) -> None:
    with tampering(system.store) as connection:
        connection.execute(statement)


def test_a_case_that_nobody_touched_is_intact(system: System, closed: int) -> None:
    assert verify_history(system, closed).result == INTACT
    assert rebuild_case(system, closed).changed == ()


@pytest.mark.parametrize("column", [c.name for c in events.c if c.name not in ("case_id", "seq")])
def test_every_column_of_an_event_is_covered(system: System, closed: int, column: str) -> None:
    with system.store.reading() as connection:
        old = connection.execute(select(events.c[column]).where(events.c.case_id == closed, events.c.seq == 2)).scalar()
    write(
        system,
        update(events).where(events.c.case_id == closed, events.c.seq == 2).values({column: other(old)}),
    )
    assert verify_history(system, closed).result == ALTERED
    with pytest.raises(Conflict, match="不能据以重建"):
        rebuild_case(system, closed)


@pytest.mark.parametrize("column", [c.name for c in cases.c if c.name not in MECHANICS | ELSEWHERE])
def test_every_column_of_a_case_that_says_something_is_covered(system: System, closed: int, column: str) -> None:
    with system.store.reading() as connection:
        old = getattr(connection.execute(select(cases).where(cases.c.id == closed)).one(), column)
    write(system, update(cases).where(cases.c.id == closed).values({column: other(old)}))
    assert verify_history(system, closed).result == ALTERED


@pytest.mark.parametrize("column", ["applicant", "office", "status", "opened_by", "opened_at", "variables", "state"])
def test_rebuilding_restores_what_the_events_say(system: System, closed: int, column: str) -> None:
    with system.store.reading() as connection:
        old = getattr(connection.execute(select(cases).where(cases.c.id == closed)).one(), column)
    write(system, update(cases).where(cases.c.id == closed).values({column: other(old)}))
    assert f"cases.{column}" in rebuild_case(system, closed).changed
    assert rebuild_case(system, closed).changed == ()
    assert verify_history(system, closed).result == INTACT


def test_another_deployment_or_linked_case_is_noticed(system: System, closed: int) -> None:
    with system.store.reading() as connection:
        row = connection.execute(select(cases).where(cases.c.id == closed)).one()
        stranger = connection.execute(
            select(deployments.c.id).where(deployments.c.id != row.deployment_id).limit(1)
        ).scalar()
    for values in ({"deployment_id": stranger}, {"linked_case": closed}):
        write(system, update(cases).where(cases.c.id == closed).values(values))
        assert verify_history(system, closed).result == ALTERED
        write(
            system,
            update(cases).where(cases.c.id == closed).values(deployment_id=row.deployment_id, linked_case=None),
        )
    assert verify_history(system, closed).result == INTACT


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_missing_event_is_noticed_and_not_made_good_by_rebuilding(system: System, closed: int, seq: int) -> None:
    write(system, delete(events).where(events.c.case_id == closed, events.c.seq == seq))
    assert verify_history(system, closed).result == ALTERED
    with pytest.raises(Conflict, match="不能据以重建"):
        rebuild_case(system, closed)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", '{"facts":1,"fields":2}', '{"facts":{},"fields":[[]]}', '{"facts":{"n":{"$d":"x"}}}',
        '{"facts":{"n":{"$t":5}},"fields":[]}', "[" * 5000, '{"facts":{"n":1,"decisions":[["open"]]},"fields":[]}',
    ],
)  # fmt: skip
def test_no_payload_makes_verifying_fall_over(system: System, closed: int, text: str) -> None:
    write(system, update(events).where(events.c.case_id == closed, events.c.seq == 2).values(payload=text))
    assert verify_history(system, closed).result == ALTERED
    with pytest.raises(Conflict):
        rebuild_case(system, closed)


def test_a_deployment_whose_bundle_was_changed_runs_nothing(system: System, closed: int) -> None:
    write(system, update(deployments).values(bundle=deployments.c.bundle + " "))
    fresh = System.open(system.store.url)
    try:
        assert verify_history(fresh, closed).result == ALTERED
        with pytest.raises(EngineFailure, match="哈希"):
            enrol(fresh)
    finally:
        fresh.close()


def test_values_that_went_without_an_event_of_their_erasure_are_an_alteration(system: System, closed: int) -> None:
    with system.store.reading() as connection:
        number = connection.execute(select(cases.c.number).where(cases.c.id == closed)).scalar_one()
        event = read_events(connection, closed, number)[0]
    erased = [erase(entry) for entry in event.fields]
    text = encoding.dumps({"facts": event.facts, "fields": erased})
    write(system, update(events).where(events.c.case_id == closed, events.c.seq == 1).values(payload=text))
    assert verify_history(system, closed).result == "altered"


def test_a_digit_of_the_salt_cannot_become_one_of_the_value() -> None:
    (entry,) = seal_fields([("age", "personal", 5)])
    moved = ["age", "personal", entry[2][:-1], int(f"{entry[2][-1]}5")] if entry[2][-1].isdigit() else None
    (other_entry,) = [["age", "personal", "ab12", 5]]
    assert field_digest(other_entry) != field_digest(["age", "personal", "ab1", 25])
    assert moved is None or field_digest(moved) != field_digest(entry)


def test_rebuilding_reads_under_the_lock_that_it_writes_under(system: System, closed: int) -> None:
    found: list[Any] = []
    rebuilding = threading.Thread(target=lambda: found.append(rebuild_case(system, closed).changed))
    with system.store.reading() as connection:
        name = connection.execute(select(cases.c.applicant).where(cases.c.id == closed)).scalar_one()
    write(system, update(cases).where(cases.c.id == closed).values(applicant="别人"))
    with system.store.writing() as connection:
        connection.execute(update(cases).where(cases.c.id == closed).values(applicant=name))
        rebuilding.start()
        rebuilding.join(0.5)
        assert found == []  # it waits for the step under way
    rebuilding.join()
    assert found == [()]
