from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import encoding
from engine.cli.guides import guide_record
from engine.errors import InvalidGuide, NotFound
from engine.expressions import NoFunctions, parse
from engine.forms import materials_owed
from engine.guides import (
    Limit,
    catalogue_of,
    load_guide,
    load_regions,
    matters,
    merge,
    redundant_overrides,
    resolve,
)

ROOT = Path(__file__).resolve().parents[2]
ENROLMENT = "002036001001-unit-enrolment"
FILING = "002036004005-remote-emergency-filing"
STAY = "002036006002-inpatient-reimbursement"
RELIEF = "002036008002-medical-relief-reimbursement"
CHRONIC = "002036005001-chronic-disease-recognition"
ACCIDENT = ["交警事故认定书", "法院判决书", "调解协议书", "公检法部门出具的其他相关证明材料"]
TRANSFER = "002036003002-relationship-transfer"
FACTS = json.loads((ROOT / "tests" / "data" / "guide_facts.json").read_text(encoding="utf-8"))
# line of the remark （下同） under 职工参保登记: what somebody who acts for another brings, there and ever after
SAME_BELOW = {"hunan": 216, "yueyang": 169, "zhuzhou": 198}
PRINTED = {"hunan": 29, "yueyang": 33, "hubei": 28, "zhuzhou": 35, "changsha": 10}
ENTRIES = [pytest.param(fact, id=f"{fact['slug'][:12]}-{fact['region']}") for fact in FACTS]


@pytest.mark.parametrize("fact", ENTRIES)
def test_a_resolved_guide_gives_back_word_for_word_what_is_printed(fact: dict[str, Any]) -> None:
    record = guide_record(ROOT, load_guide(ROOT, fact["slug"], fact["region"]))
    for field, printed in fact.items():
        assert record[field] == printed, field


def test_the_facts_are_all_entries_of_the_five_guides_and_every_one_is_offered() -> None:
    """As many as each printed guide numbers; `number` is an entry's place in its guide."""
    assert Counter(fact["region"] for fact in FACTS) == PRINTED
    for region, count in PRINTED.items():
        assert sorted(fact["number"] for fact in FACTS if fact["region"] == region) == list(range(1, count + 1))
    told = [(fact["slug"], fact["region"]) for fact in FACTS]
    offered = [(matter.slug, region) for matter in matters(ROOT) for region in matter.regions]
    assert len(set(told)) == len(told) == 135
    assert sorted(told) == sorted(offered)
    assert len({slug for slug, _ in told}) == 35


@pytest.mark.parametrize("fact", ENTRIES)
def test_every_printed_limit_material_and_step_names_its_line(fact: dict[str, Any]) -> None:
    guide = load_guide(ROOT, fact["slug"], fact["region"])
    first, last = fact["source"]["first_line"], fact["source"]["last_line"]
    lines = [step.line for step in guide.steps]
    lines += [
        m.line for m in guide.materials if not m.ours and not (m.of_notes and m.line == SAME_BELOW.get(fact["region"]))
    ]
    lines += [limit.line for limit in guide.limits.values() if not limit.ours]
    assert all(line is not None and first <= line <= last for line in lines)
    if fact["time_limit"]:
        printed_at = fact["source"]["time_limit_line"]
        text = fact["time_limit_text"].splitlines()
        assert guide.limits["handling"].line in range(printed_at, printed_at + len(text))


def _printed(limit: Limit) -> list[str | None]:
    return [limit.text, *(level.text for level in limit.levels)]


