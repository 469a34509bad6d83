"""From the tree to closures: each node becomes one function of (scope, functions), made once.

Nothing here looks at an object's attributes: a path steps only through mappings, and through the rows of a table
(`bills.amount`: the list of every row's amount, as FEEL has it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.clock import SHANGHAI, local_date
from engine.expressions import values
from engine.expressions.functions import Functions
from engine.expressions.money import capital_amount
from engine.expressions.syntax import Node
from engine.expressions.values import contains, day_of, equal, kind_of, order, whole_number

Run = Callable[[Mapping[str, Any], Functions], Any]
MAX_COUNT = 10_000  # days or months that a date is moved by


def compile_tree(node: Node) -> Run:
    """The closure of a tree; recursion is bounded by syntax.MAX_NESTING."""
    parts = tuple(compile_tree(child) for child in node.children)
    return _COMPILERS[node.op](node, parts)


def _literal(node: Node, parts: tuple[Run, ...]) -> Run:
    value = node.value
    return lambda scope, functions: value


def _path(node: Node, parts: tuple[Run, ...]) -> Run:
    names: tuple[str, ...] = node.value

    def run(scope: Mapping[str, Any], functions: Functions) -> Any:
        value: Any = scope
        for name in names:
            if not isinstance(value, dict) and not isinstance(value, Mapping):
                if not _is_table(value):
                    return None
                value = [row.get(name) for row in value]
            else:
                value = value.get(name)
        kind_of(value)  # refuses what is no value of the language
        return value

    return run


def _is_table(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _list(node: Node, parts: tuple[Run, ...]) -> Run:
    return lambda scope, functions: [part(scope, functions) for part in parts]


def _choice(node: Node, parts: tuple[Run, ...]) -> Run:
    condition, yes, no = parts
    return lambda scope, functions: (
        yes(scope, functions) if condition(scope, functions) is True else no(scope, functions)
    )


def _junction(node: Node, parts: tuple[Run, ...]) -> Run:
    decisive = node.op == "or"  # true decides an `or`, false an `and`; null is neither
    neutral = not decisive

    def run(scope: Mapping[str, Any], functions: Functions) -> bool | None:
        result: bool | None = neutral
        for part in parts:
            value = part(scope, functions)
            if value is decisive:
                return bool(value)
            if value is not neutral:
                result = None
        return result

    return run


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def _compare(node: Node, parts: tuple[Run, ...]) -> Run:
    left, right = parts
    if node.value == "=":
        return lambda scope, functions: equal(left(scope, functions), right(scope, functions))
    if node.value == "!=":
        return lambda scope, functions: not equal(left(scope, functions), right(scope, functions))
    holds = _ORDERS[node.value]

    def run(scope: Mapping[str, Any], functions: Functions) -> bool:
        sign = order(left(scope, functions), right(scope, functions))
        return sign is not None and holds(sign)

    return run


def _within(node: Node, parts: tuple[Run, ...]) -> Run:
    value, low, high = parts
    from_low, to_high = node.value if node.op == "within" else (True, True)

    def run(scope: Mapping[str, Any], functions: Functions) -> bool:
        item = value(scope, functions)
        above = order(item, low(scope, functions))
        below = order(item, high(scope, functions))
        if above is None or below is None:
            return False
        return (above > 0 or (from_low and above == 0)) and (below < 0 or (to_high and below == 0))

    return run


def _member(node: Node, parts: tuple[Run, ...]) -> Run:
    value, items = parts
    return lambda scope, functions: contains(items(scope, functions), value(scope, functions))


def _one_of(node: Node, parts: tuple[Run, ...]) -> Run:
    value, *items = parts

    def run(scope: Mapping[str, Any], functions: Functions) -> bool:
        item = value(scope, functions)
        return any(contains(part(scope, functions), item) for part in items)

    return run


def _operator(operate: Callable[[Any, Any], Any]) -> Callable[[Node, tuple[Run, ...]], Run]:
    def build(node: Node, parts: tuple[Run, ...]) -> Run:
        left, right = parts
        return lambda scope, functions: operate(left(scope, functions), right(scope, functions))

    return build


def _negative(node: Node, parts: tuple[Run, ...]) -> Run:
    (part,) = parts
    return lambda scope, functions: values.negative(part(scope, functions))


def _call(node: Node, parts: tuple[Run, ...]) -> Run:
    implementation = _IMPLEMENTATIONS[node.value]
    return lambda scope, functions: implementation(functions, *(part(scope, functions) for part in parts))


def _moved(move: Callable[[date, int], date | None], start: Any, count: Any) -> date | None:
    day, steps = day_of(start), whole_number(count, MAX_COUNT)
    return None if day is None or steps is None else move(day, steps)


def _moved_months(functions: Functions, start: Any, count: Any) -> date | None:
    """Months may also go back: a period that ends with the quarter is counted from two months before its last day."""
    back = whole_number(values.negative(count), MAX_COUNT)
    if not back:
        return _moved(functions.months_after, start, count)
    return _moved(lambda day, steps: functions.months_after(day, -steps), start, back)


def _cycle_of(functions: Functions, value: Any) -> str | None:
    day = day_of(value)
    return None if day is None else functions.cycle_of(day)


def _end_of_day(functions: Functions, value: Any) -> datetime | None:
    day = day_of(value)
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def _not(functions: Functions, value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None


_IMPLEMENTATIONS: dict[str, Callable[..., Any]] = {
    "due": lambda functions, key: functions.due(key),
    "warning": lambda functions, key: functions.warning(key),
    "working days after": lambda functions, day, n: _moved(functions.working_days_after, day, n),
    "months after": lambda functions, day, n: _moved_months(functions, day, n),
    "cycle of": _cycle_of,
    "assessment opens": lambda functions, cycle: functions.assessment_opens(cycle) if isinstance(cycle, str) else None,
    "cycle starts": lambda functions, cycle: functions.cycle_starts(cycle) if isinstance(cycle, str) else None,
    "cycle ends": lambda functions, cycle: functions.cycle_ends(cycle) if isinstance(cycle, str) else None,
    "end of day": _end_of_day,
    "now": lambda functions: functions.now(),
    "today": lambda functions: local_date(functions.now()),
    "date": lambda functions, value: day_of(value),
    "count": lambda functions, items: len(items) if kind_of(items) == "list" else None,
    "sum": lambda functions, items: values.total(items),
    "count where": lambda functions, items, value: values.count_where(items, value),
    "sum where": lambda functions, numbers, items, value: values.total_where(numbers, items, value),
    "capital amount": lambda functions, amount: capital_amount(amount) if kind_of(amount) == "number" else None,
    "list contains": lambda functions, items, value: contains(items, value) if kind_of(items) == "list" else None,
    "string length": lambda functions, text: len(text) if isinstance(text, str) else None,
    "not": _not,
}

_COMPILERS: dict[str, Callable[[Node, tuple[Run, ...]], Run]] = {
    "literal": _literal,
    "path": _path,
    "list": _list,
    "choice": _choice,
    "or": _junction,
    "and": _junction,
    "compare": _compare,
    "within": _within,
    "between": _within,
    "member": _member,
    "one of": _one_of,
    "+": _operator(values.plus),
    "-": _operator(values.minus),
    "*": _operator(values.times),
    "/": _operator(values.divide),
    "negative": _negative,
    "call": _call,
}
