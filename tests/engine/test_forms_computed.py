"""Fields that the server computes, tables whose rows have rules, and what a form takes over from the case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import InvalidGuide
from engine.forms import Form, form_view, prefill, present
from tests.support.forms import context, errors, one, small, submit


def money(key: str, label: str, **properties: Any) -> dict[str, Any]:
    return {"type": "number", "decimalDigits": 2, "id": key, "key": key, "label": label, "properties": properties}


def bills() -> Form:
    """Bills with a total, what of it counts, and three fifths of that rounded to 分."""
    return small(
        {
            "type": "dynamiclist",
            "id": "bills",
            "path": "bills",
            "label": "票据",
            "validate": {"required": True},
            "properties": {"rows": 3},
            "components": [
                {"type": "textfield", "id": "number", "key": "number", "label": "号码", "properties": {"unique": True}},
                {**money("amount", "金额"), "validate": {"required": True}},
                money("self_paid", "自付"),
            ],
            "rules": [{"when": "self_paid > amount", "message": "自付不能大于金额", "field": "self_paid"}],
        },
        money("total", "合计", computed="sum(bills.amount)"),
        money("counted", "计入", computed="total - (if sum(bills.self_paid) = null then 0 else sum(bills.self_paid))"),
        {**money("payable", "应付", computed="counted * 3 / 5"), "validate": {"min": 1}},
        {
            "type": "textfield",
            "id": "why",
            "key": "why",
            "label": "说明",
            "conditional": {"hide": "=not(total >= 50000)"},
            "properties": {"required_when": "total >= 50000"},
        },
    )


ROWS = [{"number": "A1", "amount": "0.10"}, {"number": "A2", "amount": "1,000.20", "self_paid": "0.29"}]


def test_sums_are_exact_and_part_of_the_submission() -> None:
    submission = submit(bills(), {"bills": ROWS})
    assert submission["total"] == Decimal("1000.30")
    assert submission["counted"] == Decimal("1000.01")
    assert submission["payable"] == Decimal("600.01")  # 600.006 rounded half up
    assert [str(submission[name]) for name in ("total", "counted", "payable")] == ["1000.30", "1000.01", "600.01"]


def test_half_a_fen_is_rounded_up() -> None:
    form = small(money("a", "甲"), money("b", "乙", computed="a / 8"))
    assert submit(form, {"a": "0.04"})["b"] == Decimal("0.01")
    assert submit(form, {"a": "0.03"})["b"] == Decimal("0.00")


def test_a_computed_field_cannot_be_typed_but_may_come_back_as_it_was() -> None:
    submission = submit(bills(), {"bills": ROWS})
    assert submit(bills(), submission) == submission
    for other in ("1000.31", "abc", 0):
        assert errors(bills(), {"bills": ROWS, "total": other})["total"] == "合计由系统计算，不能填写"


def test_nothing_is_computed_from_what_is_wrong() -> None:
    assert errors(bills(), {"bills": [{"number": "A1", "amount": "x"}]}) == {"bills.0.amount": "票据金额应为数字"}
    assert errors(bills(), {}) == {"bills": "请填写票据"}


def test_a_result_outside_the_bounds_is_told() -> None:
    assert errors(bills(), {"bills": [{"amount": "0.10"}]}) == {"payable": "应付不能小于1"}


def test_a_condition_may_ask_for_a_computed_field() -> None:
    dear = {"bills": [{"amount": "50000"}]}
    assert errors(bills(), dear) == {"why": "请填写说明"}
    assert submit(bills(), {**dear, "why": "住院"})["why"] == "住院"
    assert "why" not in submit(bills(), {"bills": [{"amount": "49999.99"}], "why": "不再需要"})


def test_a_hidden_computed_field_is_not_kept() -> None:
    form = small(
        {"type": "checkbox", "id": "x", "key": "x", "label": "某项"},
        {**money("y", "某数", computed="5"), "conditional": {"hide": "=x"}},
    )
    assert "y" not in submit(form, {"x": "on"})
    assert submit(form, {})["y"] == Decimal("5.00")


def test_a_text_or_a_date_may_come_from_the_case() -> None:
    form = small(
        {"type": "textfield", "id": "a", "key": "a", "label": "账号",
         "properties": {"computed": "application.account"}},
        {"type": "datetime", "subtype": "date", "id": "d", "key": "d", "label": "日期",
         "properties": {"computed": "today()"}},
    )  # fmt: skip
    under = context(variables={"application": {"account": "6222"}})
    assert {name: str(value) for name, value in submit(form, {}, under).items()} == {"a": "6222", "d": "2026-09-22"}
    assert list(submit(form, {})) == ["d"]
    assert errors(form, {}, context(variables={"application": {"account": 5}})) == {"a": "账号应为文字"}


def test_a_row_obeys_the_rules_of_its_table() -> None:
    rows = [{"amount": "5"}, {"amount": "5", "self_paid": "5.01"}]
    assert errors(bills(), {"bills": rows})["bills.1.self_paid"] == "自付不能大于金额"


def test_the_same_number_twice_is_refused_where_it_stands() -> None:
    html = {"bills.0.amount": "", "bills.1.number": "A1", "bills.1.amount": "9", "bills.2.number": "A1",
            "bills.2.amount": "9"}  # fmt: skip
    assert errors(bills(), html) == {"bills.2.number": "票据号码与第2行相同，请核对"}


def test_a_field_starts_with_what_the_case_says() -> None:
    form = one("textfield", properties={"default_from": "first.x", "default": "else"})
    assert submit(form, {}, context(variables={"first": {"x": "again"}})) == {"x": "again"}
    assert submit(form, {}, context(variables={"first": None})) == {"x": "else"}


def test_a_table_shows_the_rows_of_the_round_before_and_keeps_them_only_when_they_are_sent() -> None:
    column = {"type": "textfield", "id": "item", "key": "item", "label": "指标"}
    form = one("dynamiclist", path="x", properties={"default_from": "first.x"}, components=[column])
    before = context(variables={"first": {"x": [{"item": "次均费用"}, {"item": "目录外占比"}]}})
    table = form_view(form, {}, {}, before).sections[0].rows[0]
    assert [line[0].value for line in table.lines] == ["次均费用", "目录外占比", ""]
    sent = form_view(form, {"x.0.item": "药品供应"}, {}, before).sections[0].rows[0]
    assert [line[0].value for line in sent.lines] == ["药品供应", ""]
    assert submit(form, {"x.0.item": ""}, before) == {}
    assert [line[0].value for line in form_view(form, {}, {}, context()).sections[0].rows[0].lines] == [""]


def test_the_page_shows_what_is_computed_and_offers_rows() -> None:
    view = form_view(bills(), {"bills.0.number": "A1", "bills.0.amount": "50000"}, {}, context())
    rows = {row.id: row for section in view.sections for row in section.rows}
    assert (rows["f-total"].type, rows["f-total"].value, rows["f-total"].name) == ("shown", "50000.00", "")
    assert not rows["f-why"].hidden
    assert [line[0].name for line in rows["f-bills"].lines] == ["bills.0.number", "bills.1.number", "bills.2.number"]
    four = form_view(bills(), {"bills": [{"amount": 1}] * 4}, {}, context())
    assert len(next(r for s in four.sections for r in s.rows if r.id == "f-bills").lines) == 5


def test_a_new_round_computes_anew_and_the_history_tells_what_was_computed() -> None:
    submission = submit(bills(), {"bills": ROWS})
    assert not {"total", "counted", "payable"} & set(prefill(bills(), submission))
    told = {line.label: line.value for line in present(bills(), submission)}
    assert told["合计"] == "1000.30"


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ({"type": "checkbox", "properties": {"computed": "true"}}, "不能由系统计算"),
        ({"type": "number", "properties": {"computed": "1", "from": "1"}}, "不能由系统计算"),
        ({"type": "dynamiclist", "components": [money("a", "甲", computed="1")]}, "列只能填写"),
        (
            {
                "type": "dynamiclist",
                "components": [money("a", "甲")],
                "rules": [{"when": "true", "message": "m", "field": "b"}],
            },
            "不存在的字段",
        ),
    ],
)
def test_what_cannot_be_computed_is_refused_when_the_form_is_read(component: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidGuide, match=expected):
        small({"id": "x", "key": "x", "label": "某项", **component})


def test_expressions_know_the_columns_of_a_table() -> None:
    assert bills().kinds()["bills", "amount"] == "list"
