"""The inbox: order, buckets with counts, why, filters, pages by key, a constant number of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert, update

from engine.actions.actor import Actor, Membership
from engine.actions.system import System
from engine.store.tasks import human_tasks
from tests.support.visitor import Visitor, case_of, task_of, text_of, tree
from webapp.inbox import PAGE, groups_of

FRESH, LACKING, CLAIMED = "长沙星河软件有限公司", "长沙市天心区向阳幼儿园", "长沙浏阳河酒店管理有限公司"
WINDOW, REVIEW, OFFICE = "changsha.window", "changsha.review", "window.office"


@contextmanager
def statements(system: System) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(system.store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(system.store.engine, "before_cursor_execute", note)


def more_tasks(system: System, count: int, hours: int = 24) -> None:
    """Open window tasks of an office that has no others, one due every `hours`; every tenth has no due instant."""
    task = task_of(system, FRESH)
    rows = [
        {
            **{k: v for k, v in task._mapping.items() if k != "id"},
            "office": "芙蓉区",
            "node": f"intake_{i}",
            "n": 2,
            "due": None if i % 10 == 9 else system.clock.now() + timedelta(hours=hours * i),
        }
        for i in range(count)
    ]
    with system.store.writing() as connection:
        connection.execute(insert(human_tasks), rows)


def listed(page: Any) -> list[str]:
    return [a.get("href") for a in page.xpath("//a[@data-open]")]


def test_a_task_is_listed_with_its_remaining_time_and_the_reason(visit: Callable[..., Visitor]) -> None:
    page = tree(visit(WINDOW).get("/"))
    (row,) = [r for r in page.xpath("//tr[@data-row]") if FRESH in r.text_content()]
    words = " ".join(row.text_content().split())
    assert "今日17:00" in words
    badge, why = row.xpath(".//button[@aria-describedby]")[0], row.xpath(".//*[@role='tooltip']")[0]
    assert badge.get("aria-describedby") == why.get("id")
    assert "受理期限：9月22日17:00到期：9月22日10:00起即时办结" in why.text_content()


def test_a_limit_in_working_days_names_the_days_that_do_not_count(visit: Callable[..., Visitor]) -> None:
    whys = tree(visit(REVIEW).get("/")).xpath("//*[@role='tooltip']")
    assert any("9月30日到期：自9月22日起5个工作日，中秋9月25日不计" in w.text_content() for w in whys), [
        w.text_content() for w in whys
    ]


def test_each_tab_holds_its_own_tasks_and_says_how_many(visit: Callable[..., Visitor]) -> None:
    visitor = visit(REVIEW)
    page = tree(visitor.get("/"))
    counts = {a.get("id"): a.xpath("./*[@class='count']")[0].text for a in page.xpath("//nav[@class='tabs']/a")}
    assert int(counts["tab-all"]) == int(counts["tab-mine"]) + int(counts["tab-groups"])
    assert int(counts["tab-mine"]) == len(listed(tree(visitor.get("/?tab=mine"))))
    assert int(counts["tab-groups"]) == len(listed(tree(visitor.get("/?tab=groups"))))
    assert CLAIMED in text_of(visitor.get("/?tab=mine"))
    assert CLAIMED not in text_of(visitor.get("/?tab=groups"))
    assert LACKING in text_of(visit(WINDOW).get("/?tab=applicant"))


def test_buckets_count_what_is_due_and_lead_to_it(demo_system: System, visit: Callable[..., Visitor]) -> None:
    more_tasks(demo_system, 10, hours=24)  # due now, in 1, 2 ... 8 days, and one without
    page = tree(visit(OFFICE).get("/"))
    numbers = {a.get("id"): a.xpath("./b")[0].text for a in page.xpath("//nav[@class='buckets']/a")}
    # Tuesday: three working days on is Monday 28 (Friday 25 is 中秋)
    assert numbers == {"bucket-overdue": "1", "bucket-today": "0", "bucket-soon": "6", "bucket-later": "2",
                       "bucket-paused": "1"}  # fmt: skip
    soon = tree(visit(OFFICE).get("/?from=soon"))
    assert [g.text_content() for g in soon.xpath("//tr[contains(@class,'group')]")] == ["3日内", "其他", "暂停"]


def test_pages_go_on_from_the_last_row_and_miss_and_repeat_nothing(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    more_tasks(demo_system, 75, hours=0)  # many due at the same instant: the id decides
    visitor, seen, address = visit(OFFICE), [], "/?tab=groups"
    for _ in range(5):
        page = tree(visitor.get(address))
        seen += listed(page)
        further = page.xpath("//a[@id='page-more']/@href")
        if not further:
            break
        assert len(listed(page)) == PAGE
        address = further[0]
    assert len(seen) == len(set(seen)) == 75


def test_the_number_of_statements_does_not_depend_on_the_number_of_tasks(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(OFFICE)
    visit(WINDOW).get("/")  # what a process keeps (deployments, calendar) is read once
    visitor.get("/")
    with statements(demo_system) as few:
        visitor.get("/")
    more_tasks(demo_system, 200)
    with statements(demo_system) as many:
        visitor.get("/")
    assert len(few) == len(many) == 4  # session, memberships, page, counts
    assert not any("OFFSET ? OFFSET" in s for s in many)


def test_every_branch_of_the_page_walks_a_partial_index(demo_system: System, visit: Callable[..., Visitor]) -> None:
    more_tasks(demo_system, 50)
    visitor = visit(WINDOW)
    with statements(demo_system) as seen:
        visitor.get("/")
    page = next(s for s in seen if "LIMIT" in s and "UNION ALL" in s and "case_number" in s)
    bound = page.count("?")
    with demo_system.store.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {page}", ("1",) * bound).all()
    scans = [row[3] for row in plan if "human_tasks" in row[3] and row[3].startswith("SCAN")]
    assert scans == []
    assert any("ix_human_tasks_group" in row[3] for row in plan)
    assert any("ix_human_tasks_mine" in row[3] for row in plan)


def test_filters_narrow_the_list_and_the_counts(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor, number = visit(WINDOW), case_of(demo_system, FRESH).number
    for words in ("星河", number, number[:-3]):
        assert FRESH in text_of(visitor.get(f"/?q={words}")), words
    nothing = visitor.get("/?q=%25_")
    assert "没有符合条件的任务" in nothing.text
    assert "清除筛选" in nothing.text
    other = tree(visitor.get("/?matter=002036004005-remote-emergency-filing"))
    assert listed(other) == []


def test_claiming_makes_it_mine_and_releasing_gives_it_back(demo_system: System, visit: Callable[..., Visitor]) -> None:
    visitor, task = visit(WINDOW), task_of(demo_system, FRESH)
    visitor.post(f"/tasks/{task.id}/claim", {"next": "/"})
    assert FRESH in text_of(visitor.get("/?tab=mine"))
    assert FRESH not in text_of(visit("window.own").get("/"))
    second = visit("window.own")
    late = text_of(second.follow(second.post(f"/tasks/{task.id}/claim")))
    assert "已由" in late
    assert "领取。请办理下一件" in late
    visitor.post(f"/tasks/{task.id}/release")
    assert FRESH in text_of(visit("window.own").get("/?tab=groups"))


def test_the_most_urgent_task_is_one_click_away(demo_system: System, visit: Callable[..., Visitor]) -> None:
    more_tasks(demo_system, 3, hours=-24)
    with demo_system.store.reading() as connection:
        query = human_tasks.select().where(human_tasks.c.node == "intake_2")
        last = connection.execute(query).one()
    assert visit(OFFICE).get("/next").headers["Location"] == f"/tasks/{last.id}"
    with demo_system.store.writing() as connection:
        connection.execute(update(human_tasks).values(status="cancelled"))
    nothing = visit(OFFICE)
    assert "没有待办的任务了" in text_of(nothing.follow(nothing.get("/next")))


def test_an_empty_list_says_what_to_do(visit: Callable[..., Visitor]) -> None:
    assert "从“待领取”中领取" in visit(WINDOW).get("/?tab=mine").text
    assert "请点“收件”" in visit("window.office").get("/").text


def test_a_membership_for_every_office_is_spelled_out(app: Any) -> None:
    everywhere = Actor(1, "a", "甲", (Membership("zhuzhou", "*", "window"), Membership("hunan", "本级", "review")))
    with app.test_request_context():
        groups = groups_of(everywhere)
    assert all("*" not in group for group in groups)
    assert {g.office for g in groups if g.region == "zhuzhou"} >= {"本级", "醴陵市", "攸县"}
    assert [g for g in groups if g.region == "hunan"] == [("hunan", "本级", "review")]


def test_a_made_up_page_key_shows_the_first_page(visit: Callable[..., Visitor]) -> None:
    for key in ("x_1", "2026-09-22_5", "_", "2026-13-01T00:00:00+00:00_1", "_" + "9" * 20):
        assert FRESH in visit(WINDOW).get(f"/?after={key}").text, key
