"""Finding cases, and the case page with its chart."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import update

from engine.actions.seed_demo import ENROLMENT
from engine.actions.system import System
from engine.store.cases import cases
from tests.support.visitor import Visitor, case_of, task_of, text_of, tree
from webapp.sheets import cell

FRESH, LACKING, DONE, REFUSED = (
    "长沙星河软件有限公司", "长沙市天心区向阳幼儿园", "长沙麓谷生物科技有限公司", "长沙县星沙建材经营部",
)  # fmt: skip
CLERK = "changsha.window"


def test_a_whole_number_goes_straight_to_its_case(demo_system: System, visit: Callable[..., Visitor]) -> None:
    number = case_of(demo_system, FRESH).number
    assert visit(CLERK).get(f"/cases?q={number}").headers["Location"] == f"/cases/{number}"


@pytest.mark.parametrize(
    "written", ["{division}-{year}-{running}-3", "湖南省（{division}）（{year}）（第{running}-3号）"]
)
def test_the_number_of_a_letter_goes_to_its_case(
    demo_system: System, visit: Callable[..., Visitor], written: str
) -> None:
    number = case_of(demo_system, FRESH).number
    words = written.format(**dict(zip(("division", "year", "running"), number.split("-"), strict=True)))
    assert visit(CLERK).get("/cases", query_string={"q": words}).headers["Location"] == f"/cases/{number}"
    short = text_of(visit(CLERK).get("/cases", query_string={"q": f"({number[7:11]})(第{number[12:]}-3号)"}))
    assert FRESH in short


def test_a_number_of_another_region_finds_nothing_and_says_nothing(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    elsewhere = case_of(demo_system, "罗玉梅")
    answer = visit(CLERK).get(f"/cases?q={elsewhere.number}")
    assert answer.status_code == 200
    assert "没有符合条件的办件" in answer.text
    assert "罗玉梅" not in answer.text


def test_search_narrows_by_applicant_status_matter_and_region(visit: Callable[..., Visitor]) -> None:
    visitor = visit("auditor")
    for query, found, absent in (
        ("q=麓谷", DONE, FRESH),
        ("status=approved", DONE, REFUSED),
        ("status=refused", REFUSED, DONE),
        ("status=open", FRESH, DONE),
        ("region=yueyang", "罗玉梅", FRESH),
        ("matter=002036004005-remote-emergency-filing", "罗玉梅", FRESH),
    ):
        page = text_of(visitor.get(f"/cases?{query}"))
        assert found in page, query
        assert absent not in page, query


def test_who_works_in_one_region_lists_only_its_cases(visit: Callable[..., Visitor]) -> None:
    page = text_of(visit(CLERK).get("/cases"))
    assert FRESH in page
    assert "罗玉梅" not in page
    assert FRESH not in text_of(visit("window.office").get("/cases"))


def test_the_page_tells_where_it_stands_until_when_and_what_happened(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    words = text_of(visit(CLERK).get(f"/cases/{case_of(demo_system, LACKING).number}"))
    assert "现在等谁" in words
    assert "补正期限 15个工作日" in words
    assert "10月20日到期：自9月22日起15个工作日" in words
    assert "受理：材料不全，一次性告知补齐" in words
    assert "王秀英" in words
    assert "一次性告知书" in words


def test_a_closed_case_tells_its_outcome_and_offers_its_letters(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    page = visit("auditor").get(f"/cases/{case_of(demo_system, DONE).number}")
    words = text_of(page)
    assert "办件结束：办结" in words
    assert "现在等谁" not in words
    titles = [a.text for a in tree(page).xpath("//a[starts-with(@href, '/letters/')]")]
    assert titles == ["受理通知书", "办结通知书"]


def test_only_who_may_work_a_task_gets_its_button(demo_system: System, visit: Callable[..., Visitor]) -> None:
    number, task = case_of(demo_system, FRESH).number, task_of(demo_system, FRESH)
    assert tree(visit(CLERK).get(f"/cases/{number}")).xpath(f"//a[@id='work-{task.id}']")
    assert not tree(visit("changsha.review").get(f"/cases/{number}")).xpath(f"//a[@id='work-{task.id}']")


def test_the_chart_says_where_the_case_is_and_how_it_came_there(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor, number = visit(CLERK), case_of(demo_system, LACKING).number
    state = visitor.get(f"/cases/{number}/diagram.json").json
    assert state["elements"]["supplement"] == "waiting"
    assert state["elements"]["intake"] == "done"
    assert "intake_decision_to_supplement" in state["flows"]
    chart = visitor.get(f"/cases/{number}/diagram.bpmn")
    assert chart.mimetype == "text/plain"  # somebody's file, never a page of ours
    assert 'id="intake_decision_to_supplement"' in chart.text


def test_an_element_that_is_open_again_is_shown_as_open(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor, task = visit(CLERK), task_of(demo_system, LACKING)
    visitor.post(f"/tasks/{task.id}", {"items": "复印件", "received_at": "2026-09-22T10:00", "channel": "window"})
    state = visitor.get(f"/cases/{case_of(demo_system, LACKING).number}/diagram.json").json
    assert state["elements"]["intake"] == "active"
    assert state["elements"]["supplement"] == "done"


def test_a_case_whose_cached_state_was_dropped_shows_the_same_page(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    row, visitor = case_of(demo_system, LACKING), visit(CLERK)
    before = text_of(visitor.get(f"/cases/{row.number}"))
    with demo_system.store.writing() as connection:
        connection.execute(cases.update().where(cases.c.id == row.id).values(state=None))
    assert text_of(visitor.get(f"/cases/{row.number}")) == before
    assert visitor.get("/?tab=applicant").status_code == 200


def test_a_name_is_shown_as_text_whatever_it_holds(demo_system: System, visit: Callable[..., Visitor]) -> None:
    name = "<script>alert(1)</script>甲公司" + "很长的名称" * 30
    with demo_system.store.writing() as connection:
        connection.execute(cases.update().where(cases.c.applicant == FRESH).values(applicant=name[:200]))
    for address in ("/", "/cases", f"/tasks/{task_of(demo_system, name[:200]).id}"):
        page = visit(CLERK).get(address)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


def test_matters_of_a_case_are_named_not_coded(visit: Callable[..., Visitor]) -> None:
    page = tree(visit(CLERK).get("/cases"))
    cells = [c.text_content() for c in page.xpath("//td[@class='col-matter']")]
    assert set(cells) == {"单位参保登记"}
    assert all(ENROLMENT not in c for c in cells)


def test_the_application_is_a_page_of_its_own_for_paper(demo_system: System, visit: Callable[..., Visitor]) -> None:
    number = case_of(demo_system, FRESH).number
    words = text_of(visit(CLERK).get(f"/cases/{number}/forms/application"))
    assert "长沙市基本医疗保险单位参保信息登记表" in words
    assert "91430100MA4QT0XJ1D" in words
    assert visit(CLERK).get(f"/cases/{number}/forms/review").status_code == 404
    assert visit(CLERK).get(f"/cases/{number}/forms/nothing").status_code == 404


def test_the_list_is_exported_as_it_was_narrowed_and_no_cell_is_a_formula(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    evil = '=HYPERLINK("http://x.test")'
    row = case_of(demo_system, "长沙星河软件有限公司")
    with demo_system.store.writing() as connection:
        connection.execute(update(cases).where(cases.c.id == row.id).values(applicant=evil))
    answer = visit("changsha.window").get("/cases.csv?status=open")
    assert answer.mimetype == "text/csv"
    header, *lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert header == ["办件编号", "状态", "申请人", "事项", "统筹区", "经办机构", "收件时间", "结束时间"]
    assert {line[1] for line in lines} == {"办理中"}
    assert {line[4] for line in lines} == {"长沙市"}  # and nothing of regions where this clerk does not work
    assert [line[2] for line in lines if line[0] == row.number] == [f"'{evil}"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "  =1", "＝1", "＋1", "－1", "＠x"])
def test_what_a_spreadsheet_would_run_is_written_as_text(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(f"甲{text}") == f"甲{text}"
