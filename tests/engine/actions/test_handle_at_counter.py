"""即办: several steps of one case in one transaction, each an event of its own, and nothing else than usual."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.actions.actor import Actor, Membership
from engine.actions.complete_task import complete_task
from engine.actions.deploy import deploy_bundle
from engine.actions.handle_at_counter import Handled, handle_at_counter, preview_at_counter
from engine.actions.history import CaseEvent, read_events
from engine.actions.rebuild_case import rebuild_case
from engine.actions.replay_case import replay_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import Forbidden, InvalidSubmission, RequestReused
from engine.store import cases, deployments, letters, tasks
from tests.support.clerk import moment, new_request
from tests.support.forms import EMERGENCY, ENROLMENT, FILING, STAY, UNIT, received
from tests.support.hours import at

STAY_MATTER = "002036006002-inpatient-reimbursement"
ROLES = ("window", "review", "leader")
PASS = {"decision": "pass"}


def person(*roles: str, region: str = "hubei") -> Actor:
    return Actor(1, "hubei.clerk", "陈涛", tuple(Membership(region, "本级", role) for role in roles))


CLERK = person(*ROLES)


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-22 09:30")
    return system


def sheets(system: System, **more: Any) -> dict[str, dict[str, Any]]:
    """Unit enrolment in Hubei, 即时办结, with everything in order."""
    raw = {**UNIT, "channel": "window", "received_at": moment(system)}
    intake = {"decision": "accept", "materials": received("hubei", UNIT)}
    return {"application_received": raw, "intake": intake, "review": PASS, **more}


def handled(system: System, who: Actor = CLERK, raw: Any = None, request: str | None = None) -> Handled:
    return handle_at_counter(system, who, ENROLMENT, "hubei", "本级", raw or sheets(system), request or new_request())


def recorded(system: System, case_id: int) -> list[CaseEvent]:
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        assert row is not None
        return read_events(connection, case_id, row.number)


def open_tasks(system: System, case_id: int) -> list[str]:
    with system.store.reading() as connection:
        return [task.node for task in tasks.open_of_case(connection, case_id)]


def count(system: System) -> int:
    with system.store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(cases.cases)).scalar_one())


def templates(system: System, case_id: int) -> list[str]:
    query = select(letters.letters.c.template).where(letters.letters.c.case_id == case_id)
    with system.store.reading() as connection:
        return sorted(connection.execute(query.order_by(letters.letters.c.seq)).scalars())


def assert_proved(system: System, case_id: int) -> None:
    assert verify_history(system, case_id).result == "intact"
    assert rebuild_case(system, case_id).changed == ()


def test_application_check_and_decision_are_three_events_in_order_joined_by_one_request(agency: System) -> None:
    request = new_request()
    done = handled(agency, request=request)
    assert (done.steps, done.closed) == (("受理", "审核"), True)
    found = recorded(agency, done.case_id)
    assert [e.kind for e in found] == ["case_opened", "task_completed", "task_completed"]
    assert [e.header.node for e in found] == ["application_received", "intake", "handling/review"]
    assert {e.facts["counter"] for e in found} == {request}
    assert [e.header.request_id for e in found] == [request, "", ""]
    assert {e.header.actor for e in found} == {"hubei.clerk"}
    assert templates(agency, done.case_id) == ["acceptance_notice", "closing_notice"]
    assert_proved(agency, done.case_id)


def test_the_player_says_that_it_was_done_at_the_counter(agency: System) -> None:
    frames = replay_case(agency, handled(agency).case_id)["frames"]
    assert [frame["title"] for frame in frames] == [
        "开立办件：申请（即办）", "受理：予以受理（即办）", "审核：审核通过（即办）",
    ]  # fmt: skip


def test_incomplete_materials_leave_the_case_as_an_ordinary_decision_would(agency: System) -> None:
    done = handled(agency, raw=sheets(agency, intake={"decision": "supplement"}))
    assert (done.steps, done.closed) == (("受理",), False)
    assert open_tasks(agency, done.case_id) == ["supplement"]
    assert templates(agency, done.case_id) == ["one_time_notice"]
    assert_proved(agency, done.case_id)


def test_not_accepting_ends_the_case(agency: System) -> None:
    done = handled(agency, raw=sheets(agency, intake={"decision": "reject", "reason": "不属于本统筹区"}))
    assert (done.steps, done.closed) == (("受理",), True)
    assert templates(agency, done.case_id) == ["not_accepted_notice"]
    assert_proved(agency, done.case_id)


def test_a_step_that_somebody_else_must_do_is_left_as_an_open_task(agency: System) -> None:
    done = handled(agency, person("window"))
    assert (done.steps, done.closed) == (("受理",), False)
    assert open_tasks(agency, done.case_id) == ["handling/review"]
    with agency.store.reading() as connection:
        (task,) = tasks.open_of_case(connection, done.case_id)
    reviewer = Actor(2, "hubei.reviewer", "刘敏", (Membership("hubei", "本级", "review"),))
    assert complete_task(agency, reviewer, task.id, PASS, new_request()).closed
    assert "counter" not in recorded(agency, done.case_id)[-1].facts
    assert_proved(agency, done.case_id)


def test_nobody_opens_a_case_at_the_counter_without_the_windows_role(agency: System) -> None:
    with pytest.raises(Forbidden):
        handled(agency, person("review", "leader"))
    assert count(agency) == 0


def test_what_is_wrong_on_all_sheets_is_told_at_once_and_nothing_is_written(agency: System) -> None:
    raw = sheets(agency)
    raw["application_received"] = raw["application_received"] | {"unit_name": ""}
    raw["intake"] = {"decision": "accept"}
    raw["review"] = {}
    with pytest.raises(InvalidSubmission) as refused:
        handled(agency, raw=raw)
    assert {key.partition(":")[0] for key in refused.value.errors} == {"application_received", "intake", "review"}
    assert "application_received:unit_name" in refused.value.errors
    assert "review:decision" in refused.value.errors
    assert count(agency) == 0


def test_a_sheet_that_is_not_reached_counts_for_nothing(agency: System) -> None:
    wrong_review = {"decision": "refuse"}  # without a reason
    done = handled(agency, raw=sheets(agency, intake={"decision": "supplement"}, review=wrong_review))
    assert done.steps == ("受理",)


def test_a_matter_with_a_longer_limit_is_only_opened(agency: System) -> None:
    clerk = person(*ROLES, region="hunan")
    raw = sheets(agency)
    done = handle_at_counter(agency, clerk, ENROLMENT, "hunan", "本级", raw, new_request())
    assert (done.steps, done.closed) == ((), False)
    assert open_tasks(agency, done.case_id) == ["intake"]
    assert "counter" not in recorded(agency, done.case_id)[0].facts
    assert_proved(agency, done.case_id)


def test_the_same_sheets_posted_twice_are_one_case(agency: System) -> None:
    request, raw = new_request(), sheets(agency)
    first = handled(agency, raw=raw, request=request)
    at(agency, "2026-09-22 11:00")
    assert handled(agency, raw=raw, request=request) == first
    assert count(agency) == 1


def test_the_same_request_with_another_decision_is_refused(agency: System) -> None:
    request, raw = new_request(), sheets(agency)
    handled(agency, raw=raw, request=request)
    with pytest.raises(RequestReused):
        handled(agency, raw=raw | {"review": {"decision": "refuse", "reason": "不符"}}, request=request)
    assert count(agency) == 1


def test_two_clicks_at_the_same_moment_make_one_case(agency: System) -> None:
    request, raw, found = new_request(), sheets(agency), []
    threads = [
        threading.Thread(target=lambda: found.append(handled(agency, raw=raw, request=request))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({done.case_id for done in found}) == 1
    assert len(found) == 4
    assert count(agency) == 1


def test_an_emergency_filed_in_time_is_done_at_once(agency: System) -> None:
    clerk = person(*ROLES, region="yueyang")
    raw = {
        "application_received": {**EMERGENCY, "channel": "window", "received_at": moment(agency)},
        "intake": {"decision": "accept", "materials": received("yueyang", EMERGENCY, FILING)},
        "review": PASS,
    }
    done = handle_at_counter(agency, clerk, FILING, "yueyang", "本级", raw, new_request())
    assert (done.steps, done.closed) == (("受理", "审核"), True)
    assert_proved(agency, done.case_id)


def test_a_preview_writes_nothing_and_knows_the_letters(agency: System) -> None:
    sheets_found = preview_at_counter(agency, CLERK, ENROLMENT, "hubei", "本级", sheets(agency))
    assert sheets_found.errors == {}
    assert sheets_found.letters == ("acceptance_notice", "closing_notice")
    assert sheets_found.state.outcome == "approved"
    assert count(agency) == 0


def test_a_blank_page_shows_all_sheets_of_the_usual_way(agency: System) -> None:
    found = preview_at_counter(agency, CLERK, ENROLMENT, "hubei", "本级", {}).found
    assert [sheet.element.id for sheet in found] == ["application_received", "intake", "review"]


def test_a_matter_of_two_reviewers_is_never_done_by_one_person(agency: System) -> None:
    """Were it 即时办结, 初审 and 复核 would still be two people's: the second waits for the other."""
    base = agency.current(STAY_MATTER, "hubei").bundle
    guide = dict(base.guide_value) | {"limits": dict(base.guide_value["limits"])}
    guide["limits"]["handling"] = guide["limits"]["handling"] | {"unit": "immediate", "value": None}
    with agency.store.writing() as connection:
        deployments.hold_chain(connection)
        deploy_bundle(agency, connection, replace(base, guide_value=guide), "files", "tests", "tests", "即办")
    found = preview_at_counter(agency, CLERK, STAY_MATTER, "hubei", "本级", {"application_received": STAY})
    assert [sheet.element.id for sheet in found.found] == ["application_received", "intake", "first_review"]
    assert [element.id for element in found.left] == ["second_review"]
