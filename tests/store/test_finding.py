"""Lists that people page through, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.actions.actor import Actor, Membership
from engine.actions.handle_supervision import handle_supervision
from engine.actions.system import System
from engine.errors import Conflict, Forbidden, InvalidInput, NotFound
from engine.store import finding
from engine.store.cases import cases
from engine.store.deployments import deployments
from engine.store.finding import Before, CaseQuery, Reach
from engine.store.supervision import supervisions

NOW = datetime(2026, 9, 22, 2, tzinfo=UTC)
PLACES = (("hunan", "本级"), ("zhuzhou", "本级"), ("zhuzhou", "攸县"))
EVERYWHERE = CaseQuery(None)


def fill(system: System, count: int) -> None:
    """Cases in turn at three places; two share each opening instant."""
    with system.store.writing() as connection:
        deployment = connection.execute(select(deployments.c.id).limit(1)).scalar_one()
        for i in range(count):
            region, office = PLACES[i % 3]
            row = {
                "number": f"430000-2026-{i:06d}", "matter": "m", "region": region, "office": office,
                "applicant": f"申请人{i}", "deployment_id": deployment, "revision": 1,
                "status": "closed" if i % 4 == 0 else "open", "outcome": "approved" if i % 4 == 0 else "",
                "opened_at": NOW + timedelta(minutes=i // 2), "opened_by": "", "attempts": 0, "seq": 1, "hash": "",
                "variables": "{}",
            }  # fmt: skip
            connection.execute(insert(cases), row)


def numbers(system: System, query: CaseQuery, size: int = 1000) -> list[int]:
    """The running numbers found, page after page."""
    found: list[int] = []
    before: Before | None = None
    with system.store.reading() as connection:
        while True:
            rows = finding.find_cases(connection, query, before, size)
            found += [int(row.number[-6:]) for row in rows[:size]]
            if len(rows) <= size:
                return found
            before = Before(rows[size - 1].opened_at, rows[size - 1].id)


def test_cases_come_newest_first_and_pages_miss_and_repeat_nothing(system: System) -> None:
    fill(system, 23)
    assert numbers(system, EVERYWHERE) == list(range(22, -1, -1))
    assert numbers(system, EVERYWHERE, size=4) == list(range(22, -1, -1))


def test_a_reach_of_one_office_or_of_a_whole_region_bounds_the_list(system: System) -> None:
    fill(system, 9)
    assert numbers(system, CaseQuery((Reach("zhuzhou", "攸县"),))) == [8, 5, 2]
    assert numbers(system, CaseQuery((Reach("zhuzhou", "*"),))) == [8, 7, 5, 4, 2, 1]
    assert numbers(system, CaseQuery((Reach("zhuzhou", "攸县"), Reach("hunan", "*")))) == [8, 6, 5, 3, 2, 0]
    assert numbers(system, CaseQuery(())) == []


def test_words_status_and_region_narrow_the_list(system: System) -> None:
    fill(system, 9)
    assert numbers(system, CaseQuery(None, words="申请人7")) == [7]
    assert numbers(system, CaseQuery(None, words="2026-000003")) == [3]
    assert numbers(system, CaseQuery(None, words="%")) == []
    assert numbers(system, CaseQuery(None, status="closed")) == [8, 4, 0]
    assert numbers(system, CaseQuery(None, status="approved")) == [8, 4, 0]
    assert numbers(system, CaseQuery(None, status="open", region="hunan")) == [6, 3]
    assert numbers(system, CaseQuery(None, matter="other")) == []


def an_item(system: System) -> int:
    fill(system, 1)
    with system.store.writing() as connection:
        row: dict[str, Any] = {
            "case_id": connection.execute(select(cases.c.id)).scalar_one(), "seq": 1, "region": "hunan",
            "office": "本级", "kind": "overdue", "deadline": "handling", "occurrence": 1, "raised_at": NOW,
            "status": "open", "note": "",
        }  # fmt: skip
        return int(connection.execute(insert(supervisions).returning(supervisions.c.id), row).scalar_one())


def supervisor(region: str) -> Actor:
    return Actor(1, "zhu", "朱红", (Membership(region, "*", "supervisor"),))


def test_an_item_is_handled_once_with_a_note_by_the_supervisor_of_its_region(system: System) -> None:
    item = an_item(system)
    with pytest.raises(Forbidden):
        handle_supervision(system, supervisor("hubei"), item, "已催办")
    with pytest.raises(InvalidInput):
        handle_supervision(system, supervisor("hunan"), item, "  ")
    with pytest.raises(NotFound):
        handle_supervision(system, supervisor("hunan"), item + 1, "已催办")
    handle_supervision(system, supervisor("hunan"), item, "已催办")
    with pytest.raises(Conflict, match="zhu"):
        handle_supervision(system, supervisor("hunan"), item, "再次")
    with system.store.reading() as connection:
        assert finding.find_supervisions(connection, None, "open", None, 10) == []
        (handled,) = finding.find_supervisions(connection, (Reach("hunan", "*"),), "handled", None, 10)
        assert finding.find_supervisions(connection, (Reach("hubei", "*"),), "handled", None, 10) == []
    assert (handled.note, handled.handled_by) == ("已催办", "zhu")
