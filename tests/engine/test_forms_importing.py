"""Tables that are filled from a file: what is read, what is refused, and how it is told."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidGuide
from engine.forms import Form, form_view, present
from engine.forms.importing import MAX_BYTES, MAX_PROBLEMS, Problem, decoded, problems, read_list
from engine.forms.reading import MAX_IMPORTED
from engine.forms.values import WrongValue
from tests.support.forms import context, errors, small, submit

HEAD = "姓名,身份证件号码,类别,日期,金额,备注"
PERSON = "王五,11010519491231002X,特困人员,2026-09-01,380.00,"
OTHER = "赵六,110105194912310038,低保对象,2026/9/2,190,甲"


def column(kind: str, key: str, label: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": label, **more}


def people(**more: Any) -> Form:
    table = {
        "type": "dynamiclist",
        "path": "people",
        "label": "名单",
        "properties": {"import": "csv", **more},
        "rules": [{"when": "amount > 1000", "message": "金额不能大于1000", "field": "amount"}],
        "components": [
            column("textfield", "name", "姓名", validate={"required": True, "maxLength": 20}),
            column(
                "textfield",
                "identity",
                "身份证件号码",
                validate={"required": True},
                properties={"check": "identity_number", "unique": True, "mark": "personal"},
            ),
            column(
                "select",
                "kind",
                "类别",
                validate={"required": True},
                values=[{"value": "destitute", "label": "特困人员"}, {"value": "poor", "label": "低保对象"}],
            ),
            column("datetime", "on", "日期", subtype="date"),
            column("number", "amount", "金额", decimalDigits=2, validate={"required": True, "min": 0}),
            column("textfield", "remark", "备注"),
        ],
    }
    total = column("number", "total", "合计", decimalDigits=2, properties={"computed": "sum(people.amount)"})
    return small(table, total)


def listed(*lines: str, head: str = HEAD) -> dict[str, str]:
    return {"people": "\n".join([head, *lines])}


def told(*lines: str, head: str = HEAD) -> list[Problem]:
    form, raw = people(), listed(*lines, head=head)
    return problems(form.fields()["people"], raw["people"], errors(form, raw))


def test_the_rows_of_a_file_are_read_like_rows_that_were_typed() -> None:
    submission = submit(people(), listed(PERSON, OTHER))
    assert submission["people"] == [
        {
            "name": "王五",
            "identity": "11010519491231002X",
            "kind": "destitute",
            "on": date(2026, 9, 1),
            "amount": Decimal("380.00"),
        },
        {
            "name": "赵六",
            "identity": "110105194912310038",
            "kind": "poor",
            "on": date(2026, 9, 2),
            "amount": Decimal("190.00"),
            "remark": "甲",
        },
    ]
    assert submission["total"] == Decimal("570.00")
    assert submit(people(), submission) == submission


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_spreadsheets_write_in_china_is_read(encoding: str) -> None:
    text = "\r\n".join([HEAD, PERSON, ",,,,,", OTHER, ""])
    submission = submit(people(), {"people": decoded(text.encode(encoding))})
    assert [row["name"] for row in submission["people"]] == ["王五", "赵六"]


def test_columns_may_stand_in_any_order_and_a_spreadsheet_may_believe_in_more() -> None:
    text = "金额,备注,姓名,日期,类别,身份证件号码,,\n380,,王五,,特困人员,11010519491231002X,,\n"
    assert submit(people(), {"people": text})["people"][0]["amount"] == Decimal("380.00")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 sheet", "Excel 工作簿（xlsx）"),
        (b"\xd0\xcf\x11\xe0 sheet", "Excel 工作簿（xls）"),
        ("姓名".encode("utf-16"), "UTF-16"),
        (b"a,b\x00c", "不是文本文件"),
        (b"\xff\xff\xff,", "既不是 UTF-8，也不是 GB18030"),
        (b"a" * (MAX_BYTES + 1), "文件过大"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_with_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(WrongValue, match=says):
        decoded(data)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("姓名,身份证件号码,类别,日期,金额", "缺少“备注”"),
        ("姓名,身份证号,类别,日期,金额,备注", "缺少“身份证件号码”；多出“身份证号”"),
        (f"{HEAD},姓名", "重复“姓名”"),
        ("2026年资助名单,,,,,", "第1行应为列名：姓名、身份证件号码、类别、日期、金额、备注"),
        (HEAD.replace(",", ";"), "不是用半角逗号分隔的"),
        ("=cmd|'/c calc'!A1", "多出“=cmd|'/c calc'!A1”"),
    ],
)
def test_other_column_names_are_told_with_the_right_ones(head: str, says: str) -> None:
    (problem,) = told(PERSON, head=head)
    assert problem.row == 0
    assert says in problem.expected


def test_every_wrong_cell_is_told_with_row_column_what_was_expected_and_what_stood_there() -> None:
    found = told(
        PERSON,
        ",110105194912310039,五保户,2026-13-01,三百八,",
        "赵六,1.10105E+17,低保对象,,380.005,",
        "赵六,110105194912310038,低保对象,,1000.01,",
        "赵六,110105194912310038,低保对象,,1,",
    )
    assert [(p.row, p.column, p.stood) for p in found] == [
        (3, "姓名", ""),
        (3, "身份证件号码", "110105194912310039"),
        (3, "类别", "五保户"),
        (3, "日期", "2026-13-01"),
        (3, "金额", "三百八"),
        (4, "身份证件号码", "1.10105E+17"),
        (4, "金额", "380.005"),
        (5, "金额", "1000.01"),
        (6, "身份证件号码", "110105194912310038"),
    ]
    said = {(p.row, p.column): p.expected for p in found}
    assert said[3, "姓名"] == "必须填写"
    assert "校验码" in said[3, "身份证件号码"]
    assert said[3, "类别"] == "应为：特困人员、低保对象"
    assert said[3, "金额"] == "应为数字"
    assert "设为文本" in said[4, "身份证件号码"]
    assert said[4, "金额"] == "应为最多2位小数"
    assert said[5, "金额"] == "金额不能大于1000"
    assert said[6, "身份证件号码"] == "与第5行相同，请核对"


def test_a_row_with_too_few_or_too_many_cells_is_not_guessed_at() -> None:
    found = told(PERSON, "赵六,110105194912310038,低保对象", f"{OTHER},乙")
    assert [(p.row, p.expected) for p in found] == [
        (3, "应有6格，与列名一一对应，现为3格"),
        (4, "应有6格，与列名一一对应，现为7格"),
    ]


def test_last_cells_that_a_spreadsheet_leaves_out_are_empty() -> None:
    """Excel writes no commas after a row's last filled cell in some blocks of rows (its article 77295)."""
    rows = submit(people(), listed(PERSON.removesuffix(","), OTHER))["people"]
    assert [row.get("remark") for row in rows] == [None, "甲"]


