"""即办: application, materials and decision on one page; nothing typed is lost, and the letters stand at the end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.actions.seed_demo import ENROLMENT
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.store.cases import cases
from tests.support.visitor import Visitor, case_of, text_of, tree

CLERK = "hubei.clerk"
PLACE = f"/open/{ENROLMENT}/hubei"
NAME = "武汉光谷信息技术有限公司"
UNIT = {
    "registration_type": "new", "unit_name": NAME, "credit_code": "91430100MA4QT0XJ1D",
    "address": "武汉市洪山区示范路 1 号", "legal_rep.name": "谭伟", "legal_rep.identity": "430102198001010011",
    "handler.name": "何敏", "handler.mobile": "13907310002", "declared": "on", "channel": "window",
    "received_at": "2026-09-22T10:00", "insurances": "employee_medical", "_office": "本级",
}  # fmt: skip


@pytest.fixture
def clerk(visit: Callable[..., Visitor]) -> Visitor:
    return visit(CLERK)


@pytest.fixture
def form(clerk: Visitor) -> dict[str, Any]:
    """Everything in order, as the page's controls send it."""
    page = tree(clerk.post(f"{PLACE}/counter/sheets", dict(UNIT)))
    received = dict.fromkeys(page.xpath("//input[@data-received]/@name"), "on")
    sealed = {name: "on" for name in page.xpath("//input[@type='checkbox']/@name") if name.endswith(".sealed")}
    radios = page.xpath("//input[@type='radio'][contains(@name, '.choice')]")
    chosen = {radio.get("name"): radio.get("value") for radio in radios}
    checklist = received | sealed | chosen
    return {
        **UNIT,
        "intake:decision": "accept",
        **checklist,
        "review:decision": "pass",
        "request_id": str(uuid.uuid4()),
    }


def count(system: System) -> int:
    with system.store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(cases)).scalar_one())


def test_the_opening_page_of_an_immediate_matter_offers_the_counter(
    clerk: Visitor, visit: Callable[..., Visitor]
) -> None:
    assert tree(clerk.get(PLACE)).xpath("//a[@id='to-counter']/@href") == [f"{PLACE}/counter"]
    other = f"/open/{ENROLMENT}/changsha"
    assert tree(visit("changsha.window").get(other)).xpath("//a[@id='to-counter']") == []
    assert visit("changsha.window").get(f"{other}/counter").headers["Location"] == other


def test_where_only_one_kind_of_applicant_is_immediate_the_offer_names_it(visit: Callable[..., Visitor]) -> None:
    yueyang = visit("yueyang.window")
    offer = tree(yueyang.get("/open/002036001002-employee-enrolment/yueyang")).xpath("//*[@id='counter-offer']")
    assert "灵活就业人员可以当场办结，其他按普通流程办理" in offer[0].text_content()
    assert not tree(yueyang.get("/open/002036006002-inpatient-reimbursement/yueyang")).xpath("//*[@id='counter-offer']")


def test_one_page_has_the_sheets_in_the_order_of_the_process(clerk: Visitor) -> None:
    page = tree(clerk.get(f"{PLACE}/counter"))
    titles = [" ".join(title.text_content().split()) for title in page.xpath("//h2[@class='sheet-title']")]
    assert [title[:7] for title in titles] == ["申请基本医疗保", "材料核对与受理", "审核"]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_everything_in_one_go_ends_with_the_letters(clerk: Visitor, form: dict[str, Any], demo_system: System) -> None:
    page = clerk.follow(clerk.post(f"{PLACE}/counter", form))
    words = text_of(page)
    row = case_of(demo_system, NAME)
    assert (row.status, row.outcome) == ("closed", "approved")
    assert "已当场办结" in words
    assert "受理通知书" in words
    assert "办结通知书" in words
    assert verify_history(demo_system, row.id).result == "intact"
    history = text_of(clerk.get(f"/cases/{row.number}/history"))
    assert history.count("（即办）") == 3


