"""Letters of agreement cases: each end says why it came to that, and what may be done."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from engine.actions.system import ROOT, System
from engine.examples import load_examples, run_example
from engine.store.letters import letters
from tests.webapp.test_letters import letter_in, sheet
from webapp.letters import style
from webapp.letters_paper import pages_of

HOSPITAL, PHARMACY = "002036009001-medical-institution-agreement", "002036009002-pharmacy-agreement"


def told(system: System, app: Flask, matter: str, beginning: str, template: str) -> str:
    """The letter of that template after Hunan's example whose sentence begins so; it must fit on one page."""
    examples = load_examples(ROOT / "processes" / matter / "examples.yaml")
    (example,) = (e for e in examples if e.region == "hunan" and e.sentence.startswith(beginning))
    ran = run_example(system, matter, example)
    with system.store.reading() as connection:
        of_case = letters.c.case_id == ran.cases[-1]
        row = connection.execute(select(letters).where(of_case, letters.c.template == template)).one()
    page = sheet(app, letter_in(app, system, row))
    assert pages_of(page, style()) == 1
    return page


@pytest.mark.parametrize(
    ("matter", "example", "template", "words"),
    [
        (HOSPITAL, "湖南3月2日受理", "acceptance_notice", ["2026Q2 办理周期", "自2026年6月1日起", "2026年7月1日"]),
        (PHARMACY, "湖南3月2日受理", "acceptance_notice", ["2026Q2 办理周期", "2026年7月1日"]),
        (HOSPITAL, "评估不合格", "assessment_failed_notice", ["不合格", "内部管理制度不健全", "整改建议", "完善制度"]),
        (HOSPITAL, "公示期内异议成立的", "objection_upheld_notice", ["公示〔2026〕1号", "申报的人员与实际不符"]),
        (HOSPITAL, "协商未达成一致", "agreement_failed_notice", ["未签订定点服务协议", "不接受协议指标"]),
        (HOSPITAL, "达成一致而未签署", "agreement_failed_notice", ["申请单位放弃签署"]),
        (HOSPITAL, "湖南2月28日", "agreement_closing_notice", ["定点2026-001", "2027年3月31日", "2026年3月30日开通"]),
        (PHARMACY, "湖南2月28日", "agreement_closing_notice", ["已通知合作银行（某某银行）"]),
        (PHARMACY, "有当地有效协议的药店", "agreement_closing_notice", ["认可你单位与当地医保经办机构签订"]),
    ],
)  # fmt: skip
def test_the_letter_of_each_end_names_its_reasons_and_days(
    demo_system: System, app: Flask, matter: str, example: str, template: str, words: list[str]
) -> None:
    page = told(demo_system, app, matter, example, template)
    for word in words:
        assert word in page, word


def test_a_letter_about_an_objection_does_not_name_who_objected(demo_system: System, app: Flask) -> None:
    page = told(demo_system, app, HOSPITAL, "公示期内异议成立的", "objection_upheld_notice")
    assert "钱某" not in page
    assert "13800138001" not in page
