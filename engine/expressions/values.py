"""Values of the language and what the operators do to them, each with a bound on its cost.

Kinds never mix: `true` is not 1, "5" is not 5, a date is not an instant. An operator that has no meaning for
its operands answers null (or false, for a comparison), as FEEL does; only a value that could not have come
from a form, or a result beyond the caps, is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Any

from engine.clock import SHANGHAI
from engine.errors import InvalidExpression

MAX_TEXT = 20_000  # characters of a text that an expression makes
MAX_DEPTH = 40  # levels of lists and contexts that equality looks into
MAX_MAGNITUDE = 10**34  # numbers beyond this are refused: 34 digits are what FEEL gives
_MAX_BITS = 4096  # a submitted whole number beyond this is refused before any arithmetic
# decimal128 as FEEL prescribes; no traps, so that what has no result becomes NaN and then null
_NUMBERS = Context(prec=34, Emin=-6143, Emax=6144, traps=[])


def kind_of(value: Any) -> str:
    """The kind of a value; anything that is no value of ours is refused."""
    # exact types first: this is on the way of every step of every case
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    if isinstance(value, Mapping):
        return "context"
    for known, name in _SUBCLASSES:
        if isinstance(value, known):
            return name
    raise InvalidExpression(
        f"表达式遇到了不支持的值（{type(value).__name__}）；应为文本、数值、是否、日期、时刻、列表或分组"
    )


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    str: "string",
    datetime: "instant",
    date: "date",
    list: "list",
    tuple: "list",
    dict: "context",
}
_SUBCLASSES: tuple[tuple[type, str], ...] = (
    (int, "number"),
    (Decimal, "number"),
    (str, "string"),
    (datetime, "instant"),
    (date, "date"),
    (list, "list"),
    (tuple, "list"),
)


def equal(left: Any, right: Any, depth: int = 0) -> bool:
    """Equality of the same kind; deeper than any form nests, values count as different."""
    kind = kind_of(left)
    if kind != kind_of(right) or depth > MAX_DEPTH:
        return False
    if kind == "list":
        return len(left) == len(right) and all(equal(a, b, depth + 1) for a, b in zip(left, right, strict=True))
    if kind == "context":
        return left.keys() == right.keys() and all(equal(left[k], right[k], depth + 1) for k in left)
    if kind == "number":
        return _compare(left, right) == 0
    if kind == "instant":
        return bool(_aware(left) == _aware(right))
    return bool(left == right)


def order(left: Any, right: Any) -> int | None:
    """-1, 0, 1, or None when the two cannot be ordered (null, two kinds, booleans, lists)."""
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind == "number":
        return _compare(left, right)
    if kind == "instant":
        left, right = _aware(left), _aware(right)
    elif kind not in ("string", "date"):
        return None
    return -1 if left < right else int(left > right)


def _aware(instant: datetime) -> datetime:
    # a form's instants are aware; a naive one would make the comparison raise
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def _compare(left: Any, right: Any) -> int:
    left, right = _checked(left), _checked(right)
    return -1 if left < right else int(left > right)


def _checked(number: Any) -> Any:
    if number.bit_length() > _MAX_BITS if isinstance(number, int) else not number.is_finite():
        raise InvalidExpression("数值过大或不是数，表达式不能计算；最多 34 位")
    return number


def whole_number(value: Any, most: int) -> int | None:
    """The value as an int from 0 to `most`; null for anything else."""
    if kind_of(value) != "number" or not 0 <= _checked(value) <= most or value != int(value):
        return None
    return int(value)


def contains(items: Any, value: Any) -> bool:
    """Whether a list has the value; a single value counts as a list of one, null as an empty list."""
    kind = kind_of(items)
    if kind == "null":
        return False
    if kind != "list":
        return equal(items, value)
    return any(equal(item, value) for item in items)


def plus(left: Any, right: Any) -> Any:
    """Sum of numbers or joining of texts; null for anything else."""
    kind = kind_of(left)
    if kind == "string" and kind_of(right) == "string":
        if len(left) + len(right) > MAX_TEXT:
            raise InvalidExpression(f"表达式拼接的文本超过 {MAX_TEXT} 个字符")
        return left + right
    return _arithmetic(left, right, int.__add__, _NUMBERS.add)


def total(items: Any) -> Any:
    """Sum of a list of numbers. A blank cell of a table counts as nothing; an empty list or another kind gives null."""
    if kind_of(items) != "list" or not items:
        return None
    result: Any = 0
    for item in items:
        if kind_of(item) != "null":
            result = plus(result, item) if kind_of(item) == "number" else None
        if result is None:
            return None
    return result


def count_where(items: Any, value: Any) -> int | None:
    """How many entries of a list equal the value; null for anything but a list."""
    return sum(1 for item in items if equal(item, value)) if kind_of(items) == "list" else None


def total_where(numbers: Any, items: Any, value: Any) -> Any:
    """Sum of one column of a table over the rows whose other column equals the value; 0 when there is no such row.

    Null when the two are not columns of one table (lists of one length), or the sum is.
    """
    if kind_of(numbers) != "list" or kind_of(items) != "list" or len(numbers) != len(items):
        return None
    chosen = [number for number, item in zip(numbers, items, strict=True) if equal(item, value)]
    return total(chosen) if chosen else 0


def minus(left: Any, right: Any) -> Any:
    return _arithmetic(left, right, int.__sub__, _NUMBERS.subtract)


def times(left: Any, right: Any) -> Any:
    """Product of two numbers: a text times a number is null, never a long text."""
    return _arithmetic(left, right, int.__mul__, _NUMBERS.multiply)


def divide(left: Any, right: Any) -> Any:
    """Quotient of two numbers; null when the divisor is 0."""
    if kind_of(left) != "number" or kind_of(right) != "number":
        return None
    left, right = _checked(left), _checked(right)
    if right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return _bounded(left // right)
    return _bounded(_NUMBERS.divide(Decimal(left), Decimal(right)))


def negative(value: Any) -> Any:
    return minus(0, value)


def _arithmetic(
    left: Any,
    right: Any,
    whole: Callable[[int, int], int],
    exact: Callable[[Decimal, Decimal], Decimal],
) -> Any:
    if kind_of(left) != "number" or kind_of(right) != "number":
        return None
    left, right = _checked(left), _checked(right)
    if isinstance(left, int) and isinstance(right, int):
        return _bounded(whole(left, right))
    return _bounded(exact(Decimal(left), Decimal(right)))


def _bounded(number: Any) -> Any:
    if isinstance(number, Decimal) and number.is_nan():
        return None
    if abs(number) > MAX_MAGNITUDE:
        raise InvalidExpression("计算结果过大；数值最多 34 位")
    return number


def day_of(value: Any) -> date | None:
    """The local day of a date, an instant or a text `2026-01-31`; null for anything else."""
    kind = kind_of(value)
    if kind == "date":
        return value  # type: ignore[no-any-return]
    if kind == "instant":
        try:
            return _aware(value).astimezone(SHANGHAI).date()
        except OverflowError:
            return None
    if kind == "string" and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None
