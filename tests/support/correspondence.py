"""A small matter that waits for two letters from outside, in either order."""

from __future__ import annotations

from tests.support.bpmn import choice as gateway
from tests.support.bpmn import end, flow, path, reply, start, sub, timer
from tests.support.small import choice, form, text

FORMS = {
    "application": form("申请", text("unit_name", "单位")),
    "request": form("联系函", text("to", "发往")),
    "reply": form("信息表", text("months", "缴费月数", validate={"required": True})),
    "funds": form("资金到账", text("amount", "金额", validate={"required": True})),
    "check": form("核对", choice("decision", "决定", "credit", "again")),
}
BODY = (
    '<bpmn:startEvent id="begin" name="申请" jingban:form="application"/>'
    + sub("transfer",
          start("t_begin")
          + '<bpmn:userTask id="ask" name="发联系函" jingban:form="request" jingban:candidateGroup="window"/>'
          + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
          + reply("info", "reply", starts="supplement", ends="supplement") + reply("money", "funds") + end("t_end")
          + path("t_begin", "ask", "fork", "info", "join", "t_end") + path("fork", "money", "join"),
          starts="handling", ends="handling")
    + timer("reminder", "transfer", "supplement", False) + end("reminded")
    + '<bpmn:userTask id="verify" name="核对" jingban:form="check" jingban:candidateGroup="review"/>'
    + gateway("fits", "fits_credited") + end("credited", "approved")
    + path("begin", "transfer", "verify", "fits", "credited") + path("reminder", "reminded")
    + flow("fits", "transfer", 'check.decision = "again"')
)  # fmt: skip
