"""The quarterly workspace at the pages: who is in, batches with results, objections, the public notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.actions.actor import Membership
from engine.actions.create_user import create_user
from engine.actions.fire_timers import fire_timers
from engine.actions.seed_demo import DEMO_PASSWORD
from engine.actions.system import System
from tests.support.agreements import BODY, FORMS, HEAD, assess, opened_on
from tests.support.hours import at
from tests.support.small import OFFICE, REGION, deploy, employ, new_id, row, sound, task_at
from tests.support.visitor import Visitor, text_of, tree

Visit = Callable[..., Visitor]
QUARTER = "/agreements/hunan/2026Q1"
LETTER = {"objector": "张某", "contact": "0731-1234567", "received_at": "2026-03-20T09:00", "grounds": "医师未注册"}


@pytest.fixture
def agency(demo_system: System, app: Flask) -> System:
    at(demo_system, "2026-03-20 10:00")
    deploy(demo_system, BODY, FORMS, HEAD)
    employ(demo_system, "sun", "zhou")
    for role in ("window", "review", "leader"):
        places = [Membership(REGION, OFFICE, role)]
        create_user(demo_system, f"{role}.hunan", f"{role}-hunan", DEMO_PASSWORD, places)
    return demo_system


def fields(page: Any, action: str) -> dict[str, list[str]]:
    """What a page's form would send, without the token."""
    (form,) = [f for f in tree(page).forms if (f.get("action") or "").endswith(action)]
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        if name != "csrf_token":
            sent.setdefault(name, []).append(value)
    return sent


def assessed_in_q1(system: System, *names: str) -> list[int]:
    cases = [opened_on(system, "2026-02-02 10:00", name) for name in names]
    at(system, "2026-03-20 10:00")
    for case_id in cases:
        assess(system, case_id)
    return cases


def published(system: System, visit: Visit, *names: str) -> tuple[list[int], str]:
    """Cases on one notice, and its number."""
    cases = assessed_in_q1(system, *names)
    leader = visit("leader.hunan")
    page = leader.get(f"{QUARTER}/notice", query_string={"case": cases})
    done = leader.post(f"{QUARTER}/notice", fields(page, "/notice"))
    assert done.status_code == 200, text_of(done)
    return cases, tree(done).xpath("string(//*[@id='notice'])")


def test_the_quarter_shows_who_is_in_and_why_and_who_rolls_over(agency: System, visit: Visit) -> None:
    opened_on(agency, "2026-02-28 10:00", "二月医院")
    opened_on(agency, "2026-03-02 10:00", "三月医院")
    leader = visit("leader.hunan")
    first, second = leader.get(QUARTER), leader.get("/agreements/hunan/2026Q2")
    (member,) = tree(first).xpath("//table[@id='members']/tbody/tr")
    assert "二月医院" in member.text_content()
    assert "本季度受理" in member.text_content()
    (leaving,) = tree(first).xpath("//table[@id='leaving']/tbody/tr")
    assert "三月医院" in leaving.text_content()
    assert "转入2026年第二季度" in "".join(leaving.text_content().split())
    (member,) = tree(second).xpath("//table[@id='members']/tbody/tr")
    assert "三月医院" in member.text_content()
    assert "上季度末月受理，转入本周期" in member.text_content()
    words = text_of(first)
    assert "3月1日起" in words
    assert "7 日本系统设定" in words
    assert "5个工作日，至3月9日" in member.text_content()  # the whole limit with its last day
    listing = "".join(text_of(leader.get("/agreements/hunan")).split())
    assert "2026年第一季度101" in listing
    assert "2026年第二季度111" in listing


def test_the_navigation_leads_there_for_the_regions_that_have_agreements(agency: System, visit: Visit) -> None:
    for role in ("window", "review", "leader"):
        assert 'href="/agreements"' in visit(f"{role}.hunan").get("/").text
    assert visit("leader.hunan").get("/agreements").headers["Location"].startswith("/agreements/hunan/")


def test_one_group_for_two_cases_with_a_result_for_each(agency: System, visit: Visit) -> None:
    cases = [opened_on(agency, "2026-02-02 10:00", name) for name in ("市一医院", "市二医院")]
    leader = visit("leader.hunan")
    page = leader.get(f"{QUARTER}/group", query_string={"case": cases})
    assert "sun某" in text_of(page)
    sent = fields(page, "/group")
    sent |= {"members.0.user": ["sun"], "members.1.user": ["zhou"]}
    done = leader.post(f"{QUARTER}/group", sent)
    assert "2 件全部完成" in text_of(done)
    seqs = [row(agency, case_id).seq for case_id in cases]
    assert "2 件全部完成" in text_of(leader.post(f"{QUARTER}/group", sent))
    assert [row(agency, case_id).seq for case_id in cases] == seqs
    for case_id in cases:
        sound(agency, case_id)


