"""登记回函 at the web application: an item of the inbox, registered on the task's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.actions.register_message import register_message
from engine.actions.system import ROOT, System
from engine.actions.verify_history import verify_history
from engine.clock import SHANGHAI
from engine.examples import load_examples, run_example
from tests.engine.actions.test_register_message import REVIEWER, WANG
from tests.support.correspondence import BODY, FORMS
from tests.support.small import deploy, do, employ, new_id, open_tasks, opened, row, task_at
from tests.support.visitor import Visitor, text_of, tree

TRANSFER = "002036003002-relationship-transfer"


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
    assert "待登记" in text_of(inbox)
    page = visit("wang").get(f"/tasks/{task}")
    assert "等待其他机构的回函" in text_of(page)
    missing = visit("wang").post(f"/tasks/{task}", {"months": ""})
    assert missing.status_code == 422
    assert visit("wang").post(f"/tasks/{task}", {"months": "96"}).status_code == 302
    number = row(demo_system, case_id).number
    history = text_of(visit("wang").get(f"/cases/{number}"))
    assert "登记“info”" in history
    assert "登记“money”（先行登记）" in history
    standing = visit("wang").get(f"/cases/{number}/diagram.json").json
    assert standing is not None
    assert (standing["elements"]["info"], standing["elements"]["money"]) == ("done", "done")


@pytest.fixture
def waiting(demo_system: System) -> int:
    """A case whose letter has not gone out yet; wang is at its window."""
    deploy(demo_system, BODY, FORMS)
    employ(demo_system, "wang", "li", role="window")
    employ(demo_system, "zhao")
    return opened(demo_system)


def test_a_reply_that_came_first_is_registered_from_the_case_page_and_used_on_arrival(
    demo_system: System, waiting: int, visit: Callable[..., Visitor]
) -> None:
    number, wang = row(demo_system, waiting).number, visit("wang")
    assert f"/cases/{number}/messages/funds" in wang.get(f"/cases/{number}").text
    page = wang.get(f"/cases/{number}/messages/funds")
    assert "办件还没有办到这一步" in text_of(page)
    done = wang.follow(wang.post(f"/cases/{number}/messages/funds", {"amount": "41250.80"}))
    assert "“money”已登记，办件到达等待的环节时使用" in text_of(done)
    assert f"/cases/{number}/messages/funds" not in done.text
    assert "这份回函已经登记" in text_of(wang.get(f"/cases/{number}/messages/funds"))
    do(demo_system, waiting, "transfer/ask", WANG, to="长沙市")
    assert [t.node for t in open_tasks(demo_system, waiting)] == ["transfer/info"]
    assert verify_history(demo_system, waiting).result == "intact"


def local_moment(system: System) -> str:
    return f"{system.clock.now().astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def test_a_letter_that_takes_over_is_shown_with_what_it_sends_before_it_counts(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    """不予转出告知: registering it ends the case, so the clerk reads the notice first; twice pressed it counts once."""
    path = Path(ROOT) / "processes" / TRANSFER / "examples.yaml"
    example = next(e for e in load_examples(path) if e.region == "changsha" and "不予转出" in e.sentence)
    waiting = replace(example, steps=example.steps[:3], end={})
    (case_id,) = run_example(demo_system, TRANSFER, waiting).cases
    number, clerk = row(demo_system, case_id).number, visit("changsha.window")
    address = f"/cases/{number}/messages/transfer_refusal"
    assert address in clerk.get(f"/cases/{number}").text
    task = next(t for t in open_tasks(demo_system, case_id) if "sheet_received" in t.node).id
    assert address in clerk.get(f"/tasks/{task}").text
    assert "正在办理的环节随即终止" in text_of(clerk.get(address))
    received = local_moment(demo_system)
    typed = {"reason": "参保人员在当地尚有欠费", "received_at": received, "channel": "mail", "request_id": new_id()}
    shown = clerk.post(address, typed)
    assert shown.status_code == 200
    assert "办件随即结束" in text_of(shown)
    assert "参保人员在当地尚有欠费" in tree(shown).xpath("string(//article)")
    assert row(demo_system, case_id).status == "open"
    back = clerk.post(address, typed | {"_back": "yes"})
    assert "参保人员在当地尚有欠费" in back.text
    for _ in range(2):
        assert clerk.post(address, typed | {"_confirmed": "yes"}).status_code == 302
    assert row(demo_system, case_id).outcome == "declined"
    history = text_of(clerk.get(f"/cases/{number}/history"))
    assert "登记“收到不予转出告知”" in history
    for inward in ("先行登记", "到期：转出地不予转出", "等待“收到不予转出告知”"):
        assert inward not in history, inward
    gone = text_of(clerk.get(f"/cases/{number}/messages/information_sheet"))
    assert "不再等待这份回函" in gone
    assert "开立关联办件" in gone
    assert verify_history(demo_system, case_id).result == "intact"


def test_what_is_awaited_already_leads_to_its_task(
    demo_system: System, waiting: int, visit: Callable[..., Visitor]
) -> None:
    do(demo_system, waiting, "transfer/ask", WANG, to="长沙市")
    number, wang = row(demo_system, waiting).number, visit("wang")
    task = task_at(demo_system, waiting, "transfer/info").id
    assert wang.get(f"/cases/{number}/messages/reply").headers["Location"] == f"/tasks/{task}"
    assert f"/cases/{number}/messages/reply" not in wang.get(f"/cases/{number}").text


def test_two_who_register_the_same_reply_lose_nothing_they_typed(
    demo_system: System, waiting: int, visit: Callable[..., Visitor]
) -> None:
    number = row(demo_system, waiting).number
    address = f"/cases/{number}/messages/funds"
    assert visit("wang").post(address, {"amount": "41250.80"}).status_code == 302
    second = visit("li").post(address, {"amount": "999.99"})
    assert second.status_code == 409
    assert "已经登记" in text_of(second)
    assert "999.99" in second.text


def test_a_reply_that_is_wrong_comes_back_with_what_was_typed(
    demo_system: System, waiting: int, visit: Callable[..., Visitor]
) -> None:
    address = f"/cases/{row(demo_system, waiting).number}/messages/reply"
    refused = visit("wang").post(address, {"months": ""})
    assert refused.status_code == 422
    assert "缴费月数" in text_of(refused)
    answer = visit("wang").post(f"{address}/check", {"months": ""}).json
    assert answer is not None
    assert any("缴费月数" in words for words in answer["errors"].values())


def test_only_the_group_of_a_reply_registers_it_and_unknown_ones_are_not_found(
    demo_system: System, waiting: int, visit: Callable[..., Visitor]
) -> None:
    number = row(demo_system, waiting).number
    assert f"/cases/{number}/messages/" not in visit("zhao").get(f"/cases/{number}").text
    assert visit("zhao").get(f"/cases/{number}/messages/funds").status_code == 404
    assert visit("wang").get(f"/cases/{number}/messages/nothing").status_code == 404


def test_a_closed_case_says_that_it_waits_for_no_reply_any_more(
    demo_system: System, waiting: int, visit: Callable[..., Visitor]
) -> None:
    do(demo_system, waiting, "transfer/ask", WANG, to="长沙市")
    for message, raw in (("reply", {"months": "96"}), ("funds", {"amount": "1"})):
        register_message(demo_system, WANG, waiting, message, raw, new_id())
    do(demo_system, waiting, "verify", REVIEWER, decision="credit")
    address = f"/cases/{row(demo_system, waiting).number}/messages/funds"
    assert "不再等待这份回函" in text_of(visit("wang").get(address))
    assert visit("wang").post(address, {"amount": "2"}).status_code == 409
