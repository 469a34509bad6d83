"""Numbers used here are made up: valid by their check digit, belonging to nobody."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.identity import (
    birth_of,
    credit_check_character,
    credit_code_problem,
    identity_check_digit,
    identity_problem,
    mask_identity,
)

TODAY = date(2026, 9, 22)
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def number(first17: str) -> str:
    return first17 + identity_check_digit(first17)


def code(first17: str) -> str:
    return first17 + credit_check_character(first17)


def test_the_example_of_the_standard_is_valid() -> None:
    assert identity_problem("11010519491231002X", TODAY) is None
    assert identity_problem("440524188001010014", TODAY) is None


@pytest.mark.parametrize("area", ["810000", "820000", "830000", "430199", "469099", "911156"])
def test_residence_permits_and_areas_that_no_list_knows_are_valid(area: str) -> None:
    assert identity_problem(number(f"{area}19900307123"), TODAY) is None


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ("1101051949123100", "应为18位，现为16位"),
        ("110105A9491231002X"[:17] + "X", "前17位应为数字"),
        ("11010519491231002x", "最后一位"),
        (number("01010519491231002"), "地址码"),
        (number("11010519490231002"), "出生日期"),
        (number("11010519491301002"), "出生日期"),
        (number("11010520260923002"), "晚于今天"),
        (number("11010517991231002"), "过早"),
        (number("11010519491231000"), "顺序码"),
        ("110105194912310021", "校验码"),
        ("１１０１０５１９４９１２３１００２X", "前17位应为数字"),
    ],
)
def test_the_message_says_which_part_is_wrong_and_never_repeats_the_number(wrong: str, part: str) -> None:
    problem = identity_problem(wrong, TODAY)
    assert problem is not None
    assert part in problem
    assert wrong not in problem


def test_somebody_born_today_is_accepted() -> None:
    assert identity_problem(number("11010520260922002"), TODAY) is None


def test_a_leap_day_is_a_date_only_in_leap_years() -> None:
    assert identity_problem(number("11010520000229002"), TODAY) is None
    assert identity_problem(number("11010519000229002"), TODAY) is not None


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(position: int, shift: int) -> None:
    right = number("43010219850615123")
    wrong = right[:position] + str((int(right[position]) + shift) % 10) + right[position + 1 :]
    assert identity_problem(wrong, TODAY) is not None


def test_the_birth_date_stands_inside_the_number() -> None:
    assert birth_of("11010519491231002X") == date(1949, 12, 31)


def test_the_example_of_the_credit_code_standard_is_valid() -> None:
    assert credit_code_problem("91350100M000100Y43") is None


@pytest.mark.parametrize("start", ["N2430100", "Y1430100", "A1430100", "11430000", "52430100", "92430100"])
def test_organisations_of_every_registering_department_are_valid(start: str) -> None:
    assert credit_code_problem(code(f"{start}MF1234567")) is None


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ("91350100M000100Y4", "应为18位，现为17位"),
        ("91350100M000100Y4I", "第18位"),
        ("91350100m000100Y43", "第9位"),
        ("9135O100M000100Y43", "第5位"),
        (code("91A50100M000100Y4"), "第3至8位"),
        ("91350100M000100Y44", "校验码"),
    ],
)
def test_the_message_says_what_is_wrong_with_a_credit_code(wrong: str, part: str) -> None:
    problem = credit_code_problem(wrong)
    assert problem is not None
    assert part in problem


@given(st.integers(8, 16), st.integers(1, 30))
def test_any_single_wrong_character_of_a_credit_code_is_found(position: int, shift: int) -> None:
    right = "91350100M000100Y43"
    other = CREDIT_ALPHABET[(CREDIT_ALPHABET.index(right[position]) + shift) % 31]
    assert credit_code_problem(right[:position] + other + right[position + 1 :]) is not None


@pytest.mark.parametrize(
    ("shown", "full"),
    [
        ("430102********1234", "430102198001011234"),
        ("H12*****678", "H1234512678"),
        ("E1****78", "E1234578"),
        ("****", "1234"),
        ("", ""),
    ],
)
def test_lists_show_only_the_ends_of_a_number(shown: str, full: str) -> None:
    assert mask_identity(full) == shown
