"""The expression language: what it means, and that nothing else gets through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clock import SHANGHAI
from engine.errors import InvalidExpression
from engine.expressions import SIGNATURES, NoFunctions, doubts, parse


@dataclass(frozen=True)
class CaseFunctions:
    """A case on 22 September 2026, 17:30 UTC: already the 23rd in Shanghai."""

    instant: datetime = datetime(2026, 9, 22, 17, 30, tzinfo=UTC)

    def due(self, key: str) -> datetime | None:
        return self.instant + timedelta(days=1) if key == "handling" else None

    def warning(self, key: str) -> datetime | None:
        return self.instant if key == "handling" else None

    def now(self) -> datetime:
        return self.instant

    def working_days_after(self, day: date, count: int) -> date | None:
        return day + timedelta(days=count)

    def months_after(self, day: date, count: int) -> date | None:
        return day.replace(month=day.month + count)

    def cycle_of(self, day: date) -> str | None:
        return f"{day.year}Q{(day.month + 2) // 3}"

    def assessment_opens(self, cycle: str) -> date | None:
        return date(int(cycle[:4]), int(cycle[5]) * 3, 1)

    def cycle_starts(self, cycle: str) -> date | None:
        return date(int(cycle[:4]), int(cycle[5]) * 3 - 2, 1)

    def cycle_ends(self, cycle: str) -> date | None:
        return date(int(cycle[:4]), int(cycle[5]) * 3, 28)


SCOPE: dict[str, Any] = {
    "intake": {"decision": "supplement", "count": 3, "amount": Decimal("1.20"), "items": ["a", "b"]},
    "bills": [{"amount": Decimal("0.10"), "paid": 1}, {"amount": Decimal("0.20")}, {"amount": 63000, "paid": None}],
    "case": {"region": "changsha"},
    "review": None,
    "due": {"handling": True},
    "when": date(2026, 9, 22),
    "at": datetime(2026, 9, 22, 17, 30, tzinfo=UTC),
}


def value(text: str, scope: dict[str, Any] | None = None) -> Any:
    return parse(text).evaluate(SCOPE if scope is None else scope, CaseFunctions())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('intake.decision = "supplement"', True),
        ('intake.decision != "supplement"', False),
        ("intake.count >= 3 and intake.count < 4", True),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("(1 + 2) * 3", 9),
        ("-2 - -3", 1),
        ("0.1 + 0.2 = 0.3", True),
        ("7 / 2", Decimal("3.5")),
        ("intake.amount * 2 = 2.4", True),
        ('"a" + "b"', "ab"),
        ("intake.count in [1..3]", True),
        ("intake.count in [1..3)", False),
        ("intake.count in (3..5]", False),
        ("intake.count in (1, 2, 3)", True),
        ("intake.count in [1, 2]", False),
        ("intake.count in 3", True),
        ('"a" in intake.items', True),
        ("intake.count between 1 and 3 and true", True),
        ('list contains(intake.items, "b")', True),
        ("count(intake.items) + count([])", 2),
        ("sum(bills.amount)", Decimal("63000.30")),
        ("sum(bills.paid)", 1),
        ("bills.paid = [1, null, null]", True),
        ("sum(bills.amount) / 3 * 3 = sum(bills.amount)", True),
        ("sum([1, 2, 3])", 6),
        ('count where(["a", "b", "a"], "a")', 2),
        ('count where([], "a")', 0),
        ('sum where([1, 2, 4], ["a", "b", "a"], "a")', 5),
        ('sum where([1, 2], ["a", "b"], "c")', 0),
        ("sum where(bills.amount, bills.paid, 1)", Decimal("0.10")),
        ("sum where(bills.amount, bills.paid, null)", Decimal("63000.20")),
        ('if case.region = "changsha" then 1 else 2', 1),
        ("if null then 1 else 2", 2),
        ("string length(intake.decision)", 10),
        ('not(case.region = "hubei")', True),
        ('date("2026-09-22") = when', True),
        ("date(at)", date(2026, 9, 23)),
        ("today()", date(2026, 9, 23)),
        ("now() = at", True),
        ('at < due("handling")', True),
        ("working  days after(when, 3)", date(2026, 9, 25)),
        ("months after(at, 1)", date(2026, 10, 23)),
        ("months after(when, -1)", date(2026, 8, 22)),
        ("cycle of(when)", "2026Q3"),
        ("end of day(when)", datetime(2026, 9, 23, tzinfo=SHANGHAI)),
        ("assessment opens(cycle of(when))", date(2026, 9, 1)),
        ("cycle starts(cycle of(when))", date(2026, 7, 1)),
        ("cycle ends(cycle of(when))", date(2026, 9, 28)),
        ('"引\\"号\\\\\\n"', '引"号\\\n'),
        ("[1, [2, 3]] = [1, [2, 3]]", True),
    ],
)
def test_an_expression_means_what_feel_says(text: str, expected: Any) -> None:
    result = value(text)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("review.decision", None),
        ("review.decision.deeper", None),
        ("nothing", None),
        ("case.region.length", None),
        ("review = null", True),
        ("review != null", False),
        ("null != 5", True),
        ("null = 5", False),
        ("null < 5", False),
        ("null >= null", False),
        ("review.n in [1..3]", False),
        ("1 in review", False),
        ("1 + review", None),
        ("working days after(review.day, 3)", None),
        ("not(review)", None),
        ("true and review", None),
        ("review and false", False),
        ("review or true", True),
        ("false or review", None),
        ("1 / 0", None),
        ('due("filing")', None),
        ('now() > due("filing")', False),
    ],
)
def test_null_flows_through_and_compares_with_nothing(text: str, expected: Any) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    "text",
    ["1 = true", '"5" = 5', "when = at", '"a" < 1', "true < 2", "[1] = [true]", "[1] < [2]", "0 = false"],
)
def test_kinds_never_mix(text: str) -> None:
    assert value(text) is False


@pytest.mark.parametrize("text", ['"a" * 3', '3 * "a"', "[1] * 1000", '"a" - "b"', "when - when", '"a" + 1'])
def test_arithmetic_is_for_numbers_only(text: str) -> None:
    assert value(text) is None


def test_submitted_data_never_shadows_a_function() -> None:
    hostile = {name: lambda *_: 1 / 0 for name in ("due", "now", "count", "not")}
    assert value('due("handling") > now()', {**hostile}) is True


def test_a_path_steps_into_mappings_only() -> None:
    assert value("intake.__class__") is None
    assert value("intake.items.length") is None
    assert value("bills.__class__") == [None, None, None]
    assert value("case.region.__class__.__base__") is None


def test_a_value_that_no_form_gives_is_refused() -> None:
    for foreign in (1.5, object(), b"x", {1, 2}, len):
        with pytest.raises(InvalidExpression, match="不支持的值"):
            value("x = 1", {"x": foreign})


def test_results_are_bounded() -> None:
    nine = "9" * 30
    with pytest.raises(InvalidExpression, match="过大"):
        value(f"{nine} * {nine}")
    with pytest.raises(InvalidExpression, match="过大"):
        value("x + 1", {"x": 10**5000})
    with pytest.raises(InvalidExpression, match="不是数"):
        value("x < 1", {"x": Decimal("NaN")})
    with pytest.raises(InvalidExpression, match="拼接"):
        value("x + x", {"x": "长" * 15_000})


def test_a_deep_value_is_compared_without_recursing_on_it() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert value("x = y", {"x": [deep], "y": [deep]}) is False


@pytest.mark.parametrize(
    "text",
    [
        "months after(when, 1.5)",
        'months after(when, "1")',
        "working days after(when, 100000)",
        "count(1)",
        "sum(1)",
        'count where("a", "a")',
        'sum where([1], ["a", "a"], "a")',
        'sum where(["1"], ["a"], "a")',
        "sum([])",
        'sum([1, "2"])',
        "sum([true])",
        "sum(bills)",
        "sum(intake.items.amount)",
        "list contains(1, 1)",
        "string length(1)",
        "date(1)",
        "date(case.region)",
        "cycle of(1)",
    ],
)
def test_a_function_that_cannot_use_its_argument_gives_null(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", 0, "为空"),
        ("  \n", 0, "为空"),
        ("a == 1", 3, "一个等号"),
        ("a = 'x'", 4, "双引号"),
        ("a = “x”", 4, "半角双引号"),
        ("a ＝ 1", 2, "半角符号"),
        ("${a}", 0, "不要写"),
        ("= a > 1", 0, "不以 = 开头"),
        ("a && b", 2, "and"),
        ("a || b", 2, "or"),
        ("not a", 4, "括号"),
        ("!a", 0, "not("),
        ("a[1]", 1, "序号"),
        ("a[x > 1]", 1, "筛选"),
        ("a ** 2", 3, "乘方"),
        ("2 % 1", 2, "求余"),
        ('"abc', 0, "结尾的双引号"),
        ('"\\q"', 1, "转义"),
        ("foo(1)", 3, "没有函数“foo”"),
        ("hours after(a, 1)", 6, "没有函数“hours after”"),
        ("a.lower()", 7, "没有函数“lower”"),
        ("due(handling)", 0, "期限键"),
        ('due("")', 0, "期限键"),
        ("due()", 0, "1 个参数"),
        ('warning("a", "b")', 0, "1 个参数"),
        ('date("2026-13-01")', 0, "不是日期"),
        ("1 < 2 < 3", 6, "此处应为"),
        ("a.", 2, "字段"),
        ("if a then b", 11, "else"),
        ("x between 1 or 2", 12, "and"),
        ("1" * 31, 0, "30 位"),
        ("(" * 1000, 1000, "此处应为"),
        ("[" + "1," * 500 + "1]", 0, "成分"),
        ("1+" * 999 + "1", 0, "嵌套"),
        ("-" * 500 + "1", 500, "嵌套"),
        ("a" * 2001, 2000, "最多 2000"),
        ("a\x00b", 1, "不符合语法"),
        ("\ud800", 0, "不符合语法"),
    ],
)
def test_an_error_says_where_and_what_was_expected(text: str, at: int, says: str) -> None:
    with pytest.raises(InvalidExpression, match=r"第|表达式") as caught:
        parse(text)
    assert says in caught.value.message
    assert caught.value.details["position"] == at
    caught.value.message.encode()  # printable anywhere


def test_an_expression_tells_its_names_functions_and_deadline_keys() -> None:
    expression = parse('intake.decision = "ok" and now() < due("handling") or warning("filing") = null or x')
    assert expression.names == {("intake", "decision"), ("x",)}
    assert expression.functions == {"now", "due", "warning"}
    assert expression.deadline_keys == {"handling", "filing"}
    assert expression.kind == "boolean"


@pytest.mark.parametrize(
    ("text", "kind"),
    [('due("a")', "instant"), ("1", "number"), ('"PT1H"', "string"), ("true", "boolean"), ("a.b", "any"),
     ('date("2026-01-01")', "date"), ('if a then due("b") else null', "instant"), ("null", "null"),
     ("if a then 1 else true", "any"), ("a + b", "any"), ('a + "b"', "string"), ("[]", "list")],
)  # fmt: skip
def test_the_kind_of_the_result_is_told_from_the_text(text: str, kind: str) -> None:
    assert parse(text).kind == kind


@pytest.mark.parametrize(
    ("text", "says"),
    [('1 = "a"', "总是相同"), ("x > null", "恒为 false"), ('now() > date("2026-01-01")', "date("),
     ('date("2026-01-01") + 3', "working days after"), ("1 and true", "两边应为是否"),
     ("if 1 then 2 else 3", "if 后面"),
     ("count(1)", "需要列表"), ("true in [1..2]", "总是相同"), ("1 between 1 and true", "总是相同"),
     ('1 in (1, "a")', "总是相同"), ("not(1)", "需要是否"), ("date([])", "date()"), ('1 + "a"', "不能相加"),
     ("true < false", "不能比较大小")],
)  # fmt: skip
def test_what_parses_but_cannot_be_meant_is_doubted(text: str, says: str) -> None:
    (doubt,) = doubts(parse(text).tree)
    assert says in doubt.message


def test_ordinary_conditions_are_not_doubted() -> None:
    for text in ('intake.decision = "a"', 'x != null and x in ["a", "b"]', 'now() >= due("handling")',
                 "date(a.b) < today()", "count(a.items) > 0",
                 "months after(now(), 3) > today()"):  # fmt: skip
        assert list(doubts(parse(text).tree)) == []


def test_truth_refuses_what_is_no_decision() -> None:
    assert parse("true").truth({}, CaseFunctions()) is True
    assert parse("null").truth({}, CaseFunctions()) is False
    with pytest.raises(InvalidExpression, match="应为 true 或 false"):
        parse("intake.decision").truth(SCOPE, CaseFunctions())


def test_outside_a_case_there_is_no_clock() -> None:
    assert parse('due("handling")').evaluate({}, NoFunctions()) is None
    with pytest.raises(InvalidExpression, match="不能使用 now"):
        parse("today()").evaluate({}, NoFunctions())


def test_equal_texts_are_parsed_once() -> None:
    assert parse("a + 1") is parse("a + 1")


def outcome(text: str, scope: dict[str, Any]) -> Any:
    """The value, or the refusal: any other exception fails the test that asks."""
    try:
        expression = parse(text)
        list(doubts(expression.tree))
        return expression.evaluate(scope, NoFunctions())
    except InvalidExpression as refusal:
        return refusal


WORDS = [*SIGNATURES, "(", ")", "[", "]", "..", ".", ",", "and", "or", "in", "between", "if", "then", "else",
         "=", "!=", "<", ">=", "+", "-", "*", "/", "1", "0", "9" * 30, '"a"', '"', "x", "intake", "null",
         "true", '("handling")', "__class__", "'", "\\", "%", "{", "é", "。", "\x00", " "]  # fmt: skip
data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=5) | st.dates()
    | st.datetimes() | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "intake"]), inner),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)))
def test_any_text_parses_or_is_refused_with_a_position(text: str) -> None:
    refusal = outcome(text, SCOPE)
    if isinstance(refusal, InvalidExpression) and "position" in refusal.details:
        assert 0 <= int(str(refusal.details["position"])) <= len(text)
        assert refusal.message


OPERATORS = ["=", "!=", "<", ">=", "+", "-", "*", "/", "and", "or", "in"]
atoms = st.sampled_from(["x", "x.x", "intake", "null", "true", "1", "2.5", '"a"', 'date("2026-01-01")', "[x, 1]"])
texts = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"(if {p[0]} then {p[1]} else {p[2]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} in [{p[1]}..{p[2]}])"),
        st.tuples(st.sampled_from(["not", "count", "date", "cycle of", "string length"]), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
        st.tuples(st.sampled_from(["list contains", "months after"]), inner, inner).map(
            lambda p: f"{p[0]}({p[1]}, {p[2]})"
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(texts, st.dictionaries(st.sampled_from(["x", "intake"]), data))
def test_any_expression_over_any_data_ends_in_a_value_or_a_refusal(text: str, scope: dict[str, Any]) -> None:
    assert repr(outcome(text, scope)) == repr(outcome(text, scope))
