from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.forms import (
    form_view,
    load_form,
    prefill,
    present,
)
from engine.guides import load_guide
from tests.support.forms import (
    EMERGENCY,
    ENROLMENT,
    FILING,
    ROOT,
    UNIT,
    context,
    errors,
    intake,
    small,
    submit,
)

HOSPITAL = "002036009001-medical-institution-agreement"


def control(view: Any, name: str) -> Any:
    return next(row for section in view.sections for row in section.rows if row.name == name)


def section(view: Any, label: str) -> Any:
    return next(section for section in view.sections if section.label == label)


def test_an_empty_form_shows_its_defaults_in_the_order_of_the_sheet() -> None:
    form = load_form(ROOT, ENROLMENT, "application", "changsha")
    view = form_view(form, {}, {}, context("changsha"))
    assert [s.label for s in view.sections if s.label] == [
        "法定代表人",
        "经办人员",
        "单位声明",
        "审核确认表",
        "经办机构意见",
        "收件信息",
    ]
    assert control(view, "received_at").value == "2026-09-22T09:00"
    assert control(view, "declared_on").value == "2026-09-22"
    assert [choice.label for choice in control(view, "insurances").choices][1] == "大病医疗保险"
    assert control(view, "unit_name").required
    assert section(view, "审核确认表").hidden


def test_what_was_typed_comes_back_as_typed_with_its_message_and_ids() -> None:
    form = load_form(ROOT, ENROLMENT, "application", "hunan")
    raw = {"legal_rep.identity": ["1101x"], "insurances": ["other"], "declared_on": ["gestern"], "declared": ["on"]}
    found = errors(form, raw)
    view = form_view(form, raw, found, context())
    identity = control(view, "legal_rep.identity")
    assert (identity.value, identity.id) == ("1101x", "f-legal_rep-identity")
    assert identity.error == found["legal_rep.identity"]
    assert (identity.id, identity.error) in view.errors
    assert control(view, "declared_on").value == "gestern"
    assert control(view, "declared").value == "on"
    assert [choice.value for choice in control(view, "insurances").choices if choice.chosen] == ["other"]
    assert not control(view, "insurance_other").hidden


def test_every_control_has_an_id_of_its_own() -> None:
    form = load_form(ROOT, ENROLMENT, "application", "changsha")
    view = form_view(form, {}, {}, context("changsha"))
    ids = [row.id for s in view.sections for row in s.rows]
    ids += [choice.id for s in view.sections for row in s.rows for choice in row.choices]
    assert len(ids) == len(set(ids))
    assert all(ids)


def test_an_applicant_sees_what_the_agency_fills_but_cannot_fill_it() -> None:
    form = load_form(ROOT, ENROLMENT, "application", "hunan")
    view = form_view(form, {}, {}, context(agency=False))
    received_at = control(view, "received_at")
    assert received_at.agency
    assert received_at.readonly
    assert not received_at.required
    assert all(row.readonly for row in section(view, "经办机构意见").rows if row.type == "shown")


def test_fields_that_turn_out_hidden_are_marked_hidden() -> None:
    form = load_form(ROOT, FILING, "application", "zhuzhou")
    view = form_view(form, {"kind": "registration"}, {}, context("zhuzhou", FILING))
    assert control(view, "destination_province").hidden
    assert not control(view, "name").hidden


def test_the_checklist_shows_what_is_owed_what_is_wrong_and_the_line_of_the_guide() -> None:
    form = load_form(ROOT, ENROLMENT, "intake", "changsha")
    under = context("changsha", variables={"application": {"civil_servant_subsidy": "administrative"}})
    (row,) = (r for s in form_view(form, {}, {}, under).sections for r in s.rows if r.type == "materials")
    assert [(material.id, material.line) for material in row.materials] == [
        ("licence", 28),
        ("registration_form", 29),
        ("representative_identity", 30),
        ("staffing_administrative", 32),
    ]
    assert [c.name for c in row.materials[0].controls] == [
        "materials.licence.received",
        "materials.licence.choice",
        "materials.licence.form",
        "materials.licence.sealed",
        "materials.licence.remark",
    ]
    raw = {"materials.licence.received": ["on"], "materials.licence.choice": ["founding_document"]}
    view = form_view(form, raw, {}, under)
    (row,) = (r for s in view.sections for r in s.rows if r.type == "materials")
    assert row.materials[0].lack == "未加盖单位公章"
    assert row.materials[0].controls[0].value == "on"
    assert len(view.missing) == 4


