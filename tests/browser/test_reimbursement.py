"""63,000 yuan in a browser: the full record is owed, 复核 returns it, finance pays, and the history verifies."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine.actions.system import System
from engine.actions.verify_history import verify_history
from tests.browser.conftest import Open
from tests.support.visitor import case_of

pytestmark = pytest.mark.browser

SLUG = "002036006002-inpatient-reimbursement"
NAME = "王建设"
STAY = {
    "name": NAME, "identity_number": "430102199003078516", "phone": "13800138000", "hospital": "深圳市某某医院",
    "admission_on": "2026-08-20", "discharge_on": "2026-09-01", "diagnosis": "急性阑尾炎", "account_name": NAME,
    "bank_name": "某某银行某某支行", "account_number": "6222020200112233445",
}  # fmt: skip
AMOUNTS = ("30000.00", "25000.00", "8000.00")


def filled(page: Page, **values: str) -> None:
    for name, text in values.items():
        page.locator(f'[name="{name}"]').fill(text)


def chosen(page: Page, value: str) -> None:
    page.locator(f'[name="decision"][value="{value}"]').check()


def work(page: Page, address: str, number: str, name: str) -> None:
    page.goto(f"{address}/cases/{number}")
    page.locator(".now-task", has_text=name).locator("a.primary").click()
    expect(page.locator("h1")).to_have_text(name)


def sent(page: Page, answer: str = "已办理") -> None:
    page.locator("#submit").click()
    expect(page.locator(".flash").first).to_contain_text(answer)


def received(page: Page) -> None:
    for value in ("male", "employee"):
        page.locator(f'input[type="radio"][value="{value}"]').first.check()
    filled(page, **STAY)
    for n, amount in enumerate(AMOUNTS):
        row = {"date": "2026-09-01", "invoice_number": f"002234{n}", "hospital": "深圳市某某医院", "amount": amount}
        filled(page, **{f"bills.{n}.{column}": text for column, text in row.items()})
    page.keyboard.press("Tab")  # the sum follows when a control is left
    expect(page.locator("#f-total")).to_contain_text("63000.00")
    sent(page, "办件已开立")


def test_a_large_bill_is_returned_at_the_second_review_and_paid_by_finance(
    open_as: Open, served: System, address: str
) -> None:
    clerk = open_as("hunan.clerk", f"/open/{SLUG}/hunan")
    received(clerk)
    number = str(case_of(served, NAME).number)
    work(clerk, address, number, "受理")
    expect(clerk.locator("#f-materials")).to_contain_text("整套合规病历资料复印件")
    clerk.locator("[data-all]").click()
    for choices in clerk.locator('fieldset[id$="-choice"]').all():
        choices.locator("input").first.check()
    chosen(clerk, "accept")
    sent(clerk)

    work(clerk, address, number, "初审")
    chosen(clerk, "pass")
    filled(clerk, eligible="55999.50", deductible="1100", rate="80")
    clerk.keyboard.press("Tab")
    expect(clerk.locator("#f-payable")).to_contain_text("43919.60")
    sent(clerk)

    clerk.goto(f"{address}/cases/{number}")  # the same person is told before typing anything
    expect(clerk.locator(".now-task")).to_contain_text("复核")
    expect(clerk.locator(".now-task a.primary")).to_have_count(0)
    clerk.goto(f"{address}/?q={number}")
    row = clerk.locator("[data-row]", has_text=number)
    expect(row).to_contain_text("须由他人办理")
    row.locator("[data-open]").click()
    expect(clerk.locator("#barred")).to_contain_text("“初审”由您办理")
    expect(clerk.locator("#submit")).to_be_disabled()
    second = open_as("hunan.review2", "/")
    work(second, address, number, "复核")
    chosen(second, "return")
    filled(second, reason="三级医院支付比例应为76%。")
    sent(second)

    work(clerk, address, number, "初审")
    expect(clerk.locator("main")).to_contain_text("三级医院支付比例应为76%")
    chosen(clerk, "pass")
    filled(clerk, rate="76")
    clerk.keyboard.press("Tab")
    expect(clerk.locator("#f-payable")).to_contain_text("41723.62")
    sent(clerk)
    work(second, address, number, "复核")
    chosen(second, "pass")
    filled(second, payable="41723.62")
    sent(second)

    second.goto(f"{address}/cases/{number}")
    expect(second.locator(".now-task")).to_contain_text("拨付 财务")
    expect(second.locator(".now-task a.primary")).to_have_count(0)  # a reviewer pays nothing
    clerk.goto(f"{address}/cases/{number}")  # nor does who reviewed, whatever else he may
    expect(clerk.locator(".now-task")).to_contain_text("拨付 财务")
    expect(clerk.locator(".now-task a.primary")).to_have_count(0)
    finance = open_as("hunan.finance", "/")
    work(finance, address, number, "拨付")
    filled(finance, amount="41723.62", voucher="2026-0922-7")
    sent(finance)
    work(clerk, address, number, "确认到账")
    chosen(clerk, "arrived")
    sent(clerk)

    case = case_of(served, NAME)
    assert (case.status, case.outcome) == ("closed", "approved")
    clerk.goto(f"{address}/cases/{number}")
    expect(clerk.locator(".timeline")).to_contain_text("复核：有误，退回初审")
    assert verify_history(served, case.id).result == "intact"
