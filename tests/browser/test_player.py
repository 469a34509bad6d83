"""An auditor steps through a finished case and verifies it; what somebody altered in the database is found."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from engine.actions.system import System
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.support.axe import violations
from tests.support.tampering import tampering
from tests.support.visitor import case_of

pytestmark = pytest.mark.browser

CLOSED = "长沙麓谷生物科技有限公司"


def replay(open_as: Open, system: System, size: str = "desk", who: str = "auditor") -> Page:
    page = open_as(who, f"/cases/{case_of(system, CLOSED).number}/replay", size=size)
    page.wait_for_selector("#player[data-ready=yes]")
    return page


def verdict(page: Page) -> str:
    page.click("#jb-verify")
    page.wait_for_selector(".jb-verdict[data-result]")
    return page.get_attribute(".jb-verdict", "data-result") or ""


def test_a_finished_case_is_stepped_through_to_its_end(open_as: Open, served: System) -> None:
    page = replay(open_as, served)
    expect(page.locator("#jb-frame-title")).to_have_text("开立办件：申请")
    expect(page.locator(".jb-frame")).to_contain_text("王秀英")
    expect(page.locator(".jb-form")).to_contain_text(CLOSED)
    expect(page.locator("[data-element-id=intake].jb-active")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#jb-frame-title")).to_have_text("受理：予以受理")
    expect(page.locator(".jb-ledger")).to_contain_text("办理时限")
    expect(page.locator(".jb-ledger")).to_contain_text("剩余 5 个工作日")
    expect(page.locator("[data-element-id=review].jb-active")).to_have_count(1)
    page.keyboard.press("End")
    expect(page.locator("#jb-frame-title")).to_have_text("审核：审核通过")
    expect(page.locator(".jb-facts")).to_contain_text("不成立，按默认流向")
    expect(page.locator(".jb-decisions")).to_contain_text("办件结束：办结")
    expect(page.locator("[data-element-id=closed].jb-done")).to_have_count(1)


def test_a_whole_record_verifies(open_as: Open, served: System) -> None:
    page = replay(open_as, served)
    assert verdict(page) == "intact"
    expect(page.locator(".jb-verdict")).to_contain_text("一致：记录未被改动")


def test_a_record_altered_in_the_database_is_found(open_as: Open, served: System) -> None:
    page = replay(open_as, served)
    change = "UPDATE events SET payload = replace(payload, '麓谷', '麓山') WHERE case_id = :c AND seq = 1"
    with tampering(served.store) as connection:
        connection.execute(text(change), {"c": case_of(served, CLOSED).id})
    assert verdict(page) == "altered"
    expect(page.locator(".jb-verdict")).to_contain_text("第 1 号事件")
    page.goto(page.url.partition("/cases")[0] + "/audit")
    page.click("#verify-all")
    expect(page.locator("#tally")).to_contain_text("被改动 1 件")
    row = page.locator(f"tr[data-case='{case_of(served, CLOSED).number}']")
    expect(row.locator("[data-verdict=altered]")).to_have_count(1)


def test_a_clerk_of_the_office_may_look_at_the_history_of_his_case(open_as: Open, served: System) -> None:
    page = replay(open_as, served, who="changsha.window")
    expect(page.locator("#to-audit")).to_have_count(0)
    assert verdict(page) == "intact"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_auditors_pages_fit_the_window_and_keep_the_event_in_view(open_as: Open, served: System, size: str) -> None:
    page = replay(open_as, served, size)
    assert no_sideways_scrolling(page)
    assert violations(page) == []
    page.click("#jb-last")
    expect(page.locator("#jb-frame-title")).to_have_text("审核：审核通过")
    canvas, task = (page.locator(s).first.bounding_box() for s in (".jb-canvas", "[data-element-id=review]"))
    assert canvas is not None
    assert task is not None
    assert canvas["x"] <= task["x"] <= canvas["x"] + canvas["width"]
    assert canvas["y"] <= task["y"] <= canvas["y"] + canvas["height"]
    page.click("#to-audit")
    page.wait_for_selector("#verify-all")
    assert no_sideways_scrolling(page)
    assert violations(page) == []
