"""Finding cases, and the case page: facts, where it stands, its deadlines, history, letters."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import Row

from engine.actions.actor import Actor
from engine.actions.claim_task import MAY_TAKE_BACK
from engine.actions.erase_values import MAY_ERASE
from engine.actions.extend_deadline import MAY_EXTEND
from engine.actions.reopen_case import reopenable_item
from engine.actions.substitute_participant import MAY_SUBSTITUTE
from engine.forms.produced import missing_of, papers_of, statement_of, values_of
from engine.store import cases, finding, letters, tasks
from engine.store.finding import CaseQuery, Reach
from engine.workflow.paths import is_seat
from engine.workflow.words import OUTCOMES, outcome_name
from webapp.access import READERS, allow
from webapp.addresses import before as before_key
from webapp.casework import CaseFile, case_place, may_work
from webapp.context import actor, now, system
from webapp.lists import long_tables
from webapp.measures import extendable
from webapp.replies import early
from webapp.sheets import csv_response, minute
from webapp.standing import standing, waits
from webapp.tasks import entries_of
from webapp.words import matter_name, matter_names, region_name

blueprint = Blueprint("cases", __name__)

PAGE = 30
MOST = 5_000  # cases of one export
COLUMNS = ("办件编号", "状态", "申请人", "事项", "统筹区", "经办机构", "收件时间", "结束时间")


@blueprint.get("/cases")
@allow(*READERS)
def search() -> Any:
    """By number, applicant, status, region and matter, newest first. A whole number goes to its case at once."""
    query = _query(actor())
    with system().store.reading() as connection:
        exact = cases.by_number(connection, query.words) if query.words else None
        rows = finding.find_cases(connection, query, before_key(request.args.get("before", "")), PAGE)
    if exact is not None and actor().may_any(READERS, exact.region, exact.office):
        return redirect(url_for("cases.show", number=exact.number))
    return render_template(
        "cases/search.html",
        rows=rows[:PAGE],
        more=_key(rows[PAGE - 1]) if len(rows) > PAGE else "",
        query=query,
        outcomes=OUTCOMES,
        matters=matter_names(),
        regions=_regions(query),
    )


@blueprint.get("/cases.csv")
@allow(*READERS)
def export() -> Response:
    """What the search finds, for a spreadsheet; where there is more than it lists, the last line says so."""
    with system().store.reading() as connection:
        rows = finding.find_cases(connection, _query(actor()), None, MOST)
    lines: list[tuple[Any, ...]] = [
        (
            row.number,
            outcome_name(row.outcome) if row.status == "closed" else "办理中",
            row.applicant,
            matter_name(row.matter, row.region),
            region_name(row.region),
            row.office,
            minute(row.opened_at),
            minute(row.closed_at),
        )
        for row in rows[:MOST]
    ]
    if len(rows) > MOST:
        lines.append((f"只列出最近的 {MOST} 件，请缩小查找条件后分次导出", *[""] * (len(COLUMNS) - 1)))
    return csv_response("cases.csv", COLUMNS, lines)


@blueprint.get("/cases/<number>")
@allow(*READERS, at=case_place)
def show(number: str) -> str:
    case = g.case
    with system().store.reading() as connection:
        all_tasks = tasks.of_case(connection, case.row.id)
        sent = letters.of_case(connection, case.row.id)
        before = cases.by_id(connection, case.row.linked_case) if case.row.linked_case else None
        after = finding.linked_to(connection, case.row.id)
        supervised = finding.supervisions_of(connection, case.row.id)
        listed = case.row.status == "closed" and reopenable_item(connection, case.row.id)
        people = {t.closed_by for t in all_tasks} | {t.assignee for t in all_tasks} | {case.row.opened_by}
        names = finding.names_of(connection, {p for p in people if p and p != "system"})
    place = (case.row.region, case.row.office)
    return render_template(
        "cases/page.html",
        case=case,
        tasks=[t for t in all_tasks if t.status in tasks.OPEN],
        letters=sent,
        entries=entries_of(case),
        before=before,
        after=after,
        supervised=supervised,
        names=names,
        workable=[t.id for t in all_tasks if may_work(actor(), t) and not case.barred(t.node, actor().username)],
        extendable=extendable(case) if actor().may_any(MAY_EXTEND, case.row.region, case.row.office) else [],
        waits=waits(case),
        early=list(early(case, actor())),
        held=[t.id for t in all_tasks if t.assignee] if actor().may_any(MAY_TAKE_BACK, *place) else [],
        seats=[t.id for t in all_tasks if is_seat(t.node)] if _may_substitute(case) else [],
        reopenable=actor().may("supervisor", case.row.region, case.row.office) and listed,
        erasable=case.row.status == "closed" and actor().may_any(MAY_ERASE, case.row.region, case.row.office),
        start_form=case.deployed.program.model.start.form,
        shown=case.shown(case.deployed.program.model.start.form),
        long=list(long_tables(case)),
        papers=papers_of(case.deployed.guide, case.state.variables),
    )


@blueprint.get("/cases/<number>/papers/<material_id>")
@allow(*READERS, at=case_place)
def paper(number: str, material_id: str) -> Any:
    """A paper that stands in for a material (个人承诺书), filled from the case, to be signed."""
    case = g.case
    guide, variables = case.deployed.guide, case.state.variables
    produced = next((p for p in papers_of(guide, variables) if p.material.id == material_id), None)
    form = case.deployed.forms.get(produced.form) if produced else None
    if produced is None or form is None:  # the application was corrected, and the material is no longer owed
        return redirect(url_for("cases.show", number=number))
    values = values_of(form, guide, variables, missing_of(produced.material), now())
    return render_template(
        "cases/paper.html", case=case, form=form, values=values, statement=list(statement_of(form, values))
    )


@blueprint.get("/cases/<number>/diagram.bpmn")
@allow(*READERS, at=case_place)
def diagram(number: str) -> Response:
    """The case's own version of the diagram, as text: no browser shall take somebody's file for a page of ours."""
    return Response(g.case.deployed.bundle.bpmn, mimetype="text/plain")


@blueprint.get("/cases/<number>/diagram.json")
@allow(*READERS, at=case_place)
def diagram_state(number: str) -> Response:
    return jsonify(standing(g.case))


def reach_of(who: Actor, roles: tuple[str, ...]) -> tuple[Reach, ...] | None:
    """Regions and offices where one of the roles is held; None for all."""
    held = [m for m in who.memberships if m.role in roles]
    if any(m.region == "*" and m.office == "*" for m in held):
        return None
    return tuple(dict.fromkeys(Reach(m.region, m.office) for m in held))


def _may_substitute(case: CaseFile) -> bool:
    return actor().may_any(MAY_SUBSTITUTE, case.row.region, case.row.office)


def _query(who: Actor) -> CaseQuery:
    status, region, matter = (request.args.get(name, "") for name in ("status", "region", "matter"))
    return CaseQuery(
        reach=reach_of(who, READERS),
        words=_number_in(request.args.get("q", "").strip()[:60]),
        status=status if status in ("open", "closed", *OUTCOMES) else "",
        region=region if region in system().regions() else "",
        matter=matter if matter in matter_names() else "",
    )


def _number_in(words: str) -> str:
    """The case's number in a letter's, as we write it or as the 联系函 does: 湖南省(430100)(2026)(第000017-4号)."""
    found = re.search(r"(?:(?<!\d)(\d{6})\D{1,3})?(?<!\d)(\d{4})\D{1,4}(\d{6})(?!\d)", words)
    return "-".join(part for part in found.groups() if part) if found else words


def _regions(query: CaseQuery) -> list[str]:
    """Regions to choose from; none when there is only one."""
    codes = list(system().regions()) if query.reach is None else list({r.region: None for r in query.reach})
    return codes if len(codes) > 1 else []


def _key(row: Row[Any]) -> str:
    return f"{row.opened_at.isoformat()}_{row.id}"