def test_the_rows_of_a_table_end_with_a_blank_one() -> None:
    form = small(
        {
            "type": "dynamiclist",
            "id": "rows",
            "path": "rows",
            "label": "家属",
            "components": [{"type": "textfield", "id": "name", "key": "name", "label": "姓名"}],
        }
    )
    view = form_view(form, {"rows": [{"name": "甲"}]}, {"rows.0.name": "错"}, context())
    lines = control(view, "rows").lines
    assert [[(c.name, c.value, c.error) for c in line] for line in lines] == [
        [("rows.0.name", "甲", "错")],
        [("rows.1.name", "", None)],
    ]


def test_an_application_after_a_registration_takes_nothing_of_its_receipt() -> None:
    form = load_form(ROOT, FILING, "application", "yueyang")
    registered = submit(form, {**EMERGENCY, "kind": "registration", "channel": "phone"}, context("yueyang", FILING))
    values = prefill(form, registered)
    assert values["visit_at"] == registered["visit_at"]
    assert not {"kind", "received_at", "channel", "received_reason", "signed_on"} & set(values)
    later = context("yueyang", FILING, now=datetime(2026, 9, 23, 2, 0, tzinfo=UTC))
    view = form_view(form, values, {}, later)
    assert control(view, "received_at").value == "2026-09-23T10:00"
    assert control(view, "kind").value == "application"


def test_a_submission_is_told_in_words() -> None:
    form = load_form(ROOT, ENROLMENT, "application", "hunan")
    submission = submit(form, UNIT)
    lines = {(line.group, line.label): line for line in present(form, submission)}
    assert lines["法定代表人", "姓名"].value == "张三"
    assert lines["法定代表人", "身份证件号码"].mark == "personal"
    assert lines["", "参保险种"].value == "职工基本医疗（生育）保险"
    assert lines["收件信息", "收件时间"].value == "2026年09月22日 09:00"
    assert not any(group == "经办机构意见" for group, _ in lines)


def test_the_agencys_opinion_is_printed_from_the_review() -> None:
    form = load_form(ROOT, ENROLMENT, "application", "changsha")
    submission = submit(form, {**UNIT, "insurances": ["employee_medical", "major_illness"]}, context("changsha"))

    def opinion(review: dict[str, Any]) -> dict[str, str]:
        lines = present(form, submission, variables={"review": review})
        return {line.label[:3]: line.value for line in lines if line.group == "经办机构意见"}

    assert opinion({"decision": "refuse"}) == {"经审核": "是"}
    assert opinion({"decision": "pass"})["经审核"] == "职工基本医疗（生育）保险、大病医疗保险"
    assert opinion({"decision": "pass", "approved": ["major_illness"]})["经审核"] == "大病医疗保险"


def test_a_checklist_is_told_in_words() -> None:
    raw = {
        "decision": "supplement",
        "materials.identity.received": "on",
        "materials.identity.choice": "social_security_card",
        "materials.identity.form": "copy",
        "materials.filing_form.remark": "电话告知",
    }
    submission = intake("yueyang", {}, raw, FILING)
    form = load_form(ROOT, FILING, "intake", "yueyang")
    lines = present(form, submission, load_guide(ROOT, FILING, "yueyang"))
    assert [(line.label[:4], line.value) for line in lines if line.group == "办理材料"] == [
        ("医保电子", "已收，社保卡，复印件"),
        ("《岳阳市", "未提交；备注：电话告知"),
        ("就医地联", "未提交"),
    ]


