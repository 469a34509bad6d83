"""The task page: what it shows, refusals that keep what was typed, letters before they go out, two people at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from engine.actions.seed_demo import ENROLMENT, _Demo
from engine.actions.seed_hard import REIMBURSEMENT, _bills
from engine.actions.system import System
from tests.support.visitor import Visitor, case_of, task_of, text_of, tree

FRESH, LACKING, ACCEPTED = "长沙星河软件有限公司", "长沙市天心区向阳幼儿园", "长沙岳麓茶业有限公司"
CLERK = "changsha.window"
RECEIVED = {
    "materials.licence.received": "on", "materials.licence.form": "copy", "materials.licence.sealed": "on",
    "materials.licence.choice": "credit_code_certificate", "materials.registration_form.received": "on",
    "materials.registration_form.sealed": "on",
}  # fmt: skip
ALL_RECEIVED = {
    **RECEIVED, "materials.representative_identity.received": "on", "materials.representative_identity.form": "copy",
    "materials.representative_identity.sealed": "on",
}  # fmt: skip


def test_the_page_says_what_is_asked_until_when_and_why(demo_system: System, visit: Callable[..., Visitor]) -> None:
    words = text_of(visit(CLERK).get(f"/tasks/{task_of(demo_system, FRESH).id}"))
    assert "核对材料并作出受理决定" in words
    assert "今日17:00" in words
    assert "9月22日17:00到期：9月22日10:00起即时办结" in words
    assert "统一社会信用代码证书或单位批准成立的文件（复印件加盖单位公章）" in words
    assert "91430100MA4QT0XJ1D" in words  # the application as submitted


def test_a_refused_submission_lists_what_is_wrong_and_keeps_what_was_typed(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    task = task_of(demo_system, FRESH)
    answer = visit(CLERK).post(f"/tasks/{task.id}", {**RECEIVED, "decision": "accept", "remark": "法人本人到场"})
    assert answer.status_code == 422
    page = tree(answer)
    links = page.xpath("//*[@id='problems']//a")
    assert [link.get("href") for link in links] == ["#f-decision"]
    assert "还有材料未收齐" in links[0].text_content()
    assert page.xpath("//*[@id='f-decision']")  # what the summary points at is there
    assert page.xpath("//textarea[@name='remark']")[0].text_content().strip() == "法人本人到场"
    assert page.xpath("//input[@name='materials.licence.received'][@checked]")
    assert task_of(demo_system, FRESH).id == task.id


def test_accepting_moves_the_case_on_without_a_second_look(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, FRESH)
    page = visitor.follow(visitor.post(f"/tasks/{task.id}", {**ALL_RECEIVED, "decision": "accept"}))
    assert "“受理”已办理" in text_of(page)
    assert task_of(demo_system, FRESH).lane == "review"
    told = tree(page).xpath("//p[contains(@class, 'flash-done')]")[0]
    assert "请送达：受理通知书。下一步：审核。" in told.text_content()
    assert told.xpath(".//a[starts-with(@id, 'done-letter-')]/@href")
    assert not told.xpath(".//a[starts-with(@id, 'done-next-')]")  # the reviewer's, not the window's


def test_who_may_do_the_next_step_goes_on_with_one_click(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor, task = visit("changsha.counter"), task_of(demo_system, FRESH)
    page = visitor.follow(visitor.post(f"/tasks/{task.id}", {**ALL_RECEIVED, "decision": "accept"}))
    next_task = task_of(demo_system, FRESH)
    assert tree(page).xpath("//a[starts-with(@id, 'done-next-')]/@href") == [f"/tasks/{next_task.id}"]


def test_a_request_to_supplement_shows_its_letter_before_it_is_sent(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, FRESH)
    typed = {"decision": "supplement", "materials.licence.received": "on", "materials.licence.form": "copy",
             "materials.licence.choice": "credit_code_certificate"}  # fmt: skip
    preview = visitor.post(f"/tasks/{task.id}", typed)
    assert preview.status_code == 200
    words = text_of(preview)
    assert "请核对将要发出的文书" in words
    assert "一次性告知书" in words
    for line in ("（未加盖单位公章）", "《长沙市基本医疗保险单位参保信息登记表》", "法人有效身份证件复印件"):
        assert line in words  # everything at once
    assert "请于2026年10月20日24:00前补齐" in words
    assert task_of(demo_system, FRESH).id == task.id  # nothing has happened yet
    carried: dict[str, Any] = {
        i.get("name"): i.get("value") for i in tree(preview).xpath("//form[@class='confirm']//input[@type='hidden']")
    }
    back = visitor.post(f"/tasks/{task.id}", {**carried, "_back": "yes"})
    assert tree(back).xpath("//input[@name='decision'][@value='supplement'][@checked]")
    done = visitor.post(f"/tasks/{task.id}", {**carried, "_confirmed": "yes"})
    assert done.status_code == 302
    assert task_of(demo_system, FRESH).lane == "applicant"


def test_refusing_needs_a_reason_which_the_letter_then_gives(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, FRESH)
    bare = visitor.post(f"/tasks/{task.id}", {"decision": "reject"})
    assert bare.status_code == 422
    assert "不予受理的理由" in tree(bare).xpath("//*[@id='problems']")[0].text_content()
    preview = visitor.post(f"/tasks/{task.id}", {"decision": "reject", "reason": "单位注册地不在本统筹区"})
    assert "不予受理通知书" in preview.text
    assert "单位注册地不在本统筹区" in tree(preview).xpath("//*[@class='letter-reason']")[0].text_content()


def test_the_same_form_sent_twice_is_done_once(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, FRESH)
    form = {**ALL_RECEIVED, "decision": "accept", "request_id": str(uuid.uuid4())}
    assert visitor.post(f"/tasks/{task.id}", form).status_code == 302
    assert visitor.post(f"/tasks/{task.id}", form).status_code == 302
    assert case_of(demo_system, FRESH).seq == 2


def test_who_comes_second_sees_who_was_first_and_both_versions(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    first, second, task = visit(CLERK), visit("window.own"), task_of(demo_system, FRESH)
    assert first.post(f"/tasks/{task.id}", {**ALL_RECEIVED, "decision": "accept"}).status_code == 302
    late = second.post(
        f"/tasks/{task.id}", {"decision": "reject", "reason": "我认为不属于受理范围", "_confirmed": "yes"}
    )
    assert late.status_code == 409
    words = text_of(late)
    assert "王秀英" in words
    assert "2026-09-22 10:00" in words
    assert "予以受理" in words  # what was recorded
    assert "我认为不属于受理范围" in words  # what was typed


def test_a_task_that_somebody_claimed_is_not_done_by_another(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    task = task_of(demo_system, FRESH)
    visit(CLERK).post(f"/tasks/{task.id}/claim")
    assert "已由王秀英领取" in text_of(visit("window.own").get(f"/tasks/{task.id}"))
    late = visit("window.own").post(f"/tasks/{task.id}", {**ALL_RECEIVED, "decision": "accept"})
    assert late.status_code == 409
    assert "王秀英" in late.text


def test_what_is_typed_is_kept_while_typing_and_offered_again(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, FRESH)
    kept = visitor.post("/drafts", {"place": f"task:{task.id}", "decision": "reject", "reason": "尚未写完"})
    assert kept.json == {"kept": True}
    again = visitor.get(f"/tasks/{task.id}")
    assert "尚未写完" in again.text
    assert "已恢复您" in again.text
    assert "尚未写完" not in visit("window.own").get(f"/tasks/{task.id}").text  # it is the person's own
    visitor.post("/drafts/drop", {"place": f"task:{task.id}"})
    assert "尚未写完" not in visitor.get(f"/tasks/{task.id}").text


def test_a_draft_is_dropped_once_its_input_was_accepted(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor = visit(CLERK)
    place = f"open:{ENROLMENT}/changsha"
    visitor.post("/drafts", {"place": place, "unit_name": "写了一半的单位"})
    assert "写了一半的单位" in visitor.get(f"/open/{ENROLMENT}/changsha").text
    visitor.post("/drafts", {"place": "somewhere/else", "unit_name": "x"})
    assert visitor.post("/drafts", {"place": "nowhere", "a": "b"}).status_code == 422


def test_the_check_says_what_is_wrong_hidden_and_lacking_at_present(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, FRESH)
    bare = visitor.post(f"/tasks/{task.id}/check", {"decision": "accept"}).json
    assert "f-reason" in bare["hidden"]
    assert bare["errors"]["f-decision"].startswith("还有材料未收齐")
    assert bare["lacks"]["licence"] == "未提交"
    refusing = visitor.post(f"/tasks/{task.id}/check", {"decision": "reject"}).json
    assert "f-reason" not in refusing["hidden"]
    assert "f-reason" in refusing["required"]
    assert refusing["errors"] == {"f-reason": "请填写不予受理的理由"}


def test_input_that_no_page_would_send_is_refused_and_not_stored(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    task = task_of(demo_system, FRESH)
    answer = visit(CLERK).post(f"/tasks/{task.id}", {**ALL_RECEIVED, "decision": "accept", "smuggled": "值"})
    assert answer.status_code == 422
    assert case_of(demo_system, FRESH).seq == 1


def test_the_window_receives_a_supplement_on_the_applicants_behalf(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, LACKING)
    page = visitor.get(f"/tasks/{task.id}")
    assert "代为登记（代收）" in text_of(page)
    assert tree(page).xpath("//input[@name='received_at']/@value") == ["2026-09-22T10:00"]
    sent = {"items": "法人有效身份证件复印件", "received_at": "2026-09-22T10:00", "channel": "window"}
    assert visitor.post(f"/tasks/{task.id}", sent).status_code == 302
    assert task_of(demo_system, LACKING).purpose == "intake"


def test_a_task_that_is_over_leads_to_its_case(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, FRESH)
    visitor.post(f"/tasks/{task.id}", {**ALL_RECEIVED, "decision": "accept"})
    number = case_of(demo_system, FRESH).number
    assert visitor.get(f"/tasks/{task.id}").headers["Location"].startswith(f"/cases/{number}")


def test_the_reviewer_sees_the_checklist_as_the_window_left_it(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    words = text_of(visit("changsha.review").get(f"/tasks/{task_of(demo_system, ACCEPTED).id}"))
    assert "已收，统一社会信用代码证书，复印件，已盖章" in words
    assert "办理时限" in words


def test_what_the_notice_asked_for_is_begun_with_when_it_is_received(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, FRESH)
    lacking = {"decision": "supplement", "_confirmed": "yes"}
    visitor.post(f"/tasks/{task.id}", lacking)
    page = tree(visitor.get(f"/tasks/{task_of(demo_system, FRESH).id}"))
    asked = page.xpath("//textarea[@name='items']")[0].text_content().strip().splitlines()
    assert len(asked) == 3
    assert "法人有效身份证件复印件（加盖单位公章）" in asked


def reviewed_once(system: System) -> tuple[_Demo, Any]:
    """A reimbursement that waits for its second review."""
    desk = _Demo(system)
    window, review = desk.actors["yueyang.window"], desk.actors["yueyang.review"]
    bills = desk.open(window, REIMBURSEMENT, "yueyang", _bills(desk))
    desk.accept(window, bills)
    desk.act(review, bills, {"decision": "pass", "eligible": "52000", "deductible": "1300", "rate": "70"})
    return desk, bills


def test_who_did_the_first_review_is_told_at_once_that_another_person_does_the_second(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    desk, bills = reviewed_once(demo_system)
    task = desk.open_task(bills)
    first, second = visit("yueyang.review"), visit("yueyang.review2")
    page = tree(first.get(f"/tasks/{task.id}"))
    assert "“初审”由您办理，本环节“复核”须由另一人办理" in page.xpath("//*[@id='barred']")[0].text_content()
    assert page.xpath("//button[@id='submit'][@disabled]")
    assert not page.xpath("//button[@id='claim']")
    assert not tree(first.get(f"/cases/{bills.number}")).xpath(f"//a[@id='work-{task.id}']")
    assert "须由他人办理" in tree(first.get("/")).xpath(f"//*[@id='barred-{task.id}']")[0].text_content()
    assert first.get("/next").headers["Location"] != f"/tasks/{task.id}"
    assert tree(second.get(f"/tasks/{task.id}")).xpath("//button[@id='submit'][not(@disabled)]")
    assert tree(second.get(f"/cases/{bills.number}")).xpath(f"//a[@id='work-{task.id}']")


def test_earlier_steps_are_read_with_the_latest_first_as_in_the_history(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    desk, bills = reviewed_once(demo_system)
    page = tree(visit("yueyang.review2").get(f"/tasks/{desk.open_task(bills).id}"))
    assert page.xpath("//section[starts-with(@id, 'shown-')]/@id") == ["shown-first_review", "shown-intake"]
