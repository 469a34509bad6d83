"""督办单: what an alarm becomes on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.actions.actor import Actor, Membership
from engine.actions.fire_timers import fire_timers
from engine.actions.handle_supervision import handle_supervision
from engine.actions.system import System
from engine.clock import FixedClock
from engine.store.supervision import supervisions
from tests.support.visitor import Visitor, case_of, text_of

CASE = "长沙岳麓茶业有限公司"  # accepted, waits for 审核
Visit = Callable[..., Visitor]


@pytest.fixture
def item(demo_system: System) -> Any:
    """The case's limit has run out."""
    assert isinstance(demo_system.clock, FixedClock)
    for _ in range(20):
        demo_system.clock.set(demo_system.clock.now() + timedelta(days=1))
        fire_timers(demo_system)
    query = select(supervisions).where(supervisions.c.case_id == case_of(demo_system, CASE).id)
    with demo_system.store.reading() as connection:
        (row,) = connection.execute(query.where(supervisions.c.kind == "overdue"))
    return row


def test_the_order_is_numbered_and_says_which_limit_has_run_out_and_where_the_case_stands(
    visit: Visit, demo_system: System, item: Any
) -> None:
    number = case_of(demo_system, CASE).number
    words = text_of(visit("supervisor").get(f"/supervision/{item.id}"))
    assert f"督-{number}-{item.seq}" in words
    assert "本级承办人员：" in words
    assert "办理时限（5个工作日）已于2026年" in words
    assert "审核（审核，待领取，2026年" in words
    assert "期限届满后不得补办延期" in words
    assert CASE not in words
    assert "送达回证" not in words
    assert "督办反馈" in words


def test_a_later_step_does_not_change_it_and_what_was_done_is_added(
    visit: Visit, demo_system: System, item: Any
) -> None:
    before = text_of(visit("supervisor").get(f"/supervision/{item.id}"))
    actor = Actor(0, "supervisor", "朱红", (Membership("*", "*", "supervisor"),))
    handle_supervision(demo_system, actor, item.id, "已电话催办")
    after = text_of(visit("supervisor").get(f"/supervision/{item.id}"))
    assert "处理情况：已电话催办（朱红，2026年" in after
    assert before.split("请立即办理")[0] == after.split("请立即办理")[0]


def test_it_is_a_file_for_whoever_reads_the_case_and_linked_where_they_look(
    visit: Visit, demo_system: System, item: Any
) -> None:
    answer = visit("review.own").get(f"/supervision/{item.id}.pdf")
    assert answer.data.startswith(b"%PDF")
    assert "%E7%9D%A3%E5%8A%9E%E5%8D%95" in answer.headers["Content-Disposition"]
    assert f"/supervision/{item.id}" in visit("supervisor").get("/supervision").text
    assert f"/supervision/{item.id}" in visit("review.own").get(f"/cases/{case_of(demo_system, CASE).number}").text
    assert visit("review.foreign").get(f"/supervision/{item.id}").status_code == 404
    assert visit("supervisor").get("/supervision/99999").status_code == 404
