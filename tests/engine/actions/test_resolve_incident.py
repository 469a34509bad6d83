"""Resolving an incident: the case is tried again, and becomes an incident again where nothing was mended."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from engine.actions.actor import Actor, Membership
from engine.actions.fire_timers import Swept, fire_timers
from engine.actions.incidents import raise_incident
from engine.actions.rebuild_case import rebuild_case
from engine.actions.resolve_incident import resolve_incident
from engine.actions.system import System
from engine.errors import Conflict, Forbidden, NotFound
from engine.store.cases import MAX_ATTEMPTS
from engine.store.incidents import incidents
from tests.engine.actions.test_complete_task import case_row, clerk, recorded
from tests.support.clerk import enrol
from tests.support.hours import at

ADMIN = clerk("xu", "admin")


@pytest.fixture
def broken(system: System) -> int:
    """A case that three sweeps failed on."""
    at(system, "2026-09-22 09:30")
    case_id = enrol(system).case_id
    with system.store.writing() as connection:
        connection.execute(text("UPDATE cases SET state = :junk WHERE id = :id"), {"junk": b"junk", "id": case_id})
    at(system, "2026-09-22 17:00")
    for _ in range(MAX_ATTEMPTS):
        assert fire_timers(system) == Swept(cases=0, failures=1)
    return case_id


def listed(system: System) -> list[Any]:
    with system.store.reading() as connection:
        return list(connection.execute(select(incidents).order_by(incidents.c.id)))


def test_a_case_that_was_mended_is_swept_again(system: System, broken: int) -> None:
    rebuild_case(system, broken)
    assert fire_timers(system) == Swept(0, 0)
    resolve_incident(system, ADMIN, listed(system)[0].id)
    assert fire_timers(system) == Swept(cases=1, failures=0)
    assert [e.kind for e in recorded(system, broken)] == ["case_opened", "alarm_raised"]
    (incident,) = listed(system)
    assert (incident.resolved_by, incident.resolved_at) == ("xu", system.clock.now())


def test_where_nothing_was_mended_it_is_an_incident_again(system: System, broken: int) -> None:
    resolve_incident(system, ADMIN, listed(system)[0].id)
    assert case_row(system, broken).attempts == 0
    for _ in range(MAX_ATTEMPTS):
        assert fire_timers(system) == Swept(cases=0, failures=1)
    assert [bool(i.resolved_at) for i in listed(system)] == [True, False]


def test_it_is_resolved_once_and_the_second_is_told_by_whom(system: System, broken: int) -> None:
    incident = listed(system)[0].id
    resolve_incident(system, ADMIN, incident)
    with pytest.raises(Conflict, match="已由xu处理"):
        resolve_incident(system, clerk("lu", "admin"), incident)


def test_only_an_administrator_who_reaches_the_office_resolves(system: System, broken: int) -> None:
    for actor in (clerk("qian", "supervisor"), clerk("xu", "admin", region="yueyang")):
        with pytest.raises(Forbidden):
            resolve_incident(system, actor, listed(system)[0].id)
    with pytest.raises(NotFound):
        resolve_incident(system, ADMIN, 4711)


def test_an_incident_without_a_case_is_resolved_too(system: System) -> None:
    raise_incident(system, None, "open_case", "x/y", "流程图有误")
    incident = listed(system)[0].id
    with pytest.raises(Forbidden):  # of no region, so of no administrator of one
        resolve_incident(system, ADMIN, incident)
    resolve_incident(system, Actor(1, "gao", "高明", (Membership("*", "*", "admin"),)), incident)
    assert listed(system)[0].resolved_by == "gao"
