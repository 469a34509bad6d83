"""A designer changes a diagram, another person approves, a new case runs on it: all of it in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from engine.actions.actor import Membership
from engine.actions.complete_task import complete_task
from engine.actions.create_user import create_user
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
ENQUIRY = "002036002001"  # 参保单位参保信息查询: short examples


def entry(name: str) -> str:
    return f"#bio-properties-panel-{name}"


def select(page: Page, element_id: str) -> None:
    page.click(f"[data-element-id={element_id}] > .djs-hit", force=True)
    expect(page.locator(entry("id"))).to_have_value(element_id)  # the panel has followed


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
    expect(approver.locator("[data-bpmn-viewer] >> nth=0 >> .jb-sign-changed")).to_have_text(["改动", "改动"])
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
    expect(second.locator(".jb-banner")).to_contain_text(
        re.compile("这份草稿已被更新：徐丽于9月22日10:00，现为第 [23] 稿")
    )


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
    expect(page.locator("h3.change-removed")).to_have_count(1)
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
    expect(page.locator(".jb-finding-list")).not_to_contain_text("多实例")
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
    expect(page.locator(".jb-status")).not_to_have_text("草稿已载入")
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
    expect(page.locator(".jb-finding-list")).to_contain_text("在任务上写“表单”")
    assert "jingban:" not in page.inner_text(".jb-finding-list")
    text = served.current(ENROLMENT, "hunan").bundle.bpmn
    assert 'y="702" width="36"' in text
    (tmp_path / "moved.bpmn").write_text(text.replace('y="702" width="36"', 'y="602" width="36"'))
    page.set_input_files("#jb-file", tmp_path / "moved.bpmn")
    page.click(".jb-finding-list [data-element=supervised]")
    expect(page.locator(".jb-finding-list")).to_contain_text("督办：与“办理”重叠，图上看不清")
    expect(page.locator(entry("name"))).to_have_value("督办")


WIDTH = "document.querySelector('[data-element-id=review] > .djs-hit').getBoundingClientRect().width"


def as_wide_as(page: Page, width: float) -> None:
    """Waits until 审核 is drawn so wide, in pixels."""
    page.wait_for_function(f"width => Math.abs({WIDTH} / width - 1) < 0.01", arg=width)


def test_a_large_chart_is_drawn_on_the_whole_screen_and_made_larger(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer")
    start_draft(page)
    fitted = page.evaluate(WIDTH)
    page.click("#jb-larger")
    as_wide_as(page, fitted * 1.25)
    page.click("#jb-smaller")
    as_wide_as(page, fitted)
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


SLOW = 240_000  # milliseconds: a run starts a process, makes a database and plays every example


def tried(page: Page) -> None:
    """Starts a trial run and waits for its end."""
    page.click("#jb-try")
    page.wait_for_selector(".jb-trial[data-status=running]")
    page.wait_for_selector(".jb-trial[data-status=done]", timeout=SLOW)


def test_a_draft_is_tried_with_the_examples_mended_proposed_and_approved(open_as: Open, served: System) -> None:
    page = open_as("designer", f"/designer?q={ENQUIRY}")
    start_draft(page)
    note = page.locator(".jb-trial-note")
    expect(note).to_contain_text("还没有试运行")
    select(page, "intake")
    page.fill(entry("name"), "收件")
    tried(page)  # saves first
    failures = page.locator(".jb-trial [data-element]")
    expect(failures.first).to_contain_text("在办任务应为“受理”，实为“收件”")
    assert {e.get_attribute("data-element") for e in failures.all()} == {"intake"}
    expect(page.locator("[data-element-id=intake_to_intake_decision].jb-untaken").first).to_be_attached()
    expect(page.locator(".jb-trial [data-flow=intake_to_intake_decision]")).to_contain_text("收件 → 判断是否受理")
    select(page, "supplement")
    failures.first.click()
    expect(page.locator(entry("name"))).to_have_value("收件")

    page.fill(entry("name"), "受理")
    page.fill(entry("documentation"), "窗口收件后当场审查材料。")
    expect(note).to_contain_text("图已有修改，以下是修改以前的结果")
    tried(page)
    expect(page.locator(".jb-untaken")).to_have_count(0)
    told = note.inner_text()
    count = told.partition(" 个示例")[0]
    assert f"{count} 个示例中 {count} 个通过" in told
    page.fill("#note", "写明画法的缘由")
    expect(page.locator("#submit-proposal")).to_be_enabled()
    page.click("#submit-proposal")
    page.wait_for_url("**/review")
    approver = open_as("approver", "/designer" + page.url.partition("/designer")[2])
    expect(approver.locator("#trial [data-trial]")).to_contain_text("个通过")
    passed, _, total = str(approver.locator("#trial [data-trial]").get_attribute("data-trial")).partition("/")
    assert 0 < int(passed) == int(total) < int(count)  # of the region that gets it; the draft was tried for all
    approver.click("#approve")
    expect(approver.locator(".flash-done")).to_contain_text("已发布")


def test_leaving_the_page_stops_a_run(open_as: Open, served: System) -> None:
    page = open_as("designer", f"/designer?q={ENQUIRY}")
    start_draft(page)
    address = page.url
    page.click("#jb-try")
    page.wait_for_selector("#jb-try-stop:not([hidden])")
    page.goto(address.partition("/designer")[0] + "/designer")
    page.goto(address)
    page.wait_for_selector(".jb-trial[data-status=stopped]")
    expect(page.locator(".jb-trial-note")).to_contain_text("已停止")


def test_two_people_at_one_matter_see_each_other_and_keep_both_drawings(open_as: Open, served: System) -> None:
    create_user(served, "second", "陈静", "a-long-password-2026", [Membership("*", "*", "designer")])
    first = open_as("designer", f"/designer?q={ENQUIRY}")
    start_draft(first)
    second = open_as("second", "/designer" + first.url.partition("/designer")[2])
    expect(second.locator(".jb-company")).to_contain_text("别人也打开着这份草稿：徐丽")
    second.wait_for_selector(".jb-findings[data-errors='0']")
    saved(first)
    select(second, "intake")
    second.fill(entry("name"), "收件")
    second.click("#jb-save")
    expect(second.locator(".jb-banner")).to_contain_text("您的修改还在本页，没有丢失")
    second.get_by_role("button", name="把我的图另存为新草稿").click()
    expect(second.locator(".jb-company")).to_contain_text("本事项还有进行中的草稿：徐丽的草稿（湖南省第 1 版")
    second.wait_for_selector("#modeler[data-ready=yes]")
    assert saved(second)["intake"].get("name") == "收件"
    assert saved(first)["intake"].get("name") == "受理"


def test_a_task_set_down_on_a_flow_gets_room_and_one_step_back_undoes_it(open_as: Open, served: System) -> None:
    page = open_as("designer", "/designer?q=002036001001")
    start_draft(page)
    before = page.locator("[data-element-id=review_decision] > .djs-hit").first.bounding_box()
    left = page.locator("[data-element-id=review] > .djs-hit").first.bounding_box()
    assert before
    assert left
    page.click(".djs-palette [data-action='create.user-task']")
    x, y = (left["x"] + left["width"] + before["x"]) / 2, left["y"] + left["height"] / 2
    page.mouse.move(x - 30, y - 30)
    page.mouse.move(x, y, steps=6)
    page.mouse.click(x, y)
    page.wait_for_selector(".jb-finding-list [data-element=user_task_1]")
    assert page.locator(".jb-finding-list .jb-severity").first.inner_text() == "错误"  # errors stand first
    assert "重叠" not in page.inner_text(".jb-finding-list")
    page.click("#jb-fit")
    page.click("#jb-undo")
    expect(page.locator("[data-element-id=user_task_1]")).to_have_count(0)
    expect(page.locator("#jb-undo")).to_be_disabled()
    page.wait_for_selector(".jb-findings[data-errors='0']")
