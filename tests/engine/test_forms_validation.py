from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import encoding
from engine.forms import (
    Form,
    load_form,
    validate_field,
)
from tests.support.forms import (
    EMERGENCY,
    ENROLMENT,
    FILING,
    NOW,
    ROOT,
    UNIT,
    context,
    errors,
    small,
    submit,
)


@pytest.fixture
def enrolment() -> Form:
    return load_form(ROOT, ENROLMENT, "application", "hunan")


@pytest.fixture
def emergency() -> Form:
    return load_form(ROOT, FILING, "application", "yueyang")


def test_an_application_comes_out_typed_and_nested(enrolment: Form) -> None:
    submission = submit(enrolment, UNIT)
    assert submission["legal_rep"] == {"name": "张三", "document_type": "resident", "identity": "11010519491231002X"}
    assert submission["received_at"] == NOW
    assert submission["channel"] == "window"
    assert submission["declared_on"] == date(2026, 9, 22)
    assert "bank_name" not in submission
    assert encoding.loads(encoding.dumps(submission)) == submission


def test_html_and_typed_input_read_the_same(enrolment: Form) -> None:
    html = {
        "registration_type": ["new"],
        "unit_name": [" 某某有限公司 "],
        "credit_code": ["91350100 m000100y 43"],
        "address": ["某路1号"],
        "legal_rep.name": ["张三"],
        "legal_rep.identity": ["11010519491231002x"],
        "handler.name": ["李四"],
        "handler.mobile": ["１３８００００００００"],
        "insurances": ["employee_medical"],
        "declared": ["on"],
        "bank_name": [""],
    }
    assert submit(enrolment, html) == submit(enrolment, UNIT)


def test_a_submission_validates_again_to_itself(enrolment: Form) -> None:
    submission = submit(enrolment, UNIT)
    assert submit(enrolment, submission) == submission


def test_messages_name_the_thing_that_a_field_belongs_to(enrolment: Form) -> None:
    found = errors(enrolment, {})
    assert found["legal_rep.name"] == "请填写法定代表人姓名"
    assert found["handler.name"] == "请填写经办人员姓名"
    assert found["registration_type"] == "请选择登记类别"
    assert next(iter(found)) == "registration_type"  # in the order of the sheet


def test_numbers_with_a_wrong_check_digit_are_refused_and_not_repeated(enrolment: Form) -> None:
    wrong = {
        **UNIT,
        "credit_code": "91350100M000100Y44",
        "legal_rep": {"name": "张三", "identity": "110105194912310021"},
    }
    found = errors(enrolment, wrong)
    assert "校验码" in found["credit_code"]
    assert found["legal_rep.identity"].startswith("法定代表人身份证件号码校验码")
    assert "110105194912310021" not in str(found)


def test_a_passport_is_accepted_when_it_is_called_one(enrolment: Form) -> None:
    passport = {"name": "J. Doe", "document_type": "other", "identity": "e12345678"}
    assert submit(enrolment, {**UNIT, "legal_rep": passport})["legal_rep"]["identity"] == "E12345678"
    assert "legal_rep.identity" in errors(enrolment, {**UNIT, "legal_rep": {**passport, "document_type": "resident"}})


def test_a_unit_without_a_credit_code_says_so(enrolment: Form) -> None:
    without = {key: value for key, value in UNIT.items() if key != "credit_code"}
    assert "credit_code" in errors(enrolment, without)
    assert "credit_code" not in submit(enrolment, {**without, "without_credit_code": True})
    assert "without_credit_code" in errors(enrolment, {**UNIT, "without_credit_code": True})


@pytest.mark.parametrize(
    "extra", [{"nope": 1}, {"legal_rep.nope": "x"}, {"legal_rep": {"a": {"b": 1}}}, {"opinion_refused": "on"}]
)
def test_what_the_form_does_not_declare_is_refused_by_name(enrolment: Form, extra: dict[str, Any]) -> None:
    found = errors(enrolment, {**{k: v for k, v in UNIT.items() if k != "legal_rep"}, **extra})
    assert "表单没有这一项" in found.values()


