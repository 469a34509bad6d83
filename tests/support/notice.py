"""A small matter on public notice: objections hold it."""

from __future__ import annotations

from tests.support.bpmn import HEAD, choice, end, flow, path, task
from tests.support.small import form, text

FORMS = {
    "application": form("申请", text("unit_name", "单位")),
    "notice": form("公示", text("number", "编号"), {
        "type": "datetime", "subtype": "datetime", "id": "published_at", "key": "published_at", "label": "发布时间",
        "properties": {"default": "now"},
    }, {
        "type": "datetime", "subtype": "date", "id": "ends_on", "key": "ends_on", "label": "公示至",
        "dateLabel": "公示至", "validate": {"required": True},
    }),
    "signing": form("签署", text("number", "协议编号")),
    "settling": form("开通", text("code", "编码")),
}  # fmt: skip
PERIOD = (
    "if case.upheld_objections &gt; 0 then notice.published_at "
    "else if case.open_objections &gt; 0 then null else end of day(notice.ends_on)"
)
BODY = (
    '<bpmn:startEvent id="begin" name="申请" jingban:form="application"/>'
    '<bpmn:intermediateCatchEvent id="published" name="公示发布" jingban:form="notice" jingban:candidateGroup="leader">'
    '<bpmn:messageEventDefinition messageRef="notice_published"/></bpmn:intermediateCatchEvent>'
    '<bpmn:intermediateCatchEvent id="period" name="公示期"><bpmn:timerEventDefinition>'
    f"<bpmn:timeDate>{PERIOD}</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    + choice("judged", "judged_done") + end("done", "approved") + end("no", "refused")
    + path("begin", "published", "period", "judged", "done")
    + flow("judged", "no", "case.upheld_objections &gt; 0")
)  # fmt: skip
ASKS = "if case.open_objections &gt; 0 then notice.published_at else null"
SIGNED_AFTER = (  # as BODY, but what is not signed yet goes back to the notice when an objection is entered late
    BODY.replace(end("done", "approved") + end("no", "refused"), end("no", "refused"))
    .replace(path("begin", "published", "period", "judged", "done"), path("begin", "published", "period", "judged"))
    .replace('default="judged_done"', 'default="judged_signing"')
    .replace('jingban:form="application"', 'jingban:form="application" jingban:starts="handling"')
    + task("signing", candidateGroup="leader")
    + '<bpmn:boundaryEvent id="objected" name="公示期内异议" attachedToRef="signing"><bpmn:timerEventDefinition>'
    f"<bpmn:timeDate>{ASKS}</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    + task("settling") + end("done", "approved")
    + path("judged", "signing", "settling", "done") + flow("objected", "period")
)  # fmt: skip
WITH_NOTICE = HEAD.replace("<bpmn:process ", '<bpmn:message id="notice_published" name="公示"/><bpmn:process ')