def test_a_group_that_cannot_be_seated_comes_back_with_what_was_typed(agency: System, visit: Visit) -> None:
    case = opened_on(agency, "2026-02-02 10:00", "市一医院")
    leader = visit("leader.hunan")
    sent = fields(leader.get(f"{QUARTER}/group", query_string={"case": [case]}), "/group")
    refused = leader.post(f"{QUARTER}/group", sent | {"members.0.user": ["sun"], "members.1.user": ["sun"]})
    assert refused.status_code == 422
    assert "sun某重复" in text_of(refused)
    assert tree(refused).xpath("//select[@name='members.0.user']/option[@selected]/@value") == ["sun"]
    nobody = leader.post(f"{QUARTER}/group", {"members.0.user": ["sun"]})
    assert nobody.status_code == 422
    assert "请先勾选" in text_of(nobody)


def test_scores_stand_side_by_side_with_their_average(agency: System, visit: Visit) -> None:
    assessed_in_q1(agency, "市一医院")
    (table,) = tree(visit("review.hunan").get(QUARTER)).xpath("//table[contains(@class, 'results')]")
    lines = [[cell.text_content().strip() for cell in line.xpath("./td")] for line in table.xpath("./tbody/tr")]
    assert lines[0][:3] == ["sun某", "81", "89"]
    assert lines[1][:3] == ["zhou某", "82", "88"]
    assert lines[2][:3] == ["平均", "81.5", "88.5"]


def test_the_second_of_two_leaders_sees_the_quarter_as_it_stands_now(agency: System, visit: Visit) -> None:
    (case,) = assessed_in_q1(agency, "市一医院")
    leader = visit("leader.hunan")
    sent = fields(leader.get(f"{QUARTER}/notice", query_string={"case": [case]}), "/notice")
    assert leader.post(f"{QUARTER}/notice", sent).status_code == 200
    late = leader.post(f"{QUARTER}/notice", sent | {"request_id": [new_id()]})
    assert late.status_code == 409
    assert "已列入公示 430000-GS-2026-001。这次没有发布" in text_of(late)
    assert len(tree(late).xpath("//table[@id='notices']/tbody/tr")) == 1


def test_a_notice_is_published_in_the_workspace_and_not_offered_early(agency: System, visit: Visit) -> None:
    early = opened_on(agency, "2026-02-02 10:00", "市一医院")
    leader = visit("leader.hunan")
    assert "可以先行登记" not in text_of(leader.get(f"/cases/{row(agency, early).number}"))
    (waiting,) = assessed_in_q1(agency, "市二医院")
    page = leader.get(f"/tasks/{task_at(agency, waiting, 'published').id}")
    assert "公示由单位负责人在“季度协议”中统一发布" in text_of(page)


def test_one_notice_for_two_and_its_public_page(agency: System, visit: Visit) -> None:
    cases, number = published(agency, visit, "市一医院", "市二医院")
    assert number == "430000-GS-2026-001"
    public = visit().get(f"/notices/{number}")
    assert public.status_code == 200
    words = text_of(public)
    period = "2026年3月20日至2026年3月27日"
    for expected in ("湖南省医疗生育保险服务中心", "市一医院", "市二医院", period, "二〇二六年三月二十日", "公示中"):
        assert expected in words
    assert tree(public).xpath("//*[contains(@class, 'letter-contacts')]/p")
    assert row(agency, cases[0]).number not in public.text
    assert number in visit().get("/notices").text
    paper = visit().get(f"/notices/{number}.pdf")
    assert paper.data.startswith(b"%PDF")
    at(agency, "2026-03-28 10:00")
    assert "公示期满" in text_of(visit().get(f"/notices/{number}"))
    assert visit().get("/notices/430000-GS-2026-999").status_code == 404


def test_publishing_says_what_is_missing_and_a_second_click_publishes_nothing(agency: System, visit: Visit) -> None:
    cases = assessed_in_q1(agency, "市一医院")
    leader = visit("leader.hunan")
    sent = fields(leader.get(f"{QUARTER}/notice", query_string={"case": cases}), "/notice")
    refused = leader.post(f"{QUARTER}/notice", sent | {"title": [" "]})
    assert refused.status_code == 422
    assert "请填写公示标题" in text_of(refused)
    assert leader.post(f"{QUARTER}/notice", sent).status_code == 200
    assert "430000-GS-2026-001" in text_of(leader.post(f"{QUARTER}/notice", sent))
    assert leader.post(f"{QUARTER}/notice", sent | {"request_id": []}).status_code in (409, 422)
    assert visit().get("/notices").text.count('class="card matter"') == 1