def test_hidden_fields_are_dropped_whatever_they_hold(enrolment: Form) -> None:
    submission = submit(enrolment, {**UNIT, "insurance_other": "意外险\x00"})
    assert "insurance_other" not in submission
    shown = {**UNIT, "insurances": ["other"], "insurance_other": "意外险"}
    assert submit(enrolment, shown)["insurance_other"] == "意外险"


def test_a_hidden_field_does_not_decide_about_another() -> None:
    form = small(
        {"type": "checkbox", "id": "a", "key": "a", "label": "甲"},
        {"type": "checkbox", "id": "b", "key": "b", "label": "乙", "conditional": {"hide": "=a = true"}},
        {"type": "textfield", "id": "c", "key": "c", "label": "丙", "conditional": {"hide": "=not(b = true)"}},
    )
    assert submit(form, {"a": "on", "b": "on", "c": "x"}) == {"a": True}
    assert submit(form, {"b": "on", "c": "x"}) == {"a": False, "b": True, "c": "x"}


def test_an_applicant_cannot_fill_what_the_agency_fills(enrolment: Form) -> None:
    applicant = context(agency=False)
    submission = submit(enrolment, UNIT, applicant)
    assert submission["channel"] == "online"
    assert submission["received_at"] == NOW
    earlier = {**UNIT, "received_at": "2026-09-01T09:00", "received_reason": "x"}
    assert "由经办机构填写" in errors(enrolment, earlier, applicant)["received_at"]


@pytest.mark.parametrize(
    ("received", "reason", "field"),
    [
        ("2026-09-22T09:00", None, None),
        ("2026-09-22T08:30", None, None),
        ("2026-09-22T08:29", None, "received_reason"),
        ("2026-09-22T08:29", "电话收件", None),
        ("2026-09-21T23:59", None, "received_reason"),
        ("2026-09-22T09:01", "x", "received_at"),
        ("", None, "received_at"),
    ],
)
def test_a_receipt_is_never_later_than_now_and_earlier_only_with_a_reason(
    enrolment: Form, received: str, reason: str | None, field: str | None
) -> None:
    raw = {**UNIT, "received_at": received, **({"received_reason": reason} if reason else {})}
    if field is None:
        submit(enrolment, raw)
    else:
        assert list(errors(enrolment, raw)) == [field]


def test_just_after_midnight_yesterdays_receipt_needs_a_reason(enrolment: Form) -> None:
    midnight = context(now=datetime(2026, 9, 21, 16, 5, tzinfo=UTC))  # 00:05 on the 22nd
    assert list(errors(enrolment, {**UNIT, "received_at": "2026-09-21T23:59"}, midnight)) == ["received_reason"]


def test_local_input_becomes_an_instant(emergency: Form) -> None:
    late = context("yueyang", FILING, now=datetime(2026, 10, 11, tzinfo=UTC))
    raw = {**EMERGENCY, "received_at": "2026-10-10T23:59", "received_reason": "窗口下班后收件"}
    assert submit(emergency, raw, late)["received_at"] == datetime(2026, 10, 10, 15, 59, tzinfo=UTC)


def test_a_registration_needs_only_who_where_and_when(emergency: Form) -> None:
    raw = {
        "kind": "registration",
        "visit_at": "2026-09-21T20:30",
        "hospital": "某医院",
        "name": "王五",
        "channel": "phone",
    }
    submission = submit(emergency, raw, context("yueyang", FILING))
    assert submission["kind"] == "registration"
    assert "person_category" not in submission


def test_an_application_needs_the_whole_sheet(emergency: Form) -> None:
    found = errors(emergency, {"kind": "application"}, context("yueyang", FILING))
    assert {"visit_at", "hospital", "name", "gender", "insurance_type", "identity_number", "phone1"} <= set(found)