def test_the_rows_of_a_printed_table_with_heads_are_lines_whose_sums_are_computed() -> None:
    form = load_form(ROOT, HOSPITAL, "application", "hunan")
    entered = {"staff": {"doctors": {"total": "30", "senior": "5"}, "nurses": {"total": "45"}}}
    sections = form_view(form, entered, {}, context(slug=HOSPITAL)).sections
    lines = {section.label: section for section in sections if section.line}
    assert list(lines) == ["医生", "护士", "技术人员", "合计"]
    assert [row.value for row in lines["合计"].rows] == ["75", "5", "0", "0"]
    assert next(section for section in sections if section.label == "卫技人员构成").line is False


def test_what_somebody_signs_is_read_on_the_entry_page_and_places_to_sign_are_not() -> None:
    def words(kind: str, text: str, **more: str) -> dict[str, Any]:
        return {"type": "text", "id": text, "text": text, "properties": {"kind": kind, **more}}

    tick = {"type": "checkbox", "id": "declared", "key": "declared", "label": "作出承诺"}
    declared = {"type": "group", "id": "a", "label": "声明", "components": [words("statement", "如实填报"), tick]}
    filled = words("statement", "此次申报名职工信息属实。", printed_filled="此次申报{declared.count}名职工信息属实。")
    signed = {"type": "group", "id": "b", "label": "确认", "components": [words("signature", "（公章）"), filled]}
    sealed = {"type": "group", "id": "c", "label": "签章", "components": [words("signature", "（盖章）")]}
    drawn = form_view(small(declared, signed, sealed), {}, {}, context())
    assert [section.label for section in drawn.sections] == ["声明", "确认"]
    rows = [[row.text or row.label for row in section.rows] for section in drawn.sections]
    assert rows == [["如实填报", "作出承诺"], ["此次申报＿＿名职工信息属实。"]]


def test_what_a_later_step_will_say_takes_no_place_before() -> None:
    opinion = {"type": "textfield", "key": "opinion", "label": "经办机构意见", "properties": {"from": "review.remark"}}
    office = {"type": "group", "id": "office", "label": "经办机构", "components": [opinion]}
    assert form_view(small(office), {}, {}, context()).sections[0].hidden
    reviewed = context(variables={"review": {"remark": "同意"}})
    section = form_view(small(office), {}, {}, reviewed).sections[0]
    assert (section.hidden, section.rows[0].value) == (False, "同意")


def test_columns_under_a_common_head_are_named_with_it() -> None:
    """表22 has 比例自付 under 基本医疗保险 and under 大病互助; 表23 in rows with heads."""
    slug = "002036010001-institution-settlement"
    view = form_view(load_form(ROOT, slug, "application", "hunan"), {}, {}, context("hunan", slug))
    labels = [column.label for column in control(view, "rows").lines[0]]
    assert {"基本医疗保险 比例自付", "大病互助 比例自付", "住院人次"} <= set(labels)
    slug = "002036010002-pharmacy-settlement"
    view = form_view(load_form(ROOT, slug, "application", "hunan"), {}, {}, context("hunan", slug))
    assert control(view, "special_working.basic_own").label == "医保统筹基金共付段 比例自付"


def test_what_was_and_what_becomes_stand_in_two_halves() -> None:
    slug = "002036001004-unit-change"
    view = form_view(load_form(ROOT, slug, "application", "hunan"), {}, {}, context("hunan", slug))
    rows = section(view, "变更内容").rows
    assert section(view, "变更内容").halves
    assert [row.half for row in rows if row.name.startswith("old_")] == ["before"] * 12
    after = [place for place, row in enumerate(rows) if row.half == "after" and row.name.startswith("new_")]
    pairs = {rows[place].name: rows[place - 1].name for place in after if rows[place].name != "new_legal_document"}
    assert all(old == new.replace("new_", "old_") for new, old in pairs.items())
