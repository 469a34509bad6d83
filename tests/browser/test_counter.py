"""即办 in a real browser, with the keyboard alone: sheets come and go, and the letters stand at the end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from engine.actions.seed_demo import ENROLMENT
from engine.actions.system import System
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.support.visitor import case_of

pytestmark = pytest.mark.browser

NAME = "武汉光谷信息技术有限公司"
PAGE = f"/open/{ENROLMENT}/hubei/counter"
TYPED = {
    "f-unit_name": NAME, "f-credit_code": "91430100MA4QT0XJ1D", "f-address": "武汉市洪山区示范路 1 号",
    "f-legal_rep-name": "谭伟", "f-legal_rep-identity": "430102198001010011", "f-handler-name": "何敏",
    "f-handler-mobile": "13907310002",
}  # fmt: skip
TICKED = (
    "f-registration_type-new", "f-insurances-employee_medical", "f-declared",
    "intake-f-materials-licence-received", "intake-f-materials-licence-choice-credit_code_certificate",
    "intake-f-materials-registration_form-received", "intake-f-materials-registration_form-sealed",
    "intake-f-decision-accept", "review-f-decision-pass",
)  # fmt: skip

FLEXIBLE = {
    "f-applicant_name": "罗晓明", "f-people-0-name": "罗晓明", "f-people-0-identity_number": "430102199003078516",
    "f-people-0-work_start": "2026年9月", "f-people-0-mobile": "13800138000", "f-filler": "罗晓明",
    "f-phone": "13800138000",
}  # fmt: skip


def by_keyboard(page: Page) -> None:
    """Tab through the page, fill what has the focus, and press Enter on the button."""
    typed, ticked = dict(TYPED), set(TICKED)
    for _ in range(300):  # dates have several stops each; what a slow page missed is met on the second round
        page.keyboard.press("Tab")
        at = str(page.evaluate("() => document.activeElement.id"))
        if at in typed:
            page.keyboard.type(typed.pop(at))
        group = at.rpartition("-")[0]
        wanted = next((name for name in ticked if name == at or name.rpartition("-")[0] == group), "")
        if wanted and (wanted == at or page.locator(f"[id='{at}'][type=radio]").count()):
            ticked.discard(wanted)
            _choose(page, at, wanted)
        if at == "submit" and not typed and not ticked:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard did not reach {sorted(typed)} {sorted(ticked)} and the button")


def _choose(page: Page, at: str, wanted: str) -> None:
    """A space ticks; within a group of radios the arrows move."""
    if at == wanted:
        page.keyboard.press(" ")
    for _ in range(5):
        if page.evaluate("() => document.activeElement.id") == wanted:
            return
        page.keyboard.press("ArrowDown")


def test_a_whole_matter_is_done_by_keyboard_and_ends_with_its_letters(open_as: Open, served: System) -> None:
    page = open_as("hubei.clerk", PAGE)
    by_keyboard(page)
    expect(page.locator("h1").first).to_have_text("已当场办结")
    expect(page.locator(".letter-title")).to_have_text(["受理通知书", "办结通知书"])
    expect(page.locator("#print")).to_be_focused()
    assert case_of(served, NAME).outcome == "approved"


def test_the_decision_sheet_goes_when_materials_are_missing_and_keeps_what_it_held(open_as: Open) -> None:
    page = open_as("hubei.clerk", PAGE)
    page.locator("#review-f-decision-pass").check()
    page.locator("#intake-f-decision-supplement").check()
    expect(page.locator("#sheet-review")).to_be_hidden()
    expect(page.locator("[data-counter-next]")).to_contain_text("等待申请人")
    page.locator("#intake-f-decision-accept").check()
    expect(page.locator("#sheet-review")).to_be_visible()
    expect(page.locator("#review-f-decision-pass")).to_be_checked()


def test_the_page_fits_a_phone(open_as: Open) -> None:
    page = open_as("hubei.clerk", PAGE, size="phone")
    expect(page.locator("#sheet-review")).to_be_visible()
    assert no_sideways_scrolling(page)


def test_sheets_that_are_fetched_anew_keep_what_was_typed(open_as: Open) -> None:
    page = open_as("hubei.clerk", PAGE)
    page.locator("#review-f-decision-pass").check()
    page.locator("#intake-f-materials-licence-received").check()
    page.locator("#intake-f-materials-licence-remark").fill("另附说明")
    page.locator("#sheet-review").evaluate("sheet => { sheet.dataset.signature = 'another' }")
    page.locator("#intake-f-decision-accept").check()
    expect(page.locator("#sheet-review:not([data-signature=another])")).to_be_visible()
    expect(page.locator("#review-f-decision-pass")).to_be_checked()
    expect(page.locator("#intake-f-decision-accept")).to_be_checked()
    expect(page.locator("#intake-f-materials-licence-remark")).to_have_value("另附说明")
    page.locator("#all-intake-f-materials").click()
    expect(page.locator("#intake-f-materials-registration_form-received")).to_be_checked()


def test_what_is_typed_while_sheets_are_fetched_stands_in_those_that_come(open_as: Open) -> None:
    page = open_as("hubei.clerk", PAGE)
    held: list[Route] = []
    page.route("**/counter/sheets", lambda route: held.append(route), times=1)
    remark = page.locator("#intake-f-materials-licence-remark")
    remark.fill("先写的")
    page.locator("#sheet-review").evaluate("sheet => { sheet.dataset.signature = 'another' }")
    with page.expect_request("**/counter/sheets"):
        page.locator("#intake-f-decision-accept").check()
    remark.fill("后写的")
    page.locator("#review-f-decision-pass").check()
    held[0].continue_()
    expect(page.locator("#sheet-review:not([data-signature=another])")).to_be_visible()
    expect(remark).to_have_value("后写的")
    expect(page.locator("#review-f-decision-pass")).to_be_checked()
    expect(page.locator("#intake-f-decision-accept")).to_be_checked()


def test_a_flexible_worker_is_enrolled_in_one_go_and_an_employee_is_not(open_as: Open, served: System) -> None:
    page = open_as("hubei.clerk", "/open/002036001002-employee-enrolment/hubei/counter")
    page.locator("#f-people-0-change").select_option("add")
    expect(page.locator("[data-counter-next]")).to_contain_text("不是即时办结")
    expect(page.locator("#sheet-intake")).to_have_count(0)
    page.locator("#f-flexible").check()
    expect(page.locator("[data-counter-next]")).not_to_contain_text("不是即时办结")
    for field, words in FLEXIBLE.items():
        page.locator(f"#{field}").fill(words)
    page.locator("#f-people-0-document_type").select_option("resident")
    page.locator("#intake-f-materials-own_identity-received").check()
    page.locator("#intake-f-materials-own_enrolment_form-received").check()
    page.locator("#intake-f-decision-accept").check()
    page.locator("#review-f-decision-pass").check()
    page.locator("#submit").click()
    expect(page.locator("h1").first).to_have_text("已当场办结")
    assert case_of(served, FLEXIBLE["f-applicant_name"]).outcome == "approved"
