"""Hospitals of Hunan through 2026Q1 into Q2, in a browser: batches, one notice, two objections, one that rolls over."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.actions.fire_timers import fire_timers
from engine.actions.open_case import open_case
from engine.actions.system import System
from tests.browser.conftest import Open, no_sideways_scrolling
from tests.support.hours import at
from tests.support.small import OFFICE, REGION, do, new_id, person, row, sound

pytestmark = pytest.mark.browser

HOSPITAL = "002036009001-medical-institution-agreement"
CLERK = person("hunan.clerk", "window", "review", "finance", "leader")
SECOND = person("hunan.review2", "review")
LEADER = person("hunan.leader", "leader")  # concludes: nobody judges his own scores
PLAIN, UPHELD, DISMISSED, ROLLED = "长沙岳麓康宁医院", "长沙开福仁和医院", "长沙雨花同心医院", "长沙天心晨光医院"
APPLICATION = {
    "address": "长沙市岳麓区示范路1号", "institution_type": "综合医院，非营利性", "institution_level": "二级甲等",
    "account_name": "长沙示范医院", "agreement_category": "住院、门诊", "bank_name": "示范银行示范支行",
    "account_number": "6222020200112233445", "legal_rep": "周某", "legal_rep_phone": "13800138000",
    "insurance_head": "吴某", "insurance_head_phone": "0731-84900000", "information_system": "yes",
    "floor_area": "5600.5", "approved_beds": "120", "open_beds": "100", "reasons": "符合申报条件，自愿申请协议管理。",
    "staff": {"doctors": {"total": "30", "senior": "5"}, "nurses": {"total": "45"}, "technicians": {"total": "12"}},
    "departments": [{"department": "内科", "beds": "50"}, {"department": "外科", "beds": "50"}],
}  # fmt: skip
PAPERS = {
    "application_form": {"received": True, "form": "original", "sealed": True},
    "licence": {"received": True, "form": "copy", "sealed": True},
}
MET = {"score": "90", "finding": "met"}
VERDICT = {
    "management": MET, "informatization": MET, "capability": MET, "opinion": "pass", "comment": "符合医保管理要求。",
    "impartial": True,
}  # fmt: skip
SIGNED = {
    "decision": "sign", "number": "定点2026-001", "signed_on": "2026-03-26", "our_signatory": "何某",
    "their_signatory": "周某", "starts_on": "2026-04-01", "ends_on": "2027-03-31",
}  # fmt: skip


def accepted(system: System, moment: str, name: str) -> int:
    """Received and accepted at the counter at that instant."""
    at(system, moment)
    raw = {**APPLICATION, "institution_name": name, "channel": "window", "received_at": moment.replace(" ", "T")}
    case_id = open_case(system, CLERK, HOSPITAL, REGION, OFFICE, raw, new_id()).case_id
    do(system, case_id, "intake", CLERK, decision="accept", materials=PAPERS)
    return case_id


def go(system: System, moment: str) -> None:
    at(system, moment)
    while fire_timers(system).cases:
        pass


def concluded(system: System, case_id: int) -> None:
    do(system, case_id, "handling/conclusion", LEADER, decision="pass", opinion="同意纳入公示。")


def quarter(page: Page, address: str, cycle: str) -> None:
    page.goto(f"{address}/agreements/{REGION}/{cycle}")


def test_a_quarter_of_hospitals_with_one_that_rolls_over_and_two_objections(
    served: System, open_as: Open, address: str
) -> None:
    cases: dict[str, int] = {
        name: accepted(served, f"2026-02-1{day} 09:30", name) for day, name in enumerate((PLAIN, UPHELD, DISMISSED))
    }
    cases[ROLLED] = accepted(served, "2026-03-02 09:30", ROLLED)
    go(served, "2026-03-02 10:00")
    page = open_as("hunan.clerk")
    page.get_by_role("link", name="季度协议").click()
    expect(page.locator("h1")).to_have_text("湖南省　2026年第一季度")
    expect(page.locator("#members tbody tr")).to_have_count(3)
    expect(page.locator("#leaving")).to_contain_text(ROLLED)
    _named_and_assessed(served, page, open_as, cases)
    number = _published(served, page, open_as, address)
    _objected(served, page, address, cases)
    go(served, "2026-03-17 10:00")
    _resolved(page, address, cases[UPHELD], "upheld")
    assert row(served, cases[UPHELD]).outcome == "refused"  # at once: the period has two days left
    go(served, "2026-03-23 10:00")
    expect(page.locator(f"#member-{cases[PLAIN]}")).to_contain_text("公示中")
    _resolved(page, address, cases[DISMISSED], "dismissed")
    expect(page.locator("#objections")).to_contain_text("异议成立")
    expect(page.locator("#objections")).to_contain_text("异议不成立")
    expect(page.locator(f"#member-{cases[PLAIN]}")).to_contain_text("待协商谈判")
    expect(page.locator("#signing")).to_contain_text(PLAIN)
    expect(page.locator("#signing")).to_contain_text(DISMISSED)
    expect(page.locator("#signing")).not_to_contain_text(UPHELD)
    _signed(served, page, address, cases[PLAIN])
    _second_quarter(served, page, address, cases)
    assert number == "430000-GS-2026-001"
    for case_id in cases.values():
        sound(served, case_id)


def _named_and_assessed(served: System, page: Page, open_as: Open, cases: dict[str, int]) -> None:
    """One group for three; the second assessor fills one sheet in the browser."""
    page.locator("#to-group").click()
    page.get_by_role("button", name="添加一行").click()
    page.locator("[data-remove]").last.click()
    for n, user in enumerate(("hunan.clerk", "hunan.review2")):
        page.locator(f'[name="members.{n}.user"]').select_option(user)
    page.locator('[name="members.0.head"]').check()
    page.locator("#submit").click()
    expect(page.locator(".flash-done")).to_contain_text("3 件全部完成")
    go(served, "2026-03-05 10:00")
    second = open_as("hunan.review2")
    second.locator("[data-row]", has_text=PLAIN).locator("[data-open]").click()
    for criterion in ("management", "informatization", "capability"):
        second.locator(f'[name="{criterion}.score"]').fill("85")
        second.locator(f'[name="{criterion}.finding"][value="met"]').check()
    second.locator('[name="opinion"][value="pass"]').check()
    second.locator('[name="comment"]').fill("内部管理规范，系统接口已通过测试。")
    second.locator('[name="impartial"]').check()
    second.locator("#submit").click()
    expect(second.locator(".flash").first).to_contain_text("已办理")
    for name in (PLAIN, UPHELD, DISMISSED):
        do(served, cases[name], "handling/assessment[1]", CLERK, **VERDICT)
        if name != PLAIN:
            do(served, cases[name], "handling/assessment[2]", SECOND, **VERDICT)
        concluded(served, cases[name])


def _published(served: System, page: Page, open_as: Open, address: str) -> str:
    """One notice for the three; anybody reads it without login."""
    go(served, "2026-03-12 09:00")
    quarter(page, address, "2026Q1")
    expect(page.locator(".results tbody")).to_have_count(3)
    assert no_sideways_scrolling(page)
    page.locator("#to-notice").click()
    expect(page.locator("#ends-on")).to_have_text("2026年3月19日")
    page.locator("#publish").click()
    expect(page.locator(".flash-done")).to_contain_text("3 件全部完成")
    number = page.locator("#notice").inner_text()
    public = open_as(None, f"/notices/{number}", size="phone")
    for name in (PLAIN, UPHELD, DISMISSED):
        expect(public.locator(".letter")).to_contain_text(name)
    expect(public.locator(".letter")).to_contain_text("0731-84900211")
    assert no_sideways_scrolling(public)
    return number


def _objected(served: System, page: Page, address: str, cases: dict[str, int]) -> None:
    """Two telephone calls about two hospitals."""
    go(served, "2026-03-16 15:00")
    for name, who in ((UPHELD, "张某"), (DISMISSED, "李某")):
        quarter(page, address, "2026Q1")
        page.locator("#to-objection").click()
        page.locator(f"#case-{cases[name]}").check()
        page.locator("#objector").fill(who)
        page.locator("#grounds").fill("所报执业医师未在该院执业。")
        page.locator("#file").click()
        expect(page.locator("#results")).to_contain_text("第 1 号异议")


def _resolved(page: Page, address: str, case_id: int, what: str) -> None:
    """The leader's decision on the one objection to a case; ends on the quarter's page."""
    quarter(page, address, "2026Q1")
    expect(page.locator(f"#member-{case_id}")).to_contain_text("1 件异议待处理")
    page.locator(f"#objection-{case_id}-1").check()
    page.locator("#to-resolution").click()
    page.locator(f"#{what}").check()
    page.locator("#reasons").fill("经核对执业注册信息。")
    page.locator("#resolve").click()
    expect(page.locator(".flash-done")).to_contain_text("1 件全部完成")
    quarter(page, address, "2026Q1")


def _signed(served: System, page: Page, address: str, case_id: int) -> None:
    go(served, "2026-03-26 10:00")
    indicators: list[dict[str, Any]] = [{"item": "目录外费用占比", "target": "不超过10%"}]
    do(served, case_id, "handling/negotiation", CLERK, decision="agree", indicators=indicators)
    do(served, case_id, "handling/signing", CLERK, **SIGNED)
    do(served, case_id, "handling/agreement_filing", CLERK, filed_with="湖南省医疗保障局")
    do(served, case_id, "handling/opening", CLERK, settlement_code="H43001")
    quarter(page, address, "2026Q1")
    expect(page.locator("#signing tr", has_text=PLAIN)).to_contain_text("2026年4月1日至2027年3月31日")
    expect(page.locator("#signing tr", has_text=PLAIN)).to_contain_text("办结")
    page.goto(f"{address}/cases/{row(served, case_id).number}")
    page.locator("#to-quarter").click()
    expect(page.locator("h1")).to_have_text("湖南省　2026年第一季度")


def _second_quarter(served: System, page: Page, address: str, cases: dict[str, int]) -> None:
    """The one of March: nothing to do until June, then its group is named."""
    quarter(page, address, "2026Q2")
    expect(page.locator("#members tbody tr")).to_have_count(1)
    expect(page.locator(f"#member-{cases[ROLLED]}")).to_contain_text("上季度末月受理，转入本周期")
    expect(page.locator(f"#member-{cases[ROLLED]}")).to_contain_text("待考察评估开始（6月1日）")
    expect(page.locator("#to-group")).to_have_count(0)
    go(served, "2026-06-01 09:00")
    page.reload()
    page.locator("#to-group").click()
    for n, user in enumerate(("hunan.clerk", "hunan.review2")):
        page.locator(f'[name="members.{n}.user"]').select_option(user)
    page.locator('[name="members.0.head"]').check()
    page.locator("#submit").click()
    expect(page.locator(".flash-done")).to_contain_text("1 件全部完成")