@pytest.mark.parametrize("cell", ["'11010519491231002X", '="11010519491231002X"', '"=""11010519491231002X"""'])
def test_marks_that_keep_a_number_text_are_no_part_of_it(cell: str) -> None:
    rows = submit(people(), listed(PERSON.replace("11010519491231002X", cell)))["people"]
    assert rows[0]["identity"] == "11010519491231002X"


def test_a_number_that_a_spreadsheet_has_rounded_is_told() -> None:
    (found,) = told(PERSON.replace("11010519491231002X", "110105194912310000"))
    assert "只保留了15位" in found.expected


def test_a_list_with_anything_wrong_gives_nothing() -> None:
    found = errors(people(), listed(PERSON, OTHER.replace("190", "")))
    assert "people.2.amount" in found
    assert "total" not in found  # nothing is computed from half a list


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1+1", '=HYPERLINK(""x"")', "<script>", "＝1"])
def test_a_cell_that_looks_like_a_formula_is_the_text_that_it_is(cell: str) -> None:
    line = f'王五,11010519491231002X,特困人员,,380.00,"{cell}"'
    row = submit(people(), listed(line))["people"][0]
    assert row["remark"] == cell.replace('""', '"').removeprefix("'")


def test_an_unfinished_quotation_is_told_with_its_line() -> None:
    (problem,) = told(PERSON, '赵六,"110105194912310038,低保对象,,190,')
    assert "引号" in problem.expected


