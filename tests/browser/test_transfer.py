"""A transfer from Hubei to Changsha from both sides, in a browser: one asks, the other answers, both verify."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.store.cases import cases
from engine.store.letters import letters
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.support.visitor import at

pytestmark = pytest.mark.browser

SLUG = "002036003002-relationship-transfer"
PERSON = {"name": "赵小明", "identity_number": "430102199003078516", "age": "36"}
AGENCY = "湖北省医疗保障经办机构"
PERIODS: tuple[Mapping[str, str], ...] = (
    {"seq": "1", "starts_on": "2018-03-01", "ends_on": "2020-12-31", "months": "34", "agency": AGENCY},
    {"seq": "2", "starts_on": "2021-01-01", "ends_on": "2026-08-31", "months": "68", "agency": AGENCY},
)
ACCOUNTS: tuple[Mapping[str, str], ...] = ({"item": "本金", "amount": "4100.50"}, {"item": "利息", "amount": "24.58"})


def filled(page: Page, **values: str) -> None:
    """Types into the controls of those names; `sender__name` is sender.name."""
    for name, text in values.items():
        page.locator(f'[name="{name.replace("__", ".")}"]').fill(text)


def rows(page: Page, table: str, lines: tuple[Mapping[str, str], ...]) -> None:
    for number, line in enumerate(lines):
        for column, text in line.items():
            page.locator(f'[name="{table}.{number}.{column}"]').fill(text)
        if table == "periods":
            page.locator(f'[name="{table}.{number}.insurance_type"]').select_option("employee")
    page.keyboard.press("Tab")  # sums follow when a control is left


def sheet(page: Page) -> None:
    """The 信息表 as it is generated there and typed here: the same words, and a sum that nobody types."""
    rows(page, "periods", PERIODS)
    rows(page, "accounts", ACCOUNTS)
    expect(page.locator("#f-amount")).to_contain_text("4125.08")
    expect(page.locator("#f-amount_words")).to_contain_text("肆仟壹佰贰拾伍元零捌分")


def sent(page: Page) -> None:
    """Submits, and confirms the letter that goes out."""
    page.locator("#submit").click()
    page.locator("#confirm").click()
    expect(page.locator(".flash").first).to_contain_text("已办理")


def work(page: Page, address: str, number: str, name: str) -> None:
    """Opens the task of that name from its case."""
    page.goto(f"{address}/cases/{number}")
    page.locator(".now-task", has_text=name).locator("a.primary").click()
    expect(page.locator("h1")).to_have_text(name)


def case_in(system: System, region: str) -> tuple[int, str]:
    query = select(cases.c.id, cases.c.number).where(cases.c.region == region, cases.c.applicant == PERSON["name"])
    with system.store.reading() as connection:
        row = connection.execute(query).one()
    return row.id, row.number


def letter_in(system: System, case_id: int, template: str) -> tuple[int, str]:
    query = select(letters.c.id, letters.c.number).where(letters.c.case_id == case_id, letters.c.template == template)
    with system.store.reading() as connection:
        row = connection.execute(query).one()
    return row.id, row.number


def applied_and_asked(open_as: Open, served: System, address: str) -> tuple[int, str]:
    """Changsha receives the application and sends the 联系函; its case."""
    window = open_as("changsha.window", f"/open/{SLUG}/changsha")
    filled(window, **PERSON, phone="13800138000", sender__name=AGENCY, sender__phone="027-85775000")
    window.get_by_label("男", exact=True).check()
    window.locator('[name="insurance_type"][value="employee"]').check()
    window.locator('[name="account_needed"][value="yes"]').check()
    expect(window.locator('[name="receiver.name"]')).to_be_hidden()
    window.locator("#submit").click()
    expect(window.locator(".flash")).to_contain_text("办件已开立")
    case_id, number = case_in(served, "changsha")
    work(window, address, number, "受理")
    window.locator("[data-all]").click()
    window.locator("#f-materials-identity-choice input").first.check()
    window.get_by_label("予以受理").check()
    window.locator("#submit").click()
    expect(window.locator(".flash")).to_contain_text("“受理”已办理")
    review = open_as("changsha.review")
    work(review, address, number, "生成联系函")
    filled(review, account_name="长沙市医疗保障经办机构", bank_name="某某银行长沙分行", contact_phone="0731-88665154",
           account_number="6222020200112233445")  # fmt: skip
    review.locator("#submit").click()
    expect(review.locator(".letter")).to_contain_text("湖北省医疗保障经办机构：")
    expect(review.locator(".letter")).to_contain_text("■是　□否")
    review.locator("#confirm").click()
    expect(review.locator(".flash").first).to_contain_text("已办理")
    return case_id, number


def answered(open_as: Open, served: System, address: str, letter: str) -> int:
    """Hubei opens its case from the letter, generates the 信息表 and pays; its case."""
    clerk = open_as("hubei.clerk", f"/open/{SLUG}/hubei")
    clerk.get_by_label("转出：收到转入地的联系函").check()
    expect(clerk.locator('[name="sender.name"]')).to_be_hidden()
    filled(clerk, **PERSON, receiver__letter_number=letter, receiver__letter_on="2026-09-22",
           receiver__name="长沙市医疗保障经办机构", receiver__account_name="长沙市医疗保障经办机构",
           receiver__bank_name="某某银行长沙分行", receiver__account_number="6222020200112233445")  # fmt: skip
    clerk.get_by_label("男", exact=True).check()
    clerk.locator('[name="insurance_type"][value="employee"]').check()
    clerk.locator('[name="account_needed"][value="yes"]').check()
    clerk.locator("#submit").click()
    expect(clerk.locator(".flash")).to_contain_text("办件已开立")
    case_id, number = case_in(served, "hubei")
    expect(clerk.locator("#limits-title + ul")).to_contain_text("转出办理期限")
    work(clerk, address, number, "生成信息表")
    clerk.get_by_label("参保信息属实，生成信息表并办理转出").check()
    sheet(clerk)
    sent(clerk)
    work(clerk, address, number, "划转个人账户资金")
    expect(clerk.locator("#f-account_number")).to_contain_text("6222020200112233445")
    filled(clerk, amount="4125.08", voucher="2026092801")
    clerk.locator("#submit").click()
    expect(clerk.locator(".flash")).to_contain_text("办件已结束")
    return case_id


def test_a_transfer_from_hubei_to_changsha_is_handled_on_both_sides(
    open_as: Open, served: System, address: str
) -> None:
    receiving, number = applied_and_asked(open_as, served, address)
    contact, contact_number = letter_in(served, receiving, "contact_letter")
    served.clock = type(served.clock)(at("2026-09-24T10:00"))  # type: ignore[call-arg]
    sending = answered(open_as, served, address, contact_number)
    reply = letter_in(served, sending, "information_sheet")[0]
    served.clock = type(served.clock)(at("2026-09-28T10:00"))  # type: ignore[call-arg]
    finance = open_as("changsha.finance")
    work(finance, address, number, "收到转移资金")
    filled(finance, amount="4125.08", voucher="2026092801")
    finance.locator("#submit").click()
    expect(finance.locator(".flash")).to_contain_text("已办理")
    window = open_as("changsha.window")
    work(window, address, number, "收到信息表")
    sheet(window)
    window.locator('[name="channel"]').select_option("mail")
    window.locator("#submit").click()
    expect(window.locator(".flash")).to_contain_text("已办理")
    review = open_as("changsha.review")
    work(review, address, number, "审核")
    expect(review.locator("#f-difference")).to_contain_text("0.00")
    review.get_by_label("审核通过，办理转移接续").check()
    review.locator("#submit").click()
    expect(review.locator(".flash")).to_contain_text("已办理")
    work(finance, address, number, "个人账户入账")
    filled(finance, voucher="20260928-1")
    finance.locator("#submit").click()
    expect(finance.locator(".flash")).to_contain_text("办件已结束")
    for case_id in (receiving, sending):
        assert verify_history(served, case_id).result == "intact"
    for username, letter in (("changsha.review", contact), ("hubei.clerk", reply)):
        page = open_as(username, f"/letters/{letter}")
        expect(page.locator(".letter-form table").first).to_be_visible()
        assert no_sideways_scrolling(page)


def test_funds_that_come_before_the_letter_went_out_are_registered_from_the_case_page(
    open_as: Open, served: System, address: str
) -> None:
    window = open_as("changsha.window", f"/open/{SLUG}/changsha")
    filled(window, **PERSON, phone="13800138000", sender__name=AGENCY)
    window.get_by_label("男", exact=True).check()
    window.locator('[name="insurance_type"][value="employee"]').check()
    window.locator('[name="account_needed"][value="yes"]').check()
    window.locator("#submit").click()
    expect(window.locator(".flash")).to_contain_text("办件已开立")
    number = case_in(served, "changsha")[1]
    finance = open_as("changsha.finance", f"/cases/{number}")
    finance.locator("#early-transfer_funds").click()
    filled(finance, amount="4125.08", voucher="1")
    finance.locator("#submit").click()
    expect(finance.locator(".flash")).to_contain_text("办件到达等待的环节时使用")
    expect(finance.locator("#early-transfer_funds")).to_have_count(0)


def test_a_decline_is_read_before_it_counts_and_money_that_comes_afterwards_is_a_linked_case(
    open_as: Open, served: System, address: str
) -> None:
    declined, number = applied_and_asked(open_as, served, address)
    window = open_as("changsha.window")
    work(window, address, number, "收到信息表")
    window.locator("#early-transfer_refusal").click()  # what came is not the sheet
    filled(window, letter_number="鄂医保函〔2026〕12号", reason="参保人员在当地尚有欠费。")
    window.locator("#submit").click()
    expect(window.locator("article.letter")).to_contain_text("参保人员在当地尚有欠费。")
    expect(window.locator(".flash")).to_contain_text("办件随即结束")
    window.locator("#confirm").click()
    expect(window.locator(".flash").first).to_contain_text("已登记")
    expect(window.locator(".timeline")).to_contain_text("登记“收到不予转出告知”")

    finance = open_as("changsha.finance", f"/cases/{number}/messages/transfer_funds")
    expect(finance.locator("main")).to_contain_text("请窗口从本件开立关联办件")
    window.locator("#again").click()
    window.get_by_label("结案后到账").check()
    expect(window.locator('[name="account_needed"]').first).to_be_hidden()
    filled(window, name=PERSON["name"], sender__name=AGENCY)
    window.locator("#submit").click()
    expect(window.locator(".flash")).to_contain_text("办件已开立")
    late = window.url.rpartition("/")[2]
    work(finance, address, late, "登记结案后到账的资金")
    filled(finance, amount="4125.08", voucher="2026100901")
    finance.get_by_label("退回付款单位").check()
    filled(finance, reason="你处已函告不予转出。")
    finance.locator("#submit").click()
    expect(finance.locator(".flash").first).to_contain_text("已办理")
    work(finance, address, late, "退回结案后到账的资金")
    filled(finance, voucher="T2026100901")
    finance.locator("#submit").click()
    expect(finance.locator("article.letter")).to_contain_text("不能入账")
    finance.locator("#confirm").click()
    expect(finance.locator(".flash").first).to_contain_text("办件已结束")
    window.goto(f"{address}/cases/{number}")
    expect(window.locator("main")).to_contain_text(late)
    assert verify_history(served, declined).result == "intact"
