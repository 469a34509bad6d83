"""Where a diagram may say that a letter goes out: between two steps, at a throw event."""

from __future__ import annotations

from sqlalchemy import select

from engine.actions.system import System
from engine.store.letters import letters
from tests.support.bpmn import end, path
from tests.support.hours import at
from tests.support.small import deploy, do, form, opened, person, sound, text

FORMS = {"application": form("申请", text("unit_name", "单位")), "request": form("联系函", text("to", "发往"))}
BODY = (
    '<bpmn:startEvent id="begin" name="申请" jingban:form="application"/>'
    '<bpmn:userTask id="ask" name="生成联系函" jingban:form="request" jingban:candidateGroup="window"/>'
    '<bpmn:intermediateThrowEvent id="sent" name="发出" jingban:letter="contact_letter" jingban:starts="handling"/>'
    '<bpmn:userTask id="answer" name="登记" jingban:form="request" jingban:candidateGroup="window"/>'
    + end("over", "approved")
    + path("begin", "ask", "sent", "answer", "over")
)


def test_a_letter_on_a_throw_event_is_due_once_when_the_token_passes(system: System) -> None:
    at(system, "2026-09-21 09:30")
    deploy(system, BODY, FORMS)
    case_id, wang = opened(system), person("wang", "window")
    assert sent(system, case_id) == []
    do(system, case_id, "ask", wang, to="武汉市")
    assert sent(system, case_id) == [("contact_letter", "sent")]
    do(system, case_id, "answer", wang, to="武汉市")
    assert sent(system, case_id) == [("contact_letter", "sent")]
    sound(system, case_id)


def sent(system: System, case_id: int) -> list[tuple[str, str]]:
    query = select(letters.c.template, letters.c.node).where(letters.c.case_id == case_id)
    with system.store.reading() as connection:
        return [(row.template, row.node) for row in connection.execute(query)]