def test_wrong_input_on_any_sheet_comes_back_as_typed(
    clerk: Visitor, form: dict[str, Any], demo_system: System
) -> None:
    before = count(demo_system)
    wrong = form | {"unit_name": "", "review:decision": "refuse", "handler.mobile": "139"}
    answer = clerk.post(f"{PLACE}/counter", wrong)
    assert answer.status_code == 422
    page = tree(answer)
    links = page.xpath("//*[@id='problems']//a/@href")
    assert len(links) >= 3
    for link in links:
        assert page.xpath(f"//*[@id='{link[1:]}']"), link
    assert page.xpath("//input[@name='handler.mobile']/@value") == ["139"]
    assert page.xpath("//input[@name='intake:decision'][@checked]/@value") == ["accept"]
    assert page.xpath("//input[@name='review:decision'][@checked]/@value") == ["refuse"]
    assert set(page.xpath("//input[@data-received]/@name")) == set(
        page.xpath("//input[@data-received][@checked]/@name")
    )
    assert count(demo_system) == before


def test_a_letter_with_bad_news_is_read_before_it_goes_out(
    clerk: Visitor, form: dict[str, Any], demo_system: System
) -> None:
    incomplete = {k: v for k, v in form.items() if not k.startswith("intake:materials")} | {
        "intake:decision": "supplement"
    }
    asked = clerk.post(f"{PLACE}/counter", incomplete)
    words = text_of(asked)
    assert "请核对将要发出的文书" in words
    assert "一次性告知书" in words
    assert NAME in words
    back = tree(clerk.post(f"{PLACE}/counter", incomplete | {"_back": "yes"}))
    assert back.xpath("//input[@name='unit_name']/@value") == [NAME]
    page = clerk.follow(clerk.post(f"{PLACE}/counter", incomplete | {"_confirmed": "yes"}))
    assert "已即办，尚未办结" in text_of(page)
    assert case_of(demo_system, NAME).status == "open"


def test_the_check_tells_which_sheets_there_are_and_who_goes_on(clerk: Visitor, form: dict[str, Any]) -> None:
    told = clerk.post(f"{PLACE}/counter/check", form).json
    assert list(told["sheets"]) == ["intake", "review"]
    assert (told["errors"], told["next"]) == ({}, "")
    told = clerk.post(f"{PLACE}/counter/check", form | {"intake:decision": "supplement"}).json
    assert list(told["sheets"]) == ["intake"]
    assert "等待申请人" in told["next"]


def test_the_checklist_follows_the_application(clerk: Visitor, form: dict[str, Any]) -> None:
    signature = clerk.post(f"{PLACE}/counter/check", form).json["sheets"]
    again = clerk.post(f"{PLACE}/counter/check", form | {"address": "别处"}).json["sheets"]
    assert signature == again


def test_the_same_page_sent_twice_is_one_case(clerk: Visitor, form: dict[str, Any], demo_system: System) -> None:
    first, second = (clerk.post(f"{PLACE}/counter", form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    other = clerk.post(f"{PLACE}/counter", form | {"address": "另一处"})
    assert "内容不同" in text_of(clerk.follow(other))
    assert "另一处" in clerk.get(f"{PLACE}/counter").text


def test_a_case_that_was_not_done_at_the_counter_has_no_such_page(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    number = case_of(demo_system, "长沙星河软件有限公司").number
    assert visit("changsha.window").get(f"/counter/{number}").headers["Location"] == f"/cases/{number}"


def test_what_the_application_says_is_begun_with_on_the_later_sheets(visit: Callable[..., Visitor]) -> None:
    place = "/open/002036003001-enrolment-voucher/hunan/counter"
    typed = {"name": "周小燕", "identity_number": "430602198804122022", "_office": "本级"}
    answer = visit("hunan.clerk").post(f"{place}/check", typed).get_json()
    begun = {"result-f-insured-name": "周小燕", "result-f-insured-identity_number": "430602198804122022"}
    assert begun.items() <= answer["followed"].items()
    assert answer["followed"]["result-f-body-name"] == "湖南省医疗生育保险服务中心"


@pytest.mark.parametrize("region", ["changsha", "yueyang", "zhuzhou"])
def test_every_region_of_the_demo_has_a_counter_that_closes_at_once(
    demo_system: System, visit: Callable[..., Visitor], region: str
) -> None:
    clerk = visit(f"{region}.counter")
    slug = "002036003001-enrolment-voucher" if region == "changsha" else "002036004004-remote-referral-filing"
    answer = clerk.post(f"/open/{slug}/{region}/counter/check", {"_office": "本级"}).get_json()
    assert "继续办理" not in answer["next"]
    assert len(answer["sheets"]) == 2
