"""The viewer, the player and the modeler as committed, in a real browser, under the policy of our pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from tests.support.stage import TOKEN, Stage

pytestmark = pytest.mark.browser

JINGBAN = "{urn:jingban:bpmn:1}"
REVIEWING = {
    "application_received": "done",
    "intake": "done",
    "intake_decision": "done",
    "handling": "active",
    "review": "active",
}
OPENED = {
    "seq": 1,
    "kind": "case_opened",
    "title": "单位提出申请",
    "at": "2026-09-22T01:00:00Z",
    "actor": "张三",
    "node": "application_received",
    "flows": [],
    "elements": {"intake": "active"},
    "form": [
        {"label": "单位名称", "value": "某公司", "mark": None},
        {"label": "证件号码", "value": "4301", "mark": "personal"},
    ],
}
ACCEPTED = {
    "seq": 2,
    "kind": "task_completed",
    "title": "受理",
    "at": "2026-09-23T01:00:00Z",
    "recorded_at": "2026-09-24T01:00:00Z",
    "actor": "李四",
    "node": "intake",
    "why": "材料齐全",
    "decisions": ["办理时限开始"],
    "elements": REVIEWING,
    "ledger": [{"key": "handling", "title": "办理时限", "state": "running", "due": "2026-10-09T09:00:00Z"}],
}
CLOSED = {"seq": 4, "title": "办结", "at": "2026-09-25T01:00:00Z", "node": "review", "elements": {"review": "done"}}
FRAMES = [OPENED, ACCEPTED, CLOSED]
ACCEPTED_WORDS = (
    "受理|李四|2026年9月23日 09:00|2026年9月24日 09:00|材料齐全|办理时限开始|计时中|到期 2026年10月9日 17:00".split("|")
)


@pytest.fixture
def stage() -> Iterator[Stage]:
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """Fails the test when the page met an error or a refusal of the policy."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert heard == []


def open_(page: Page, stage: Stage, path: str, selector: str) -> None:
    page.goto(stage.url + path)
    page.wait_for_selector(f"{selector}[data-ready=yes]")


def open_modeler(page: Page, stage: Stage) -> None:
    open_(page, stage, "/modeler", "#modeler")
    page.wait_for_selector(".jb-findings[data-errors]")


def select(page: Page, element_id: str) -> None:
    page.click(f"[data-element-id={element_id}] > .djs-hit", force=True)
    expect(page.locator(entry("id"))).to_have_value(element_id)  # the panel has followed


def entry(name: str) -> str:
    return f"#bio-properties-panel-{name}"


def saved(page: Page, stage: Stage) -> dict[str, etree._Element]:
    """What the server holds after 保存草稿, by id."""
    page.click("#jb-save")
    page.wait_for_selector(".jb-status[data-kind=saved]")
    root = etree.fromstring(stage.draft["xml"].encode())
    return {element.get("id"): element for element in root.iter(etree.Element) if element.get("id")}


# ── viewer ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [1366, 390])
def test_the_viewer_says_where_the_case_stands_in_colour_signs_and_words(
    page: Page, stage: Stage, complaints: list[str], width: int
) -> None:
    stage.state = {"elements": REVIEWING, "flows": []}
    page.set_viewport_size({"width": width, "height": 800})
    open_(page, stage, "/viewer", "[data-bpmn-viewer]")
    assert "当前：办理、审核" in (page.get_attribute(".jb-canvas svg", "aria-label") or "")
    expect(page.locator("[data-element-id=review].jb-active")).to_have_count(1)
    expect(page.locator(".jb-sign-active")).to_have_text("在这里")
    box = page.locator("[data-element-id=review] > .djs-visual").bounding_box()
    assert box is not None
    assert 0 <= box["x"] < width
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.locator(".bjs-powered-by").is_visible()  # its licence asks for it


