"""A sweep that meets what it cannot do: it ends, it blames nobody wrongly, and it tells nothing personal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from engine.actions.fire_timers import Swept, fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.store import cases
from engine.store.incidents import incidents
from tests.support.clerk import enrol
from tests.support.hours import at


def test_a_case_with_nothing_due_after_all_is_told_when_it_will_be(system: System) -> None:
    at(system, "2026-09-22 09:30")
    case = enrol(system).case_id
    with system.store.writing() as connection:
        row = cases.by_id(connection, case)
        early = system.clock.now() - timedelta(days=1)
        connection.execute(update(cases.cases).where(cases.cases.c.id == case).values(next_due=early))
    assert fire_timers(system) == Swept(cases=0, failures=0)
    with system.store.reading() as connection:
        now = cases.by_id(connection, case)
    assert row is not None
    assert now is not None
    assert (now.next_due, now.revision) == (row.next_due, row.revision)
    assert rebuild_case(system, case).changed == ()


def test_an_incident_says_what_kind_of_error_it_was_and_nothing_that_was_submitted(system: System) -> None:
    at(system, "2026-09-22 09:30")
    case = enrol(system).case_id
    with system.store.writing() as connection:
        broken = '{"application":{"$date":"谭伟的生日"}}'
        connection.execute(update(cases.cases).where(cases.cases.c.id == case).values(variables=broken))
    at(system, "2026-12-22 09:30")
    assert [fire_timers(system).failures for _ in range(4)] == [1, 1, 1, 0]
    with system.store.reading() as connection:
        (message,) = connection.execute(select(incidents.c.message)).scalars()
    assert "谭伟" not in message
    assert "无法读取" in message


def test_an_error_of_the_database_does_not_show_what_was_to_be_written(system: System) -> None:
    case = enrol(system).case_id
    with system.store.reading() as connection:
        row = cases.by_id(connection, case)
    assert row is not None
    values = {name: value for name, value in row._mapping.items() if name != "id"}
    with pytest.raises(IntegrityError) as caught, system.store.writing() as connection:
        cases.add(connection, values | {"applicant": "某某有限公司"})
    assert "某某" not in str(caught.value)
