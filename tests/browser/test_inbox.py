"""The inbox by keyboard, with the reasons on hover and on tap."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.actions.system import System
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.support.visitor import task_of

pytestmark = pytest.mark.browser

FRESH = "长沙星河软件有限公司"


def test_the_list_is_worked_without_a_mouse(open_as: Open) -> None:
    page = open_as("changsha.window")
    page.keyboard.press("j")
    first = page.locator("[data-row]").first
    expect(first.locator("[data-open]")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(first.locator("[data-open]")).to_be_focused()
    name = first.locator(".col-who").inner_text()
    page.keyboard.press("c")
    expect(page.locator(".flash")).to_contain_text("已领取")
    expect(page.locator("[data-row]", has_text=name).get_by_role("button", name="退回")).to_be_visible()
    page.wait_for_load_state("load")  # its scripts have run: a key pressed before them does nothing
    page.keyboard.press("/")
    expect(page.locator("#filter-q")).to_be_focused()
    page.keyboard.type("星河j")  # letters typed into a field are letters
    expect(page.locator("#filter-q")).to_have_value("星河j")
    page.locator("#filter-q").fill("星河")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")


def test_the_reason_of_a_deadline_is_shown_on_hover_and_on_tap(open_as: Open) -> None:
    desk = open_as("changsha.review")
    why = desk.locator("[role=tooltip]").first
    expect(why).to_be_hidden()
    desk.locator(".why button").first.hover()
    expect(why).to_be_visible()
    expect(why).to_contain_text("中秋9月25日不计")
    phone = open_as("changsha.review", size="phone")
    phone.locator(".why button").first.click()
    shown = phone.locator("[role=tooltip]").first
    expect(shown).to_be_visible()
    box = shown.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    phone.keyboard.press("Escape")
    phone.mouse.move(5, 840)
    expect(shown).to_be_hidden()


def test_two_clerks_claim_the_same_task_and_the_second_is_told(open_as: Open, served: System) -> None:
    task = task_of(served, FRESH)
    first, second = open_as("changsha.window"), open_as("changsha.window")
    first.locator(f"#claim-{task.id}").click()
    expect(first.locator(".flash")).to_contain_text("已领取")
    second.locator(f"#claim-{task.id}").click()
    expect(second.locator(".flash")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/?tab=applicant", "/cases", "/open", "/guides"])
def test_no_list_scrolls_sideways_on_a_phone(open_as: Open, path: str) -> None:
    assert no_sideways_scrolling(open_as("changsha.window", path, size="phone"))


def test_the_keys_are_told_on_a_question_mark_and_closed_by_escape(open_as: Open) -> None:
    page = open_as("changsha.window", "/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("领取所在的任务")
    page.keyboard.press("j")  # keys of the list rest while the help is open
    expect(page.locator(".here")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("[data-search]").fill("?")  # typing is typing
    expect(page.locator("#keys")).to_be_hidden()
    page.locator(".me summary").click()
    page.locator("#show-keys").click()
    page.locator("#close-keys").click()
    expect(page.locator("#keys")).to_be_hidden()
