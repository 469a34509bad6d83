"""The inbox: what is most urgent for me and my groups, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from engine.actions.actor import LANES, Actor
from engine.actions.claim_task import claim_task, release_task
from engine.clock import local_date
from engine.deadlines import start_of_day
from engine.errors import TaskAlreadyDone
from engine.store import inbox
from engine.store.inbox import After, Edges, Group, Query
from engine.workflow.paths import is_seat
from webapp.access import allow
from webapp.addresses import instant, is_local, row_id
from webapp.casework import CaseFile, Limit, limit_of, task_place
from webapp.context import actor, now, system
from webapp.words import matter_names

blueprint = Blueprint("inbox", __name__)

PAGE = 30
TABS = {  # tab -> (title, sources)
    "all": ("全部待办", (inbox.MINE, inbox.GROUPS)),
    "mine": ("我的任务", (inbox.MINE,)),
    "groups": ("待领取", (inbox.GROUPS,)),
    "applicant": ("等待申请人", (inbox.APPLICANT,)),
}
BUCKET_NAMES = {"overdue": "逾期", "today": "今日", "soon": "3日内", "later": "其他", "paused": "暂停"}


@dataclass(frozen=True)
class Line:
    """One task in the list."""

    row: Row[Any]
    limit: Limit | None  # what presses it
    bucket: str
    barred: str = ""  # the tasks the person did, from which this one must be separate

    @property
    def seat(self) -> bool:
        """One's own by name: it cannot be given back."""
        return is_seat(self.row.node)


@blueprint.get("/")
@allow()
def show() -> str | Response:
    """The list; people without a lane are sent to their own first page."""
    who = actor()
    if not any(who.has_role(lane) for lane in LANES):
        return redirect(url_for(_first_page(who)))
    tab = request.args.get("tab", "all")
    tab = tab if tab in TABS else "all"
    edges = edges_now()
    query = query_of(who, tab, request.args.get("matter", ""), request.args.get("q", "").strip()[:60])
    everything = Query(query.username, query.groups, matter=query.matter, words=query.words)
    with system().store.reading() as connection:
        rows = inbox.page(connection, query, _after(edges), PAGE)
        counts = inbox.counts(connection, everything, edges)
    lines = [_line(row, edges) for row in rows[:PAGE]]
    return render_template(
        "inbox.html",
        tab=tab,
        tabs=_tabs(counts),
        query=query,
        buckets=_buckets(counts, TABS[tab][1]),
        sections=[(bucket, list(found)) for bucket, found in groupby(lines, key=lambda line: line.bucket)],
        names=BUCKET_NAMES,
        more=_key(rows[PAGE - 1]) if len(rows) > PAGE else "",
        started=bool(request.args.get("after") or request.args.get("from")),
        several=len({m.region for m in who.memberships}) > 1 or any(m.region == "*" for m in who.memberships),
        matters=matter_names(),
    )


@blueprint.get("/next")
@allow(*LANES)
def next_task() -> Response:
    """The most urgent task that I can do now."""
    with system().store.reading() as connection:
        rows = inbox.page(connection, query_of(actor(), "all"), None, PAGE)
    free = next((line.row for line in (_line(row, edges_now()) for row in rows) if not line.barred), None)
    if free is None:
        flash("没有您可以办理的任务了。" if rows else "没有待办的任务了。")
        return redirect(url_for("inbox.show"))
    return redirect(url_for("tasks.show", task_id=free.id))


@blueprint.post("/tasks/<int:task_id>/claim")
@allow(*LANES, at=task_place)
def claim(task_id: int) -> Response:
    try:
        claim_task(system(), actor(), task_id)
    except TaskAlreadyDone as done:
        flash(f"{done.message}。请办理下一件。", "warning")
        return redirect(url_for("inbox.show"))
    flash("已领取。")
    return redirect(_back(task_id))


