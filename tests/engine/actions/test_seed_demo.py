"""A demonstration that starts at an instant: a quarter can be shown from its first day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.actions import quarter
from engine.actions.seed_demo import seed_demo
from engine.actions.system import DemoClock, System
from engine.actions.verify_history import verify_history
from engine.errors import InvalidInput
from engine.store import cases, tasks
from tests.support.hours import instant

START = instant("2026-01-05 09:00")


def test_the_clock_starts_where_it_is_told_and_never_goes_back(system: System) -> None:
    system.demo = True
    seed_demo(system, START)
    shown = DemoClock(system.store).now()
    assert timedelta(0) <= shown - START < timedelta(minutes=30)
    assert seed_demo(system)
    with pytest.raises(InvalidInput, match="还没有办件的数据库"):
        seed_demo(system, START)


def test_a_newcomer_finds_a_quarter_awaited_replies_seats_and_a_second_review(system: System) -> None:
    system.demo = True
    seed_demo(system, instant("2026-09-16 10:00"))
    members = quarter.members(system, "yueyang")
    assert len({member.cycle for member in members}) == 1
    assert [m.awaits_notice for m in members] == [True, False, False]
    assert [m.task(quarter.GROUP) is not None for m in members] == [False, False, True]
    with system.store.reading() as connection:
        open_now = connection.execute(select(tasks.human_tasks).where(tasks.human_tasks.c.status.in_(tasks.OPEN))).all()
        numbers = connection.execute(select(cases.cases.c.id)).scalars().all()
    names = {(task.name, task.assignee) for task in open_now}
    assert {("收到信息表", None), ("收到转移资金", None), ("复核", None)} <= names
    assert {("调查取证", "zhuzhou.review2"), ("考察评估", "yueyang.review2")} <= names
    assert {verify_history(system, case_id).result for case_id in numbers} == {"intact"}
