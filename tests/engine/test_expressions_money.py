from __future__ import annotations

from decimal import Decimal

import pytest

from engine.expressions import NoFunctions, parse
from engine.expressions.money import capital_amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1004.05", "壹仟零肆元零伍分"),
        ("63000", "陆万叁仟元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("200000000", "贰亿元整"),
        ("100000001.10", "壹亿零壹元壹角整"),
        ("10020003000", "壹佰亿零贰仟万零叁仟元整"),
        ("12.345", "壹拾贰元叁角伍分"),
    ],
)
def test_an_amount_is_written_in_capital_numerals_as_on_vouchers(amount: str, words: str) -> None:
    assert capital_amount(Decimal(amount)) == words


@pytest.mark.parametrize("amount", [Decimal("-0.01"), Decimal(10) ** 16])
def test_what_no_voucher_bears_has_no_words(amount: Decimal) -> None:
    assert capital_amount(amount) is None


def test_an_expression_asks_for_the_words_of_a_field_and_of_nothing_gets_nothing() -> None:
    expression = parse("capital amount(balance.amount)")
    assert expression.evaluate({"balance": {"amount": Decimal("80.5")}}, NoFunctions()) == "捌拾元伍角整"
    assert expression.evaluate({"balance": {}}, NoFunctions()) is None
