"""Identity numbers (GB 11643) and unified social credit codes (GB 32100): is this number possible?

Own checks, because python-stdnum rejects 58 of 123 present county codes, the residence permits of Hong Kong,
Macao and Taiwan residents (港澳台居住证, 81/82/83) and organisations that start with N or Y. So: no list of
counties here, no list of registering departments, and no second check of the organisation code inside a
credit code (GB 11714): a paper that its issuer printed must not be refused at the counter.

Functions return what is wrong, in Chinese, or None. No message repeats the number, and nothing here logs.
"""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, 2^(18-i) mod 11
_CHECK_DIGITS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I O S V Z
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_EARLIEST_BIRTH = date(1880, 1, 1)
_ASCII_DIGITS = re.compile(r"[0-9]+")


def identity_problem(number: str, today: date) -> str | None:
    """What is wrong with an 18-character identity number; None when nothing is.

    Accepts resident identity cards, residence permits of Hong Kong, Macao and Taiwan residents (81, 82, 83)
    and foreigners' permanent residence cards of the 2023 form (9...), which all follow GB 11643.
    """
    if len(number) != 18:
        return f"应为18位，现为{len(number)}位"
    if not _ASCII_DIGITS.fullmatch(number[:17]):
        return "前17位应为数字"
    if number[17] not in "0123456789X":
        return "最后一位应为数字或大写字母X"
    if number[0] == "0":
        return "前6位地址码不正确（不能以0开头）"
    problem = _birth_problem(number[6:14], today)
    if problem:
        return problem
    if number[14:17] == "000":
        return "第15至17位顺序码不能为000"
    if number[17] != identity_check_digit(number):
        return "校验码（最后一位）与前17位不符，请核对是否有数字输错"
    return None


def identity_check_digit(number: str) -> str:
    """The 18th character that belongs to the first 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def _birth_problem(digits: str, today: date) -> str | None:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return "第7至14位不是有效的出生日期"
    if birth > today:
        return "出生日期（第7至14位）晚于今天"
    if birth < _EARLIEST_BIRTH:
        return "出生日期（第7至14位）过早"
    return None


def birth_of(number: str) -> date:
    """The date of birth inside a valid identity number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def credit_code_problem(code: str) -> str | None:
    """What is wrong with an 18-character unified social credit code; None when nothing is."""
    if len(code) != 18:
        return f"应为18位，现为{len(code)}位"
    wrong = sorted({character for character in code if character not in _CREDIT_ALPHABET})
    if wrong:
        return f"含有不允许的字符（第{code.index(wrong[0]) + 1}位）：只能是数字和除I、O、S、V、Z外的大写字母"
    if not _ASCII_DIGITS.fullmatch(code[2:8]):
        return "第3至8位登记管理机关行政区划码应为数字"
    if code[17] != credit_check_character(code):
        return "校验码（最后一位）与前17位不符，请核对是否有字符输错"
    return None


def credit_check_character(code: str) -> str:
    """The 18th character that belongs to the first 17 (GB 32100, modulus 31)."""
    total = sum(
        _CREDIT_ALPHABET.index(character) * weight for character, weight in zip(code[:17], _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[-total % 31]


def mask_identity(number: str) -> str:
    """An identity number as lists show it: `430102********1234`; short numbers keep only their ends."""
    if len(number) == 18:
        return f"{number[:6]}********{number[14:]}"
    if len(number) <= 4:
        return "*" * len(number)
    kept = 2 if len(number) < 10 else 3
    return f"{number[:kept]}{'*' * (len(number) - 2 * kept)}{number[-kept:]}"
