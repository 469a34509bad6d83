"""Named checks of a field (`properties.check`): a closed list, so that no form can bring its own pattern.

(A `pattern` of its own would let whoever edits a form hang the server with a catastrophic expression.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.clock import local_date
from engine.forms.context import FormContext
from engine.forms.model import Field
from engine.identity import credit_code_problem, identity_problem

RECEIPT_TOLERANCE = timedelta(minutes=30)
"""A receipt this much earlier than the entry, the same day, is the time typing takes; more needs a reason."""

_PHONE = re.compile(r"(?:\+?86[- ]?)?(?:1[3-9]\d{9}|(?:0\d{2,3}[- ]?)?[2-9]\d{6,7}(?:[-转 ]\d{1,6})?)", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)(?!86)\d[\d -]{5,18}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{8,30}(?:-[0-9]{1,6})?", re.ASCII)
_OTHER_DOCUMENT = re.compile(r"[0-9A-Z()（）/-]{5,30}", re.ASCII)
_FULL_CHECK = (None, "resident")  # kinds of document that follow GB 11643


def problem_of(field: Field, value: Any, values: Mapping[str, Any], context: FormContext) -> str | None:
    """What the named check, or the list of people, finds wrong, with the field's full name; None when nothing is."""
    if value is None:
        return None
    if field.group is not None and context.people is not None:
        known = any(person.username == value for person in context.people(field.group))
        return None if known else f"{field.full_label}不在可选的人员中，请重新选择"
    if field.check is None:
        return None
    problem = _CHECKS[field.check](field, value, values, context)
    return f"{field.full_label}{problem}" if problem else None


def _identity(field: Field, value: str, values: Mapping[str, Any], context: FormContext) -> str | None:
    """A passport or a travel permit follows no common rule: `properties.kind_field` tells them apart."""
    kind_field = field.properties.get("kind_field")
    kind = values.get(kind_field) if kind_field else None
    if kind in _FULL_CHECK:
        return identity_problem(value, local_date(context.now))
    return None if _OTHER_DOCUMENT.fullmatch(value) else "应为5至30位字母和数字"


def _credit_code(field: Field, value: str, values: Mapping[str, Any], context: FormContext) -> str | None:
    return credit_code_problem(value)


def _phone(field: Field, value: str, values: Mapping[str, Any], context: FormContext) -> str | None:
    if _PHONE.fullmatch(value) or _ABROAD.fullmatch(value):
        return None
    return "应为手机号码或带区号的固定电话，如 13800000000、0731-84900252"


def _bank_account(field: Field, value: str, values: Mapping[str, Any], context: FormContext) -> str | None:
    return None if _ACCOUNT.fullmatch(value) else "应为8至30位数字"


def _past(field: Field, value: Any, values: Mapping[str, Any], context: FormContext) -> str | None:
    now = context.now if isinstance(value, datetime) else local_date(context.now)
    return "不能晚于现在" if value > now else None


def receipt_needs_reason(received: datetime, now: datetime) -> bool:
    """Whether a receipt lies so far before its entry that the entry must say why."""
    return now - received > RECEIPT_TOLERANCE or local_date(received) != local_date(now)


_CHECKS: dict[str, Callable[[Field, Any, Mapping[str, Any], FormContext], str | None]] = {
    "identity_number": _identity,
    "credit_code": _credit_code,
    "phone": _phone,
    "bank_account": _bank_account,
    "receipt": _past,
    "past": _past,
}