def test_after_a_registration_only_the_application_of_the_same_visit_is_taken(emergency: Form) -> None:
    registered = submit(emergency, {**EMERGENCY, "kind": "registration"}, context("yueyang", FILING))
    after = context("yueyang", FILING, variables={"application": registered})
    assert submit(emergency, EMERGENCY, after)["kind"] == "application"
    assert "kind" in errors(emergency, {**EMERGENCY, "kind": "registration"}, after)
    other = {**EMERGENCY, "visit_at": "2026-09-20T20:30"}
    assert "visit_at" in errors(emergency, other, after)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"visit_at": "2026-09-22T09:01"}, "visit_at"),
        ({"admission_at": "2026-09-21T20:00"}, "admission_at"),
        ({"received_at": "2026-09-21T20:00", "received_reason": "电话"}, "received_at"),
    ],
)
def test_times_of_an_emergency_stand_in_order(emergency: Form, change: dict[str, Any], field: str) -> None:
    assert list(errors(emergency, {**EMERGENCY, **change}, context("yueyang", FILING))) == [field]


def table() -> Form:
    return small(
        {
            "type": "dynamiclist",
            "id": "rows",
            "path": "rows",
            "label": "家属",
            "components": [
                {"type": "textfield", "id": "name", "key": "name", "label": "姓名", "validate": {"required": True}},
                {"type": "number", "id": "age", "key": "age", "label": "年龄"},
            ],
        }
    )


def test_repeated_rows_are_read_from_html_and_typed_input() -> None:
    html = {"rows.0.name": ["甲"], "rows.0.age": ["3"], "rows.7.name": ["乙"], "rows.8.name": [""]}
    typed = {"rows": [{"name": "甲", "age": 3}, {"name": "乙"}]}
    assert submit(table(), html) == submit(table(), typed) == typed


def test_a_row_is_complete_or_absent() -> None:
    assert errors(table(), {"rows.0.age": "3"}) == {"rows.0.name": "请填写家属姓名"}
    assert "rows.0.nope" in errors(table(), {"rows.0.nope": "3"})
    assert errors(table(), {"rows.x.name": "3"})
    assert errors(table(), {"rows": [{"name": "甲"}] * 300})


def test_a_field_is_validated_on_change_by_the_function_of_the_submit(enrolment: Form) -> None:
    raw = {"legal_rep.identity": ["110105194912310021"]}
    told = validate_field(enrolment, raw, "legal_rep.identity", context())
    assert told == errors(enrolment, raw)["legal_rep.identity"]
    assert validate_field(enrolment, {"unit_name": ["某公司"]}, "unit_name", context()) is None


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["unit_name", "legal_rep", "legal_rep.identity", "insurances", "received_at", "rows.0.x", "x"]),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=20)
            | st.dates()
            | st.datetimes(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=6,
        ),
    )
)
def test_no_input_does_anything_but_pass_or_be_refused_in_words(raw: dict[str, Any]) -> None:
    form = load_form(ROOT, ENROLMENT, "application", "changsha")
    assert all(message for message in errors(form, raw, context("changsha")).values())


def test_a_required_number_may_be_zero() -> None:
    """起付标准为 0 is an answer; only a blank and an empty box are none."""
    form = small(
        {
            "type": "number",
            "id": "deductible",
            "key": "deductible",
            "label": "起付标准",
            "validate": {"required": True},
        },
        {"type": "checkbox", "id": "declared", "key": "declared", "label": "承诺", "validate": {"required": True}},
    )
    assert submit(form, {"deductible": "0", "declared": "on"}) == {"deductible": 0, "declared": True}
    assert set(errors(form, {"deductible": "", "declared": ""})) == {"deductible", "declared"}


def test_an_applicant_cannot_fill_the_agencys_column_of_a_table() -> None:
    fees = {"type": "textfield", "id": "fee", "key": "fee", "label": "补缴", "properties": {"agency": True}}
    name = {"type": "textfield", "id": "name", "key": "name", "label": "姓名"}
    form = small({"type": "dynamiclist", "id": "people", "path": "people", "label": "人员", "components": [name, fees]})
    rows = {"people": [{"name": "张三", "fee": "2年"}]}
    assert submit(form, rows) == {"people": [{"name": "张三", "fee": "2年"}]}
    assert "由经办机构填写" in errors(form, rows, context(agency=False))["people.0.fee"]
    assert submit(form, {"people": [{"name": "张三"}]}, context(agency=False)) == {"people": [{"name": "张三"}]}
