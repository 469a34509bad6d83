"""Amounts in capital numerals (大写), as vouchers and payment papers print them beside the figures.

Rules: 支付结算办法 附件一（正确填写票据和结算凭证的基本规定）: 元 or 角 closes with 整, 分 does not; zeros between
digits are written once; a missing 角 before 分 is written 零.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_TOO_LARGE = Decimal(10) ** 16


def capital_amount(amount: Decimal | int) -> str | None:
    """`1004.05` -> 壹仟零肆元零伍分; to the fen, half up. None for negative amounts and for 10^16 yuan and more."""
    rounded = Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if rounded < 0 or rounded >= _TOO_LARGE:
        return None
    yuan, fen = divmod(int(rounded * 100), 100)
    words = f"{_whole(yuan)}元" if yuan or not fen else ""
    jiao, fen = divmod(fen, 10)
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    if not fen:
        return f"{words}整"
    gap = "零" if yuan and not jiao else ""
    return f"{words}{gap}{_DIGITS[fen]}分"


def _whole(number: int) -> str:
    """The yuan, in groups of four digits."""
    words = ""
    for group in reversed(range(len(_GROUPS))):
        above, digits = divmod(number // 10 ** (4 * group) % 10**5, 10000)  # with the last digit above
        if not digits:
            continue
        if words and (digits < 1000 or not above):
            words += "零"
        words += _group(digits) + _GROUPS[group]
    return words or "零"


def _group(digits: int) -> str:
    words, gap = "", False
    for place in reversed(range(4)):
        digit = digits // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
