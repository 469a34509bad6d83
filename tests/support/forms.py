"""Short words for tests of forms: a context, a submission, the errors of one, a small form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidSubmission
from engine.forms import Form, FormContext, form_of, load_form, materials_owed, validate
from engine.guides import load_guide

ROOT = Path(__file__).resolve().parents[2]
ENROLMENT = "002036001001-unit-enrolment"
FILING = "002036004005-remote-emergency-filing"
NOW = datetime(2026, 9, 22, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
REIMBURSEMENT = "002036006002-inpatient-reimbursement"
_FORM_ATTRIBUTE = re.compile(r'jingban:form="([a-z_]+)"')

UNIT: dict[str, Any] = {
    "registration_type": "new",
    "unit_name": "某某有限公司",
    "credit_code": "91350100M000100Y43",
    "address": "某路1号",
    "legal_rep": {"name": "张三", "identity": "11010519491231002X"},
    "handler": {"name": "李四", "mobile": "13800000000"},
    "insurances": ["employee_medical"],
    "declared": True,
}
EMERGENCY: dict[str, Any] = {
    "kind": "application",
    "visit_at": "2026-09-21T20:30",
    "hospital": "某医院",
    "name": "王五",
    "gender": "male",
    "insurance_type": "employee",
    "identity_number": "11010519491231002X",
    "phone1": "13800000000",
    "destination_province": "广东省",
}
STAY: dict[str, Any] = {
    "name": "王五",
    "gender": "male",
    "identity_number": "11010519491231002X",
    "insurance_type": "employee",
    "phone": "13800000000",
    "hospital": "某医院",
    "admission_on": "2025-12-20",
    "discharge_on": "2025-12-29",
    "diagnosis": "某病",
    "bills": [{"date": "2025-12-29", "invoice_number": "0012345", "hospital": "某医院", "amount": "63000.00"}],
    "account_name": "王五",
    "bank_name": "某银行",
    "account_number": "6222020200112233445",
}


def task_forms(slug: str) -> list[str]:
    """The form keys that a matter's diagrams name."""
    files = (ROOT / "processes" / slug).glob("process*.bpmn")
    return sorted({key for path in files for key in _FORM_ATTRIBUTE.findall(path.read_text(encoding="utf-8"))})


GIVEN = """
given:
  一家企业:
    registration_type: new
    unit_name: 甲公司
    credit_code: 91350100M000100Y43
    address: 某路1号
    legal_rep: {name: 张三, identity: 11010519491231002X}
    handler: {name: 李四, mobile: "13800000000"}
    insurances: [employee_medical]
    declared: true
"""  # the head of an examples.yaml of 单位参保登记


def context(region: str = "hunan", slug: str = ENROLMENT, **changes: Any) -> FormContext:
    return FormContext(**{"now": NOW, "guide": load_guide(ROOT, slug, region), "agency": True, **changes})


def submit(form: Form, raw: Mapping[str, Any], under: FormContext | None = None) -> dict[str, Any]:
    return validate(form, raw, under or context())


def errors(form: Form, raw: Mapping[str, Any], under: FormContext | None = None) -> dict[str, str]:
    with pytest.raises(InvalidSubmission) as caught:
        validate(form, raw, under or context())
    return caught.value.errors


def small(*components: dict[str, Any], **more: Any) -> Form:
    return form_of({"id": "small", "title": "小表", "components": list(components), **more}, "small")


def one(kind: str, **more: Any) -> Form:
    return small({"type": kind, "id": "x", "key": "x", "label": "某项", **more})


def received(region: str, application: Mapping[str, Any], slug: str = ENROLMENT) -> dict[str, Any]:
    """A checklist on which everything owed is there."""
    owed = materials_owed(load_guide(ROOT, slug, region), application)
    return {
        material.id: {
            "received": True,
            **({"sealed": True} if material.seal else {}),
            **({"choice": material.alternatives[0].id} if material.alternatives else {}),
        }
        for material in owed
    }


def intake(region: str, application: Mapping[str, Any], raw: Mapping[str, Any], slug: str = ENROLMENT) -> Any:
    form = load_form(ROOT, slug, "intake", region)
    under = context(region, slug, variables={"application": application})
    try:
        return submit(form, raw, under)
    except InvalidSubmission as invalid:
        return invalid.errors
