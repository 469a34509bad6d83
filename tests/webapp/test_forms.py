"""Forms on paper: a case's as the guide prints it, and the blank ones of the public guides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, render_template

from engine.actions.system import ROOT, System
from engine.errors import InvalidInput
from engine.forms import load_form
from engine.forms.printing import blank_sheet
from engine.forms.sheet import Block, Cell, Sheet
from engine.guides import load_guide
from tests.support.visitor import Visitor, case_of, text_of, tree
from webapp.forms import LONGEST, require_short, style
from webapp.letters_paper import pages_of

CLERK = "changsha.window"
FRESH = "长沙星河软件有限公司"
UNIT = "002036001001-unit-enrolment"


def test_the_page_shows_the_sheet_and_apart_from_it_what_is_not_printed(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    number = case_of(demo_system, FRESH).number
    answer = visit(CLERK).get(f"/cases/{number}/forms/application")
    sheet, beside = text_of(answer).split("表样以外登记的内容")
    assert "法定代表人" in sheet
    assert f"办件编号：{number}" in sheet
    assert "收件渠道" not in sheet
    assert "收件渠道" in beside
    page = tree(answer)
    assert page.xpath("//article//td[@class='sheet-signature']")
    assert "screen-only" in page.xpath("//section[@id='beside']/@class")[0]
    assert page.xpath("//@style") == []  # the page's policy lets no style of an attribute through


def test_the_same_sheet_is_a_file(demo_system: System, visit: Callable[..., Visitor]) -> None:
    number = case_of(demo_system, FRESH).number
    answer = visit(CLERK).get(f"/cases/{number}/forms/application.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert f"{number}-application.pdf" in answer.headers["Content-Disposition"]
    for key in ("review", "nothing"):
        assert visit(CLERK).get(f"/cases/{number}/forms/{key}.pdf").status_code == 404


def test_a_list_of_thousands_is_left_to_the_browser_to_print() -> None:
    def sheet(rows: int) -> Sheet:
        return Sheet("名单", None, (Block("table", (1,), ((Cell("value"),),) * rows),))

    require_short([sheet(LONGEST)])
    with pytest.raises(InvalidInput, match="打印"):
        require_short([sheet(LONGEST), sheet(1)])


def test_nobody_of_another_region_gets_the_file(demo_system: System, visit: Callable[..., Visitor]) -> None:
    number = case_of(demo_system, FRESH).number
    assert visit("yueyang.window").get(f"/cases/{number}/forms/application.pdf").status_code in (403, 404)
    assert visit(None).get(f"/cases/{number}/forms/application.pdf").status_code in (302, 303, 401)


def test_the_public_guide_leads_to_its_blank_forms(visit: Callable[..., Visitor]) -> None:
    anybody = visit(None)
    guide = tree(anybody.get(f"/guides/{UNIT}/changsha"))
    links = guide.xpath("//ul[@id='blank-forms']//a/@href")
    assert links[:2] == [f"/guides/{UNIT}/changsha/forms/1", f"/guides/{UNIT}/changsha/forms/1.pdf"]
    words = text_of(anybody.get(links[0]))
    assert "长沙市基本医疗保险单位参保信息登记表" in words
    assert "□新参保登记" in words
    assert "■" not in words
    assert anybody.get(links[1]).data.startswith(b"%PDF-")
    for wrong in (f"{UNIT}/changsha/forms/0", f"{UNIT}/changsha/forms/9.pdf", "x/changsha/forms/1"):
        assert anybody.get(f"/guides/{wrong}").status_code == 404


def test_a_paper_that_no_step_asks_for_is_printed_too(visit: Callable[..., Visitor]) -> None:
    words = text_of(visit(None).get("/guides/002036010002-pharmacy-settlement/yueyang/forms/1"))
    assert "承诺书" in words


@pytest.mark.parametrize(
    ("slug", "region", "place", "pages"),
    [
        (UNIT, "hunan", 0, 1),
        ("002036001002-employee-enrolment", "changsha", 0, 1),
        ("002036001004-unit-change", "hunan", 0, 1),
        ("002036001008-retiree-management", "hunan", 0, 1),
        ("002036005001-chronic-disease-recognition", "hunan", 0, 1),
        ("002036007004-maternity-allowance", "hunan", 0, 1),
        ("002036010001-institution-settlement", "hunan", 0, 1),
    ],
)
def test_a_printed_form_takes_the_pages_of_the_original(
    app: Flask, slug: str, region: str, place: int, pages: int
) -> None:
    entry = load_guide(ROOT, slug, region).plain["forms"][place]
    sheet = blank_sheet(load_form(ROOT, slug, entry["form"], region), entry)
    with app.test_request_context():
        html = render_template("parts/sheet_paper.html", title=sheet.title, sheets=[sheet], beneath="")
    assert pages_of(html, style()) == pages
