"""Rebuilding: whatever is lost or wrong beside the events comes back as it was, and the case goes on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, delete, select, update

from engine.actions.claim_task import claim_task
from engine.actions.complete_task import complete_task
from engine.actions.fire_timers import fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import NotFound
from engine.store import cases, deadlines, letters, supervision, tasks, timers
from tests.engine.actions.test_complete_task import case_row, clerk
from tests.support.clerk import ACCEPT, INCOMPLETE, PASS, SUPPLEMENT_LATER, act, enrol, new_request, open_task
from tests.support.hours import at, instant

PROJECTIONS = (tasks.human_tasks, timers.timers, deadlines.deadlines, letters.letters, supervision.supervisions)
SERIAL = ("id",)  # given by the database; a row that was deleted comes back under another


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-21 09:30")
    return system


@pytest.fixture
def rich(agency: System) -> int:
    """An open case with every kind of projection row: supplement rounds, suspension, claim, alarms, letters."""
    case_id = enrol(agency).case_id
    act(agency, case_id, INCOMPLETE)
    at(agency, "2026-09-22 18:00")
    act(agency, case_id, {"items": "登记表", "channel": "online"})
    at(agency, "2026-09-23 18:00")
    fire_timers(agency)
    act(agency, case_id, ACCEPT)
    at(agency, "2026-09-24 10:00")
    act(agency, case_id, SUPPLEMENT_LATER)
    at(agency, "2026-09-28 10:00")
    act(agency, case_id, {"items": "登记表"})
    claim_task(agency, clerk("sun", "review"), open_task(agency, case_id).id)
    at(agency, "2026-10-12 10:00")
    fire_timers(agency)
    return case_id


def shown(system: System, case_id: int) -> dict[str, Any]:
    """Every row about the case, without what the database numbers itself."""
    found: dict[str, Any] = {}
    with system.store.reading() as connection:
        for table in PROJECTIONS:
            keys = [c for c in table.c if c.name not in SERIAL]
            order = [c for c in keys if c.name in ("node", "n", "kind", "key", "occurrence", "seq", "position")]
            chosen = connection.execute(select(*keys).where(table.c.case_id == case_id).order_by(*order))
            found[table.name] = [tuple(row) for row in chosen]
    row = case_row(system, case_id)
    found["cases"] = [(c.name, getattr(row, c.name)) for c in cases.cases.c if c.name not in ("revision", "state")]
    return found


def test_rebuilding_a_sound_case_changes_nothing(agency: System, rich: int) -> None:
    before, row = shown(agency, rich), case_row(agency, rich)
    assert all(before[table.name] for table in PROJECTIONS)
    rebuilt = rebuild_case(agency, rich)
    assert (rebuilt.changed, rebuilt.number, rebuilt.events) == ((), row.number, row.seq)
    assert case_row(agency, rich) == row
    assert shown(agency, rich) == before


@pytest.mark.parametrize("table", PROJECTIONS, ids=lambda t: t.name)
def test_deleted_rows_come_back_as_they_were(agency: System, rich: int, table: Table) -> None:
    before = shown(agency, rich)
    with agency.store.writing() as connection:
        connection.execute(delete(table).where(table.c.case_id == rich))
    assert len(rebuild_case(agency, rich).changed) == len(before[table.name])
    assert shown(agency, rich) == before
    assert rebuild_case(agency, rich).changed == ()


WRONG = [
    (tasks.human_tasks, {"status": "open", "assignee": "nobody", "due": None}),
    (tasks.human_tasks, {"name": "改过", "lane": "leader"}),
    (timers.timers, {"due": instant("2030-01-01 00:00"), "status": "armed"}),
    (deadlines.deadlines, {"state": "met", "due": instant("2030-01-01 00:00")}),
    (letters.letters, {"template": "refusal_notice"}),
    (supervision.supervisions, {"kind": "warning"}),
    (cases.cases, {"next_due": instant("2030-01-01 00:00")}),
    (cases.cases, {"status": "closed", "outcome": "approved", "closed_at": instant("2026-09-22 10:00")}),
    (cases.cases, {"variables": "{}"}),
]


@pytest.mark.parametrize(("table", "values"), WRONG, ids=lambda x: x.name if isinstance(x, Table) else ",".join(x))
def test_wrong_rows_are_mended(agency: System, rich: int, table: Table, values: dict[str, Any]) -> None:
    before = shown(agency, rich)
    key = table.c.id if table is cases.cases else table.c.case_id
    with agency.store.writing() as connection:
        connection.execute(update(table).where(key == rich).values(**values))
    assert shown(agency, rich) != before
    assert rebuild_case(agency, rich).changed
    assert shown(agency, rich) == before


def test_rows_that_no_event_knows_are_removed(agency: System, rich: int) -> None:
    before = shown(agency, rich)
    row = {"case_id": rich, "kind": "timer", "key": "ghost", "n": 1, "status": "armed", "calendar": "x"}
    with agency.store.writing() as connection:
        connection.execute(timers.timers.insert().values(**row, due=agency.clock.now()))
    (changed,) = rebuild_case(agency, rich).changed
    assert "ghost" in changed
    assert shown(agency, rich) == before


def test_what_people_wrote_into_a_supervision_item_is_kept(agency: System, rich: int) -> None:
    handled = {"status": "handled", "handled_by": "qian", "handled_at": instant("2026-10-12 11:00"), "note": "已催办"}
    with agency.store.writing() as connection:
        connection.execute(update(supervision.supervisions).values(**handled, kind="x"))
    assert rebuild_case(agency, rich).changed
    with agency.store.reading() as connection:
        for row in connection.execute(select(supervision.supervisions)):
            assert {name: getattr(row, name) for name in handled} == handled


@pytest.mark.parametrize("state", [None, b"", b"junk"], ids=["stale", "empty", "junk"])
def test_a_case_without_tokens_goes_on_with_the_next_action(agency: System, rich: int, state: bytes | None) -> None:
    before = shown(agency, rich)
    with agency.store.writing() as connection:
        connection.execute(update(cases.cases).where(cases.cases.c.id == rich).values(state=state))
    rebuild_case(agency, rich)
    assert case_row(agency, rich).state is None
    assert shown(agency, rich) == before
    assert verify_history(agency, rich).result == "intact"
    release_and_pass(agency, rich)
    assert case_row(agency, rich).outcome == "approved"
    assert verify_history(agency, rich).result == "intact"
    assert rebuild_case(agency, rich).changed == ()


def release_and_pass(system: System, case_id: int) -> None:
    complete_task(system, clerk("sun", "review"), open_task(system, case_id).id, PASS, new_request())


def test_a_closed_case_is_rebuilt_too(agency: System, rich: int) -> None:
    release_and_pass(agency, rich)
    before = shown(agency, rich)
    with agency.store.writing() as connection:
        for table in PROJECTIONS:
            connection.execute(delete(table).where(table.c.case_id == rich))
    assert rebuild_case(agency, rich).changed
    assert shown(agency, rich) == before


def test_a_case_that_is_not_there_is_not_found(agency: System) -> None:
    with pytest.raises(NotFound):
        rebuild_case(agency, 4711)
