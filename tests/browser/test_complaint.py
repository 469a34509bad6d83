"""A complaint in a browser: extended twice, investigated by two people, its result told; who complained is hidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.clock import FixedClock
from engine.forms import RESTRICTED
from engine.store.cases import cases
from engine.store.letters import letters
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.support.visitor import at

pytestmark = pytest.mark.browser

SLUG = "002036011001-complaint"
NAME, PHONE, CONTENT = "王芳菲", "13800138777", "用医保卡购药，实际结算了保健品"
SECRETS = (NAME, PHONE, CONTENT, "店长承认串换")
OUTSIDERS = ("zhuzhou.finance", "auditor", "supervisor")


def filled(page: Page, **values: str) -> None:
    for name, text in values.items():
        page.locator(f'[name="{name.replace("__", ".")}"]').fill(text)


def clock(system: System, moment: str) -> None:
    assert isinstance(system.clock, FixedClock)
    system.clock.set(at(moment))


def only_case(system: System) -> tuple[int, str]:
    with system.store.reading() as connection:
        row = connection.execute(select(cases.c.id, cases.c.number).where(cases.c.matter == SLUG)).one()
    return row.id, row.number


def letter_of(system: System, case_id: int, template: str) -> int:
    query = select(letters.c.id).where(letters.c.case_id == case_id, letters.c.template == template)
    with system.store.reading() as connection:
        return int(connection.execute(query.order_by(letters.c.id.desc())).scalars().first() or 0)


def work(page: Page, address: str, number: str, name: str) -> None:
    page.goto(f"{address}/cases/{number}")
    page.locator(".now-task", has_text=name).locator("a.primary").first.click()
    expect(page.locator("h1")).to_have_text(name)


def done(page: Page, confirm: bool = False) -> None:
    page.locator("#submit").click()
    if confirm:
        page.locator("#confirm").click()
    expect(page.locator(".flash").first).to_contain_text("已办理")


def extended(page: Page, address: str, number: str, level: str, budget: str, reason: str, last_day: str) -> None:
    """The form offers exactly the next level; its letter is shown before it is approved."""
    page.goto(f"{address}/cases/{number}")
    page.locator("a", has_text="延长期限").first.click()
    expect(page.locator("#next-level")).to_contain_text(budget)
    expect(page.locator("main")).to_contain_text(level)
    expect(page.locator("#value")).to_have_count(0)
    page.locator("#reason").fill(reason)
    page.locator("#preview").click()
    expect(page.locator("#last-day")).to_have_text(last_day)
    expect(page.locator("article.letter")).to_contain_text(f"经{level}批准")
    page.locator("#confirm").click()
    expect(page.locator(".flash").first).to_contain_text("已延长到")


def investigated(page: Page, address: str, number: str, findings: str) -> None:
    page.goto(f"{address}/cases/{number}")
    page.locator(".now-task a.primary").first.click()
    expect(page.locator("h1")).to_contain_text("调查取证")
    filled(page, visited_on="2026-12-22", location="药房营业场所", findings=findings)
    page.get_by_label("属实", exact=True).check()
    done(page)


def hidden_from(page: Page, address: str, number: str, letter: int) -> None:
    """Everything that this person can open of the case."""
    for path in ("", "/history", "/forms/application", "/replay/frames.json"):
        page.goto(f"{address}/cases/{number}{path}")
        text = page.content()
        assert [secret for secret in SECRETS if secret in text] == [], path
        assert RESTRICTED in text or "frames.json" in path, path
    page.goto(f"{address}/letters/{letter}")
    expect(page.locator("article.letter .letter-to")).to_have_text(f"{RESTRICTED}：")
    assert NAME not in page.content()
    page.goto(f"{address}/cases?q={NAME}")
    assert number not in page.content()


def test_a_complaint_is_extended_twice_investigated_by_two_and_its_result_told(
    open_as: Open, served: System, address: str
) -> None:
    window = open_as("zhuzhou.window", f"/open/{SLUG}/zhuzhou")
    window.locator('[name="kind"][value="complaint"]').check()
    filled(window, name=NAME, phone=PHONE, respondent_name="株洲市某某大药房", content=CONTENT)
    window.locator('[name="respondent_kind"][value="pharmacy"]').check()
    window.locator("#submit").click()
    expect(window.locator(".flash").first).to_contain_text("办件已开立")
    expect(window.locator("main")).to_contain_text(NAME)  # who received it handles it
    case_id, number = only_case(served)
    work(window, address, number, "受理")
    window.locator("[data-all]").click()
    window.locator("#f-materials-identity-choice input").first.check()
    window.get_by_label("有效投诉举报，予以受理").check()
    done(window)

    leader = open_as("zhuzhou.leader", "/")
    expect(leader.locator("main")).to_contain_text(RESTRICTED)
    work(leader, address, number, "安排调查人员")
    expect(leader.locator("main")).to_contain_text(NAME)  # what has to be judged is shown to who may do the task
    for seat, who in enumerate(("zhuzhou.review", "zhuzhou.review2")):
        leader.locator(f'[name="members.{seat}.user"]').select_option(who)
    done(leader)

    clock(served, "2026-11-03T10:00")
    words = ("涉及多家药店，须逐一核对进销存", "2026年12月22日")
    extended(leader, address, number, "单位负责人", "3个月", *words)
    clock(served, "2026-12-21T10:00")
    extended(leader, address, number, "单位集体研究", "6个月", "须等待司法鉴定结论", "2027年3月22日")
    leader.goto(f"{address}/cases/{number}/extend")
    expect(leader.locator("main")).to_contain_text("没有可以延长的期限")

    clock(served, "2026-12-23T10:00")
    investigated(open_as("zhuzhou.review"), address, number, "店长承认串换。")
    investigated(open_as("zhuzhou.review2"), address, number, "结算明细与进销存不符，店长承认串换。")
    work(leader, address, number, "处理决定")
    expect(leader.locator("main")).to_contain_text("店长承认串换")
    leader.get_by_label("属实", exact=True).check()
    filled(leader, reason="该药房将保健品串换为药品结算，事实清楚。", measures="追回违规费用，暂停服务协议一个月。")
    done(leader, confirm=True)
    work(window, address, number, "反馈处理结果")
    window.locator('[name="told_by"]').select_option("phone")
    window.get_by_label("无异议").check()
    done(window)

    result = letter_of(served, case_id, "complaint_result_notice")
    window.goto(f"{address}/letters/{result}")
    expect(window.locator("article.letter .letter-to")).to_have_text(f"{NAME}：")
    expect(window.locator("article.letter")).to_contain_text("认定为：属实")
    expect(window.locator("article.letter")).to_contain_text("暂停服务协议一个月")
    assert no_sideways_scrolling(window)
    for username in OUTSIDERS:
        hidden_from(open_as(username, "/cases"), address, number, result)
    with served.store.reading() as connection:
        row = connection.execute(select(cases).where(cases.c.id == case_id)).one()
    assert (row.status, row.outcome, row.applicant) == ("closed", "approved", RESTRICTED)
    assert verify_history(served, case_id).result == "intact"
