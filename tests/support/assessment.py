"""A small matter with an assessment group: the leader names people, each judges, the leader concludes."""

from __future__ import annotations

from tests.support.bpmn import choice as gateway
from tests.support.bpmn import end, flow, path, seats, timer
from tests.support.small import choice, chosen, form, text

MEMBERS = {
    "type": "dynamiclist",
    "id": "members",
    "path": "members",
    "label": "评估小组",
    "components": [chosen("user", "姓名", validate={"required": True})],
}
FORMS = {
    "application": form("申请", text("unit_name", "单位")),
    "group": form("评估小组", MEMBERS),
    "assessment": form("评估表", choice("opinion", "意见", "yes", "no")),
    "conclusion": form("结论", choice("decision", "结论", "pass", "again")),
}
BODY = (
    '<bpmn:startEvent id="begin" name="申请" jingban:form="application"/>'
    '<bpmn:userTask id="naming" name="指定评估小组" jingban:form="group" jingban:candidateGroup="leader"/>'
    + seats("experts", "group.members.user", form="assessment", starts="supplement", ends="supplement",
            separateFrom="naming")
    + timer("too_long", "experts", "supplement", True)
    + gateway("agreed", "agreed_conclude")
    + '<bpmn:userTask id="conclude" name="结论" jingban:form="conclusion" jingban:candidateGroup="leader"/>'
    + gateway("over", "over_passed") + end("passed", "approved") + end("refused", "refused")
    + path("begin", "naming", "experts", "agreed", "conclude", "over", "passed") + path("too_long", "conclude")
    + flow("agreed", "refused", 'count(assessment) &gt; 1 and not(list contains(assessment.opinion, "yes"))')
    + flow("over", "naming", 'conclusion.decision = "again"')
)  # fmt: skip
