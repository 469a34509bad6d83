"""Drafts without a diagram by hand to compare with run as they are: from the application to every kind of end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from engine.actions.actor import Actor
from engine.actions.deploy import deploy_bundle
from engine.actions.file_objection import Objection, file_objection
from engine.actions.fire_timers import fire_timers
from engine.actions.register_message import register_message
from engine.actions.resolve_objection import Resolution, resolve_objection
from engine.actions.system import System
from engine.drafting import diagram, draft
from engine.errors import Forbidden
from engine.store import deployments
from tests.engine.drafting.guides import AGREEMENT, COMMON, LIMITS, guide
from tests.support.forms import ENROLMENT
from tests.support.hours import at, instant
from tests.support.notice import FORMS as NOTICE
from tests.support.small import (
    REGION,
    choice,
    chosen,
    do,
    employ,
    form,
    new_id,
    open_tasks,
    opened,
    person,
    row,
    sound,
    text,
)

MEMBERS = {
    "type": "dynamiclist", "id": "members", "path": "members", "label": "专家",
    "components": [chosen("user", "姓名", validate={"required": True})],
}  # fmt: skip
WINDOW, FIRST, SECOND = person("wang", "window"), person("qian", "review"), person("sun", "review")
THIRD, LEADER = person("li", "review"), person("boss", "leader")

DRAWN = ("申请人申请；", "窗口受理；", "抽取医务专家予以认定；", "反馈结果。")


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
    "expert_review": decided("pass", "refuse", "supplement"),
    "expert_opinion": decided("agree", "disagree"),
    "recognition": decided("pass", "refuse", "return"),
    "assessment": form("意见", choice("opinion", "意见", "yes", "no")),
    "conclusion": decided("pass", "fail"),
    "notice": NOTICE["notice"],
    "agreement": decided("pass", "fail"),
    "review": decided("pass", "refuse"),
}


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-21 09:30")
    employ(system, "qian", "sun", "zhou", "wu")
    return system


def running(
    system: System, *titles: str, shape: str, limits: tuple[str, ...] = LIMITS, texts: Iterable[str] = ()
) -> int:
    """A case on the draft of these steps, already accepted."""
    bundle = replace(
        system.current(ENROLMENT, REGION).bundle,
        bpmn=diagram(draft([guide(*titles, limits=limits, texts=texts)], shape)).decode(),
        forms=FORMS,
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


def judged_by_experts(system: System, case_id: int, who: Actor = FIRST) -> None:
    do(system, case_id, "handling/group", who, members=[{"user": "zhou"}, {"user": "wu"}])
    for seat, name in enumerate(("zhou", "wu"), 1):
        do(system, case_id, f"handling/assessment[{seat}]", person(name, "review"), opinion="yes")


def test_a_query_is_answered_at_the_window(agency: System) -> None:
    case_id = running(agency, "申请", "受理", "办结", shape="result")
    do(agency, case_id, "handling/result", WINDOW, remark="已打印")
    assert ended(agency, case_id) == "approved"


def test_two_experts_judge_and_another_person_confirms(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition", texts=DRAWN)
    do(agency, case_id, "handling/first_review", FIRST, decision="pass")
    judged_by_experts(agency, case_id)
    with pytest.raises(Forbidden):
        do(agency, case_id, "handling/second_review", FIRST, decision="pass")
    do(agency, case_id, "handling/second_review", SECOND, decision="pass")
    assert ended(agency, case_id) == "approved"


def test_the_second_review_sends_back_and_the_experts_judge_anew(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition", texts=DRAWN)
    do(agency, case_id, "handling/first_review", FIRST, decision="pass")
    judged_by_experts(agency, case_id)
    do(agency, case_id, "handling/second_review", SECOND, decision="return")
    do(agency, case_id, "handling/first_review", FIRST, decision="pass")
    judged_by_experts(agency, case_id)
    do(agency, case_id, "handling/second_review", SECOND, decision="refuse")
    assert ended(agency, case_id) == "refused"


def test_two_experts_review_one_after_another_and_the_agency_decides(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition")
    do(agency, case_id, "handling/first_review", FIRST, decision="pass")
    with pytest.raises(Forbidden):
        do(agency, case_id, "handling/expert_opinion", FIRST, decision="agree")
    do(agency, case_id, "handling/expert_opinion", SECOND, decision="disagree")
    for expert in (FIRST, SECOND):
        with pytest.raises(Forbidden):
            do(agency, case_id, "handling/second_review", expert, decision="return")
    do(agency, case_id, "handling/second_review", THIRD, decision="return")
    do(agency, case_id, "handling/first_review", FIRST, decision="pass")
    do(agency, case_id, "handling/expert_opinion", SECOND, decision="agree")
    do(agency, case_id, "handling/second_review", THIRD, decision="pass")
    assert ended(agency, case_id) == "approved"


def test_a_recognition_is_refused_at_first_sight(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition", texts=DRAWN)
    do(agency, case_id, "handling/first_review", FIRST, decision="refuse")
    assert ended(agency, case_id) == "refused"


def test_a_supplement_that_never_comes_ends_the_case(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="recognition", texts=DRAWN)
    do(agency, case_id, "handling/first_review", FIRST, decision="supplement")
    at(agency, "2026-12-01 09:00")
    fire_timers(agency)
    assert ended(agency, case_id) == "lapsed"


def assessed(system: System, conclusion: str) -> int:
    """A case whose group came to this conclusion."""
    case_id = running(system, *AGREEMENT, shape="stages")
    judged_by_experts(system, case_id, LEADER)
    do(system, case_id, "handling/conclusion", LEADER, decision=conclusion)
    return case_id


def on_notice(system: System) -> int:
    """A case on notice until the end of 30 September; now it is the day after."""
    case_id = assessed(system, "pass")
    told = {"number": "1", "ends_on": "2026-09-30"}
    register_message(system, LEADER, case_id, "notice_published", told, new_id())
    at(system, "2026-10-01 09:00")
    return case_id


def test_an_agreement_is_signed_after_its_notice(agency: System) -> None:
    case_id = on_notice(agency)
    fire_timers(agency)
    do(agency, case_id, "handling/signing", LEADER, decision="pass")
    assert ended(agency, case_id) == "approved"


def test_an_objection_holds_the_case_and_refuses_it_when_upheld(agency: System) -> None:
    case_id = on_notice(agency)
    at(agency, "2026-09-29 09:00")
    file_objection(
        agency,
        WINDOW,
        case_id,
        Objection("某某医院", "0731-1234567", instant("2026-09-28 09:00"), "医师未注册"),
        new_id(),
    )
    at(agency, "2026-10-01 09:00")
    fire_timers(agency)
    assert row(agency, case_id).status == "open"
    resolve_objection(agency, LEADER, case_id, 1, Resolution("upheld", "经核实未注册", "集体研究"), new_id())
    assert ended(agency, case_id) == "refused"


def test_an_agreement_that_is_not_signed_refuses(agency: System) -> None:
    case_id = on_notice(agency)
    fire_timers(agency)
    do(agency, case_id, "handling/signing", LEADER, decision="fail")
    assert ended(agency, case_id) == "refused"


def test_an_assessment_that_fails_refuses(agency: System) -> None:
    assert ended(agency, assessed(agency, "fail")) == "refused"


def test_a_matter_without_a_limit_for_supplements_asks_for_none(agency: System) -> None:
    case_id = running(agency, *COMMON, shape="review", limits=("intake", "handling"))
    do(agency, case_id, "handling/review", FIRST, decision="refuse")
    assert ended(agency, case_id) == "refused"
