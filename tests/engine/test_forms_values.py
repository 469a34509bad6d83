from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.forms import (
    errors,
    one,
    submit,
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("12", 12), (" 1,234 ", 1234), ("１２", 12), (7, 7), (Decimal("7"), 7), ("", None), (None, None)],
)
def test_whole_numbers_are_read(raw: Any, value: int | None) -> None:
    assert submit(one("number"), {"x": raw}).get("x") == value


@pytest.mark.parametrize("raw", ["1.5", "1e3", "abc", "٣", True, "9" * 40, "--1", float("nan"), {"y": 1}, [1, 2]])
def test_what_is_no_whole_number_is_refused(raw: Any) -> None:
    assert errors(one("number"), {"x": raw})


def test_amounts_keep_their_decimals_exactly() -> None:
    form = one("number", decimalDigits=2, validate={"min": 0, "max": 1000})
    assert str(submit(form, {"x": "12.5"})["x"]) == "12.50"
    assert errors(form, {"x": "12.345"})["x"] == "某项应为最多2位小数"
    assert errors(form, {"x": "-0.01"})["x"] == "某项不能小于0"
    assert errors(form, {"x": "1000.01"})["x"] == "某项不能大于1000"


@pytest.mark.parametrize("raw", ["2026-02-30", "2026-1-1", "26-01-01", "x", 5, "2026-01-01T00:00", "0001-01-01"])
def test_what_is_no_date_is_refused(raw: Any) -> None:
    assert errors(one("datetime", subtype="date"), {"x": raw})


@pytest.mark.parametrize("raw", ["2026-01-01", "2026-01-01T24:30", "x", 5, date(2026, 1, 1), "0001-01-01T00:00"])
def test_what_is_no_instant_is_refused(raw: Any) -> None:
    assert errors(one("datetime", subtype="datetime"), {"x": raw})


def test_text_is_composed_trimmed_and_capped() -> None:
    form = one("textfield", validate={"minLength": 2, "maxLength": 4})
    assert submit(form, {"x": " e\u0301a "}) == {"x": "\u00e9a"}
    assert "不能超过4个字，现为5个字" in errors(form, {"x": "一二三四五"})["x"]
    assert "不能少于2个字" in errors(form, {"x": "一"})["x"]
    assert "一行" in errors(form, {"x": "一\n二"})["x"]
    assert "控制字符" in errors(form, {"x": "a\u202eb"})["x"]
    assert "过长" in errors(one("textarea"), {"x": "字" * 30_000})["x"]
    assert submit(one("textarea"), {"x": "一\r\n二"}) == {"x": "一\n二"}


@pytest.mark.parametrize(
    "phone", ["13800000000", "0731-84900252", "073184900252", "84900252", "+86 13800000000", "+852 2345 6789"]
)
def test_telephone_numbers_are_accepted(phone: str) -> None:
    assert submit(one("textfield", properties={"check": "phone"}), {"x": phone})


@pytest.mark.parametrize("phone", ["12345", "1380000000", "138000000000", "电话", "1" * 200])
def test_what_is_no_telephone_number_is_refused(phone: str) -> None:
    assert errors(one("textfield", properties={"check": "phone"}), {"x": phone})


def test_choices_come_from_the_options_and_keep_their_order() -> None:
    options = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]
    assert submit(one("checklist", values=options), {"x": ["b", "a", "b"]}) == {"x": ["a", "b"]}
    assert submit(one("checklist", values=options), {"x": "a"}) == {"x": ["a"]}
    assert errors(one("checklist", values=options), {"x": ["c"]})
    assert errors(one("radio", values=options), {"x": "c"})
    assert errors(one("radio", values=options), {"x": ["a", "b"]})
