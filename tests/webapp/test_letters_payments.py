"""The notice of a case that paid tells what was paid, in figures and words, and when; a recognition, what for."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from engine.actions.system import ROOT, System
from engine.examples import load_examples, run_example
from engine.store.letters import letters
from tests.webapp.test_letters import letter_in, sheet

CHRONIC, DRUG = "002036005001-chronic-disease-recognition", "002036005002-special-drug-recognition"
PHARMACY = "002036010002-pharmacy-settlement"
ALLOWANCE, PRENATAL = "002036007004-maternity-allowance", "002036007001-prenatal-examination-payment"


def closing(system: System, app: Flask, matter: str, region: str, beginning: str) -> str:
    """The closing notice after the region's example whose sentence begins so."""
    told = load_examples(ROOT / "processes" / matter / "examples.yaml")
    (example,) = (e for e in told if e.region == region and e.sentence.startswith(beginning))
    ran = run_example(system, matter, example)
    with system.store.reading() as connection:
        of_case = letters.c.case_id == ran.cases[-1]
        row = connection.execute(select(letters).where(of_case, letters.c.template == "closing_notice")).one()
    return sheet(app, letter_in(app, system, row))


@pytest.mark.parametrize(
    ("matter", "region", "example", "words"),
    [
        (ALLOWANCE, "hunan", "生育津贴，材料齐全",
         ["34460.91 元（人民币叁万肆仟肆佰陆拾元玖角壹分）", "2026年9月28日拨付", "尾号为 3445"]),
        (PRENATAL, "zhuzhou", "株洲市本级",
         ["1500.00 元（人民币壹仟伍佰元整）", "2026年9月22日直接减免", "由本人支付 360.40 元"]),
    ],
)  # fmt: skip
def test_the_closing_notice_tells_what_was_paid_or_reduced(
    demo_system: System, app: Flask, matter: str, region: str, example: str, words: list[str]
) -> None:
    page = closing(demo_system, app, matter, region, example)
    for word in words:
        assert word in page, word
    assert "6222020200112233445" not in page


@pytest.mark.parametrize(
    ("matter", "region", "example", "words"),
    [
        (CHRONIC, "hubei", "湖北抽取医务专家", "认定的门诊慢特病病种：糖尿病，自2026年10月1日起享受待遇。"),
        (DRUG, "hunan", "两位专家先后审核", "认定的特殊药品：某某单抗，自2026年10月1日起享受待遇。"),
    ],
)
def test_the_closing_notice_of_a_recognition_tells_what_was_recognised_and_from_when(
    demo_system: System, app: Flask, matter: str, region: str, example: str, words: str
) -> None:
    assert words in closing(demo_system, app, matter, region, example)


def test_a_provider_reads_what_was_deducted_and_why(demo_system: System, app: Flask) -> None:
    page = closing(demo_system, app, PHARMACY, "zhuzhou", "申报、受理、初审扣减、复核")
    assert "申报金额 8100.00 元，拒付（扣减） 100.00 元（理由：超范围用药）。" in page
    assert "核定的应付金额 8000.00 元" in page


def test_a_person_whose_employer_the_form_names_is_addressed_as_a_person(demo_system: System, app: Flask) -> None:
    page = closing(demo_system, app, ALLOWANCE, "hubei", "湖北的生育津贴")
    assert "您申请办理的“生育津贴支付”" in page