def test_the_viewer_ignores_elements_that_this_chart_lacks(page: Page, stage: Stage, complaints: list[str]) -> None:
    stage.state = {"elements": {"gone": "waiting", "review": "active"}, "flows": ["gone_flow"]}
    open_(page, stage, "/viewer", "[data-bpmn-viewer]")
    expect(page.locator(".jb-legend li")).to_have_text(["正在办理"])


def test_a_closed_chart_loads_when_it_is_opened(page: Page, stage: Stage, complaints: list[str]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(stage.url + "/closed")
    page.wait_for_selector("details")
    assert not [url for url in asked if url.endswith("/xml")]
    page.click("summary")
    page.wait_for_selector("[data-bpmn-viewer][data-ready=yes]")
    expect(page.locator("[data-element-id=review]")).to_be_visible()


def test_the_chart_is_zoomed_with_the_keyboard(page: Page, stage: Stage, complaints: list[str]) -> None:
    open_(page, stage, "/viewer", "[data-bpmn-viewer]")
    width = "() => document.querySelector('[data-element-id=review] > .djs-visual').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.focus(".jb-canvas svg")
    page.keyboard.press("+")
    page.wait_for_function(f"before => ({width})() > before * 1.1", arg=before)
    page.keyboard.press("0")
    page.wait_for_function(f"before => Math.abs(({width})() / before - 1) < 0.02", arg=before)


# ── player ──────────────────────────────────────────────────────────────────────────────


def test_the_player_opens_at_the_event_that_the_address_names(page: Page, stage: Stage, complaints: list[str]) -> None:
    stage.frames = FRAMES
    open_(page, stage, "/player#seq=2", "#player")
    for words in ACCEPTED_WORDS:
        expect(page.locator(".jb-frame")).to_contain_text(words)
    expect(page.locator("#jb-event-2[aria-current=step]")).to_have_count(1)


def test_the_player_steps_with_arrows_home_end_slider_and_list(page: Page, stage: Stage, complaints: list[str]) -> None:
    stage.frames = FRAMES
    open_(page, stage, "/player", "#player")

    def at(seq: str) -> None:
        expect(page.locator("#player")).to_have_attribute("data-seq", seq)

    at("1")
    page.keyboard.press("ArrowRight")
    at("2")
    page.keyboard.press("End")
    at("4")
    expect(page).to_have_url(stage.url + "/player#seq=4")
    page.keyboard.press("Home")
    at("1")
    page.focus("#jb-slider")
    page.keyboard.press("ArrowRight")
    at("2")
    page.click("#jb-event-4")
    at("4")
    expect(page.locator("[data-element-id=review].jb-done")).to_have_count(1)
    page.click("#jb-back")
    at("2")


def test_the_player_shows_the_form_as_submitted_and_marks_what_is_personal(
    page: Page, stage: Stage, complaints: list[str]
) -> None:
    stage.frames = FRAMES
    open_(page, stage, "/player", "#player")
    expect(page.locator(".jb-form tr")).to_have_text(["单位名称某公司", "证件号码4301个人信息"])


def test_play_runs_to_the_end_and_stops_there(page: Page, stage: Stage, complaints: list[str]) -> None:
    stage.frames = FRAMES
    open_(page, stage, "/player", "#player")
    page.keyboard.press("Space")
    page.wait_for_selector("#player[data-seq='4']")
    expect(page.locator("#jb-play")).to_have_attribute("title", "播放（空格）")


def test_the_verdict_is_shown_as_text_and_the_request_carries_the_csrf_token(
    page: Page, stage: Stage, complaints: list[str]
) -> None:
    stage.frames = FRAMES
    stage.verdict = {"result": "altered", "text": "第 2 个事件<b>被改动</b>。", "details": ["摘要不符"]}
    open_(page, stage, "/player", "#player")
    page.click("#jb-verify")
    page.wait_for_selector("[data-result=altered]")
    assert page.inner_text(".jb-verdict").split("\n")[0] == "不一致：记录被改动过"
    assert "第 2 个事件<b>被改动</b>。" in page.inner_text(".jb-verdict")
    assert stage.tokens == [TOKEN]


# ── modeler ─────────────────────────────────────────────────────────────────────────────


def test_a_diagram_that_is_opened_and_saved_says_the_same(page: Page, stage: Stage, complaints: list[str]) -> None:
    def words(xml: str) -> set[tuple[str, tuple[tuple[str, str], ...], str]]:
        return {
            (str(e.tag), tuple(sorted((str(k), str(v)) for k, v in e.attrib.items())), (e.text or "").strip())
            for e in etree.fromstring(xml.encode()).iter(etree.Element)
        }

    open_modeler(page, stage)
    saved(page, stage)
    assert words(stage.draft["xml"]) == words(stage.xml)
    assert stage.tokens
    assert set(stage.tokens) == {TOKEN}


def test_properties_changed_in_the_panel_are_written_as_our_attributes(
    page: Page, stage: Stage, complaints: list[str]
) -> None:
    open_modeler(page, stage)
    select(page, "intake")
    page.fill(entry("name"), "受理 & <审查>")
    page.select_option(entry("jingban-candidateGroup"), "leader")
    page.select_option(entry("jingban-form"), "review")
    page.check(entry("jingban-separateFrom-review"))
    page.check(entry("jingban-separateFrom-supplement"))
    page.check(entry("jingban-ends-handling"))
    page.check(entry("jingban-ends-supplement"))
    page.fill(entry("id"), "first_look")
    page.keyboard.press("Tab")
    task = saved(page, stage)["first_look"]
    assert task.get("name") == "受理 & <审查>"
    assert {key: task.get(JINGBAN + key) for key in ("candidateGroup", "form", "ends")} == {
        "candidateGroup": "leader", "form": "review", "ends": "intake supplement handling",
    }  # fmt: skip
    assert sorted(task.get(JINGBAN + "separateFrom").split()) == ["review", "supplement"]


def test_an_id_that_would_not_do_is_explained_and_not_taken(page: Page, stage: Stage, complaints: list[str]) -> None:
    open_modeler(page, stage)
    select(page, "intake")
    for wrong in ("Start", "1a", "a b", "review", ""):
        page.fill(entry("id"), wrong)
        page.wait_for_selector(".bio-properties-panel-error")
        expect(page.locator(".bio-properties-panel-error")).to_contain_text("标识")
    page.keyboard.press("Tab")
    assert "intake" in saved(page, stage)


def test_what_names_a_task_follows_when_its_id_changes(page: Page, stage: Stage, complaints: list[str]) -> None:
    open_modeler(page, stage)
    select(page, "intake")
    page.check(entry("jingban-separateFrom-supplement"))
    page.check(entry("jingban-separateFrom-review"))
    select(page, "review")
    page.fill(entry("id"), "second_look")
    page.keyboard.press("Tab")
    named = saved(page, stage)["intake"].get(JINGBAN + "separateFrom")
    assert sorted(named.split()) == ["second_look", "supplement"]


def test_a_timer_added_to_a_task_asks_the_ledger(page: Page, stage: Stage, complaints: list[str]) -> None:
    open_modeler(page, stage)
    select(page, "intake")
    page.click(".djs-context-pad [data-action='boundary.timer']")
    page.wait_for_selector(entry("timer-ready"))
    page.select_option(entry("timer-ready"), 'warning("supplement")')
    timer = saved(page, stage)["boundary_event_1"]
    assert timer.get("attachedToRef") == "intake"
    assert [str(date) for date in timer.xpath("*/*[local-name()='timeDate']/text()")] == ['warning("supplement")']


def test_new_elements_get_ids_that_a_person_can_read(page: Page, stage: Stage, complaints: list[str]) -> None:
    open_modeler(page, stage)
    before = {e.get("id") for e in etree.fromstring(stage.xml.encode()).iter(etree.Element)}
    select(page, "review")
    page.click(".djs-context-pad [data-action='append.user-task']")
    page.wait_for_selector(entry("jingban-form"))
    page.keyboard.press("Escape")
    added = set(saved(page, stage)) - before
    assert added == {"user_task_1", "flow_1", "user_task_1_di", "flow_1_di"}


def test_only_what_our_engine_runs_is_offered_and_in_chinese(page: Page, stage: Stage, complaints: list[str]) -> None:
    open_modeler(page, stage)
    select(page, "review_result" if page.locator("[data-element-id=review_result]").count() else "intake_decision")
    page.click(".djs-context-pad [data-action=replace]")
    page.wait_for_selector(".djs-popup")
    expect(page.locator(".djs-popup .entry")).to_have_text(["并行网关"])
    titled = ".djs-palette [title], .djs-context-pad [title]"
    titles = page.locator(titled).evaluate_all("found => found.map(element => element.title)")
    assert [title for title in titles if title.isascii()] == []
    assert not any(word in title for title in titles for word in ("消息", "数据", "服务", "脚本"))


def test_findings_stand_in_the_list_and_at_the_element(page: Page, stage: Stage, complaints: list[str]) -> None:
    open_modeler(page, stage)
    expect(page.locator(".jb-findings")).to_have_attribute("data-errors", "0")
    select(page, "review")
    page.select_option(entry("jingban-form"), "")
    page.wait_for_selector(".jb-finding-list [data-element=review]")
    expect(page.locator(".jb-findings")).not_to_have_attribute("data-errors", "0")
    expect(page.locator("[data-container-id=review] .jb-badge-error")).to_have_count(1)
    select(page, "intake")
    page.click(".jb-finding-list [data-element=review]")
    expect(page.locator(entry("id"))).to_have_value("review")
    page.click("#jb-undo")
    page.wait_for_selector(".jb-findings[data-errors='0']")
    expect(page.locator(".jb-badge-error")).to_have_count(0)


HEAR = """() => {
  window.heard = [];
  document.addEventListener('jingban:publishable', (event) => window.heard.push(event.detail));
}"""


def test_a_draft_saves_itself_and_the_page_hears_when_it_may_be_published(
    page: Page, stage: Stage, complaints: list[str]
) -> None:
    open_modeler(page, stage)
    page.evaluate(HEAR)
    select(page, "review")
    page.fill(entry("name"), "审核材料")
    page.wait_for_function("() => window.heard.at(-1)?.publishable")
    heard = page.evaluate("() => window.heard")
    assert (heard[0], heard[-1]) == ({"publishable": False, "revision": 1}, {"publishable": True, "revision": 2})
    assert [told["publishable"] for told in heard] == [False] * (len(heard) - 1) + [True]  # saved or checked first
    assert "审核材料" in stage.draft["xml"]


def test_a_draft_that_somebody_else_saved_is_not_overwritten(page: Page, stage: Stage) -> None:
    open_modeler(page, stage)
    stage.draft = {"xml": stage.xml, "revision": 9}
    select(page, "review")
    page.fill(entry("name"), "我的名字")
    page.click("#jb-save")
    page.wait_for_selector(".jb-banner:not([hidden])")
    expect(page.locator(".jb-banner")).to_contain_text("王设计已于 10:03 保存了较新的草稿。")
    assert "我的名字" not in stage.draft["xml"]
    page.click("text=把我的图另存为新草稿")
    page.wait_for_url("**/viewer")  # without being asked whether to leave: nothing is lost
    assert stage.draft == {"xml": stage.xml, "revision": 9}
    assert [xml.count("我的名字") for xml in stage.copies] == [1]


def test_leaving_with_unsaved_edits_asks_first(page: Page, stage: Stage) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    open_modeler(page, stage)
    page.route("**/draft", lambda route: None)  # it is not saved meanwhile
    select(page, "review")
    page.fill(entry("name"), "改了一半")
    page.keyboard.press("Tab")
    page.goto(stage.url + "/viewer")
    assert asked == ["beforeunload"]
