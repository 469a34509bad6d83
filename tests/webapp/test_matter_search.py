"""Finding a matter: every way of naming it leads there, and what fits better stands first."""

from __future__ import annotations

import pytest

from engine.actions.system import ROOT
from engine.guides import MatterSummary, matters
from webapp.matter_search import FOUND, frequent, grouped, nearest, readable, search, sought

PAY, STAY = "生育保险待遇核准支付", "基本医疗保险参保人员医疗费用手工（零星）报销"
MATTERS = [
    MatterSummary("002036001001-unit-enrolment", "002036001001", "单位参保登记", "参保和变更登记", ("hunan",)),
    MatterSummary("002036001003-resident-enrolment", "002036001003", "城乡居民参保登记", "参保和变更登记", ("hunan",)),
    MatterSummary("002036001004-unit-change", "002036001004", "单位参保信息变更登记", "参保和变更登记", ("hunan",)),
    MatterSummary("002036006002-inpatient", "002036006002", "住院费用报销", STAY, ("hunan",)),
    MatterSummary("002036007004-allowance", "002036007004", "生育津贴支付", PAY, ("hunan",)),
    MatterSummary("002036002003-certificate", "002036002003", "出具《参保凭证》", "信息查询", ("hunan",)),
    MatterSummary("complaint", "002036012001", "对基本医疗服务行为的投诉、举报事项处理", "投诉", ("zhuzhou",)),
]  # fmt: skip


def names(words: str, **used: int) -> list[str]:
    return [m.name for m in search(MATTERS, words, used)]


@pytest.mark.parametrize(
    "words",
    ["生育津贴", "syjt", "shengyujintie", "sheng yu jin", "生育jt", "shengyjt", "SYJT", "002036007004", "allowance"],
)
def test_every_way_of_naming_a_matter_finds_it(words: str) -> None:
    assert names(words)[0] == "生育津贴支付"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("jmcb", "城乡居民参保登记"),
        ("biangeng", "单位参保信息变更登记"),
        ("xwdts", "对基本医疗服务行为的投诉、举报事项处理"),
        ("cbpz", "出具《参保凭证》"),
        ("《参保凭证》", "出具《参保凭证》"),
    ],
)
def test_a_character_of_several_readings_is_read_as_in_its_word(words: str, found: str) -> None:
    assert names(words)[0] == found


def test_what_begins_with_the_words_stands_before_what_contains_them() -> None:
    assert names("dwcb") == ["单位参保登记", "单位参保信息变更登记"]
    assert names("参保登记") == ["单位参保登记", "城乡居民参保登记"]
    assert names("城乡居民参保登记") == ["城乡居民参保登记"]


def test_among_equals_those_used_most_stand_first() -> None:
    assert names("参保登记", **{"002036001003-resident-enrolment": 7})[0] == "城乡居民参保登记"


def test_a_category_is_found_after_the_names() -> None:
    assert names("零星报销") == ["住院费用报销"]


def test_nothing_fits_what_is_no_name() -> None:
    assert names("zzzz") == []
    assert names("参保 zzzz") == []
    assert len(names("")) == len(MATTERS)
    assert len(names("《》")) == len(MATTERS)


def test_long_input_is_answered_and_does_not_wander() -> None:
    assert names("a" * 60) == []
    assert names("yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy") == []


def test_matters_are_grouped_in_the_order_of_their_codes() -> None:
    assert [title for title, _ in grouped(reversed(MATTERS))][:2] == ["参保和变更登记", "信息查询"]


def test_only_used_matters_are_frequent() -> None:
    used = {"002036006002-inpatient": 2, "002036001001-unit-enrolment": 5, "gone": 9}
    assert [m.name for m in frequent(MATTERS, used)] == ["单位参保登记", "住院费用报销"]
    assert frequent(MATTERS, {}) == []


def test_a_matter_without_a_code_is_found_and_stands_last() -> None:
    handbook = MatterSummary("handbook", None, "医保手册管理", "", ("zhuzhou",))  # type: ignore[arg-type]
    assert search([handbook, *MATTERS], "ybsc") == [handbook]
    assert search([handbook, *MATTERS], "")[-1] == handbook


def test_letters_and_digits_read_as_themselves() -> None:
    assert readable("A4表2").syllables == ("a", "4", "biao", "2")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("００２０３６００１００１", "单位参保登记"),
        ("ＳＹＪＴ", "生育津贴支付"),
        ("登记　单位", "单位参保登记"),
        (" 住院  报销 ", "住院费用报销"),
    ],
)
def test_full_width_input_and_several_words_are_read_as_meant(words: str, found: str) -> None:
    assert names(words)[0] == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("住院报销", "住院费用报销"),
        ("zybx", "住院费用报销"),
        ("單位參保登記", "单位参保登记"),
        ("参宝登记", "单位参保登记"),
        ("单位变更", "单位参保信息变更登记"),
        ("生育津帖", "生育津贴支付"),
        ("生育报销", "住院费用报销"),
    ],
)
def test_what_fits_nothing_leads_to_what_sounds_so_or_leaves_something_out(words: str, found: str) -> None:
    assert names(words) == []
    assert nearest(MATTERS, words)[0].name == found


def test_nothing_comes_near_to_what_is_no_name() -> None:
    assert nearest(MATTERS, "火星车") == []
    assert nearest(MATTERS, "") == []
    assert nearest(MATTERS, "？！") == []


def test_a_matter_is_found_by_the_name_that_its_region_prints_and_by_the_general_one() -> None:
    library = matters(ROOT)
    yueyang = [m for m in library if "yueyang" in m.regions]
    for words in ("退休人员医保管理", "退休人员医保参保管理", "txryybgl"):
        assert [m.slug for m in search(yueyang, words, region="yueyang")] == ["002036001008-retiree-management"], words
    assert not search([m for m in library if "yueyang" in m.regions], "零售药店（诊所）", region="yueyang")
    assert [m.name_in("hunan") for m in search(library, "诊所")] == ["零售药店（诊所）申请定点协议管理"]


def test_guides_that_have_the_words_are_named_where_no_name_comes_near() -> None:
    yueyang = [m for m in matters(ROOT) if "yueyang" in m.regions]
    titles = {words: [title for title, _ in sought(ROOT, yueyang, words, "yueyang")] for words in ("死亡", "参保登记")}
    assert titles == {"死亡": ["办事指南中提到的事项"], "参保登记": [FOUND]}
    dead = sought(ROOT, yueyang, "死亡", "yueyang")[0][1]
    assert "002036001008-retiree-management" in [m.slug for m in dead]
    assert sought(ROOT, yueyang, "火星车", "yueyang") == []
