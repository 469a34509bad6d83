"""From an application at the window to the reviewer's desk, in a real browser; nothing typed is lost on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from engine.actions.seed_demo import DEMO_PASSWORD, EMERGENCY, ENROLMENT
from engine.actions.system import System
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.support.visitor import case_of, task_of
from webapp.identity import COOKIE

pytestmark = pytest.mark.browser

NAME = "长沙新开铺机电有限公司"


def fill_enrolment(page: Page) -> None:
    page.get_by_label("新参保登记").check()
    for control, text in {
        "unit_name": NAME, "credit_code": "91430100MA4QT0XJ1D", "address": "长沙市天心区示范路 1 号",
        "legal_rep-name": "谭伟", "legal_rep-identity": "430102198001010011", "handler-name": "何敏",
        "handler-mobile": "13907310002",
    }.items():  # fmt: skip
        page.locator(f"#f-{control}").fill(text)
    page.locator("#f-insurances input").first.check()
    page.locator("#f-civil_servant_subsidy").select_option("none")
    page.locator("#f-declared").check()


def test_an_enrolment_is_received_accepted_and_lies_with_the_reviewer(open_as: Open, served: System) -> None:
    page = open_as("changsha.window", "/open")
    page.locator(f"#open-{ENROLMENT}-changsha").click()
    fill_enrolment(page)
    page.locator("#submit").click()
    expect(page.locator(".flash")).to_contain_text("办件已开立")
    expect(page.locator("[data-bpmn-viewer][data-ready=yes]")).to_be_visible()
    page.locator(f"#work-{task_of(served, NAME).id}").click()
    page.locator("[data-all]").click()
    page.locator("#f-materials-licence-choice input").first.check()
    page.get_by_label("予以受理").check()
    page.locator("#submit").click()
    expect(page.locator(".flash")).to_contain_text("“受理”已办理")
    assert task_of(served, NAME).lane == "review"


def test_what_is_asked_until_when_the_checklist_and_the_form_need_no_scrolling(open_as: Open, served: System) -> None:
    page = open_as("changsha.window", f"/tasks/{task_of(served, '长沙星河软件有限公司').id}")
    for part in (".ask", ".due-big", ".due-why", "#f-materials", "#f-decision", "#submit"):
        box = page.locator(part).bounding_box()
        assert box is not None, part
        assert box["y"] >= 0, part
        assert box["y"] + box["height"] <= 768, part


def test_the_chart_and_the_history_are_one_tap_away(open_as: Open, served: System) -> None:
    page = open_as("changsha.window", f"/tasks/{task_of(served, '长沙星河软件有限公司').id}", size="phone")
    page.locator("#fold-chart summary").click()
    expect(page.locator("[data-bpmn-viewer][data-ready=yes]")).to_be_visible()
    page.locator("#fold-history summary").click()
    expect(page.locator("#fold-history .timeline")).to_contain_text("开立办件：申请")


def test_a_wrong_field_is_told_on_leaving_it_and_others_wait_until_they_are_touched(open_as: Open) -> None:
    page = open_as("changsha.window", f"/open/{ENROLMENT}/changsha")
    page.locator("#f-credit_code").fill("123")
    page.locator("#f-credit_code").blur()
    expect(page.locator("#e-f-credit_code")).to_contain_text("应为18位，现为3位")
    expect(page.locator("#e-f-unit_name")).to_be_hidden()
    page.locator("#f-credit_code").fill("91430100MA4QT0XJ1D")
    page.locator("#f-credit_code").blur()
    expect(page.locator("#e-f-credit_code")).to_be_hidden()


def test_a_refused_form_puts_the_focus_on_the_list_of_problems_which_leads_to_the_fields(open_as: Open) -> None:
    page = open_as("changsha.window", f"/open/{ENROLMENT}/changsha")
    page.locator("#f-unit_name").fill(NAME)
    page.locator("#submit").click()
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#f-unit_name")).to_have_value(NAME)
    page.locator("#problems a", has_text="法定代表人姓名").click()
    expect(page).to_have_url(re.compile("#f-legal_rep-name$"))


def test_fields_show_only_while_their_condition_holds(open_as: Open) -> None:
    page = open_as("yueyang.window", f"/open/{EMERGENCY}/yueyang")
    person = page.locator("#f-home_address")
    page.locator("#f-kind-application").check()
    expect(person).to_be_visible()
    page.locator("#f-kind-registration").check()
    expect(person).to_be_hidden()


def test_typing_is_kept_and_offered_again_after_the_page_was_closed(open_as: Open) -> None:
    page = open_as("changsha.window", f"/open/{ENROLMENT}/changsha")
    page.locator("#f-unit_name").fill("写了一半的单位")
    expect(page.locator("[data-draft-state]")).to_contain_text("已自动保存")
    again = open_as("changsha.window", f"/open/{ENROLMENT}/changsha")
    expect(again.locator("#f-unit_name")).to_have_value("写了一半的单位")
    again.locator("#draft-drop").click()
    expect(again.locator("#f-unit_name")).to_have_value("")


def test_a_session_that_ends_while_typing_loses_nothing(open_as: Open, served: System) -> None:
    page = open_as("changsha.window", f"/open/{ENROLMENT}/changsha")
    fill_enrolment(page)
    page.context.clear_cookies(name=COOKIE)
    page.locator("#submit").click()
    expect(page.locator("#login-problem")).to_contain_text("没有丢失")
    page.locator("#username").fill("changsha.window")
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("#login").click()
    expect(page.locator("#f-unit_name")).to_have_value(NAME)
    expect(page.locator("#f-declared")).to_be_checked()
    page.locator("#submit").click()
    expect(page.locator(".flash")).to_contain_text("办件已开立")
    assert case_of(served, NAME).status == "open"


def test_a_letter_is_seen_before_it_goes_out_and_printed_without_the_page_around_it(
    open_as: Open, served: System
) -> None:
    page = open_as("changsha.window", f"/tasks/{task_of(served, '长沙星河软件有限公司').id}")
    page.get_by_label("不属于受理范围").check()
    page.locator("#f-reason").fill("单位注册地不在本统筹区")
    page.locator("#submit").click()
    expect(page.locator(".letter")).to_contain_text("单位注册地不在本统筹区")
    page.locator("#back").click()
    expect(page.locator("#f-reason")).to_have_value("单位注册地不在本统筹区")
    page.locator("#submit").click()
    page.locator("#confirm").click()
    expect(page.locator(".flash")).to_contain_text("办件已结束")
    page.goto(page.url.split("/?")[0] + f"/cases/{case_of(served, '长沙星河软件有限公司').number}")
    page.get_by_role("link", name="不予受理通知书").click()
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".letter-title")).to_be_visible()


@pytest.mark.parametrize("path", ["/tasks/{task}", "/cases/{number}", "/open/" + ENROLMENT + "/changsha"])
def test_no_page_of_a_case_scrolls_sideways_on_a_phone(open_as: Open, served: System, path: str) -> None:
    task = task_of(served, "长沙星河软件有限公司")
    number = case_of(served, "长沙星河软件有限公司").number
    page = open_as("changsha.window", path.format(task=task.id, number=number), size="phone")
    assert no_sideways_scrolling(page)


def test_what_is_chosen_before_the_script_arrives_moves_the_form_as_well(open_as: Open, address: str) -> None:
    page = open_as("changsha.window")
    held: list[Route] = []
    page.route("**/js/app.js", lambda route: held.append(route))
    with page.expect_request("**/js/app.js"):
        page.goto(f"{address}/open/002036003002-relationship-transfer/changsha", wait_until="commit")
    page.locator('[name="name"]').fill("赵小明")
    page.get_by_label("结案后到账").check()
    expect(page.locator('[name="account_needed"]').first).to_be_visible()
    held[0].continue_()
    expect(page.locator('[name="account_needed"]').first).to_be_hidden()
    expect(page.locator('[name="name"]')).to_have_value("赵小明")
    expect(page.locator("#e-f-age")).to_be_hidden()
    expect(page.get_by_label("结案后到账")).to_be_focused()  # nobody is taken to the first field again
    expect(page.locator("[data-draft-state]")).to_contain_text("已自动保存")
