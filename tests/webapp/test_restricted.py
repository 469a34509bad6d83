"""A complainant is known only to those who handle the case, whatever page, file or address somebody else tries."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.actions.claim_task import claim_task, release_task
from engine.actions.complete_task import complete_task
from engine.actions.replay_case import replay_case
from engine.actions.substitute_participant import substitute_participant
from engine.actions.system import System
from engine.forms import RESTRICTED
from engine.store.letters import letters
from tests.support.confidential import RAW, SECRETS, confidential
from tests.support.small import do, employ, opened, person, row, sound, task_at
from tests.support.visitor import Visitor, text_of, tree

Visits = Callable[..., Visitor]
HANDLERS = ("wang", "boss", "sun", "qian")  # received it, named the investigators, investigated
OTHERS = ("window.hunan", "review2", "chef", "auditor", "supervisor")


@pytest.fixture
def case(demo_system: System, app: Flask) -> int:
    """Investigated by two people, waiting for its conclusion."""
    confidential(demo_system)
    employ(demo_system, "wang", "window.hunan", role="window")
    employ(demo_system, "sun", "qian", "zhou", "review2")
    employ(demo_system, "boss", "chef", role="leader")
    case_id = opened(demo_system, RAW)
    do(demo_system, case_id, "naming", person("boss", "leader"), members=[{"user": "sun"}, {"user": "qian"}])
    do(demo_system, case_id, "inquiry[1]", person("sun", "review"), findings="南街七号院多次刷卡", proven="yes")
    do(demo_system, case_id, "inquiry[2]", person("qian", "review"), findings="南街七号院住户所述属实", proven="yes")
    claim_task(demo_system, person("boss", "leader"), task_at(demo_system, case_id, "conclude").id)
    return case_id


def addresses(system: System, case_id: int) -> list[str]:
    """Every page and file that tells of a case and that a reader of cases may open."""
    number = row(system, case_id).number
    of_case = ("", "/history", "/forms/application", "/forms/record", "/diagram.json", "/replay", "/replay/frames.json")
    return [*(f"/cases/{number}{rest}" for rest in of_case), "/cases", "/cases.csv"]


def said(answer: TestResponse) -> str:
    """Everything an answer holds, Chinese as Chinese."""
    return json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.get_data(as_text=True)


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("username", OTHERS)
def test_who_does_not_handle_the_case_reads_a_placeholder_everywhere(
    demo_system: System, case: int, visit: Visits, username: str
) -> None:
    visitor = visit(username)
    for address in addresses(demo_system, case):
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        assert leaks(said(answer)) == [], address
        assert RESTRICTED in said(answer) or address.endswith("diagram.json"), address


@pytest.mark.parametrize("username", HANDLERS)
def test_whoever_took_part_reads_what_was_submitted(
    demo_system: System, case: int, visit: Visits, username: str
) -> None:
    number = row(demo_system, case).number
    answer = visit(username).get(f"/cases/{number}")
    page = text_of(answer)
    assert leaks(page) == list(SECRETS)
    assert RESTRICTED not in " ".join(str(text) for text in tree(answer).xpath("//h1//text()"))
    frames = visit(username).get(f"/cases/{number}/replay/frames.json").json
    assert leaks(str(frames)) == list(SECRETS)


def test_lists_show_the_placeholder_to_everybody_and_are_not_searched_by_the_name(
    demo_system: System, case: int, visit: Visits
) -> None:
    number = row(demo_system, case).number
    assert row(demo_system, case).applicant == RESTRICTED
    for username in (*HANDLERS[:1], *OTHERS):
        assert number not in visit(username).get("/cases?q=王告发").text
    assert number in visit("wang").get("/cases?q=限承办人员").text
    assert leaks(visit("boss").get("/").text) == []  # the inbox hangs in an office where people pass


def test_auditors_list_and_its_file_show_the_placeholder(demo_system: System, case: int, visit: Visits) -> None:
    for address in ("/audit?q=&status=open", "/audit.csv?status=open"):
        text = visit("auditor").get(address).text
        assert RESTRICTED in text
        assert leaks(text) == []


def test_an_open_task_shows_what_has_to_be_judged_to_those_who_may_do_it(
    demo_system: System, case: int, visit: Visits
) -> None:
    boss, chef = person("boss", "leader"), person("chef", "leader")
    conclude = task_at(demo_system, case, "conclude").id
    assert leaks(text_of(visit("chef").get(f"/tasks/{conclude}"))) == []  # boss has claimed it
    assert leaks(text_of(visit("chef").get(f"/tasks/{conclude}/history"))) == []
    assert leaks(said(visit("chef").post(f"/tasks/{conclude}/check", {"decision": "pass"}))) == []
    release_task(demo_system, boss, conclude)
    page = text_of(visit("chef").get(f"/tasks/{conclude}"))
    assert leaks(page) == list(SECRETS)
    assert "王告发" in page
    claim_task(demo_system, chef, conclude)
    assert leaks(text_of(visit("chef").get(f"/cases/{row(demo_system, case).number}"))) == list(SECRETS)
    release_task(demo_system, chef, conclude)
    number = row(demo_system, case).number
    assert leaks(text_of(visit("chef").get(f"/cases/{number}"))) == []  # given back: no longer his case


def test_who_comes_too_late_is_not_shown_what_was_recorded(demo_system: System, case: int, visit: Visits) -> None:
    conclude = task_at(demo_system, case, "conclude").id
    form = {"decision": "pass", "reason": "属实"}
    complete_task(demo_system, person("boss", "leader"), conclude, form, str(uuid.uuid4()))
    late = visit("chef").post(f"/tasks/{conclude}", form)
    assert late.status_code == 409
    assert leaks(late.text) == []


def test_a_letter_names_its_addressee_only_to_those_who_handle_the_case(
    demo_system: System, case: int, visit: Visits
) -> None:
    conclude = task_at(demo_system, case, "conclude").id
    complete_task(demo_system, person("boss", "leader"), conclude, {"decision": "pass"}, str(uuid.uuid4()))
    with demo_system.store.reading() as connection:
        (letter,) = connection.execute(select(letters.c.id).where(letters.c.case_id == case)).scalars()
    assert "王告发" in text_of(visit("boss").get(f"/letters/{letter}"))
    for username in OTHERS:
        page = text_of(visit(username).get(f"/letters/{letter}"))
        assert leaks(page) == []
        assert RESTRICTED in page
    sound(demo_system, case)  # and the record itself holds, verified and rebuilt


def test_an_investigator_who_was_replaced_no_longer_reads_it(demo_system: System, app: Flask, visit: Visits) -> None:
    confidential(demo_system)
    employ(demo_system, "wang", role="window")
    employ(demo_system, "sun", "qian", "zhou")
    employ(demo_system, "boss", role="leader")
    case_id = opened(demo_system, RAW)
    boss = person("boss", "leader")
    do(demo_system, case_id, "naming", boss, members=[{"user": "sun"}, {"user": "qian"}])
    number = row(demo_system, case_id).number
    assert "王告发" in text_of(visit("sun").get(f"/cases/{number}"))
    substitute_participant(
        demo_system, boss, task_at(demo_system, case_id, "inquiry[1]").id, "zhou", "与被投诉人有利害关系"
    )
    assert leaks(text_of(visit("sun").get(f"/cases/{number}"))) == []
    assert "王告发" in text_of(visit("zhou").get(f"/cases/{number}"))
    seat = task_at(demo_system, case_id, "inquiry[1]").id
    assert leaks(text_of(visit("sun").get(f"/tasks/{seat}"))) == []  # another's seat


def test_a_program_that_names_no_reader_is_shown_nothing(demo_system: System, case: int) -> None:
    assert leaks(str(replay_case(demo_system, case))) == []
