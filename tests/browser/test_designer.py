"""A designer changes a diagram, another person approves, a new case runs on it: all of it in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from engine.actions.complete_task import complete_task
from engine.actions.open_case import open_case
from engine.actions.system import ROOT, System
from engine.store import cases, tasks
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.support.axe import violations
from tests.support.clerk import ACCEPT, CLERK, PASS, application, new_request
from tests.support.forms import ENROLMENT

pytestmark = pytest.mark.browser

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
JINGBAN = "{urn:jingban:bpmn:1}"


def entry(name: str) -> str:
    return f"#bio-properties-panel-{name}"


def select(page: Page, element_id: str) -> None:
    page.click(f"[data-element-id={element_id}] > .djs-hit", force=True)


def start_draft(page: Page, region: str = "hunan") -> None:
    page.locator(f"tr[data-region={region}]").first.get_by_role("button", name="修改").click()
    page.wait_for_selector("#modeler[data-ready=yes]")
    page.wait_for_selector(".jb-findings[data-errors='0']")


def open_enrolment(system: System) -> int:
    return open_case(system, CLERK, ENROLMENT, "hunan", "本级", application(system), new_request()).case_id


def work(system: System, case_id: int, *steps: dict[str, object]) -> list[str]:
    """Completes the open task with each submission; the names of the tasks that were open."""
    names = []
    for raw in steps:
        with system.store.reading() as connection:
            (task,) = tasks.open_of_case(connection, case_id)
        names.append(task.name)
        complete_task(system, CLERK, task.id, raw, new_request())
    return names


def test_a_changed_name_and_condition_are_checked_proposed_approved_and_run_for_new_cases(
    open_as: Open, served: System
) -> None:
    old = open_enrolment(served)
    page = open_as("designer", "/designer")
    start_draft(page)
    select(page, "review")
    page.fill(entry("name"), "复核")
    select(page, "intake_decision_to_not_accepted")
    page.fill(entry("condition"), 'intake.verdict = "reject"')
    page.wait_for_selector(".jb-finding-list [data-element=intake_decision_to_not_accepted]")
    expect(page.locator("#submit-proposal")).to_be_disabled()
    expect(page.locator("#propose-why")).to_contain_text("个错误，改正后才能提交")
    page.fill(entry("condition"), 'intake.decision = "reject" or intake.decision = "refuse"')
    page.wait_for_selector(".jb-findings[data-errors='0']")
    expect(page.locator("#submit-proposal")).to_be_enabled()
    page.fill("#note", "与岗位名称一致")
    page.click("#submit-proposal")
    page.wait_for_url("**/review")
    expect(page.locator("main")).to_contain_text("须由另一人审批")
    address = page.url.partition("/designer")[2]

    approver = open_as("approver", f"/designer{address}")
    assert sorted(approver.locator("[data-change]").evaluate_all("all => all.map(e => e.dataset.change)")) == [
        "intake_decision_to_not_accepted",
        "review",
    ]
    approver.wait_for_selector("[data-bpmn-viewer][data-ready=yes] [data-element-id=review].jb-changed")
    assert approver.locator("[data-bpmn-viewer] >> nth=0 >> .jb-sign-changed").all_text_contents() == ["改动", "改动"]
    expect(approver.locator("[data-impact=hunan]")).to_contain_text("1 件仍按原版本办完")
    approver.click("#approve")
    expect(approver.locator(".flash-done")).to_contain_text("已发布：湖南省第 2 版")

    new = open_enrolment(served)
    assert work(served, old, ACCEPT, PASS) == ["受理", "审核"]
    assert work(served, new, ACCEPT, PASS) == ["受理", "复核"]
    with served.store.reading() as connection:
        rows = [cases.by_id(connection, case_id) for case_id in (old, new)]
    assert [served.deployed(row.deployment_id).version for row in rows if row] == [1, 2]


def test_two_windows_of_one_draft_do_not_overwrite_each_other(open_as: Open, served: System) -> None:
    first = open_as("designer", "/designer")
    start_draft(first)
    second = open_as("designer", "/designer" + first.url.partition("/designer")[2])
    second.wait_for_selector("#modeler[data-ready=yes]")
    select(first, "review")
    first.fill(entry("name"), "复核")
    first.click("#jb-save")
    first.wait_for_selector(".jb-status[data-kind=saved]")
    select(second, "intake")
    second.fill(entry("name"), "收件")
    second.click("#jb-save")
    second.wait_for_selector(".jb-banner:not([hidden])")
    expect(second.locator(".jb-banner")).to_contain_text("这份草稿已被更新：徐丽于9月22日10:00，现为第 2 稿")


def test_removed_elements_are_shown_on_the_old_picture(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    select(page, "supervised")
    page.keyboard.press("Delete")
    page.click("#jb-save")
    page.wait_for_selector(".jb-status[data-kind=saved]")
    page.click("#changes")
    old = page.locator("[data-bpmn-viewer]").nth(1)
    old.locator("[data-element-id=supervised].jb-removed").wait_for(state="attached")
    assert page.locator("h3.change-removed").count() == 1
    assert "supervised" in page.locator("[data-change]").evaluate_all("all => all.map(e => e.dataset.change)")


def saved(page: Page) -> dict[str, etree._Element]:
    """The draft as the server has it, by id."""
    page.click("#jb-save")
    page.wait_for_selector(".jb-status[data-kind=saved]")
    answer = page.request.get(page.url.partition("?")[0] + "/draft.json")
    found = etree.fromstring(answer.json()["xml"].encode()).iter(etree.Element)
    return {str(e.get("id")): e for e in found if e.get("id")}


def draw(page: Page, tool: str) -> None:
    """Takes a tool of the palette and sets its element down where a lane is empty."""
    page.click(f".djs-palette [data-action='{tool}']")
    box = page.locator("[data-element-id=supervised] > .djs-hit").bounding_box()
    assert box
    x, y = box["x"] + 150, box["y"] + box["height"] / 2
    page.mouse.move(x, y, steps=4)
    page.mouse.click(x, y)


def test_several_people_side_by_side_are_one_line_of_the_panel(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    select(page, "review")
    page.fill(entry("jingban-participants"), "intake.experts")
    page.wait_for_selector(".jb-finding-list [data-element=review]")  # the form names nobody; the shape is not blamed
    assert "多实例" not in page.inner_text(".jb-finding-list")
    task = saved(page)["review"]
    assert task.get(JINGBAN + "participants") == "intake.experts"
    (loop,) = task.findall(f"{BPMN}multiInstanceLoopCharacteristics")
    assert loop.get("isSequential", "false") == "false"
    assert [e.text for e in loop] == ["count(intake.experts)"]

    page.fill(entry("jingban-participants"), "")
    page.wait_for_selector(".jb-findings[data-errors='0']")
    task = saved(page)["review"]
    assert task.get(JINGBAN + "participants") is None
    assert task.find(f"{BPMN}multiInstanceLoopCharacteristics") is None


def test_a_letter_from_outside_is_drawn_named_and_given_a_form_and_a_group(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    draw(page, "create.reply")
    page.wait_for_selector(entry("message-name"))
    page.fill(entry("message-name"), "信息表")
    expect(page.locator(entry("message-id"))).to_have_value("message_1")
    page.fill(entry("message-id"), "reply")
    page.select_option(entry("jingban-candidateGroup"), "finance")
    page.select_option(entry("jingban-form"), "review")
    page.check(entry("jingban-starts-handling"))
    expect(page.locator(entry("jingban-purpose"))).to_have_count(0)
    elements = saved(page)
    event = elements["intermediate_catch_event_1"]
    assert {name: event.get(JINGBAN + name) for name in ("candidateGroup", "form", "starts")} == {
        "candidateGroup": "finance", "form": "review", "starts": "handling",
    }  # fmt: skip
    definition = event.find(f"{BPMN}messageEventDefinition")
    assert definition is not None
    assert definition.get("messageRef") == "reply"
    assert elements["reply"].get("name") == "信息表"
    assert "message_1" not in elements


def test_a_gateway_ends_limits_and_a_throw_event_names_its_letter(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    select(page, "intake_decision")
    page.check(entry("jingban-ends-handling"))
    draw(page, "create.letter")
    page.select_option(entry("jingban-letter"), "closing_notice")
    elements = saved(page)
    assert elements["intake_decision"].get(JINGBAN + "ends") == "handling"
    assert elements["intermediate_throw_event_1"].get(JINGBAN + "letter") == "closing_notice"


def test_a_file_takes_the_place_of_the_drawing_which_can_be_brought_back(
    open_as: Open, served: System, tmp_path: Path
) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    before = saved(page).keys()
    other = tmp_path / "other.bpmn"
    other.write_bytes((ROOT / "processes" / "002036002001-unit-enquiry" / "process.bpmn").read_bytes())
    page.set_input_files("#jb-file", other)
    expect(page.locator(".jb-told")).to_contain_text("已打开“other.bpmn”，代替了原来的图")
    assert "result" in saved(page)
    page.get_by_role("button", name="恢复原来的图").click()
    expect(page.locator(".jb-told")).to_contain_text("已恢复原来的图")
    assert saved(page).keys() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "不是可以显示的 BPMN 流程图"),
        ("<html/>", "不是可以显示的 BPMN 流程图"),
        (f'<b:definitions xmlns:b="{BPMN[1:-1]}"><b:process id="p"/></b:definitions>', "不是可以显示的 BPMN 流程图"),
        (" " * (2 * 1024 * 1024 + 1), "文件超过 2 MB"),
    ],
    ids=["text", "page", "no-picture", "large"],
)
def test_a_file_that_is_no_diagram_leaves_the_drawing_as_it_is(
    open_as: Open, served: System, tmp_path: Path, text: str, said: str
) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    (tmp_path / "some.bpmn").write_text(text)
    page.set_input_files("#jb-file", tmp_path / "some.bpmn")
    expect(page.locator(".jb-told")).to_contain_text(said)
    expect(page.locator(".jb-status")).to_have_text("草稿已载入")
    expect(page.locator("[data-element-id=review]")).to_have_count(1)


def test_what_was_just_edited_is_saved_before_the_changes_are_shown(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    select(page, "review")
    page.fill(entry("documentation"), "按经办规程，一人审核。")
    page.wait_for_selector(".jb-status[data-kind=dirty]")
    page.click("#changes")
    page.wait_for_url("**/review")
    expect(page.locator("[data-change=review]")).to_contain_text("说明：（无） → “按经办规程，一人审核。”")


def test_the_check_speaks_of_the_panels_entries_and_of_shapes_on_each_other(
    open_as: Open, served: System, tmp_path: Path
) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    draw(page, "create.user-task")
    page.wait_for_selector(".jb-finding-list [data-element=user_task_1]")
    assert "在任务上写“表单”，如" in page.inner_text(".jb-finding-list")
    text = served.current(ENROLMENT, "hunan").bundle.bpmn
    assert 'y="702" width="36"' in text
    (tmp_path / "moved.bpmn").write_text(text.replace('y="702" width="36"', 'y="602" width="36"'))
    page.set_input_files("#jb-file", tmp_path / "moved.bpmn")
    page.click(".jb-finding-list [data-element=supervised]")
    expect(page.locator(".jb-finding-list")).to_contain_text("督办：与“办理”重叠，图上看不清")
    expect(page.locator(entry("name"))).to_have_value("督办")


def width_of(page: Page, element_id: str) -> float:
    box = page.locator(f"[data-element-id={element_id}] > .djs-hit").first.bounding_box()
    assert box
    return box["width"]


def test_a_large_chart_is_drawn_on_the_whole_screen_and_made_larger(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    fitted = width_of(page, "review")
    page.click("#jb-larger")
    assert width_of(page, "review") == pytest.approx(fitted * 1.25, rel=0.01)
    page.click("#jb-smaller")
    assert width_of(page, "review") == pytest.approx(fitted, rel=0.01)
    page.click("#jb-screen")
    page.wait_for_function("document.fullscreenElement?.id === 'modeler'")
    expect(page.locator(".jb-findings")).to_be_in_viewport()


def test_an_element_is_found_and_the_keys_are_told(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    page.click("#jb-keys")
    expect(page.locator(".jb-keys")).to_contain_text("在图中查找")
    page.click("#jb-keys-close")
    page.click("#jb-find")
    page.fill(".djs-search-container input", "督办")
    page.keyboard.press("End")  # it looks when a key comes up
    page.locator(".djs-search-result").first.click()
    expect(page.locator(entry("name"))).to_have_value("督办")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_designers_pages_fit_the_window_and_axe_finds_nothing(open_as: Open, served: System, size: str) -> None:
    page = open_as("designer", "/designer", size=size)
    assert no_sideways_scrolling(page)
    assert violations(page) == []
    start_draft(page)
    assert no_sideways_scrolling(page)
    assert violations(page) == []
    page.click("#changes")
    page.wait_for_selector("[data-bpmn-viewer][data-ready=yes]")
    assert no_sideways_scrolling(page)
    assert violations(page) == []
