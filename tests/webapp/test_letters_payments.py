"""The notice of a case that paid tells what was paid, in figures and words, and when."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from engine.actions.system import ROOT, System
from engine.examples import load_examples, run_example
from engine.store.letters import letters
from tests.webapp.test_letters import letter_in, sheet

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
