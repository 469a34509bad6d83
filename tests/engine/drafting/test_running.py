"""Drafts without a diagram by hand to compare with run as they are: from the application to every kind of end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.actions.deploy import deploy_bundle
from engine.actions.fire_timers import fire_timers
from engine.actions.system import System
from engine.drafting import diagram, draft
from engine.errors import Forbidden
from engine.store import deployments
from tests.engine.drafting.guides import AGREEMENT, COMMON, guide
from tests.support.forms import ENROLMENT
from tests.support.hours import at
from tests.support.small import REGION, choice, do, employ, form, open_tasks, opened, person, row, sound, text

MEMBERS = {
    "type": "dynamiclist", "id": "members", "path": "members", "label": "专家",
    "components": [text("user", "用户名", validate={"required": True})],
}  # fmt: skip
WINDOW, FIRST, SECOND = person("wang", "window"), person("qian", "review"), person("sun", "review")
LEADER = person("boss", "leader")


def decided(*values: str) -> Any:
    return form("决定", choice("decision", "决定", *values))


FORMS = {
    "application": form("申请", text("unit_name", "单位")),
    "intake": decided("accept", "supplement", "reject"),
    "supplement": form("补正", text("remark", "说明")),
    "result": form("结果", text("remark", "说明")),
    "first_review": decided("pass", "refuse", "supplement"),
    "group": form("抽取专家", MEMBERS),
    "second_review": decided("pass", "refuse", "return"),
    "notice": form("公示", text("remark", "说明")),
    "agreement": form("协议", text("remark", "说明")),
}


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-21 09:30")
    employ(system, "qian", "sun", "zhou", "wu")
    return system


def running(system: System, *titles: str, shape: str, assessment: Any = None) -> int:
    """A case on the draft of these steps, already accepted."""
    bundle = replace(
        system.current(ENROLMENT, REGION).bundle,
        bpmn=diagram(draft([guide(*titles)], shape)).decode(),
        forms={**FORMS, "assessment": assessment or form("意见", choice("opinion", "意见", "yes", "no"))},
    )
    with system.store.writing() as connection:
        deployments.hold_chain(connection)
        deploy_bundle(system, connection, bundle, "files", "tests", "tests", "初稿")
    case_id = opened(system)
    do(system, case_id, "intake", WINDOW, decision="accept")
    return case_id


def ended(system: System, case_id: int) -> str:
    sound(system, case_id)
    assert open_tasks(system, case_id) == []
    return str(row(system, case_id).outcome)


def judged_by_experts(system: System, case_id: int) -> None:
    do(system, case_id, "handling/group", FIRST, members=[{"user": "zhou"}, {"user": "wu"}])
    for seat, name in enumerate(("zhou", "wu"), 1):
        do(system, case_id, f"handling/assessment[{seat}]", person(name, "review"), opinion="yes")


def test_a_query_is_answered_at_the_window(agency: System) -> None:
    case_id = running(agency, "申请", "受理", "办结", shape="result")
    do(agency, case_id, "handling/result", WINDOW, remark="已打印")
    assert ended(agency, case_id) == "approved"


def test_two_experts_judge_and_another_person_confirms(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition")
    do(agency, case_id, "handling/first_review", FIRST, decision="pass")
    judged_by_experts(agency, case_id)
    with pytest.raises(Forbidden):
        do(agency, case_id, "handling/second_review", FIRST, decision="pass")
    do(agency, case_id, "handling/second_review", SECOND, decision="pass")
    assert ended(agency, case_id) == "approved"


def test_the_second_review_sends_back_and_the_experts_judge_anew(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition")
    do(agency, case_id, "handling/first_review", FIRST, decision="pass")
    judged_by_experts(agency, case_id)
    do(agency, case_id, "handling/second_review", SECOND, decision="return")
    do(agency, case_id, "handling/first_review", FIRST, decision="pass")
    judged_by_experts(agency, case_id)
    do(agency, case_id, "handling/second_review", SECOND, decision="refuse")
    assert ended(agency, case_id) == "refused"


def test_a_recognition_is_refused_at_first_sight(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition")
    do(agency, case_id, "handling/first_review", FIRST, decision="refuse")
    assert ended(agency, case_id) == "refused"


def test_a_supplement_that_never_comes_ends_the_case(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition")
    do(agency, case_id, "handling/first_review", FIRST, decision="supplement")
    at(agency, "2026-12-01 09:00")
    fire_timers(agency)
    assert ended(agency, case_id) == "lapsed"


def test_the_steps_of_an_agreement_follow_each_other(agency: System) -> None:
    case_id = running(agency, *AGREEMENT, shape="stages", assessment=decided("pass", "refuse"))
    do(agency, case_id, "handling/assessment", FIRST, decision="pass")
    do(agency, case_id, "handling/notice", WINDOW, remark="已公示")
    do(agency, case_id, "handling/agreement", LEADER, remark="已签")
    assert ended(agency, case_id) == "approved"


def test_an_assessment_that_fails_refuses(agency: System) -> None:
    case_id = running(agency, *AGREEMENT, shape="stages", assessment=decided("pass", "refuse"))
    do(agency, case_id, "handling/assessment", FIRST, decision="refuse")
    assert ended(agency, case_id) == "refused"
