"""个人承诺书: a paper that stands in for one that cannot be had, filled from the case and signed by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.bundles import load_bundle
from engine.forms import Owed, load_form
from engine.forms.produced import form_keys, missing_of, papers_of, statement_of, values_of
from engine.guides import Guide, load_guide

ROOT = Path(__file__).resolve().parents[2]
WITHDRAWAL = "002036002003-account-withdrawal"
OUTPATIENT = "002036006001-outpatient-reimbursement"
ACCIDENT = {"name": "王五", "identity_number": "11010519491231002X", "phone": "13800000000", "accident": True}
NOW = datetime(2026, 9, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def guide() -> Guide:
    return load_guide(ROOT, OUTPATIENT, "yueyang")


def text(guide: Guide, variables: dict[str, Any]) -> str:
    (paper,) = papers_of(guide, variables)
    form = load_form(ROOT, OUTPATIENT, paper.form, "yueyang")
    values = values_of(form, guide, variables, missing_of(paper.material), NOW)
    return "".join(words or "____" for words, _ in statement_of(form, values))


def test_the_paper_is_offered_only_for_a_material_that_this_applicant_owes(guide: Guide) -> None:
    assert papers_of(guide, {"application": {**ACCIDENT, "accident": False}}) == []
    (paper,) = papers_of(guide, {"application": ACCIDENT})
    assert (paper.material.id, paper.form, paper.chosen) == ("accident_proof", "commitment", False)


def test_choosing_it_on_the_checklist_marks_it(guide: Guide) -> None:
    intake = {"materials": {"accident_proof": {"received": True, "choice": "commitment"}}}
    (paper,) = papers_of(guide, {"application": ACCIDENT, "intake": intake})
    assert paper.chosen


def test_it_reads_as_printed_with_what_the_case_knows(guide: Guide) -> None:
    assert text(guide, {"application": ACCIDENT}) == (
        "本人王五（身份证件号码：11010519491231002X），办理门诊费用报销业务。因个人原因无法提供交警事故认定书、法院判决书、"
        "调解协议书、公检法部门出具的其他相关证明材料证明，本人保证符合此业务办理条件，所述信息真实、准确、完整、有效，"
        "由此产生的一切法律责任均由本人承担。"
    )


def test_what_is_not_known_is_left_blank_for_the_hand(guide: Guide) -> None:
    assert text(guide, {"application": {"accident": True}}).startswith("本人____（身份证件号码：____）")


def test_a_deployment_has_the_forms_that_its_guide_produces(guide: Guide) -> None:
    assert form_keys(guide) == {"commitment"}
    assert "commitment" in load_bundle(ROOT, OUTPATIENT, "yueyang").forms


def test_a_commitment_needs_neither_seal_nor_original(guide: Guide) -> None:
    material = guide.material("accident_proof")
    assert material is not None
    assert Owed(material, {"received": True, "choice": "commitment"}).lack is None
    assert Owed(material, {"choice": "commitment"}).lack == "未提交"


@pytest.mark.parametrize("region", ["yueyang", "hubei", "zhuzhou"])
def test_a_commitment_that_is_asked_for_by_itself_says_what_it_is_about(region: str) -> None:
    guide = load_guide(ROOT, WITHDRAWAL, region)
    assert papers_of(guide, {"application": {"reason": "death"}}) == []
    (paper,) = papers_of(guide, {"application": {"reason": "death", "death_unknown": True}})
    assert (paper.alternative.text, paper.instead_of, paper.chosen) == ("个人承诺书", "死亡信息", True)
    assert missing_of(paper.material) == "死亡信息"
    assert "commitment" in load_bundle(ROOT, WITHDRAWAL, region).forms
