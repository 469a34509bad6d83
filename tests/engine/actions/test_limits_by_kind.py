"""A limit that differs by kind of applicant: the budget is chosen once, kept in the ledger, and proved from there."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from engine.actions.deploy import deploy_bundle
from engine.actions.extend_deadline import Extension, extend_deadline
from engine.actions.fire_timers import fire_timers
from engine.actions.history import read_events, refold
from engine.actions.open_case import open_case
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.store import cases, deadlines, deployments
from tests.engine.actions.test_complete_task import clerk
from tests.engine.actions.test_extend_deadline import rows
from tests.support.clerk import ACCEPT, CLERK, act, application, new_request
from tests.support.forms import ENROLMENT
from tests.support.hours import at

KINDS = [
    {"when": 'application.registration_type = "restructure"', "unit": "immediate", "applies_to": "拆分合并分立的单位"},
    {"when": 'application.unit_name = "两者都符合"', "unit": "working_days", "value": 2, "text": "两个工作日"},
]


@pytest.fixture
def agency(system: System) -> System:
    """Unit enrolment in Hunan with another limit for units that split or merge; noon of Monday 21 September 2026."""
    at(system, "2026-09-21 12:00")
    base = system.current(ENROLMENT, "hunan").bundle
    guide: dict[str, Any] = copy.deepcopy(dict(base.guide_value))
    guide["limits"]["handling"]["cases"] = KINDS
    with system.store.writing() as connection:
        deployments.hold_chain(connection)
        deploy_bundle(system, connection, replace(base, guide_value=guide), "files", "tests", "tests", "按对象")
    return system


def accepted(system: System, **more: Any) -> int:
    raw = application(system) | more
    case_id = open_case(system, CLERK, ENROLMENT, "hunan", "本级", raw, new_request()).case_id
    act(system, case_id, ACCEPT)
    return case_id


def handling(system: System, case_id: int) -> Any:
    (found,) = (d for d in rows(system, deadlines.deadlines, case_id) if d.key == "handling")
    return found


def assert_proved(system: System, case_id: int) -> None:
    assert verify_history(system, case_id).result == "intact"
    assert rebuild_case(system, case_id).changed == ()


def explained(system: System, case_id: int) -> str:
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        assert row is not None
        *_, (_, state) = refold(read_events(connection, case_id, row.number))
    projection = state.ledger.projection(
        "handling", system.calendar(), system.deployed(row.deployment_id).program.hours
    )
    assert projection is not None
    return projection.explanation


def test_where_no_kind_holds_the_limit_is_the_guides_own(agency: System) -> None:
    case_id = accepted(agency)
    assert (handling(agency, case_id).unit, handling(agency, case_id).value) == ("working_days", 5)
    assert_proved(agency, case_id)


def test_the_first_kind_that_holds_gives_the_budget(agency: System) -> None:
    case_id = accepted(agency, unit_name="两者都符合", registration_type="restructure")
    assert (handling(agency, case_id).unit, handling(agency, case_id).value) == ("immediate", 0)
    assert_proved(agency, case_id)


def test_the_explanation_names_the_kind(agency: System) -> None:
    case_id = accepted(agency, unit_name="两者都符合")
    assert "起2个工作日（两个工作日）" in explained(agency, case_id)
    case_id = accepted(agency, registration_type="restructure")
    assert "起即时办结（拆分合并分立的单位）" in explained(agency, case_id)


def test_an_immediate_kind_is_overdue_at_the_close_of_the_day_and_still_proved(agency: System) -> None:
    case_id = accepted(agency, registration_type="restructure")
    at(agency, "2026-09-21 17:00")
    fire_timers(agency)
    assert handling(agency, case_id).state == "breached"
    assert_proved(agency, case_id)


def test_an_extension_replaces_the_kinds_budget_and_no_longer_names_it(agency: System) -> None:
    case_id = accepted(agency, unit_name="两者都符合")
    extend_deadline(
        agency, clerk("zhao", "leader"), case_id, Extension("handling", "working_days", 10, "单位负责人", "需核实"),
        new_request(),
    )  # fmt: skip
    said = explained(agency, case_id)
    assert "起10个工作日" in said
    assert "两个工作日" not in said
    assert_proved(agency, case_id)
