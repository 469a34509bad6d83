"""Tables from files on the pages: checked before anything is opened, reported cell by cell, shown and printed whole."""

from __future__ import annotations

import csv
import io
import urllib.parse
from collections.abc import Callable
from typing import Any

from engine.actions.system import System
from tests.support.visitor import Visitor, case_of, task_of, text_of, tree

SUBSIDY = "002036008001-premium-subsidy"
OPEN = f"/open/{SUBSIDY}/yueyang"
DEPARTMENT = "岳阳市某区民政局"
HEAD = "姓名,身份证件号码,救助对象类别,户籍地,个人缴费标准,资助金额,备注"
ROWS = (
    "王五,11010519491231002X,特困人员,某区某街道,400.00,400.00,",
    "赵六,110105194912310038,城乡最低生活保障对象,某区某街道,400.00,200.00,=1+1",
)
FORM = {
    "department": DEPARTMENT, "year": "2026", "policy": "某市2026年度参保缴费资助方案",
    "list_number": "民函〔2026〕12号", "listed_on": "2026-09-18",
    "channel": "window", "received_at": "2026-09-22T10:00", "_office": "本级",
}  # fmt: skip


def file(*rows: str, head: str = HEAD, encoding: str = "utf-8-sig") -> tuple[io.BytesIO, str]:
    return io.BytesIO("\r\n".join([head, *rows, ""]).encode(encoding)), "名单.csv"


def chosen(visitor: Visitor, given: Any, **more: Any) -> Any:
    return visitor.post(OPEN, {**FORM, "_file-recipients": given, **more}, content_type="multipart/form-data")


def carried(answer: Any) -> list[str]:
    """The list that the page would send."""
    return [str(value) for value in tree(answer).xpath("//input[@type='hidden'][@name='recipients']/@value")]


def sums(answer: Any) -> list[list[str]]:
    lines = tree(answer).xpath("//table[contains(@class, 'sums')]/tbody/tr")
    return [[cell.text_content().strip() for cell in line.xpath("th|td")] for line in lines]


def opened(system: System, visitor: Visitor, *rows: str) -> Any:
    (text,) = carried(chosen(visitor, file(*(rows or ROWS))))
    visitor.follow(visitor.post(OPEN, {**FORM, "recipients": text}))
    return case_of(system, DEPARTMENT)