@pytest.mark.parametrize("fact", ENTRIES)
def test_the_structured_limit_agrees_with_the_printed_one(fact: dict[str, Any]) -> None:
    guide = load_guide(ROOT, fact["slug"], fact["region"])
    if not fact["time_limit"]:
        assert guide.limit("handling") is None
        return
    handling = guide.limits["handling"]
    printed, *others = fact["time_limit"]
    assert (handling.unit, handling.value) == (printed["kind"], printed["value"])
    assert handling.party == "agency"
    budgets = [(other["kind"], other["value"]) for other in others]
    if handling.levels:  # what it may be extended to
        assert [(level.unit, level.value) for level in handling.levels] == budgets
        assert all(text is not None and text in fact["time_limit_text"] for text in _printed(handling))
        return
    cases = [(case.applies_to, case.unit, case.value) for case in handling.cases]
    assert cases == [(other["applies_to"], other["kind"], other["value"]) for other in others]
    assert handling.text == fact["time_limit_text"]


@pytest.mark.parametrize("region", ["hunan", "yueyang", "hubei", "zhuzhou", "changsha"])
def test_supplement_is_fifteen_working_days_of_the_applicant_and_ours(region: str) -> None:
    supplement = load_guide(ROOT, ENROLMENT, region).limits["supplement"]
    assert (supplement.unit, supplement.value, supplement.party) == ("working_days", 15, "applicant")
    assert supplement.ours
    assert supplement.line is None


def test_hubei_closes_at_once_although_its_promised_limit_is_undefined() -> None:
    guide = load_guide(ROOT, ENROLMENT, "hubei")
    assert str(guide.limits["handling"].budget()) == "即时办结"
    assert any("承诺时限" in note.printed for note in guide.notes)


@pytest.mark.parametrize("region", ["yueyang", "zhuzhou"])
def test_a_guide_that_prints_no_limit_has_an_internal_target_of_ours_that_alarms_nobody(region: str) -> None:
    target = load_guide(ROOT, STAY, region).limits["target"]
    assert (target.unit, target.value, target.ours, target.alarms) == ("working_days", 30, True, False)
    assert target.budget().quiet


@pytest.mark.parametrize(
    ("region", "stages"),
    [
        ("hunan", {"handling": 20, "reply": 15, "sending": 15}),
        ("hubei", {"handling": 20, "issue": 5, "reply": 10, "checking": 5, "sending": 10}),
        ("changsha", {"handling": 15, "reply": 10, "checking": 5, "sending": 10}),
    ],
)
def test_stage_limits_stand_beside_the_total_as_printed(region: str, stages: dict[str, int]) -> None:
    limits = load_guide(ROOT, TRANSFER, region).limits
    printed = {key: limit.value for key, limit in limits.items() if not limit.ours}
    assert printed == stages
    assert all(limit.unit == "working_days" and limit.text for limit in limits.values() if not limit.ours)
    assert limits["sending"].start == "application.received_at"


@pytest.mark.parametrize("region", ["yueyang", "zhuzhou"])
def test_where_no_stage_is_printed_ours_only_says_when_to_urge(region: str) -> None:
    limits = load_guide(ROOT, TRANSFER, region).limits
    assert {key for key, limit in limits.items() if not limit.ours} == {"handling"}
    assert not limits["reply"].alarms
    assert not limits["sending"].alarms
    assert limits["reply"].budget().quiet


@pytest.mark.parametrize("region", ["yueyang", "hubei", "zhuzhou"])
def test_relief_for_a_stay_in_hospital_alone_owes_no_prescription(region: str) -> None:
    guide = load_guide(ROOT, RELIEF, region)
    owed = {kind: {m.id for m in materials_owed(guide, {"expense_kind": kind})} for kind in ("inpatient", "outpatient")}
    assert owed["outpatient"] - owed["inpatient"] == {"prescription"}
    assert "settlement" in owed["inpatient"]


def _owed(region: str, application: dict[str, Any]) -> list[str]:
    usual = {"identity", "receipts", "expense_list", "clinical_record", "bank_account"}
    owed = materials_owed(load_guide(ROOT, STAY, region), application)
    return [material.id for material in owed if material.id not in usual]


