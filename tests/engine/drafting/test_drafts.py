"""What is drawn says what the diagrams by hand say, passes the check, runs, and is tidy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions.system import ROOT
from engine.check import check_bytes
from engine.drafting import SHAPES, diagram, draft, form_keys
from engine.examples.installation import run_library
from engine.guides import Guide, load_guide, matters
from engine.workflow.differences import compare
from tests.engine.drafting.guides import AGREEMENT, COMMON, LIMITS, PAYING, guide
from tests.support.pictures import untidy

BY_HAND = ("002036001001-unit-enrolment", "002036006002-inpatient-reimbursement")
STEPS = {"review": COMMON, "result": COMMON[:2] + COMMON[3:], "payment": PAYING, "recognition": COMMON,
         "stages": AGREEMENT}  # fmt: skip


def guides_of(slug: str) -> list[Guide]:
    regions = next(row.regions for row in matters(ROOT) if row.slug == slug)
    return [load_guide(ROOT, slug, region) for region in regions]


@pytest.mark.parametrize("slug", BY_HAND)
def test_a_draft_says_word_for_word_what_the_diagram_by_hand_says(slug: str) -> None:
    by_hand = (ROOT / "processes" / slug / "process.bpmn").read_bytes()
    compared = compare(by_hand, diagram(draft(guides_of(slug))))
    assert compared.elements == ()
    assert compared.undrawn == ()


@pytest.mark.parametrize("slug", BY_HAND)
def test_the_examples_of_a_matter_go_as_told_on_its_draft(slug: str, tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    shutil.copy(ROOT / "processes" / "regions.yaml", tmp_path / "processes")
    shutil.copytree(ROOT / "processes" / slug, tmp_path / "processes" / slug)
    for folder in (slug, "shared"):
        if (ROOT / "forms" / folder).is_dir():
            shutil.copytree(ROOT / "forms" / folder, tmp_path / "forms" / folder)
    (tmp_path / "processes" / slug / "process.bpmn").write_bytes(diagram(draft(guides_of(slug))))
    (report,) = run_library(tmp_path)
    assert report.failures == ()
    assert report.examples > 3
    assert report.coverage.missing == ()


@pytest.mark.parametrize("limits", [LIMITS, LIMITS[:2], ("handling",), (*LIMITS, "target", "filing")], ids=len)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_tidy_and_clean_under_the_check(shape: str, limits: tuple[str, ...]) -> None:
    data = diagram(draft([guide(*STEPS[shape], limits=limits)], shape))
    assert untidy(data) == []
    assert check_bytes(data, "draft.bpmn").lines() == []


@given(st.lists(st.text("考察评估公示审核", min_size=1, max_size=24), min_size=1, max_size=9, unique=True))
def test_steps_of_any_number_and_length_are_tidy_and_clean(titles: list[str]) -> None:
    data = diagram(draft([guide("申请", "受理", *titles, "办结")], "stages"))
    assert untidy(data) == []
    assert check_bytes(data, "draft.bpmn").lines() == []


def test_the_same_guide_gives_the_same_bytes() -> None:
    assert diagram(draft([guide(*PAYING)])) == diagram(draft([guide(*PAYING)]))


def test_a_matter_without_a_limit_has_no_clock_and_no_supervision() -> None:
    process = draft([guide(*COMMON, limits=LIMITS[:2])])
    assert not process.has("handling_overdue")
    assert [lane.name for lane in process.lanes] == ["申请人", "窗口受理", "审核"]
    handling = process.node("handling")
    assert handling is not None
    assert "starts" not in handling.ours


def test_all_limits_of_handling_run_and_stand_still_together() -> None:
    process = draft([guide(*PAYING), guide(*PAYING, limits=("intake", "supplement", "target"))])
    handling, supplement = process.node("handling"), process.node("handling_supplement")
    assert handling is not None
    assert supplement is not None
    assert handling.ours["starts"] == handling.ours["ends"] == supplement.ours["suspends"] == "handling target"


def test_the_printed_words_of_the_flowchart_name_the_nodes() -> None:
    misprinted, longer = "材料不全的一次性告知需补齐的材料产重新提交", "不属于受理范围的不予受理并告知理由和原因"
    process = draft([guide(*COMMON, nodes=[misprinted, longer])])
    assert [node.name for node in process.nodes if node.id in ("supplement", "not_accepted")] == [misprinted, longer]


def test_a_misprint_of_one_region_does_not_name_the_node_of_all() -> None:
    misprinted, printed = "材料不全的一次性告知需补齐的材料产重新提交", "材料不全的一次性告知需补齐的材料并重新提交"
    process = draft([guide(*COMMON, nodes=[misprinted]), guide(*COMMON, nodes=[printed])])
    assert printed in [node.name for node in process.nodes]


def test_a_complaint_begins_with_its_own_first_step() -> None:
    process = draft([guide("投诉", "受理", "调查", "办结")])
    assert process.nodes[0].name == "投诉"
    assert not process.has("outcome")


def test_experts_that_a_guide_draws_have_a_seat_each_and_a_second_reviewer() -> None:
    texts = ["申请人申请；", "窗口受理；", "抽取医务专家予以认定；", "反馈结果。"]
    process = draft([guide(*COMMON, texts=texts)], "recognition")
    assert untidy(diagram(process)) == []
    assert check_bytes(diagram(process), "draft.bpmn").lines() == []
    assessment, second = process.node("assessment"), process.node("second_review")
    assert assessment is not None
    assert second is not None
    assert assessment.ours["participants"] == "group.members.user"
    assert second.ours["separateFrom"] == "first_review assessment"


def test_the_process_bears_the_english_words_of_the_folder() -> None:
    assert draft([guide(*COMMON)]).id == "some_matter"
    assert draft(guides_of("medical-insurance-handbook")).id == "medical_insurance_handbook"


def test_the_forms_that_a_draft_names_are_told() -> None:
    assert form_keys(draft([guide("申请", "受理", "办结")])) == ("application", "intake", "supplement", "result")