def many(count: int) -> list[str]:
    """People born one day after another, each with a right check digit."""
    weights, digits = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
    found = []
    for n in range(count):
        body = f"430602{1950 + n // 900:04d}0101{n % 900 + 1:03d}"
        check = digits[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
        found.append(f"王五,{body}{check},特困人员,某区,400.00,400.00,")
    return found


def test_a_file_is_shown_with_its_sums_and_opens_nothing(demo_system: System, visit: Callable[..., Visitor]) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        answer = chosen(visit("yueyang.window"), file(*ROWS, encoding=encoding))
        words = text_of(answer)
        assert answer.status_code == 200
        assert "“资助名单”已核对载入：共2行；个人缴费标准合计 800.00；资助金额合计 600.00" in words
        assert sums(answer) == [
            ["特困人员", "1", "400.00", "400.00"],
            ["城乡最低生活保障对象", "1", "400.00", "200.00"],
            ["合计", "2", "800.00", "600.00"],
        ]
        assert tree(answer).xpath("//input[@name='department']/@value") == [DEPARTMENT]
        assert not tree(answer).xpath("//input[starts-with(@name, 'recipients.')]")
    assert not exists(demo_system)


def exists(system: System) -> bool:
    try:
        return bool(case_of(system, DEPARTMENT))
    except (AssertionError, ValueError, TypeError):
        return False


def test_what_was_loaded_and_looked_at_opens_the_case(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor = visit("yueyang.window")
    row = opened(demo_system, visitor)
    assert row.status == "open"
    assert "王五" in visitor.get(f"/cases/{row.number}/lists/application/recipients").text


def test_a_file_with_one_wrong_cell_is_reported_and_nothing_of_it_is_loaded(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    answer = chosen(visit("yueyang.window"), file(ROWS[0], ROWS[1].replace("200.00", "二百"), ROWS[0]))
    assert answer.status_code == 422
    cells = [[cell.text_content().strip() for cell in line.xpath("td")] for line in tree(answer).xpath(REPORT)]
    assert cells == [
        ["3", "资助金额", "应为数字", "二百"],
        ["4", "身份证件号码", "与第2行相同，请核对", "11010519491231002X"],
    ]
    assert carried(answer) == []
    assert tree(answer).xpath("//input[@name='list_number']/@value") == [FORM["list_number"]]
    assert not exists(demo_system)


REPORT = "//section[@id='report-f-recipients']//tbody/tr"


def test_a_list_that_was_loaded_stays_when_the_next_file_is_wrong(visit: Callable[..., Visitor]) -> None:
    visitor = visit("yueyang.window")
    (text,) = carried(chosen(visitor, file(*ROWS)))
    answer = chosen(visitor, file(*ROWS, head="姓名,身份证号"), recipients=text)
    assert answer.status_code == 422
    assert "多出“身份证号”" in text_of(answer)
    assert carried(answer) == [text]
    again = visitor.get(OPEN)  # kept like everything that was typed
    assert carried(again) == [text]
    dropped = visitor.post(OPEN, {**FORM, "recipients": text, "_drop-recipients": "on"})
    assert carried(dropped) == []


def test_a_file_takes_the_place_of_rows_that_were_typed(visit: Callable[..., Visitor]) -> None:
    answer = chosen(visit("yueyang.window"), file(*ROWS), **{"recipients.0.name": "孙七"})
    assert answer.status_code == 200
    assert "孙七" not in answer.text


def test_other_files_are_refused_with_what_to_do(visit: Callable[..., Visitor]) -> None:
    visitor = visit("yueyang.window")
    for data, says in ((b"PK\x03\x04", "Excel 工作簿"), (b"", "文件是空的"), (b"x" * 800_000, "文件过大")):
        answer = chosen(visitor, (io.BytesIO(data), "名单.csv"))
        assert answer.status_code == 422
        assert says in text_of(answer)


def test_what_a_file_says_is_shown_as_text_and_exported_as_text(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor = visit("yueyang.window")
    rows = ('<script>alert(1)</script>,11010519491231002X,特困人员,"=HYPERLINK(""http://x"")",400,400,@x',)
    answer = chosen(visitor, (io.BytesIO("\n".join([HEAD, *rows]).encode()), "<script>.csv"))
    assert answer.status_code == 200, text_of(answer)
    assert "<script>alert" not in answer.text
    assert "<script>.csv" not in answer.text
    row = opened(demo_system, visitor, *rows)
    address = f"/cases/{row.number}/lists/application/recipients"
    assert "<script>alert" not in visitor.get(address).text
    lines = list(csv.reader(io.StringIO(visitor.get(f"{address}.csv").text.removeprefix("\ufeff"))))
    assert lines[0] == HEAD.split(",")
    assert lines[1][3] == '\'=HYPERLINK("http://x")'
    assert lines[1][6] == "'@x"


def test_two_thousand_people_are_one_table_with_sums_on_every_page(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor = visit("yueyang.window")
    row = opened(demo_system, visitor, *many(2_000))
    page = visitor.get(f"/cases/{row.number}")
    assert "共2000行" in text_of(page)
    assert "800,000.00" in text_of(page)
    assert len(page.text) < 100_000
    whole = tree(visitor.get(f"/cases/{row.number}/lists/application/recipients"))
    assert len(whole.xpath("//table[contains(@class, 'long-rows')]/tbody/tr")) == 2_000
    task = task_of(demo_system, DEPARTMENT)
    assert "查看、打印全部2000行" in text_of(visitor.get(f"/tasks/{task.id}"))


def test_lists_are_read_only_where_the_case_may_be_read(demo_system: System, visit: Callable[..., Visitor]) -> None:
    row = opened(demo_system, visit("yueyang.window"))
    for end in ("", ".csv"):
        address = f"/cases/{row.number}/lists/application/recipients{end}"
        assert visit("yueyang.review").get(address).status_code == 200
        assert visit("zhuzhou.window").get(address).status_code == 404
        assert visit("designer").get(address).status_code == 403
        assert visit().get(address).status_code == 302
    assert visit("yueyang.review").get(f"/cases/{row.number}/lists/application/year").status_code == 404


def test_the_blank_list_has_the_columns_of_the_form(visit: Callable[..., Visitor]) -> None:
    (address,) = tree(visit("yueyang.window").get(OPEN)).xpath("//a[@id='f-recipients-blank']/@href")
    kind, _, data = str(address).partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    assert urllib.parse.unquote(data) == f"\ufeff{HEAD}\r\n"


def test_a_matter_that_begins_with_a_list_is_not_done_at_the_counter(visit: Callable[..., Visitor]) -> None:
    visitor = visit("yueyang.window")
    assert "即办：" not in text_of(visitor.get(OPEN))
    assert visitor.get(f"{OPEN}/counter").status_code == 302


def test_a_corrected_list_is_loaded_on_its_task_and_the_sums_follow(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    window, review = visit("yueyang.window"), visit("yueyang.review")
    opened(demo_system, window)

    def task() -> str:
        return f"/tasks/{task_of(demo_system, DEPARTMENT).id}"

    materials = {"materials.relief_identity.received": "on"}
    window.follow(window.post(task(), {**materials, "decision": "accept"}))
    wrong = {"decision": "supplement", "items": "赵六已参加职工医保", "_confirmed": "yes"}
    review.follow(review.post(task(), wrong))
    form = {"received_at": "2026-09-22T10:00", "channel": "window"}
    shown = window.post(task(), {**form, "_file-recipients": file(ROWS[0])}, content_type="multipart/form-data")
    assert shown.status_code == 200
    (text,) = carried(shown)
    window.follow(window.post(task(), {**form, "recipients": text}))
    page = tree(review.get(task()))
    assert page.xpath("//*[@id='f-count']/text()") == ["1"]
    assert page.xpath("//*[@id='f-total']/text()") == ["400.00"]