@pytest.mark.parametrize(
    ("application", "hunan", "zhuzhou"),
    [
        ({"total": Decimal("49999.99")}, [], []),
        ({"total": Decimal("50000.00")}, ["full_medical_record"], []),
        ({"circumstances": ["remote_settled", "referral"]}, ["remote_registration_form", "referral_form"], []),
        ({"circumstances": ["accident"], "accident_proof": "official"}, ["accident_proof"], ["accident_proof"]),
        ({"circumstances": ["accident"], "accident_proof": "none"}, ["accident_review_form"], ["accident_proof"]),
        ({"circumstances": ["emergency"]}, [], ["emergency_diagnosis"]),
    ],
)
def test_a_reimbursement_owes_more_where_its_region_prints_so(
    application: dict[str, Any], hunan: list[str], zhuzhou: list[str]
) -> None:
    assert _owed("hunan", application) == hunan
    assert _owed("zhuzhou", application) == _owed("yueyang", application) == zhuzhou
    assert _owed("hubei", application) == []


@pytest.mark.parametrize(
    ("slug", "region", "material", "choices"),
    [
        (
            STAY,
            "yueyang",
            "accident_proof",
            [*ACCIDENT, "个人承诺书"],
        ),
        (
            STAY,
            "hunan",
            "accident_proof",
            ACCIDENT,
        ),
        (RELIEF, "hubei", "prescription", ["定点医疗机构处方底方", "病历资料", "定点药店购药发票"]),
        (RELIEF, "zhuzhou", "prescription", ["定点医疗机构处方底方", "定点药店购药发票"]),
        (CHRONIC, "yueyang", "medical_record", ["病历资料", "检查资料"]),
        (CHRONIC, "hubei", "medical_record", []),  # prints 病历资料和检查资料: both
    ],
)
def test_papers_of_which_one_is_enough_are_one_item_with_a_choice(
    slug: str, region: str, material: str, choices: list[str]
) -> None:
    found = load_guide(ROOT, slug, region).material(material)
    assert found is not None
    assert [alternative.text for alternative in found.alternatives] == choices


def test_hunan_has_no_filing_window() -> None:
    assert load_guide(ROOT, FILING, "hunan").limit("filing") is None


def _filing_day(region: str, application: dict[str, Any]) -> Any:
    limit = load_guide(ROOT, FILING, region).limit("filing")
    assert limit is not None
    assert (limit.unit, limit.value, limit.party) == ("working_days", 3, "applicant")
    assert limit.start is not None
    return parse(limit.start).evaluate({"application": application}, NoFunctions())


def test_the_window_runs_from_the_visit_in_yueyang_and_from_admission_in_zhuzhou() -> None:
    visit, admission = (
        encoding.loads('{"$t":"2026-09-30T15:59:00Z"}'),
        encoding.loads('{"$t":"2026-09-30T16:00:00Z"}'),
    )
    both = {"visit_at": visit, "admission_at": admission}
    assert _filing_day("yueyang", both).isoformat() == "2026-09-30"
    assert _filing_day("zhuzhou", both).isoformat() == "2026-10-01"
    assert _filing_day("zhuzhou", {"visit_at": visit}).isoformat() == "2026-09-30"


def test_materials_keep_their_alternatives_copies_and_seals() -> None:
    guide = load_guide(ROOT, FILING, "hunan")
    identity = guide.material("identity")
    assert identity is not None
    assert [alternative.text for alternative in identity.alternatives] == ["有效身份证件", "社保卡"]
    assert guide.material("filing_form") is None  # Hunan asks for no form
    licence = load_guide(ROOT, ENROLMENT, "changsha").material("licence")
    assert licence is not None
    assert (licence.original_or_copy, licence.seal) == ("copy", True)


def test_a_resolved_guide_survives_the_bundle_of_a_deployment() -> None:
    guide = load_guide(ROOT, ENROLMENT, "changsha")
    again = resolve(encoding.loads(encoding.dumps(dict(guide.plain))))
    assert again == guide
    assert catalogue_of(again) == catalogue_of(guide)


