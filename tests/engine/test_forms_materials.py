from __future__ import annotations

import pytest

from engine.forms import (
    load_form,
    materials_owed,
)
from engine.guides import load_guide
from tests.support.forms import (
    ENROLMENT,
    FILING,
    NOW,
    ROOT,
    context,
    errors,
    intake,
    received,
    submit,
)


@pytest.mark.parametrize(("subsidy", "count"), [(None, 3), ("none", 3), ("administrative", 4), ("fully_funded", 5)])
def test_changshas_public_servants_owe_what_the_note_says(subsidy: str | None, count: int) -> None:
    owed = materials_owed(load_guide(ROOT, ENROLMENT, "changsha"), {"civil_servant_subsidy": subsidy})
    assert len(owed) == count


def test_a_case_is_accepted_only_when_nothing_owed_is_missing() -> None:
    complete = received("hunan", {})
    accepted = intake("hunan", {}, {"decision": "accept", "materials": complete})
    assert accepted["missing"] == []
    assert accepted["materials"]["licence"] == {"received": True, "choice": "credit_code_certificate"}
    for absent in complete:
        part = {key: value for key, value in complete.items() if key != absent}
        assert list(intake("hunan", {}, {"decision": "accept", "materials": part})) == ["decision"]


def test_the_notice_lists_everything_missing_at_once() -> None:
    submission = intake("yueyang", {}, {"decision": "supplement"}, FILING)
    assert submission["missing"] == [
        "医保电子凭证或有效身份证件或社保卡",
        "《岳阳市异地就医备案登记表》",
        "就医地联网医疗机构出具的病情介绍资料，包括门（急）诊病历、入院证明等资料",
    ]


def test_a_paper_without_its_seal_or_with_a_remark_is_named_with_what_is_wrong() -> None:
    raw = {
        "decision": "supplement",
        "materials.licence.remark": "复印件不清",
        "materials.registration_form.received": "on",
    }
    assert intake("hunan", {}, raw)["missing"] == [
        "统一社会信用代码证书或单位批准成立的文件（复印件不清）",
        "《湖南省基本医疗保险单位参保信息登记表》（加盖单位公章）（未加盖单位公章）",
    ]


def test_a_supplement_with_nothing_missing_is_refused() -> None:
    raw = {"decision": "supplement", "materials": received("hunan", {})}
    assert list(intake("hunan", {}, raw)) == ["decision"]


def test_a_rejection_needs_its_reason() -> None:
    assert list(intake("hunan", {}, {"decision": "reject"})) == ["reason"]
    assert intake("hunan", {}, {"decision": "reject", "reason": "不在服务对象范围"})["reason"]


def test_which_alternative_was_handed_in_must_be_told() -> None:
    raw = {"decision": "supplement", "materials.licence.received": "on"}
    assert list(intake("hunan", {}, raw)) == ["materials.licence.choice"]


@pytest.mark.parametrize("entry", ["materials.nope.received", "materials.licence.nope", "materials.licence"])
def test_a_line_that_the_checklist_does_not_have_is_refused(entry: str) -> None:
    assert any(path.startswith(entry) for path in intake("hunan", {}, {"decision": "supplement", entry: "on"}))


def test_the_missing_list_cannot_be_typed() -> None:
    assert "missing" in intake("hunan", {}, {"decision": "reject", "reason": "x", "missing": []})


def test_review_and_late_review_need_their_reasons() -> None:
    review = load_form(ROOT, ENROLMENT, "review", "hubei")
    assert list(errors(review, {})) == ["decision"]
    assert list(errors(review, {"decision": "refuse"})) == ["reason"]
    assert list(errors(review, {"decision": "supplement"})) == ["items"]
    assert submit(review, {"decision": "pass", "reason": "多余"}) == {"decision": "pass"}
    late = load_form(ROOT, FILING, "late_review", "yueyang")
    assert list(errors(late, {"decision": "admit"})) == ["reason"]


def test_a_supplement_is_not_received_before_the_application() -> None:
    form = load_form(ROOT, ENROLMENT, "supplement", "hunan")
    application = {"received_at": NOW}
    raw = {"items": "登记表", "received_at": "2026-09-22T08:59"}
    assert list(errors(form, raw, context(variables={"application": application}))) == ["received_at"]
