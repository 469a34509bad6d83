"""Forms as they look on paper: every printed label once, values where they belong, and nothing that is not printed."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.forms import RESTRICTED, load_form
from engine.forms.printing import blank_sheet, blocks_of, labels_of, sheets_of
from engine.forms.sheet import Block, Cell, Given, Sheet
from engine.guides import load_guide
from tests.support.forms import ROOT, small

FACTS = json.loads((Path(ROOT) / "tests" / "data" / "guide_facts.json").read_text("utf-8"))
PRINTED = [
    (entry["slug"], entry["region"], place)
    for entry in FACTS
    for place, _ in enumerate(entry["form_fields"])
]  # fmt: skip
UNIT, EMPLOYEES = "002036001001-unit-enrolment", "002036001002-employee-enrolment"
RESIDENTS, UNIT_CHANGE = "002036001003-resident-enrolment", "002036001004-unit-change"
RETIREES, CHRONIC = "002036001008-retiree-management", "002036005001-chronic-disease-recognition"
INSTITUTIONS, PHARMACIES = "002036010001-institution-settlement", "002036010002-pharmacy-settlement"
REVIEWED = {"retirement": {"paid": "39年11个月", "enjoyed_from": "2026年12月"}}


def filled(slug: str, region: str, values: dict[str, Any], key: str = "application", **variables: Any) -> list[Sheet]:
    guide = load_guide(ROOT, slug, region)
    return sheets_of(load_form(ROOT, slug, key, region), guide, Given(values, variables, guide))


def blank(slug: str, region: str, place: int = 0) -> Sheet:
    entry = load_guide(ROOT, slug, region).plain["forms"][place]
    return blank_sheet(load_form(ROOT, slug, entry["form"], region), entry)


def lines_of(block: Block) -> list[list[str]]:
    return [[cell.text or cell.value for cell in row] for row in block.rows]


def tables(sheet: Sheet) -> list[Block]:
    return [block for block in sheet.blocks if block.kind == "table"]


def beside(sheet: Sheet) -> dict[str, Cell]:
    """The cell after each label; of labels that stand twice the first."""
    found: dict[str, Cell] = {}
    for block in sheet.blocks:
        for row in block.rows:
            for label, value in itertools.pairwise(row):
                if label.kind == "label":
                    found.setdefault(label.text, value)
    return found


def words(sheet: Sheet) -> str:
    cells = sheet.cells()
    return " ".join(
        f"{c.text} {' '.join(('■' if b.ticked else '□') + b.text for b in c.boxes)} {c.value}" for c in cells
    )


@pytest.mark.parametrize(("slug", "region", "place"), PRINTED)
def test_every_printed_label_stands_on_the_blank_sheet_exactly_as_often_as_the_guide_prints_it(
    slug: str, region: str, place: int
) -> None:
    (facts,) = [entry for entry in FACTS if (entry["slug"], entry["region"]) == (slug, region)]
    printed = facts["form_fields"][place]
    sheet = blank(slug, region, place)
    statements = "".join(field["label"] for field in printed["fields"] if field["kind"] == "statement")
    inside = {"身份证件号码："} if printed["form"] == "个人承诺书" else set()  # printed once, inside the statement
    assert all(label in statements for label in inside)
    labels = Counter(field["label"] for field in printed["fields"] if field["label"] not in {None, *inside})
    options = Counter(option for field in printed["fields"] for option in field.get("options", []))
    boxes = Counter(box.label for cell in sheet.cells() for box in cell.boxes)
    assert (sheet.title, sheet.table_no) == (printed["form"], printed["table_no"])
    assert Counter(labels_of(sheet)) == labels
    assert boxes - Counter(labels_of(sheet)) == options  # a box to tick may be the label itself: □灵活就业人员
    assert not any(cell.value or any(box.ticked for box in cell.boxes) for cell in sheet.cells())


@pytest.mark.parametrize(("slug", "region", "place"), PRINTED)
def test_the_cells_of_every_row_fill_the_width_of_their_block(slug: str, region: str, place: int) -> None:
    for block in blank(slug, region, place).blocks:
        for part in (block.heads, block.rows):
            held: Counter[int] = Counter()
            for number, row in enumerate(part):
                for cell in row:
                    held.update({number + below: cell.width for below in range(cell.height)})
            assert all(width == len(block.widths) for width in held.values()), part
            assert len(held) == len(part)  # no head reaches below its rows


def test_a_group_has_its_head_beside_its_rows_and_a_section_a_row_of_its_own() -> None:
    (grid,) = [block for block in blank(UNIT, "hunan").blocks if block.kind == "grid"]
    (head,) = [row for row in grid.rows if row[0].text == "法定代表人"]
    assert (head[0].kind, head[0].height, [cell.text for cell in head[1:]]) == ("head", 2, ["姓名", "", "联系电话", ""])
    (section,) = [row for row in grid.rows if row[0].kind == "section"]
    assert (section[0].text, section[0].width) == ("机关事业单位及社会团体填报以下信息", 24)


def test_what_was_and_what_becomes_stand_in_the_two_halves_of_the_sheet() -> None:
    (sheet,) = filled(
        UNIT_CHANGE, "hunan", {"old_unit_name": "旧名", "new_unit_name": "新名", "new_legal_name": "王五"}
    )
    rows = [[cell.text or cell.value for cell in row] for block in sheet.blocks for row in block.rows]
    assert ["原登记事项", "变更事项"] in rows
    assert ["单位名称", "旧名", "单位名称", "新名"] in rows
    assert ["法定代表人（负责人）", "姓名", "", "法定代表人（负责人）", "姓名", "王五"] in rows


def test_an_opinion_and_the_place_to_sign_it_stand_beside_one_head() -> None:
    (sheet,) = filled(UNIT_CHANGE, "hunan", {"new_unit_name": "新名"}, review={"decision": "pass"})
    rows = [row for block in sheet.blocks for row in block.rows]
    (at,) = [number for number, row in enumerate(rows) if row[0].text == "经办机构审核意见"]
    assert (rows[at][0].kind, rows[at][0].height, rows[at][1].value) == ("head", 2, "经审核，同意变更。")
    assert [(cell.kind, cell.label) for cell in rows[at + 1]] == [
        ("signature", "经办人:"), ("signature", "（受理单位盖章）"), ("signature", "年月日"),
    ]  # fmt: skip
    assert rows[at + 1][2].text == "　　年　　月　　日"


def test_columns_under_a_common_head_make_two_rows_and_a_wide_table_lies_on_its_side() -> None:
    sheet = blank(RETIREES, "hunan")
    (table,) = tables(sheet)
    upper, lower = table.heads
    assert [(cell.text, cell.width, cell.height) for cell in upper if cell.width > 1] == [
        ("死亡停保", 2, 1), ("管理责任单位变更", 2, 1),
    ]  # fmt: skip
    assert [cell.text for cell in lower] == [
        "死亡日期", "扣回多划个人账户金额（医保部门填写）", "变动原因", "当前医保管理责任单位",
    ]  # fmt: skip
    spans = [span for _, span in table.spans(table.heads)[1]]
    assert spans == list(table.widths[7:11])  # the second row begins below the common heads
    assert sheet.landscape
    assert not blank(UNIT, "hunan").landscape


def test_a_list_of_persons_is_printed_as_the_numbered_table() -> None:
    person = {"name": "王五", "document_type": "resident", "change": "add", "wage": 8000, "special": "hmt"}
    (sheet,) = filled(EMPLOYEES, "yueyang", {"unit_name": "某公司", "people": [person], "filler": "李四"})
    assert (sheet.title, sheet.table_no, sheet.landscape) == ("岳阳市职工基本医疗保险参保登记表", "参考样表2", True)
    (table,) = tables(sheet)
    assert [cell.text for cell in table.heads[0]][:4] == ["序号", "姓名", "身份证件类型", "身份证件号码"]
    assert "特殊人群" not in labels_of(sheet)  # ours: no guide prints it
    assert [line[:6] for line in lines_of(table)] == [["1", "王五", "居民身份证", "", "8,000.00", "增加"]]
    above, below = sheet.blocks[0], sheet.blocks[-1]
    assert (above.kind, above.rows[0][0].text, above.rows[0][0].value) == ("lines", "单位名称（单位公章）：", "某公司")
    assert [cell.text for row in below.rows for cell in row] == [
        "填报人：", "联系电话：", "经办机构经办人：", "　　年　　月　　日",
    ]  # fmt: skip
    assert sheet.notes[0] == "注：1.灵活就业人员无需单位盖章和填写单位编码。"


def test_boxes_are_ticked_and_what_was_not_answered_stays_blank() -> None:
    values = {"kind": "person", "name": "王五", "gender": "male", "subsidised": ["orphan"]}
    (sheet,) = filled(RESIDENTS, "yueyang", values, intake={"decision": "accept"})
    cells = beside(sheet)
    assert [(box.text, box.ticked) for box in cells["性别"].boxes] == [("男", True), ("女", False)]
    assert [box.label for box in cells["财政补助对象"].boxes if box.ticked] == ["孤儿"]
    assert cells["收件审核"].boxes[0].ticked
    assert cells["通讯地址"].value == ""
    assert "现申请参加城乡居民医保" in words(sheet)


def test_what_was_written_beside_a_choice_stands_in_its_brackets() -> None:
    (sheet,) = filled(UNIT, "hunan", {"unit_name": "甲", "insurances": ["other"], "insurance_other": "企业年金"})
    assert [box.text for box in beside(sheet)["参保险种"].boxes if box.ticked] == ["其他（企业年金）"]
    assert "其他（　　　　）" in words(blank(UNIT, "hunan"))


def test_of_several_sheets_only_those_that_concern_the_case_are_printed() -> None:
    school = {"kind": "school", "unit_name": "某某中学", "pupils": [{"name": "张小三", "gender": "male"}]}
    (sheet,) = filled(RESIDENTS, "yueyang", school, intake={"decision": "accept"})
    assert sheet.title == "岳阳市城乡居民基本医疗保险参保登记汇总表"
    (sheet,) = filled(PHARMACIES, "hunan", {"kind": "drugs", "special_working": {}, "drugs_working": {"visits": 3}})
    assert sheet.table_no == "表24"


def test_the_blanks_of_a_printed_sentence_are_filled() -> None:
    retirement = {"name": "王五", "gender": "male", "confirmed": True}
    values = {"business": "retire", "unit_name": "某公司", "flexible": False, "retirement": retirement}
    (sheet,) = filled(EMPLOYEES, "changsha", values, review=REVIEWED)
    assert sheet.title == "长沙市职工基本医疗保险退休待遇确认表"
    assert "缴费年限已满39年11个月，其中省内实际缴费　　　　，" in words(sheet)
    assert "从2026年12月（含）开始" in words(sheet)
    assert "已满　　年　　月，" in words(blank(EMPLOYEES, "changsha", 2))


def test_who_may_ask_whom_is_written_into_the_authorisation_or_has_room_there() -> None:
    """现授权＿＿到＿＿调查本人及家庭成员经济状况: Yueyang 3338, Zhuzhou 4082."""
    relief = "002036008002-medical-relief-reimbursement"
    (sheet,) = filled(relief, "zhuzhou", {"name": "王五", "authorised_to": "某某镇政府", "authorised_at": "民政局"})
    assert "现授权某某镇政府到民政局调查本人" in words(sheet)
    assert "现授权　　　　到　　　　调查本人" in words(blank(relief, "yueyang"))


def test_a_date_is_written_into_the_words_that_wait_for_it() -> None:
    (sheet,) = filled(UNIT, "hunan", {"unit_name": "甲", "declared_on": date(2026, 9, 1)})
    assert "单位（单位公章）  2026年9月1日" in " ".join(f"{c.text} {c.value}" for c in sheet.cells())


def test_sums_stand_in_the_row_that_is_printed_for_them() -> None:
    rows = [
        {"category": "肺炎", "admissions": 1, "total": 60},
        {"category": "肺炎", "admissions": 1, "total": 40},
        {"category": "骨折", "admissions": 1, "total": 50},
    ]
    values = {"rows": rows, "sum_admissions": 3, "sum_total": 150}
    (sheet,) = filled(INSTITUTIONS, "hunan", values)
    (table,) = tables(sheet)
    assert [line[:4] for line in lines_of(table)] == [
        ["肺炎", "1", "", "60.00"], ["肺炎", "1", "", "40.00"], ["小计：", "2", "", "100.00"],
        ["骨折", "1", "", "50.00"], ["小计：", "1", "", "50.00"], ["合计：", "3", "", "150.00"],
    ]  # fmt: skip
    assert sheet.above == ("单位：元",)
    (empty,) = tables(blank(INSTITUTIONS, "hunan"))
    assert [row[0].text for row in empty.rows][:2] == ["疾病类型1", "小计："]


def test_a_table_that_the_guide_lists_backwards_is_printed_forwards() -> None:
    sheet = blank(PHARMACIES, "hunan", 1)
    (table,) = tables(sheet)
    assert [cell.text for cell in table.heads[0]][:2] == ["人员类别", "大病特药人次"]
    assert [row[0].text for row in table.rows] == ["在职", "退休", "合计："]
    assert [cell.text for row in sheet.blocks[-1].rows for cell in row] == [
        "填表人：",
        "系统管理员",
        "负责人：",
        "打印日期：",
    ]


def test_a_photograph_stands_to_the_right_of_four_rows() -> None:
    (photo,) = [cell for cell in blank(CHRONIC, "hunan").cells() if cell.kind == "photo"]
    assert (photo.text, photo.height) == ("照片", 4)


def test_a_form_that_no_guide_prints_is_printed_with_everything_that_it_asked() -> None:
    (sheet,) = filled(UNIT, "hunan", {"decision": "pass", "remark": "齐全"}, key="review")
    assert not sheet.printed
    assert "齐全" in words(sheet)
    (hubei,) = filled(RESIDENTS, "hubei", {"name": "王五"})
    assert not hubei.printed


def test_withheld_values_say_so_on_the_sheet_and_what_is_blank_does_not() -> None:
    field = {"type": "textfield", "id": "name", "key": "name", "label": "姓名", "properties": {"mark": "restricted"}}
    other = {"type": "textfield", "id": "subject", "key": "subject", "label": "事由"}
    form = small(field, other)
    guide = load_guide(ROOT, UNIT, "hubei")
    (sheet,) = sheets_of(form, guide, Given({"subject": "某药店"}, withheld=True))
    assert [cell.value for cell in sheet.cells() if cell.kind == "value"] == [RESTRICTED, "某药店"]
    (open_sheet,) = sheets_of(form, guide, Given({"name": "王某"}))
    assert [cell.value for cell in open_sheet.cells() if cell.kind == "value"] == ["王某", ""]
    entry = {"title": "表", "table_no": None, "form": "x"}
    assert RESTRICTED not in words(blank_sheet(form, entry))


def test_a_letter_leaves_out_what_its_head_and_foot_say() -> None:
    slug = "002036003002-relationship-transfer"
    form = load_form(ROOT, slug, "contact_letter", "hunan")
    entry = next(e for e in load_guide(ROOT, slug, "hunan").plain["forms"] if e["form"] == "contact_letter")
    assert "转出地医疗保障经办机构名称：" in labels_of(blank_sheet(form, entry))
    letter = Sheet("", None, blocks_of(form, None, Given({"account_needed": "yes"}, letter=True)))
    assert not {"转出地医疗保障经办机构名称：", "经办人（签章）：", "日期：年月日"} & set(labels_of(letter))
    assert "参保人员信息" in labels_of(letter)


def test_what_is_printed_where_a_value_goes_stands_there_until_it_is_written() -> None:
    allowance = "002036007004-maternity-allowance"
    empty = beside(blank(allowance, "hunan"))
    assert empty["产假日期"].text.split() == ["年", "月", "日至", "年", "月", "日"]
    assert empty["单位平均缴费工资"].text.strip() == "元/月"
    values = {"name": "王五", "average_wage": Decimal("5000.00"), "leave_from": date(2026, 1, 5)}
    (sheet,) = filled(allowance, "hunan", values | {"leave_to": date(2026, 6, 1)})
    assert beside(sheet)["产假日期"].value == "2026年01月05日 至 2026年06月01日"
    assert (beside(sheet)["单位平均缴费工资"].text, beside(sheet)["单位平均缴费工资"].value) == ("", "5,000.00元/月")


def test_words_about_what_is_above_them_stand_below_it_and_not_among_the_notes() -> None:
    sheet = blank("002036005002-special-drug-recognition", "yueyang")
    rows = [[cell.text for cell in row] for block in sheet.blocks for row in block.rows]
    at = rows.index(["以上内容由患者本人或监护人填写"])
    assert (rows[at - 1], rows[at + 1][0]) == (["申请人签字（患者本人）："], "疾病诊断")
    assert "以上内容由患者本人或监护人填写" not in sheet.notes


def test_a_label_that_heads_its_parts_stands_beside_them() -> None:
    sheet = blank(RESIDENTS, "yueyang")
    (row,) = [row for block in sheet.blocks for row in block.rows if row[0].text == "户籍所在地（居住证登记地）"]
    assert (row[0].kind, row[0].height, [cell.text for cell in row[1:]]) == ("head", 3, ["省", "", "市", ""])


def test_printed_examples_stand_in_the_first_line_of_the_blank_table_only() -> None:
    (table,) = tables(blank(RESIDENTS, "yueyang", 1))
    assert [cell.text for cell in table.rows[0]][3:5] == ["XX市XX区（县）", "中小学儿童/大学生"]
    pupils = [{"name": "张三", "residence": "某市某区", "identity": "pupil"}]
    sheets = filled(RESIDENTS, "yueyang", {"kind": "school", "school_name": "某小学", "pupils": pupils})
    assert all("XX市" not in words(sheet) for sheet in sheets)


def test_the_agencys_places_to_sign_on_a_filing_stand_in_one_row() -> None:
    sheet = blank("002036004001-remote-retiree-filing", "zhuzhou")
    rows = [[cell.text for cell in row] for block in sheet.blocks for row in block.rows]
    assert ["经办机构：", "联系电话:", "经办人:", "经办日期："] in rows
    assert ["签名", "填表日期"] in rows


def test_birth_dates_are_labels_and_not_blanks_for_a_date() -> None:
    assert "出生年月日" in [
        cell.text for block in tables(blank("002036001007-gap-payment", "hunan")) for cell in block.heads[0]
    ]
    assert "出生年月" in beside(blank(EMPLOYEES, "changsha", 2))


def test_who_filled_it_in_stands_below_the_table_where_the_guide_prints_it_there() -> None:
    """填报人： 联系电话： □关键信息 □非关键信息 below the agency's opinion (Yueyang 942)."""
    last = blank("002036001006-resident-change", "yueyang").blocks[-1]
    assert (last.kind, [cell.text for cell in last.rows[0]][:2]) == ("lines", ["填报人：", "联系电话："])
