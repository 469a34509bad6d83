"""登记回函 at the web application: an item of the inbox, registered on the task's page."""

from __future__ import annotations

from collections.abc import Callable

from engine.actions.register_message import register_message
from engine.actions.system import System
from tests.engine.actions.test_register_message import BODY, FORMS, WANG
from tests.support.small import deploy, do, employ, new_id, opened, row, task_at
from tests.support.visitor import Visitor, text_of


def test_an_awaited_letter_is_in_the_inbox_and_registered_on_its_page(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    deploy(demo_system, BODY, FORMS)
    employ(demo_system, "wang", role="window")
    case_id = opened(demo_system)
    register_message(demo_system, WANG, case_id, "funds", {"amount": "41250.80"}, new_id())
    do(demo_system, case_id, "transfer/ask", WANG, to="长沙市")
    task = task_at(demo_system, case_id, "transfer/info").id
    inbox = visit("wang").get("/")
    assert f"/tasks/{task}" in inbox.text
    assert "登记回函" in text_of(inbox)
    page = visit("wang").get(f"/tasks/{task}")
    assert "等待其他机构的回函" in text_of(page)
    missing = visit("wang").post(f"/tasks/{task}", {"months": ""})
    assert missing.status_code == 422
    assert visit("wang").post(f"/tasks/{task}", {"months": "96"}).status_code == 302
    number = row(demo_system, case_id).number
    history = text_of(visit("wang").get(f"/cases/{number}"))
    assert "登记回函“info”" in history
    assert "登记回函“money”（先行登记，办件到达等待的环节时使用）" in history
    standing = visit("wang").get(f"/cases/{number}/diagram.json").json
    assert standing is not None
    assert (standing["elements"]["info"], standing["elements"]["money"]) == ("done", "done")
