"""The inbox's queries against a plain reading of the table, on both databases."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from engine.store import Store, inbox
from engine.store.cases import cases
from engine.store.deployments import deployments
from engine.store.inbox import After, Edges, Group, Query
from engine.store.tasks import human_tasks

NOW = datetime(2026, 9, 22, 2, tzinfo=UTC)
EDGES = Edges(NOW, NOW + timedelta(hours=14), NOW + timedelta(days=4))
GROUPS = (Group("zhuzhou", "本级", "window"), Group("zhuzhou", "攸县", "window"), Group("zhuzhou", "本级", "review"))


def fill(store: Store, count: int) -> list[dict[str, Any]]:
    """Tasks of every kind at random; returns them as written, with their ids."""
    chance = random.Random(7)
    with store.writing() as connection:
        deployment = connection.execute(
            insert(deployments).returning(deployments.c.id),
            {
                "matter": "m", "region": "zhuzhou", "version": 1, "sha": "", "bundle": "", "source": "files",
                "published_at": NOW, "published_by": "", "approved_by": "", "note": "", "prev_hash": "", "hash": "",
            },
        ).scalar_one()  # fmt: skip
        case = connection.execute(
            insert(cases).returning(cases.c.id),
            {
                "number": "430200-2026-000001", "matter": "m", "region": "zhuzhou", "office": "本级",
                "applicant": "百分之%百_公司", "deployment_id": deployment, "revision": 1, "status": "open",
                "outcome": "", "opened_at": NOW, "opened_by": "", "attempts": 0, "seq": 1, "hash": "",
                "variables": "{}",
            },
        ).scalar_one()  # fmt: skip
        for i in range(count):
            lane = chance.choice(("window", "review", "applicant"))
            claimed = lane != "applicant" and chance.random() < 0.3
            hours = chance.choice((-5, 0, 3, 30, 200, None))
            row = {
                "case_id": case, "node": f"n{i}", "n": 1, "name": "受理", "purpose": "intake", "form": "intake",
                "matter": chance.choice(("m", "other")), "region": chance.choice(("zhuzhou", "hunan")),
                "office": chance.choice(("本级", "攸县", "醴陵市")), "lane": lane,
                "act_as": "window" if lane == "applicant" else "", "status": "claimed" if claimed else "open",
                "assignee": chance.choice(("me", "you")) if claimed else None, "opened_at": NOW, "deadline": "intake",
                "due": None if hours is None else NOW + timedelta(hours=hours), "suspended": 0,
            }  # fmt: skip
            connection.execute(insert(human_tasks), row)
    with store.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(select(human_tasks))]


def expected(rows: list[dict[str, Any]], query: Query) -> list[int]:
    """The same, read plainly."""

    def source(row: dict[str, Any]) -> str:
        if row["status"] == "claimed":
            return inbox.MINE if row["assignee"] == query.username else ""
        place = (row["region"], row["office"])
        if row["lane"] == "applicant":
            return inbox.APPLICANT if (*place, row["act_as"]) in query.groups else ""
        return inbox.GROUPS if (*place, row["lane"]) in query.groups else ""

    kept = [r for r in rows if source(r) in query.sources and query.matter in ("", r["matter"])]
    never = datetime.max.replace(tzinfo=UTC)
    return [r["id"] for r in sorted(kept, key=lambda r: (r["due"] or never, r["id"]))]


def read_all(store: Store, query: Query, size: int) -> list[int]:
    """Page after page."""
    found: list[int] = []
    after: After | None = None
    with store.reading() as connection:
        while True:
            rows = inbox.page(connection, query, after, size)
            found += [row.id for row in rows[:size]]
            if len(rows) <= size:
                return found
            after = After(rows[size - 1].due, rows[size - 1].id)


def test_pages_of_any_size_hold_exactly_what_is_due_to_this_person_in_order(store: Store) -> None:
    rows = fill(store, 300)
    for sources in (inbox.SOURCES, (inbox.MINE,), (inbox.GROUPS,), (inbox.APPLICANT,), (inbox.MINE, inbox.GROUPS)):
        for groups in (GROUPS, GROUPS[:1], ()):
            query = Query("me", groups, sources)
            assert read_all(store, query, 7) == read_all(store, query, 1000) == expected(rows, query)


def test_a_filter_by_matter_applies_to_pages_and_counts(store: Store) -> None:
    rows = fill(store, 100)
    query = Query("me", GROUPS, matter="other")
    assert read_all(store, query, 9) == expected(rows, query)
    with store.reading() as connection:
        counted = inbox.counts(connection, query, EDGES)
    assert sum(n for by_bucket in counted.values() for n in by_bucket.values()) == len(expected(rows, query))


def test_counts_agree_with_the_buckets_bounds(store: Store) -> None:
    rows = {row["id"]: row for row in fill(store, 200)}
    query = Query("me", GROUPS)
    with store.reading() as connection:
        counted = inbox.counts(connection, query, EDGES)
    hours = {inbox.OVERDUE: (-5, 0), inbox.TODAY: (3,), inbox.SOON: (30,), inbox.LATER: (200,), inbox.PAUSED: (None,)}
    for bucket, values in hours.items():
        dues = [None if h is None else NOW + timedelta(hours=h) for h in values]
        plainly = [i for i in expected(list(rows.values()), query) if rows[i]["due"] in dues]
        assert sum(counted[source][bucket] for source in inbox.SOURCES) == len(plainly), bucket


def test_words_are_taken_literally(store: Store) -> None:
    rows = fill(store, 20)
    for words, hits in (("%百_", True), ("_%", False), ("430200-2026", True), ("-2026", False), ("公司", True)):
        query = Query("me", GROUPS, words=words)
        assert bool(read_all(store, query, 50)) is (hits and bool(expected(rows, query))), words


def test_who_has_no_group_and_no_task_has_an_empty_inbox(store: Store) -> None:
    fill(store, 5)
    with store.reading() as connection:
        assert inbox.page(connection, Query("nobody", ()), None, 10) == []
        assert inbox.page(connection, Query("nobody", (), (inbox.GROUPS,)), None, 10) == []
        counted = inbox.counts(connection, Query("nobody", ()), EDGES)
    assert all(n == 0 for by_bucket in counted.values() for n in by_bucket.values())


def test_the_groups_of_a_whole_province_fit_into_one_statement(store: Store) -> None:
    rows = fill(store, 30)
    many = tuple(Group("hunan", f"office {i}", "window") for i in range(300)) + GROUPS
    assert read_all(store, Query("me", many), 10) == expected(rows, Query("me", many))
