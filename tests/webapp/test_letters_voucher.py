"""The 参保凭证: the printed sheet, and until which day its three months run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.actions.system import ROOT, System
from engine.examples import load_examples, run_example
from engine.store.letters import letters
from tests.support.visitor import Visitor, text_of

SLUG = "002036003001-enrolment-voucher"
DONE = "材料齐全的当场受理，即时办结，出具结果"


@pytest.mark.parametrize("region", ["changsha", "zhuzhou"])
def test_a_voucher_says_until_which_day_its_three_months_run(
    demo_system: System, visit: Callable[..., Visitor], region: str
) -> None:
    path = Path(ROOT) / "processes" / SLUG / "examples.yaml"
    (example,) = [e for e in load_examples(path) if e.sentence == DONE and e.region == region]
    (case_id,) = run_example(demo_system, SLUG, example).cases
    query = select(letters.c.id).where(letters.c.case_id == case_id, letters.c.template == "enrolment_voucher")
    with demo_system.store.reading() as connection:
        letter_id = connection.execute(query).scalar_one()
    words = text_of(visit("auditor").get(f"/letters/{letter_id}")).replace(" ", "")
    assert "在3个月内到指定办理机构办理相关登记手续（至2026年12月22日）" in words
    assert "王五" in words
