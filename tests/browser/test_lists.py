"""A list of two thousand people in a browser: refused with a report, corrected, shown, opened."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open, no_sideways_scrolling
from tests.webapp.test_lists import HEAD, OPEN, many


def test_a_list_is_loaded_as_soon_as_it_is_chosen(open_as: Open, tmp_path: Path) -> None:
    good, wrong = tmp_path / "good.csv", tmp_path / "wrong.csv"
    rows = many(2_000)
    good.write_bytes("\r\n".join([HEAD, *rows]).encode("gb18030"))
    wrong.write_bytes("\r\n".join([HEAD, *rows[:3], rows[0]]).encode())
    page = open_as("yueyang.window", OPEN)
    page.fill("[name=department]", "岳阳市某区民政局")
    page.fill("[name=year]", "2026")
    page.fill("[name=policy]", "某市2026年度参保缴费资助方案")
    page.fill("[name=list_number]", "民函〔2026〕12号")
    page.fill("[name=listed_on]", "2026-09-18")
    with page.expect_navigation():
        page.set_input_files("#f-recipients-file", wrong)
    report = page.locator("#report-f-recipients")
    expect(report).to_contain_text("与第2行相同")
    expect(report).to_be_focused()
    expect(page.locator("[name=department]")).to_have_value("岳阳市某区民政局")
    with page.expect_navigation():
        page.set_input_files("#f-recipients-file", good)
    expect(page.locator(".sums")).to_contain_text("800,000.00")
    with page.expect_response(lambda response: response.url.endswith("/check")) as asked:
        page.fill("[name=remark]", "第一批")
        page.press("[name=remark]", "Tab")
    assert "f-recipients" not in asked.value.json()["errors"]
    assert no_sideways_scrolling(page)
    with page.expect_navigation():
        page.click("#submit")
    expect(page.locator("main")).to_contain_text("办件已开立")
    assert no_sideways_scrolling(page)
    page.click("[id^=list-application]")
    page.wait_for_selector(".long-sign")
    expect(page.locator(".long-rows tbody tr")).to_have_count(2_000)
    assert no_sideways_scrolling(page)


def test_a_list_that_is_chosen_before_the_script_arrives_is_loaded_as_well(
    open_as: Open, address: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.csv"
    row = many(1)[0]
    wrong.write_bytes("\r\n".join([HEAD, row, row]).encode())
    page = open_as("yueyang.window")
    held: list[Route] = []
    page.route("**/js/app.js", lambda route: held.append(route))
    with page.expect_request("**/js/app.js"):
        page.goto(address + OPEN, wait_until="commit")
    page.set_input_files("#f-recipients-file", wrong)
    held[0].continue_()
    expect(page.locator("#report-f-recipients")).to_contain_text("与第2行相同")
