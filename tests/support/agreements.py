"""A small agreement matter: acceptance with its quarter, a named group that scores, a public notice with objections."""

from __future__ import annotations

from typing import Any

from engine.actions.system import System
from tests.support import bpmn as draw
from tests.support.hours import at
from tests.support.small import chosen, do, form, opened, person, text

LEADER = person("qian", "leader")
PERIOD = (
    "if case.upheld_objections &gt; 0 then notice.published_at "
    "else if case.open_objections &gt; 0 then null else end of day(notice.ends_on)"
)
HEAD = draw.HEAD.replace("<bpmn:process ", '<bpmn:message id="notice_published" name="公示"/><bpmn:process ')


def day(key: str, label: str, time: bool = False) -> dict[str, Any]:
    kind = {"subtype": "datetime", "dateTimeLabel": label, "timeSerializingFormat": "no_timezone"} if time else {
        "subtype": "date", "dateLabel": label,
    }  # fmt: skip
    return {"type": "datetime", "id": key, "key": key, "label": label, **kind}


def score(key: str, label: str) -> dict[str, Any]:
    return {
        "type": "number",
        "id": key,
        "key": key,
        "label": label,
        "validate": {"required": True, "min": 0, "max": 100},
    }


FORMS = {
    "application": form("申请表", text("unit_name", "机构名称")),
    "intake": form("受理", day("accepted_on", "受理日"), text("cycle", "办理周期")),
    "group": form("评估小组", {
        "type": "dynamiclist", "id": "members", "path": "members", "label": "成员", "components": [
            chosen("user", "姓名", validate={"required": True}),
        ],
    }),
    "assessment": form(
        "评估表", score("management", "内部管理"), score("it", "信息化建设"), text("opinion", "意见")
    ),
    "notice": form("公示", text("number", "编号"), text("title", "标题"), day("published_at", "发布时间", True),
                   day("ends_on", "公示至")),
    "agreement": form("协议", text("number", "协议编号")),
}  # fmt: skip
BODY = (
    '<bpmn:startEvent id="begin" name="申请" jingban:form="application"/>'
    '<bpmn:userTask id="intake" name="受理" jingban:form="intake" jingban:candidateGroup="window"'
    ' jingban:purpose="intake"/>'
    '<bpmn:userTask id="naming" name="指定评估小组" jingban:form="group" jingban:candidateGroup="leader"'
    ' jingban:starts="handling"/>'
    + draw.seats("experts", "group.members.user", form="assessment")
    + '<bpmn:intermediateCatchEvent id="published" name="公示发布" jingban:form="notice"'
    ' jingban:candidateGroup="leader"><bpmn:messageEventDefinition messageRef="notice_published"/>'
    "</bpmn:intermediateCatchEvent>"
    '<bpmn:intermediateCatchEvent id="period" name="公示期"><bpmn:timerEventDefinition>'
    f"<bpmn:timeDate>{PERIOD}</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    + draw.choice("judged", "judged_sign")
    + '<bpmn:userTask id="sign" name="签订协议" jingban:form="agreement" jingban:candidateGroup="leader"/>'
    + draw.end("done", "approved") + draw.end("no", "refused")
    + draw.path("begin", "intake", "naming", "experts", "published", "period", "judged", "sign", "done")
    + draw.flow("judged", "no", "case.upheld_objections &gt; 0")
)  # fmt: skip


def opened_on(system: System, moment: str, name: str) -> int:
    """A case accepted at that instant, before the group is named; the clock stays there."""
    at(system, moment)
    case_id = opened(system, {"unit_name": name})
    accepted = moment[:10]
    cycle = {"2026-02": "2026Q1", "2026-03": "2026Q2"}[accepted[:7]]
    do(system, case_id, "intake", person("wang", "window"), accepted_on=accepted, cycle=cycle)
    return case_id


def assess(system: System, case_id: int) -> None:
    """Group named and every seat filled: the case waits for its notice."""
    do(system, case_id, "naming", LEADER, members=[{"user": "sun"}, {"user": "zhou"}])
    for n, name in enumerate(("sun", "zhou"), start=1):
        scores = {"management": str(80 + n), "it": str(90 - n), "opinion": "符合要求"}
        do(system, case_id, f"experts[{n}]", person(name, "review"), **scores)


def assessed(system: System, name: str) -> int:
    """A case that waits for its notice."""
    case_id = opened_on(system, "2026-03-20 10:00", name)
    assess(system, case_id)
    return case_id