@blueprint.post("/tasks/<int:task_id>/release")
@allow(*LANES, at=task_place)
def release(task_id: int) -> Response:
    release_task(system(), actor(), task_id)
    flash("已退回，同组人员可以领取。")
    return redirect(url_for("inbox.show"))


def query_of(who: Actor, tab: str, matter: str = "", words: str = "") -> Query:
    return Query(who.username, groups_of(who), TABS[tab][1], matter if matter in matter_names() else "", words)


def groups_of(who: Actor) -> tuple[Group, ...]:
    """The memberships of lanes with every '*' spelled out: the index orders by due within one office."""
    found: dict[Group, None] = {}
    for membership in who.memberships:
        if membership.role not in LANES:
            continue
        for code, region in system().regions().items():
            if membership.region in ("*", code):
                offices = region.office_names() if membership.office == "*" else (membership.office,)
                found.update(dict.fromkeys(Group(code, office, membership.role) for office in offices))
    return tuple(found)


def edges_now() -> Edges:
    """Bucket bounds: an applicant's last day ends at 24:00, an agency's before it, so days end at midnight."""
    today = local_date(now())
    third = system().calendar().working_days_after(today, 3)
    day = timedelta(days=1)
    return Edges(now(), start_of_day(today + day), start_of_day(third + day))


def bucket_of(due: datetime | None, edges: Edges) -> str:
    if due is None:
        return inbox.PAUSED
    if due <= edges.now:
        return inbox.OVERDUE
    if due <= edges.tomorrow:
        return inbox.TODAY
    return inbox.SOON if due <= edges.after_soon else inbox.LATER


def _line(row: Row[Any], edges: Edges) -> Line:
    file = CaseFile(_CaseColumns(row))  # type: ignore[arg-type]
    limit = limit_of(file.state, row.deadline, file.timekeeper) if row.deadline and row.case_state else None
    barred = file.barred(row.node, actor().username) if row.case_state else ""
    return Line(row, limit, bucket_of(row.due, edges), barred)


class _CaseColumns:
    """The case's columns of an inbox row, under their own names."""

    def __init__(self, row: Row[Any]) -> None:
        self.deployment_id, self.state, self.variables = row.case_deployment_id, row.case_state, row.case_variables


def _tabs(counts: dict[str, dict[str, int]]) -> Iterator[tuple[str, str, str]]:
    for tab, (title, sources) in TABS.items():
        yield tab, title, _capped(sum(sum(counts[s].values()) for s in sources))


def _buckets(counts: dict[str, dict[str, int]], sources: tuple[str, ...]) -> list[tuple[str, str, str]]:
    return [(b, BUCKET_NAMES[b], _capped(sum(counts[s][b] for s in sources))) for b in inbox.BUCKETS]


def _capped(number: int) -> str:
    return f"{inbox.CAP}+" if number > inbox.CAP else str(number)


def _key(row: Row[Any]) -> str:
    return f"{row.due.isoformat() if row.due else ''}_{row.id}"


def _after(edges: Edges) -> After | None:
    """Where the page starts: after the last row of the page before, or at a bucket."""
    starts = {"today": edges.now, "soon": edges.tomorrow, "later": edges.after_soon}
    bucket = request.args.get("from", "")
    if bucket in starts:
        return After(starts[bucket], 2**31 - 1)
    if bucket == "paused":
        return After(None, 0)
    due, _, task_id = request.args.get("after", "").rpartition("_")
    last, known = instant(due), row_id(task_id)
    return None if known is None or (due and last is None) else After(last, known)


def _back(task_id: int) -> str:
    target = request.form.get("next", "")
    return target if is_local(target) else url_for("tasks.show", task_id=task_id)


def _first_page(who: Actor) -> str:
    if who.has_role("supervisor"):
        return "supervision.show"
    if who.has_role("auditor"):
        return "cases.search"
    if who.has_role("admin"):
        return "admin.people"
    designs = who.has_role("designer") or who.has_role("approver")
    return "designer.index" if designs and "designer.index" in current_app.view_functions else "guides.index"