@pytest.mark.parametrize("matter", matters(ROOT), ids=lambda matter: matter.slug)
def test_no_regional_difference_equals_the_base(matter: Any) -> None:
    assert redundant_overrides(ROOT, matter.slug) == []


def test_the_regions_have_their_codes_hours_and_offices() -> None:
    regions = load_regions(ROOT)
    assert {code: region.division for code, region in regions.items()} == {
        "hunan": "430000",
        "yueyang": "430600",
        "hubei": "420000",
        "zhuzhou": "430200",
        "changsha": "430100",
    }
    assert all(region.office_names()[0] == "本级" for region in regions.values())
    assert len(regions["zhuzhou"].offices) == 11
    assert len(regions["changsha"].offices) == 10
    assert regions["hubei"].hours.closes.isoformat() == "17:00:00"
    assert dict(regions["hunan"].groups) == {
        "申请人": "applicant",
        "窗口受理": "window",
        "审核": "review",
        "财务": "finance",
        "单位负责人": "leader",
    }


@pytest.mark.parametrize("fact", ENTRIES)
def test_every_office_of_a_guide_is_an_office_of_its_region(fact: dict[str, Any]) -> None:
    names = load_regions(ROOT)[fact["region"]].office_names()
    for office in fact["offices"]:
        assert office["district"].replace("市本级", "本级") in names


@pytest.mark.parametrize(
    ("slug", "region", "expected"),
    [
        ("unknown", "hunan", "没有事项"),
        ("../../etc", "hunan", "没有事项"),
        (ENROLMENT, "atlantis", "没有统筹区"),
        (FILING, "changsha", "湖南|hunan"),
    ],
)
def test_what_is_not_offered_is_not_found_and_says_what_is(slug: str, region: str, expected: str) -> None:
    with pytest.raises(NotFound, match=expected):
        load_guide(ROOT, slug, region)


def test_mappings_merge_and_lists_replace() -> None:
    base = {"a": {"x": 1, "y": 2}, "list": [1, 2]}
    assert merge(base, {"a": {"y": 3}, "list": [4]}) == {"a": {"x": 1, "y": 3}, "list": [4]}
    assert base == {"a": {"x": 1, "y": 2}, "list": [1, 2]}


def test_a_null_in_the_difference_is_a_value() -> None:
    assert merge({"code": "1"}, {"code": None}) == {"code": None}


def test_entries_with_ids_merge_in_place_are_placed_appended_or_dropped() -> None:
    base = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]
    over = [
        {"id": "b", "line": 2},
        {"id": "c", "after": "a"},
        {"id": "first", "after": None},
        {"id": "a", "drop": True},
        {"id": "last"},
    ]
    assert merge(base, over) == [
        {"id": "first"},
        {"id": "c"},
        {"id": "b", "text": "B", "line": 2},
        {"id": "last"},
    ]


@pytest.mark.parametrize("difference", [{"id": "x", "drop": True}, {"id": "x", "after": "nowhere"}])
def test_a_difference_that_fits_nothing_is_refused(difference: dict[str, Any]) -> None:
    with pytest.raises(InvalidGuide, match="x"):
        merge([{"id": "a"}], [difference])