def test_too_many_rows_and_too_many_mistakes_are_cut_off() -> None:
    with pytest.raises(WrongValue, match=f"最多 {MAX_IMPORTED} 行"):
        read_list(people().fields()["people"], "\n".join([HEAD, *["a,b,c,d,e,f"] * (MAX_IMPORTED + 1)]))
    found = told(*[",,,,,x"] * (MAX_PROBLEMS * 2))
    assert MAX_PROBLEMS < len(found) < MAX_PROBLEMS + 20
    assert "错误过多" in found[0].expected


def test_a_file_and_typed_rows_do_not_go_together() -> None:
    assert "只能取其一" in errors(people(), {**listed(PERSON), "people.0.name": "赵六"})["people"]
    assert submit(people(), {**listed(PERSON), "people.0.name": [""]})["people"][0]["name"] == "王五"


def test_a_table_that_takes_no_files_takes_none() -> None:
    form = people()
    table = {**form.definition["components"][0], "properties": {}}
    assert submit(small(table), listed(PERSON)) == {}


def test_rows_of_a_file_are_shown_with_their_sums_and_not_as_controls() -> None:
    form = people()
    row = form_view(form, listed(PERSON, OTHER), {}, context()).sections[0].rows[0]
    assert row.lines == ()
    assert row.file is not None
    assert row.file.lines[1] == ("赵六", "110105194912310038", "低保对象", "2026年09月02日", "190.00", "甲")
    assert [(kind.label, kind.count, kind.sums) for kind in row.file.summary.kinds] == [
        ("特困人员", 1, ("380.00",)),
        ("低保对象", 1, ("190.00",)),
    ]
    assert row.file.summary.words == "共2行；金额合计 570.00"


def test_a_list_that_is_wrong_is_told_once_where_the_table_stands() -> None:
    form, raw = people(), listed(",,,,,x", ",,,,,y")
    view = form_view(form, raw, errors(form, raw), context())
    assert [place for place, _ in view.errors] == ["f-people"]
    assert view.sections[0].rows[0].file is not None
    assert view.sections[0].rows[0].file.lines == ()


def test_two_thousand_people_are_kept_and_told_by_their_sums() -> None:
    form = people(unique=False)
    lines = [f"王五,{number},特困人员,,380.00," for number in _numbers(2_000)]
    submission = submit(form, listed(*lines))
    assert submission["total"] == Decimal("760000.00")
    assert submit(form, submission) == submission
    shown = {line.label: line.value for line in present(form, submission)}
    assert shown["名单"] == "共2000行；金额合计 760,000.00"
    view = form_view(form, submission, {}, context()).sections[0].rows[0]
    assert view.file is not None
    assert submit(form, {"people": view.file.text}) == submission  # the page sends again what it was given


def _numbers(count: int) -> list[str]:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    found = []
    for n in range(count):
        body = f"430602{1950 + n // 999:04d}0101{n % 999 + 1:03d}"
        found.append(body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11])
    return found


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_a_file_holds_it_is_read_or_refused(data: bytes) -> None:
    try:
        found = read_list(people().fields()["people"], decoded(data))
    except WrongValue:
        return
    assert found.rows or found.wrong


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=6, max_size=6), min_size=1, max_size=5))
def test_whatever_cells_hold_the_report_is_fit_for_a_page(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD.split(","), *rows])
    form, raw = people(), {"people": text.getvalue()}
    if not any(cell.strip() for row in rows for cell in row):
        return
    for problem in problems(form.fields()["people"], raw["people"], errors(form, raw)):
        assert problem.expected
        assert problem.stood.isprintable()


@pytest.mark.parametrize(
    "wrong",
    [
        {"properties": {"import": "xlsx"}},
        {"components": [column("textfield", "a", "甲"), column("textfield", "b", "甲")]},
        {"components": [column("checklist", "a", "甲", values=[{"value": "x", "label": "乙"}])]},
    ],
)
def test_a_table_that_could_not_be_filled_from_a_file_is_refused_when_it_is_read(wrong: dict[str, Any]) -> None:
    table = {**people().definition["components"][0], "rules": [], **wrong}
    with pytest.raises(InvalidGuide, match=r"不能从文件载入|import 只能是 csv"):
        small(table)
