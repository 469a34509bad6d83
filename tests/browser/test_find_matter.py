"""Finding a matter with the keyboard alone, on the clerk's page and on the public one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from engine.actions.seed_demo import ENROLMENT
from tests.browser.conftest import Open, no_sideways_scrolling

pytestmark = pytest.mark.browser


def test_initials_and_enter_open_the_application(open_as: Open) -> None:
    page = open_as("yueyang.window", "/open")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("dwcbdj")
    expect(page.locator("[data-found].here")).to_have_count(1)
    expect(page.locator("[data-found].here")).to_contain_text("单位参保登记")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/open/{ENROLMENT}/yueyang$"))


def test_arrows_move_through_what_was_found(open_as: Open) -> None:
    page = open_as("yueyang.window", "/open")
    page.keyboard.insert_text("医疗")  # at once: the list is fetched once
    expect(page.locator("h2").first).to_contain_text("找到的事项")
    expect(page.locator("[data-found].here")).to_have_count(1)
    names = page.locator("[data-found] .matter-name").all_text_contents()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-found].here .matter-name")).to_have_text(names[min(1, len(names) - 1)])
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-found].here .matter-name")).to_have_text(names[0])


def test_anybody_finds_a_guide_and_it_fits_a_phone(open_as: Open) -> None:
    page = open_as(None, "/guides", size="phone")
    page.locator("#q").click()
    page.keyboard.type("danweicanbaodengji")
    expect(page.locator("[data-found].here")).to_be_visible()
    expect(page.locator(".matter-name").first).to_have_text("单位参保登记")
    assert no_sideways_scrolling(page)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("单位参保登记")
    assert no_sideways_scrolling(page)


def test_what_is_typed_before_the_script_arrives_is_found_as_well(open_as: Open, address: str) -> None:
    page = open_as("yueyang.window")
    held: list[Route] = []
    page.route("**/js/app.js", lambda route: held.append(route))
    with page.expect_request("**/js/app.js"):
        page.goto(f"{address}/open", wait_until="commit")
    page.locator("#q").fill("dwcbdj")
    held[0].continue_()
    expect(page.locator("[data-found].here")).to_contain_text("单位参保登记")
