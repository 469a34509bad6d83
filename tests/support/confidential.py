"""A small matter with a restricted complainant, for tests of who may read it."""

from __future__ import annotations

from typing import Any

from engine.actions.system import System
from tests.support.assessment import MEMBERS
from tests.support.bpmn import end, path, seats
from tests.support.small import choice, deploy, form, text

SECRETS = ("王告发", "13877778888", "南街七号院")  # name, telephone, and a line of the findings
RESTRICTED = {"mark": "restricted"}
FORMS: dict[str, Any] = {
    "application": form(
        "投诉",
        text("unit_name", "投诉举报人", properties=RESTRICTED),
        text("phone", "联系电话", properties=RESTRICTED),
        text("subject", "被投诉对象"),
    ),
    "naming": form("指定调查人员", MEMBERS | {"label": "调查人员"}),
    "record": form(
        "调查记录", text("findings", "调查情况", properties=RESTRICTED), choice("proven", "是否属实", "yes", "no")
    ),
    "conclusion": form(
        "结论",
        choice("decision", "结论", "pass", "refuse"),
        text("reason", "理由"),
        text("told", "已告知", properties={"from": "application.unit_name"}),
    ),
}
BODY = (
    '<bpmn:startEvent id="begin" name="投诉" jingban:form="application"/>'
    '<bpmn:userTask id="naming" name="指定调查人员" jingban:form="naming" jingban:candidateGroup="leader"/>'
    + seats("inquiry", "naming.members.user", form="record")
    + '<bpmn:userTask id="conclude" name="结论" jingban:form="conclusion" jingban:candidateGroup="leader"/>'
    + end("closed", "approved").replace("jingban:outcome", 'jingban:letter="closing_notice" jingban:outcome')
    + path("begin", "naming", "inquiry", "conclude", "closed")
)
RAW = {"unit_name": "王告发", "phone": "13877778888", "subject": "某药店"}


def confidential(system: System) -> None:
    """Deployed where unit enrolment stands in Hunan."""
    deploy(system, BODY, FORMS)
