"""The check of a whole installation, on a copy of ours with one thing broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.check.installation import check_library

ROOT = Path(__file__).resolve().parents[3]
SLUG = "002036001001-unit-enrolment"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("processes", "forms"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def rules_of(root: Path) -> set[str]:
    return {finding.rule for report in check_library(root) for finding in report.findings}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_our_own_matters_have_no_finding() -> None:
    assert [line for report in check_library(ROOT) for line in report.lines()] == []


def test_a_condition_over_a_field_that_no_form_has_is_found(copy: Path) -> None:
    edit(copy / "processes" / SLUG / "process.bpmn", 'review.decision = "refuse"', 'review.decisionn = "refuse"')
    assert rules_of(copy) == {"J142"}


def test_a_form_that_does_not_exist_is_found(copy: Path) -> None:
    edit(copy / "processes" / SLUG / "process.bpmn", 'jingban:form="review"', 'jingban:form="survey"')
    assert "J132" in rules_of(copy)


def test_a_deadline_that_no_guide_has_is_found(copy: Path) -> None:
    edit(copy / "processes" / SLUG / "process.bpmn", 'due("handling")', 'due("handing")')
    assert rules_of(copy) == {"J143"}


def test_a_form_that_nobody_uses_is_found(copy: Path) -> None:
    shutil.copy(copy / "forms" / "shared" / "review.json", copy / "forms" / "shared" / "unused.json")
    assert rules_of(copy) == {"J206"}


def test_a_broken_form_is_found(copy: Path) -> None:
    (copy / "forms" / "shared" / "intake.json").write_text("{", encoding="utf-8")
    assert "J204" in rules_of(copy)


def test_a_matter_without_diagram_is_found(copy: Path) -> None:
    (copy / "processes" / SLUG / "process.bpmn").unlink()
    assert "J201" in rules_of(copy)


def test_a_diagram_for_a_region_that_does_not_offer_the_matter_is_found(copy: Path) -> None:
    folder = copy / "processes" / SLUG
    shutil.copy(folder / "process.bpmn", folder / "process.atlantis.bpmn")
    assert rules_of(copy) == {"J203"}


def test_a_regions_own_diagram_is_checked_for_that_region(copy: Path) -> None:
    folder = copy / "processes" / SLUG
    shutil.copy(folder / "process.bpmn", folder / "process.changsha.bpmn")
    edit(folder / "process.changsha.bpmn", 'id="review_refused"', 'id="End"')
    names = {report.name for report in check_library(copy) if report.findings}
    assert names == {str(folder / "process.changsha.bpmn")}


def test_a_condition_of_a_guide_over_a_field_that_its_form_lacks_is_found(copy: Path) -> None:
    guide = copy / "processes" / SLUG / "guide.yaml"
    cases = '      cases: [{when: "KIND", unit: immediate}]'
    edit(guide, "      starts_ours: true\n", f"      starts_ours: true\n{cases}\n")
    for written, rules in {
        "application.unit_nam = 1": {"J207"},
        "applicatoin.unit_name = 1": {"J207"},
        "application.unit_name": {"J207"},
        "application.unit_name = 1": {"J207"},
        "application.unit_name =": {"J200"},
        'application.unit_name = \\"某某有限公司\\"': set(),
    }.items():
        text = guide.read_text(encoding="utf-8")
        guide.write_text(text.replace("KIND", written), encoding="utf-8")
        found = rules_of(copy)
        assert found >= rules, written
        assert bool(found) == bool(rules), written
        guide.write_text(text, encoding="utf-8")


def test_a_field_that_takes_over_a_restricted_one_openly_is_found(copy: Path) -> None:
    told = copy / "forms" / "002036011001-complaint" / "feedback.json"
    edit(told, '"key": "satisfied",', '"key": "satisfied", "properties": {"default_from": "application.name"},')
    assert rules_of(copy) == {"J208"}
