"""Letters between agencies: the printed sheets filled from the case, and whom they go to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from sqlalchemy import select

from engine.actions.system import ROOT, System
from engine.examples import load_examples, run_example
from engine.forms import load_form
from engine.store import cases
from engine.store.letters import letters
from tests.support.visitor import Visitor, text_of, tree
from webapp.casework import CaseFile
from webapp.letters import style
from webapp.letters_paper import pages_of
from webapp.letters_sheets import addressee, number_in_words, sheet_of
from webapp.letters_text import sent_letter

SLUG = "002036003002-relationship-transfer"
LATE = "转出地逾期未回函，催办后5个工作日仍未回，转负责人协调，收齐后办结，总时限逾期督办"
SENT = "湖北收到长沙的联系函，10个工作日内生成信息表并划转个人账户余额"
DECLINED = "查无此人的联系函，写明原因函告转入地，不予转出"
RETURNED = "资金到账后转出地又来函不予转出，由财务退回并函告"


def letter_of(system: System, sentence: str, region: str, template: str) -> Any:
    """Runs an example and finds a letter of its case."""
    path = Path(ROOT) / "processes" / SLUG / "examples.yaml"
    (example,) = [e for e in load_examples(path) if e.sentence == sentence and e.region == region]
    (case_id,) = run_example(system, SLUG, example).cases
    query = select(letters).where(letters.c.case_id == case_id, letters.c.template == template)
    with system.store.reading() as connection:
        return connection.execute(query).one()


@pytest.mark.parametrize(
    ("sentence", "region", "template", "words"),
    [
        (LATE, "changsha", "contact_letter", (
            "基本医疗保险关系转移接续联系函", "武汉市医疗保障经办机构：", "原在你处的参保人员，因流动就业等原因",
            "参保人员信息", "赵小明", "□居民　□农业　■非农业", "■是　□否", "转入地医疗保障经办机构信息",
            "6222020200112233445", "430100", "经办人（签章）", "咨询电话：0731-88665154", "二〇二六年九月二十一日",
        )),
        (LATE, "changsha", "reminder_letter", (
            "转移接续催办函", "武汉市医疗保障经办机构：", "我处已于2026年9月21日向你处发出",
            "编号为湖南省（430100）（2026）（第", "至今尚未收到《参保人员基本医疗保险信息表》。",
            "10个工作日，已于2026年10月12日届满", "资金已于9月28日到账", "至2026年10月27日仍未收到的",
        )),
        (SENT, "hubei", "information_sheet", (
            "参保人员基本医疗保险信息表", "长沙市医疗保障经办机构：", "（430100-2026-000001-3）收悉",
            "2018年3月", "2020年12月", "职工医保", "肆仟壹佰贰拾伍元零捌分", "4,125.08",
        )),
        (DECLINED, "changsha", "transfer_declined_notice", (
            "不予办理转出告知函", "长沙市医疗保障经办机构：", "本机构没有该人员的参保记录", "430100-2026-000001-3",
            "特此函告。",
        )),
        (RETURNED, "hunan", "refund_letter", (
            "转移资金退回函", "武汉市医疗保障经办机构：", "你处于2026年9月25日划入我处的参保人员赵小明", "4125.08 元",
            "人民币肆仟壹佰贰拾伍元零捌分", "你处已来函告知不予转出：误划", "已于2026年9月29日退回你处（凭证号 T1）",
            "特此函告。",
        )),
    ],
)  # fmt: skip
def test_a_letter_to_another_agency_says_all_that_it_needs_on_one_sheet(
    app: Flask, demo_system: System, visit: Callable[..., Visitor],
    sentence: str, region: str, template: str, words: tuple[str, ...],
) -> None:  # fmt: skip
    row = letter_of(demo_system, sentence, region, template)
    clerk = visit({"hubei": "hubei.clerk", "hunan": "hunan.clerk"}.get(region, "changsha.review"))
    page = clerk.get(f"/letters/{row.id}")
    text = text_of(page)
    for word in words:
        assert word.replace("　", " ") in text.replace("　", " "), word
    assert "送达回证" not in text
    assert row.number in text
    assert clerk.get(f"/letters/{row.id}.pdf").data.startswith(b"%PDF-")
    with app.test_request_context(), demo_system.store.reading() as connection:
        letter = sent_letter(CaseFile(cases.by_id(connection, row.case_id)), row)  # type: ignore[arg-type]
        assert pages_of(render_template("letters/paper.html", letter=letter), style()) == 1


def test_who_applied_is_told_why_the_other_agency_declines(demo_system: System, visit: Callable[..., Visitor]) -> None:
    row = letter_of(demo_system, RETURNED, "hunan", "reply_declined_notice")
    text = text_of(visit("hunan.clerk").get(f"/letters/{row.id}"))
    for words in ("转出地不予转出告知书", "赵小明：", "您申请办理的“转移接续手续办理”", "误划，参保人员仍在当地参保",
                  "已到账的个人账户资金由本机构退回转出地", "特此告知。", "送达回证"):  # fmt: skip
        assert words in text, words


def test_what_is_ours_on_the_form_stays_in_the_case(demo_system: System, visit: Callable[..., Visitor]) -> None:
    row = letter_of(demo_system, SENT, "hubei", "information_sheet")
    page = visit("hubei.clerk").get(f"/letters/{row.id}")
    sheet = " ".join(tree(page).xpath("string(//article)").split())
    for ours in ("核对结果", "利息", "参保缴费月数合计", "补录原因"):
        assert ours not in sheet, ours
    assert tree(page).xpath("count(//table[contains(@class,'sheet-table')]/tbody/tr)") == 2


def test_letters_to_the_applicant_have_no_other_addressee_and_no_sheet() -> None:
    known = {"application": {"sender": {"name": "某机构"}}, "contact_letter": {"account_needed": "yes"}}
    forms = {"contact_letter": load_form(ROOT, SLUG, "contact_letter", "hunan")}
    assert addressee("closing_notice", known) == ""
    assert addressee("contact_letter", known) == "某机构"
    assert addressee("contact_letter", {}) == ""
    assert sheet_of("closing_notice", forms, known) == ()
    assert sheet_of("contact_letter", forms, {}) == ()
    cells = [cell for block in sheet_of("contact_letter", forms, known) for row in block.rows for cell in row]
    assert [cell.text for cell in cells if cell.kind == "section"] == ["参保人员信息", "转入地医疗保障经办机构信息"]


@pytest.mark.parametrize(
    ("region", "written"),
    [
        ("hunan", "湖南省(430000)(2026)(第000017-4号)"),
        ("changsha", "湖南省（430000）（2026）（第000017-4号）"),
        ("yueyang", "岳阳市(430000)(2026)(第000017-4号)"),
        ("zhuzhou", "株洲市(2026)(第000017-4号)"),
        ("hubei", "430000-2026-000017-4"),
    ],
)
def test_a_letter_writes_its_number_in_the_words_of_the_published_form(region: str, written: str) -> None:
    forms = {"contact_letter": load_form(ROOT, SLUG, "contact_letter", region)}
    assert number_in_words("contact_letter", forms, "430000-2026-000017-4") == written
    assert number_in_words("contact_letter", forms, "") == ""
    assert number_in_words("reminder_letter", forms, "430000-2026-000017-5") == "430000-2026-000017-5"
