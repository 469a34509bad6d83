"""The inbox's queries: open tasks by urgency, out of human_tasks' two partial indexes.

"Mine or my groups'" as one OR reads the whole table; here every (region, office, lane) and one's own list is a branch
of a UNION ALL that walks its own index and stops at the page's size. A membership for every office is spelled out by
the caller, because the index orders by due within an office. Pages go on from the last row's key (never OFFSET).
Tasks without a due instant (suspended, or without a limit) come last: NULL sorts first on SQLite and last on
PostgreSQL, so they are branches of their own. Counts stop at a cap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from engine.store.base import Instant
from engine.store.cases import cases
from engine.store.tasks import human_tasks as t

MINE, GROUPS, APPLICANT = "mine", "groups", "applicant"  # claimed by me; to be claimed; waiting for the applicant
SOURCES = (MINE, GROUPS, APPLICANT)
OVERDUE, TODAY, SOON, LATER, PAUSED = "overdue", "today", "soon", "later", "paused"
BUCKETS = (OVERDUE, TODAY, SOON, LATER, PAUSED)
COMPOUND = 200
CAP = 1000  # counts beyond are shown as 1000+


class Group(NamedTuple):
    """One candidate group, every part named (no '*')."""

    region: str
    office: str
    lane: str


@dataclass(frozen=True)
class Query:
    """Whose inbox, and what of it."""

    username: str
    groups: tuple[Group, ...]
    sources: tuple[str, ...] = SOURCES
    matter: str = ""
    words: str = ""  # part of the applicant's name, or the beginning of a case number


@dataclass(frozen=True)
class Edges:
    """First instants of the later buckets; the caller asks the calendar for them."""

    now: datetime
    tomorrow: datetime  # start of the next day: what is due by then is 今日
    after_soon: datetime  # end of the third working day from now


class After(NamedTuple):
    """Key of the last row of the page before; `due` None: among those without one."""

    due: datetime | None
    task_id: int


def page(connection: Any, query: Query, after: After | None, size: int) -> list[Row[Any]]:
    """At most `size` + 1 rows in order of urgency (the one too many says that there is more); one statement."""
    if not _branch_count(query):
        return []
    statement = _page(*_shape(query), _position(after))
    values = {**_values(query), "size": size + 1}
    if after is not None:
        values |= {"after_id": after.task_id} | ({"after_due": after.due} if after.due else {})
    return list(connection.execute(statement, values))


def counts(connection: Any, query: Query, edges: Edges) -> dict[str, dict[str, int]]:
    """Source -> bucket -> number of tasks, at most CAP + 1 each; one statement."""
    found = {source: dict.fromkeys(BUCKETS, 0) for source in query.sources}
    if not _branch_count(query):
        return found
    values = {**_values(query), "now": edges.now, "tomorrow": edges.tomorrow, "after_soon": edges.after_soon}
    for row in connection.execute(_counts(*_shape(query)), values):
        found[row.source][row.bucket] = row.n
    return found


# --- statements, built once for every shape -------------------------------------------------------------


def _shape(query: Query) -> tuple[tuple[str, ...], int, bool, bool]:
    sources = tuple(s for s in query.sources if s == MINE or query.groups)
    return sources, len(query.groups), bool(query.matter), bool(query.words)


def _branch_count(query: Query) -> int:
    return sum(1 if source == MINE else len(query.groups) for source in query.sources)


def _position(after: After | None) -> str:
    return "first" if after is None else ("dated" if after.due else "undated")


def _values(query: Query) -> Mapping[str, Any]:
    values: dict[str, Any] = {"username": query.username} if MINE in query.sources else {}
    if set(query.sources) != {MINE}:
        for i, group in enumerate(query.groups):
            values |= {f"region_{i}": group.region, f"office_{i}": group.office, f"lane_{i}": group.lane}
    if query.matter:
        values["matter"] = query.matter
    if query.words:
        escaped = query.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values |= {"starts": f"{escaped}%", "contains": f"%{escaped}%"}
    return values


def _branches(source: str, groups: int) -> list[list[ColumnElement[bool]]]:
    """Conditions that each match one index range."""
    if source == MINE:
        return [[t.c.status == literal_column("'claimed'"), t.c.assignee == bindparam("username", type_=String)]]
    opened: ColumnElement[bool] = t.c.status == literal_column("'open'")
    branches = []
    for i in range(groups):
        region, office, lane = (bindparam(f"{x}_{i}", type_=String) for x in ("region", "office", "lane"))
        place = [opened, t.c.region == region, t.c.office == office]
        if source == GROUPS:
            branches.append([*place, t.c.lane == lane])
        else:
            branches.append([*place, t.c.lane == literal_column("'applicant'"), t.c.act_as == lane])
    return branches


def _filtered(statement: Select[Any], matter: bool, words: bool) -> Select[Any]:
    if matter:
        statement = statement.where(t.c.matter == bindparam("matter", type_=String))
    if words:
        statement = statement.join(cases, cases.c.id == t.c.case_id).where(
            or_(
                cases.c.number.like(bindparam("starts", type_=String), escape="\\"),
                cases.c.applicant.like(bindparam("contains", type_=String), escape="\\"),
            )
        )
    return statement


def _union(picks: Sequence[Select[Any]]) -> CompoundSelect[Any]:
    """UNION ALL of any number: SQLite allows 500 in one compound."""
    while len(picks) > COMPOUND:
        chunks = [picks[i : i + COMPOUND] for i in range(0, len(picks), COMPOUND)]
        picks = [select(union_all(*chunk).subquery()) for chunk in chunks]
    return union_all(*picks)


@lru_cache(maxsize=256)
def _page(sources: tuple[str, ...], groups: int, matter: bool, words: bool, position: str) -> Select[Any]:
    size = bindparam("size", type_=Integer)
    dated: list[ColumnElement[bool]] = [t.c.due.is_not(None)]
    undated: list[ColumnElement[bool]] = [t.c.due.is_(None)]
    after_id = bindparam("after_id", type_=Integer)
    if position == "dated":
        dated.append(tuple_(t.c.due, t.c.id) > tuple_(bindparam("after_due", type_=Instant), after_id))
    if position == "undated":
        undated.append(t.c.id > after_id)
    parts = [(0, dated, (t.c.due, t.c.id))] if position != "undated" else []
    parts.append((1, undated, (t.c.id, t.c.id)))
    picks = []
    for source in sources:
        for conditions in _branches(source, groups):
            for part, more, order in parts:
                columns: tuple[ColumnElement[Any], ...] = (
                    t.c.id,
                    t.c.due,
                    literal_column(str(part)).label("part"),
                    literal(source).label("source"),
                )
                pick = _filtered(select(*columns).where(*conditions, *more), matter, words)
                picks.append(select(pick.order_by(*order).limit(size).subquery()))
    found = _union(picks).subquery("found")
    first = select(found).order_by(found.c.part, found.c.due, found.c.id).limit(size).subquery("page")
    names = ("number", "applicant", "opened_at", "state", "variables", "deployment_id")
    return (
        select(t, first.c.source, first.c.part, *(cases.c[name].label(f"case_{name}") for name in names))
        .select_from(first.join(t, t.c.id == first.c.id).join(cases, cases.c.id == t.c.case_id))
        .order_by(first.c.part, first.c.due, first.c.id)
    )


@lru_cache(maxsize=256)
def _counts(sources: tuple[str, ...], groups: int, matter: bool, words: bool) -> CompoundSelect[Any]:
    now, tomorrow, after_soon = (bindparam(n, type_=Instant) for n in ("now", "tomorrow", "after_soon"))
    ranges: dict[str, list[ColumnElement[bool]]] = {
        OVERDUE: [t.c.due <= now],
        TODAY: [t.c.due > now, t.c.due <= tomorrow],
        SOON: [t.c.due > now, t.c.due > tomorrow, t.c.due <= after_soon],
        LATER: [t.c.due > now, t.c.due > after_soon],
        PAUSED: [t.c.due.is_(None)],
    }
    rows = []
    for source in sources:
        for bucket, bounds in ranges.items():
            picks: Sequence[Select[Any]] = [
                select(_filtered(select(t.c.id).where(*conditions, *bounds), matter, words).limit(CAP + 1).subquery())
                for conditions in _branches(source, groups)
            ]
            counted = _union(picks).limit(CAP + 1).subquery()
            rows.append(
                select(
                    literal(source).label("source"),
                    literal(bucket).label("bucket"),
                    select(func.count()).select_from(counted).scalar_subquery().label("n"),
                )
            )
    return union_all(*rows)
