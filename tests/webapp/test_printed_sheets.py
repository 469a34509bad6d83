"""The application on paper, as the guide prints its form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.actions.system import System
from engine.forms import load_form
from engine.guides import load_guide
from tests.support.visitor import Visitor, case_of, text_of
from webapp.printed_sheets import Block, Sheet, sheets_of

ROOT = Path(__file__).resolve().parents[2]
EMPLOYEES = "002036001002-employee-enrolment"
RESIDENTS = "002036001003-resident-enrolment"
REVIEWED = {"retirement": {"paid": "39年11个月", "enjoyed_from": "2026年12月"}}


def _sheets(slug: str, region: str, values: dict[str, Any], **variables: Any) -> tuple[Sheet, ...]:
    form = load_form(ROOT, slug, "application", region)
    return sheets_of(load_guide(ROOT, slug, region), form, values, variables)


def _blocks(sheet: Sheet, kind: str) -> list[Block]:
    return [block for block in sheet.blocks if block.kind == kind]


def _cells(sheet: Sheet) -> dict[str, str]:
    return {cell.label: cell.words for block in sheet.blocks for row in block.rows for cell in row}


def test_a_list_of_persons_is_printed_as_the_numbered_table_with_room_for_more() -> None:
    person = {"name": "王五", "document_type": "resident", "change": "add", "wage": 8000, "special": "hmt"}
    values = {"unit_name": "某公司", "flexible": False, "people": [person], "filler": "李四"}
    (sheet,) = _sheets(EMPLOYEES, "yueyang", values)
    assert (sheet.title, sheet.table_no, sheet.landscape) == ("岳阳市职工基本医疗保险参保登记表", "参考样表2", True)
    (table,) = _blocks(sheet, "table")
    assert table.columns[:4] == ("序号", "姓名", "身份证件类型", "身份证件号码")
    assert "特殊人群" not in table.columns  # ours: no guide prints it
    assert table.lines[0][:6] == ("1", "王五", "居民身份证", "", "8,000.00", "增加")
    assert table.lines[1] == ("2", *[""] * 11)
    assert _cells(sheet)["单位名称（单位公章）"] == "某公司"
    (signed,) = _blocks(sheet, "signatures")
    assert [cell.label for cell in signed.rows[0]] == ["填报人", "联系电话", "经办机构经办人", ""]
    assert signed.rows[0][-1].words == "　　年　　月　　日"
    assert sheet.notes[0] == "注：1.灵活就业人员无需单位盖章和填写单位编码。"


def test_boxes_are_ticked_and_what_was_not_answered_stays_blank() -> None:
    values = {"kind": "person", "name": "王五", "gender": "male", "subsidised": ["orphan"]}
    (sheet,) = _sheets(RESIDENTS, "yueyang", values, intake={"decision": "accept"})
    cells = _cells(sheet)
    assert cells["性别"] == "■男　□女"
    assert "■孤儿" in cells["财政补助对象"]
    assert "□低保" in cells["财政补助对象"]
    assert cells["收件审核"].startswith("■经审核，符合城乡居民医保参保规定。　□")
    assert cells["通讯地址"] == ""
    assert sum("现申请参加城乡居民医保" in block.text for block in _blocks(sheet, "sentence")) == 1


def test_of_several_sheets_only_those_of_this_case_are_printed() -> None:
    school = {"kind": "school", "unit_name": "某某中学", "pupils": [{"name": "张小三", "gender": "male"}]}
    (sheet,) = _sheets(RESIDENTS, "yueyang", school, intake={"decision": "accept"})
    assert sheet.title == "岳阳市城乡居民基本医疗保险参保登记汇总表"
    retirement = {"name": "王五", "gender": "male", "confirmed": True}
    values = {"business": "retire", "unit_name": "某公司", "flexible": False, "retirement": retirement}
    (sheet,) = _sheets(EMPLOYEES, "changsha", values, review=REVIEWED)
    assert sheet.title == "长沙市职工基本医疗保险退休待遇确认表"
    cells = _cells(sheet)
    assert (cells["缴费年限"], cells["开始享受医保退休待遇"]) == ("39年11个月", "2026年12月")
    signed = [cell.label for block in _blocks(sheet, "signatures") for cell in block.rows[0]]
    assert signed == [
        "签字确认",
        "联系电话",
        "单位盖章：(单位退休人员须盖章）",
        "本人",
        "单位",
        "初审",
        "复审",
        "初审",
        "复审",
    ]


def test_where_the_guide_prints_no_form_there_is_no_sheet() -> None:
    assert _sheets(RESIDENTS, "hubei", {"name": "王五"}) == ()


def test_the_page_shows_the_sheet_and_apart_from_it_what_is_not_printed(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    number = case_of(demo_system, "长沙星河软件有限公司").number
    answer = visit("changsha.window").get(f"/cases/{number}/forms/application")
    assert 'class="paper-signatures"' in answer.text
    words = text_of(answer)
    sheet, beside = words.split("表样以外登记的内容")
    assert "法定代表人" in sheet
    assert "收件渠道" not in sheet
    assert "收件渠道" in beside