def _written(tmp_path: Path, guide: str) -> Path:
    (tmp_path / "processes" / "m").mkdir(parents=True)
    regions = (ROOT / "processes" / "regions.yaml").read_text(encoding="utf-8")
    (tmp_path / "processes" / "regions.yaml").write_text(regions, encoding="utf-8")
    (tmp_path / "processes" / "m" / "guide.yaml").write_text(guide, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("guide", "expected"),
    [
        ("base: {a: 1, a: 2}\nregions: {hunan: {}}", "第1行.*“a”重复"),
        ("base: {}\nregions: {hunan: {}}", "缺少"),
        ("- just\n- a list", "最外层"),
        ("base: {unclosed", "不是有效的 YAML"),
        (f"base: {'[' * 100_000}", "嵌套超过 50 层"),
        ("base: !!python/object/apply:os.system [ls]\nregions: {}", "不是有效的 YAML"),
        ("base: {}", "regions"),
    ],
)
def test_a_broken_guide_file_is_refused_in_words(tmp_path: Path, guide: str, expected: str) -> None:
    with pytest.raises(InvalidGuide, match=expected):
        load_guide(_written(tmp_path, guide), "m", "hunan")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"unit": "fortnights", "value": 1, "line": 1}, "期限单位"),
        ({"unit": "immediate", "value": 1, "line": 1}, "不带数值"),
        ({"unit": "working_days", "line": 1}, "至少"),
        ({"unit": "working_days", "value": 5}, "行号"),
        ({"unit": "working_days", "value": 5, "line": 1, "from": "date("}, "handling"),
        ({"unit": "working_days", "value": 5, "line": 1, "party": "nobody"}, "主体"),
        ({"unit": "working_days", "value": 5, "line": 1, "alarms": False}, "不能不预警"),
    ],
)
def test_a_limit_that_cannot_be_computed_is_refused(limit: dict[str, Any], expected: str) -> None:
    plain = dict(load_guide(ROOT, ENROLMENT, "hunan").plain)
    plain["limits"] = {"handling": {"party": "agency", "starts": "", **limit}}
    with pytest.raises(InvalidGuide, match=expected):
        resolve(plain)


def test_a_limit_may_have_other_budgets_by_kind_of_applicant() -> None:
    plain = json.loads(json.dumps(dict(load_guide(ROOT, ENROLMENT, "hunan").plain)))
    case = {
        "when": 'application.kind = "flexible"',
        "unit": "immediate",
        "applies_to": "灵活就业人员",
        "text": "即时办结",
    }
    plain["limits"]["handling"]["cases"] = [case]
    handling = resolve(plain).limits["handling"]
    assert str(handling.budget()) == "5个工作日"
    assert handling.may_be_immediate
    (kind,) = handling.cases
    assert (str(handling.budget_of(kind)), kind.words) == ("即时办结", "灵活就业人员")
    assert catalogue_of(resolve(plain))["limits"]["handling"]["cases"] == [case]


@pytest.mark.parametrize(
    "wrong",
    [
        {"when": "application.kind =", "unit": "immediate"},
        {"when": "true", "unit": "weeks"},
        {"when": "true", "unit": "working_days"},
        {"when": "true", "unit": "immediate", "value": 3},
        {"when": "true", "unit": "immediate", "party": "agency"},
        {"unit": "immediate"},
    ],
)
def test_a_budget_by_kind_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    plain = json.loads(json.dumps(dict(load_guide(ROOT, ENROLMENT, "hunan").plain)))
    plain["limits"]["handling"]["cases"] = [wrong]
    with pytest.raises(InvalidGuide):
        resolve(plain)


def test_a_printed_line_of_several_papers_is_owed_part_by_part_and_printed_as_one() -> None:
    plain = dict(load_guide(ROOT, ENROLMENT, "hunan").plain)
    kept = list(plain["materials"])
    divided = {
        "id": "proofs",
        "text": "证明：①甲；②乙",
        "line": 18,
        "when": "application.credit_code != null",
        "parts": [
            {"id": "first", "text": "甲", "seal": True},
            {"id": "second", "text": "乙", "when": "application.unit_code != null"},
        ],
    }
    guide = resolve({**plain, "materials": [*kept, divided]})
    assert catalogue_of(guide)["materials"][-1] == "证明：①甲；②乙"
    usual = [material["id"] for material in kept]
    coded = {"credit_code": "91430100MA4L16J87N"}
    assert [m.id for m in materials_owed(guide, {})] == usual
    assert [m.id for m in materials_owed(guide, coded)] == [*usual, "first"]
    assert [m.id for m in materials_owed(guide, {**coded, "unit_code": "1001"})] == [*usual, "first", "second"]
    part = guide.material("first")
    assert part is not None
    assert (part.line, part.seal, part.part_of) == (18, True, "proofs")
