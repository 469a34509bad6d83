"""Choosing people on a form: a long list is searched by typing; short ones, and pages without scripts, are lists."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.actions.system import System
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.browser.test_agreements import PLAIN, REGION, accepted, go
from tests.support import browser
from tests.support.axe import violations
from tests.support.small import employ, open_tasks, row
from tests.support.visitor import session_of
from webapp.identity import COOKIE

pytestmark = pytest.mark.browser

COLLEAGUES = tuple(f"expert.{n}" for n in range(1, 11))


@pytest.fixture
def case(served: System) -> int:
    """A hospital whose group is to be named, among a dozen people."""
    case_id = accepted(served, "2026-02-10 09:30", PLAIN)
    go(served, "2026-03-02 10:00")
    employ(served, *COLLEAGUES)
    return case_id


def place(case_id: int) -> str:
    return f"/agreements/{REGION}/2026Q1/group?case={case_id}"


def seats(served: System, case_id: int) -> list[str]:
    return sorted(task.assignee for task in open_tasks(served, case_id))


def test_a_long_list_is_searched_and_chosen_from_by_keyboard(served: System, open_as: Open, case: int) -> None:
    page = open_as("hunan.clerk", place(case))
    first, second = page.locator("#f-members-0-user"), page.locator("#f-members-1-user")
    first.focus()
    page.keyboard.type("expert.7")
    expect(page.locator("#f-members-0-user-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(first).to_have_value("expert.7某")
    second.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(second).to_have_value("")
    page.keyboard.type("nobody at all")
    expect(page.locator("#f-members-1-user-list")).to_contain_text("没有找到")
    page.keyboard.press("Tab")
    expect(second).to_have_value("")  # what was typed is no choice
    page.locator("#add-f-members").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#f-members-2-user")).to_be_focused()
    page.keyboard.type("曹颖")
    page.keyboard.press("Tab")  # the only one found is taken
    expect(page.locator("#f-members-2-user")).to_have_value("曹颖")
    page.get_by_role("button", name="删除第2行").click()
    expect(page.locator("#f-members-1-user")).to_have_value("曹颖")
    page.locator('[name="members.0.head"]').check()
    page.locator("#submit").click()
    expect(page.locator(".flash-done")).to_contain_text("1 件全部完成")
    assert seats(served, case) == ["expert.7", "hunan.review2"]
    page.goto(page.url.split("/agreements")[0] + f"/cases/{row(served, case).number}/forms/group")
    expect(page.locator("article, .sheet").first).to_contain_text("曹颖")
    assert "hunan.review2" not in page.locator("main").inner_text()


def test_on_a_phone_the_list_stays_within_the_page(served: System, open_as: Open, case: int) -> None:
    page = open_as("hunan.clerk", place(case), size="phone")
    page.locator("#f-members-1-user").click()
    options = page.locator("#f-members-1-user-list [role=option]")
    expect(options).to_have_count(13)
    assert no_sideways_scrolling(page)
    assert [rule for rule, *_ in violations(page) if rule != "target-size"] == []  # the open list covers a button
    options.filter(has_text="周静").click()
    expect(page.locator("#f-members-1-user")).to_have_value("周静")
    assert violations(page) == []


def test_without_scripts_people_are_a_plain_list(chromium: Browser, served: System, address: str, case: int) -> None:
    context = browser.context(chromium, java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": session_of(served, "hunan.clerk"), "url": address}])
    page: Page = context.new_page()
    page.goto(address + place(case))
    for n, username in enumerate(("hunan.clerk", "hunan.review2")):
        page.locator(f'select[name="members.{n}.user"]').select_option(username)
    page.locator('[name="members.0.head"]').check()
    page.locator("#submit").click()
    expect(page.locator(".flash-done")).to_contain_text("1 件全部完成")
    assert seats(served, case) == ["hunan.clerk", "hunan.review2"]
    context.close()
