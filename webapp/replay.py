"""The auditor's desk: cases to look through, the player of one case, verification of one and of many."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request
from sqlalchemy import Row
from werkzeug.wrappers import Response as AnyResponse

from engine.actions.replay_case import replay_case
from engine.actions.verify_history import ALTERED, DIFFERS, INTACT, UNVERIFIABLE, Verdict, verify_history
from engine.store import auditing
from engine.store.auditing import AuditQuery
from engine.workflow.words import OUTCOMES, outcome_name
from webapp.access import READERS, allow
from webapp.cases import reach_of
from webapp.casework import case_place
from webapp.context import actor, system
from webapp.sheets import csv_response, minute
from webapp.words import matter_name, matter_names, region_name

blueprint = Blueprint("replay", __name__)

AUDITORS = ("auditor", "supervisor")
MOST = 200  # cases that are listed, exported and verified at a time
RESULTS = {INTACT: "未被改动", ALTERED: "被改动", DIFFERS: "重新执行结果不同", UNVERIFIABLE: "未被改动，部分已依法删除"}
COLUMNS = (
    *("办件编号", "申请人", "事项", "统筹区", "经办机构", "收件时间"),
    *("结束时间", "结果", "事件数", "流程版本", "核验"),
)


# --- one case --------------------------------------------------------------------------------------------


@blueprint.get("/cases/<number>/replay")
@allow(*READERS, at=case_place)
def show(number: str) -> str:
    return render_template("replay/show.html", case=g.case)


@blueprint.get("/cases/<number>/replay/frames.json")
@allow(*READERS, at=case_place)
def frames(number: str) -> Response:
    return jsonify(replay_case(system(), g.case.row.id, actor()))


@blueprint.get("/cases/<number>/replay/process.bpmn")
@allow(*READERS, at=case_place)
def diagram(number: str) -> Response:
    """The case's own version, as text: a published diagram is still somebody's file."""
    return Response(g.case.deployed.bundle.bpmn, mimetype="text/plain")


@blueprint.post("/cases/<number>/replay/verify.json")
@allow(*READERS, at=case_place)
def verify(number: str) -> Response:
    return jsonify(verify_history(system(), g.case.row.id).to_value())


# --- many cases ------------------------------------------------------------------------------------------


@blueprint.get("/audit")
@allow(*AUDITORS)
def audit() -> str:
    return _page(_query(request.args))


@blueprint.post("/audit")
@allow(*AUDITORS)
def verify_all() -> str | AnyResponse:
    """Verifies every case that the filter finds, at most 200, and shows the result beside each."""
    query = _query(request.form)
    rows = _found(query)[:MOST]
    return _page(query, {row.id: verify_history(system(), row.id) for row in rows})


@blueprint.get("/audit.csv")
@allow(*AUDITORS)
def export() -> Response:
    """The list as a spreadsheet opens it; with `?verify=1` each case is verified first."""
    rows = _found(_query(request.args))[:MOST]
    lines = []
    for row in rows:
        verdict = RESULTS[verify_history(system(), row.id).result] if "verify" in request.args else "未核验"
        lines.append((*_plain(row), verdict))
    return csv_response("audit.csv", COLUMNS, lines)


def _plain(row: Row[Any]) -> tuple[str, ...]:
    return (
        row.number,
        row.applicant,
        matter_name(row.matter, row.region),
        region_name(row.region),
        row.office,
        minute(row.opened_at),
        minute(row.closed_at),
        outcome_name(row.outcome) if row.status == "closed" else "办理中",
        str(row.seq),
        str(row.version),
    )


def _page(query: AuditQuery, verdicts: dict[int, Verdict] | None = None) -> str:
    rows = _found(query)
    tally: dict[str, int] = {}
    for verdict in (verdicts or {}).values():
        tally[verdict.result] = tally.get(verdict.result, 0) + 1
    return render_template(
        "replay/audit.html",
        rows=rows[:MOST],
        more=len(rows) > MOST,
        most=MOST,
        query=query,
        asked=_asked(query),
        verdicts=verdicts or {},
        sound=all(verdict.sound for verdict in (verdicts or {}).values()),
        tally=[(result, RESULTS[result], tally[result]) for result in RESULTS if result in tally],
        results=RESULTS,
        outcomes=OUTCOMES,
        matters=matter_names(),
        regions=_regions(query),
    )


def _found(query: AuditQuery) -> list[Row[Any]]:
    with system().store.reading() as connection:
        return auditing.find(connection, query, MOST + 1)


def _query(given: Any) -> AuditQuery:
    status, region, matter = (given.get(name, "") for name in ("status", "region", "matter"))
    return AuditQuery(
        reach=reach_of(actor(), AUDITORS),
        words="".join(c for c in given.get("q", "") if c.isprintable()).strip()[:60],
        status=status if status in ("open", "closed", *OUTCOMES) else "",
        region=region if region in system().regions() else "",
        matter=matter if matter in matter_names() else "",
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _asked(query: AuditQuery) -> dict[str, str]:
    """The filter again, for links and hidden fields."""
    given = {
        "q": query.words,
        "status": query.status,
        "region": query.region,
        "matter": query.matter,
        "since": _shown(query.since),
        "until": _shown(query.until),
    }
    return {name: value for name, value in given.items() if value}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _shown(day: date | None) -> str:
    return day.isoformat() if day else ""


def _regions(query: AuditQuery) -> list[str]:
    codes = list(system().regions()) if query.reach is None else list({r.region: None for r in query.reach})
    return codes if len(codes) > 1 else []