def test_an_objection_holds_its_case_alone_and_the_leader_decides(agency: System, visit: Visit) -> None:
    cases, _ = published(agency, visit, "市一医院", "市二医院", "市三医院")
    window, leader = visit("window.hunan"), visit("leader.hunan")
    page = window.get(f"{QUARTER}/objection")
    sent = fields(page, "/objection") | LETTER | {"_case": [str(cases[0]), str(cases[1])]}
    assert "2 件全部完成" in text_of(window.post(f"{QUARTER}/objection", sent))
    assert "2 件全部完成" in text_of(window.post(f"{QUARTER}/objection", sent))
    held, free = (leader.get(f"/cases/{row(agency, case_id).number}") for case_id in (cases[0], cases[2]))
    assert "公示期 有异议待处理，处理完毕后继续" in text_of(held)
    assert "公示期 2026年3月27日 24:00，届时自动继续" in text_of(free)
    chart = leader.get(f"/cases/{row(agency, cases[2]).number}/diagram.json").json
    assert chart is not None
    assert chart["elements"]["period"] == "active"
    at(agency, "2026-03-30 10:00")
    fire_timers(agency)
    assert "张某" not in visit().get("/notices/430000-GS-2026-001").text
    quarter = leader.get(QUARTER)
    assert len(tree(quarter).xpath("//table[@id='objections']/tbody/tr")) == 2
    (ready,) = tree(quarter).xpath("//table[@id='signing']/tbody/tr")
    assert "市三医院" in ready.text_content()
    assert window.get(f"{QUARTER}/resolution", query_string={"objection": f"{cases[0]}-1"}).status_code == 403
    for case_id, what in ((cases[0], "dismissed"), (cases[1], "upheld")):
        page = leader.get(f"{QUARTER}/resolution", query_string={"objection": f"{case_id}-1"})
        sent = fields(page, "/resolution") | {"resolution": [what], "reasons": ["经核实"], "decided_by": ["单位负责人"]}
        assert "1 件全部完成" in text_of(leader.post(f"{QUARTER}/resolution", sent))
        assert "1 件全部完成" in text_of(leader.post(f"{QUARTER}/resolution", sent))
    assert row(agency, cases[1]).outcome == "refused"
    public = [
        "".join(one.text_content().split()) for one in tree(visit().get("/notices/430000-GS-2026-001")).xpath("//ol/li")
    ]
    assert public == ["市一医院", "市二医院（公示后不予签订）", "市三医院"]
    words = text_of(leader.get(QUARTER))
    assert "异议成立" in words
    assert "异议不成立" in words
    history = text_of(leader.get(f"/cases/{row(agency, cases[0]).number}"))
    assert "登记第 1 号异议（张某，3月20日 09:00收到）" in history
    for case_id in cases:
        sound(agency, case_id)


@pytest.mark.parametrize(
    ("change", "words"), [({"grounds": [" "]}, "异议理由"), ({"received_at": ["x"]}, "收到异议的时间")]
)
def test_what_an_objection_lacks_is_said_and_what_was_typed_stays(
    agency: System, visit: Visit, change: dict[str, list[str]], words: str
) -> None:
    cases, _ = published(agency, visit, "市一医院")
    window = visit("window.hunan")
    sent = fields(window.get(f"{QUARTER}/objection"), "/objection") | LETTER | {"_case": [str(cases[0])]} | change
    refused = window.post(f"{QUARTER}/objection", sent)
    assert refused.status_code == 422
    assert words in text_of(refused)
    assert "张某" in refused.text


def test_a_case_of_another_office_is_neither_shown_nor_reached(agency: System, visit: Visit) -> None:
    cases = assessed_in_q1(agency, "市一医院")
    create_user(agency, "leader.yueyang", "外区", DEMO_PASSWORD, [Membership("yueyang", "本级", "leader")])
    stranger = visit("leader.yueyang")
    assert stranger.get(QUARTER).status_code == 404
    assert stranger.post(f"{QUARTER}/notice", {"_case": [str(cases[0])], "title": ["x"]}).status_code == 404
    for path in ("/agreements/hunan/2026Q5", "/agreements/hunan/x", "/agreements/atlantis"):
        assert visit("leader.hunan").get(path).status_code == 404
    assert visit("review.hunan").get(f"{QUARTER}/notice").status_code == 403
