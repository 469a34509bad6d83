"""A list of two thousand people in a browser: refused with a report, corrected, shown, opened."""

from __future__ import annotations

from pathlib import Path

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
    assert "与第2行相同" in report.inner_text()
    assert report.evaluate("report => document.activeElement === report")
    assert page.input_value("[name=department]") == "岳阳市某区民政局"
    with page.expect_navigation():
        page.set_input_files("#f-recipients-file", good)
    assert "800,000.00" in page.inner_text(".sums")
    with page.expect_response(lambda response: response.url.endswith("/check")) as asked:
        page.fill("[name=remark]", "第一批")
        page.press("[name=remark]", "Tab")
    assert "f-recipients" not in asked.value.json()["errors"]
    assert no_sideways_scrolling(page)
    with page.expect_navigation():
        page.click("#submit")
    assert "办件已开立" in page.inner_text("main")
    assert no_sideways_scrolling(page)
    page.click("[id^=list-application]")
    page.wait_for_selector(".long-sign")
    assert page.locator(".long-rows tbody tr").count() == 2_000
    assert no_sideways_scrolling(page)
