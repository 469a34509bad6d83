"""One value of one field: from text or typed input to the value a case keeps, or what is wrong with it.

Dates are `date`, instants aware datetimes in UTC (input without a zone is Shanghai time), numbers int or
Decimal. Text is NFC and trimmed. Nothing is guessed: what does not fit is a `WrongValue` with a message that
starts with the field's full name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from engine.clock import SHANGHAI
from engine.forms.model import Field

MAX_TEXTFIELD = 200  # characters, unless the form says less
MAX_TEXTAREA = 4_000
_MAX_RAW = 20_000  # characters looked at before anything else
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,8})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_COMPACT_CHECKS = ("identity_number", "credit_code", "phone", "bank_account")
_TRUE, _FALSE = ("on", "true", "1", "yes"), ("off", "false", "0", "no", "")


class WrongValue(Exception):
    """What is wrong with a value; the message is for the user."""


def read_value(field: Field, raw: Any) -> Any:
    """The value of a field, None when it is blank. Raises WrongValue."""
    if field.type == "checklist":
        return _checklist(field, raw)
    if isinstance(raw, list):
        if len(raw) > 1:
            raise WrongValue(f"{field.full_label}只能有一个值")
        raw = raw[0] if raw else None
    if isinstance(raw, str):
        raw = clean(raw, field)
    if field.type == "checkbox":
        return _checkbox(field, raw)
    if raw is None or raw == "":
        return None
    return _READERS[field.type](field, raw)


def computed_value(field: Field, value: Any) -> Any:
    """What an expression gave, as the field keeps it: numbers rounded half up to the field's decimals (分).

    Raises WrongValue where the result is of another kind or outside the field's bounds.
    """
    if value is None:
        return None
    if field.type == "number" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = Decimal(value).quantize(Decimal(1).scaleb(-field.decimals), ROUND_HALF_UP)
        value = f"{value:f}"
    return read_value(field, value)


def clean(text: str, field: Field) -> str:
    """NFC, trimmed; numbers typed with spaces or full-width digits are made compact before their check."""
    if len(text) > _MAX_RAW:
        raise WrongValue(f"{field.full_label}过长")
    form: Literal["NFC", "NFKC"] = "NFKC" if field.check in _COMPACT_CHECKS else "NFC"
    text = unicodedata.normalize(form, text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _CONTROL.search(text) or any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise WrongValue(f"{field.full_label}含有不可见的控制字符")
    if field.check in ("identity_number", "credit_code"):
        text = "".join(text.split()).upper()
    elif field.check == "bank_account":
        text = "".join(text.split())
    return text


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise WrongValue(f"{field.full_label}应为文字")
    if field.type != "textarea" and "\n" in raw:
        raise WrongValue(f"{field.full_label}应为一行文字")
    longest = field.max_length or (MAX_TEXTAREA if field.type == "textarea" else MAX_TEXTFIELD)
    if len(raw) > longest:
        raise WrongValue(f"{field.full_label}不能超过{longest}个字，现为{len(raw)}个字")
    if field.min_length is not None and len(raw) < field.min_length:
        raise WrongValue(f"{field.full_label}不能少于{field.min_length}个字，现为{len(raw)}个字")
    return raw


def _number(field: Field, raw: Any) -> int | Decimal:
    text = str(raw).replace(",", "").replace("，", "")
    if isinstance(raw, bool) or not _NUMBER.fullmatch(unicodedata.normalize("NFKC", text)):
        raise WrongValue(f"{field.full_label}应为数字")
    try:
        value = Decimal(unicodedata.normalize("NFKC", text))
    except InvalidOperation as error:
        raise WrongValue(f"{field.full_label}应为数字") from error
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > field.decimals:
        wanted = f"最多{field.decimals}位小数" if field.decimals else "整数"
        raise WrongValue(f"{field.full_label}应为{wanted}")
    if field.minimum is not None and value < Decimal(field.minimum):
        raise WrongValue(f"{field.full_label}不能小于{field.minimum}")
    if field.maximum is not None and value > Decimal(field.maximum):
        raise WrongValue(f"{field.full_label}不能大于{field.maximum}")
    return value.quantize(Decimal(1).scaleb(-field.decimals)) if field.decimals else int(value)


def _choice(field: Field, raw: Any) -> str:
    if not any(option.value == raw for option in field.options):
        raise WrongValue(f"{field.full_label}应从所列选项中选择")
    return str(raw)


def _checklist(field: Field, raw: Any) -> list[str] | None:
    chosen = raw if isinstance(raw, list) else [raw]
    chosen = [entry for entry in chosen if entry not in (None, "")]
    known = [option.value for option in field.options]
    if any(entry not in known for entry in chosen):
        raise WrongValue(f"{field.full_label}应从所列选项中选择")
    return [value for value in known if value in chosen] or None


def _checkbox(field: Field, raw: Any) -> bool:
    if raw is None or raw is False or (isinstance(raw, str) and raw.lower() in _FALSE):
        return False
    if raw is True or (isinstance(raw, str) and raw.lower() in _TRUE):
        return True
    raise WrongValue(f"{field.full_label}应为是或否")


def _moment(field: Field, raw: Any) -> date | datetime:
    value = _instant(field, raw) if field.with_time else _date(field, raw)
    if not 1900 <= value.year <= 2200:
        raise WrongValue(f"{field.full_label}的年份不正确")
    return value


def _date(field: Field, raw: Any) -> date:
    if isinstance(raw, datetime):
        raise WrongValue(f"{field.full_label}应为日期，不含时间")
    if isinstance(raw, date):
        return raw
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(raw), re.ASCII):
            raise ValueError
        return date.fromisoformat(str(raw))
    except ValueError as error:
        raise WrongValue(f"{field.full_label}应为日期，如 2026-10-10") from error


def _instant(field: Field, raw: Any) -> datetime:
    if isinstance(raw, str):
        try:
            if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", raw, re.ASCII):
                raise ValueError
            raw = datetime.fromisoformat(raw)
        except ValueError as error:
            raise WrongValue(f"{field.full_label}应为日期和时间，如 2026-10-10 09:30") from error
    if not isinstance(raw, datetime):
        raise WrongValue(f"{field.full_label}应为日期和时间")
    try:
        local = raw if raw.tzinfo is not None else raw.replace(tzinfo=SHANGHAI)
        return local.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise WrongValue(f"{field.full_label}的年份不正确") from error


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "select": _choice,
    "radio": _choice,
    "datetime": _moment,
    "user": _text,
}
