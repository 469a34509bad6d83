"""Diagrams: which versions run where, and drafts on the modeler. (The approval stands in `approvals`.)"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response as AnyResponse

from engine.actions.drafting import (
    EVERY_OFFICE,
    DraftView,
    deadline_keys,
    findings_for,
    form_definitions,
    sharing_regions,
)
from engine.actions.propose_draft import discard_draft, propose_draft, withdraw_proposal
from engine.actions.save_draft import save_draft
from engine.actions.start_draft import start_draft
from engine.errors import EngineError, InvalidInput
from engine.store import deployments, drafts, finding
from engine.workflow.differences import compare
from engine.workflow.words import DEADLINES, LETTERS, OUTCOMES, deadline_name
from webapp import approvals, company, trials  # noqa: F401  (their routes belong to the same blueprint)
from webapp.access import allow
from webapp.context import actor, system
from webapp.drawing import (
    ROLES,
    SOURCES,
    STATUS,
    VIEWERS,
    as_file,
    blueprint,
    draft_place,
    sent_revision,
    version_place,
)
from webapp.matter_search import search
from webapp.security import allow_style_attributes
from webapp.words import matter_names

__all__ = ["blueprint"]


# --- what runs where -------------------------------------------------------------------------------------


@blueprint.get("")
@allow(*ROLES)
def index() -> str:
    """Matters by region with their versions, and the drafts under way; `q` looks for a matter."""
    words = request.args.get("q", "").strip()[:60]
    with system().store.reading() as connection:
        rows = [r for r in deployments.listing(connection) if actor().may_any(ROLES, r.region, EVERY_OFFICE)]
        open_drafts = [d for d in drafts.under_way(connection) if actor().may_any(ROLES, d.region, EVERY_OFFICE)]
        people = {name for r in rows for name in (r.published_by, r.approved_by)}
        names = finding.names_of(
            connection, people | {d.author for d in open_drafts} | {d.updated_by for d in open_drafts}
        )
    sought = [m.slug for m in search(matter_names().values(), words)] if words else None
    offered: dict[str, dict[str, list[Row[Any]]]] = defaultdict(dict)
    for row in sorted(rows, key=lambda r: _order(r.region)):
        if sought is None or row.matter in sought:
            offered[row.matter].setdefault(row.region, []).append(row)
    return render_template(
        "designer/index.html",
        offered=dict(sorted(offered.items(), key=lambda entry: sought.index(entry[0]) if sought else entry[0])),
        words=words,
        drafts=open_drafts,
        names={"system": "系统", **names},
        status=STATUS,
        sources=SOURCES,
        may_design=lambda region: actor().may("designer", region, EVERY_OFFICE),
    )


def _order(region: str) -> int:
    order = list(system().regions())
    return order.index(region) if region in order else len(order)


@blueprint.get("/versions/<int:version_id>")
@allow(*VIEWERS, at=version_place)
def version(version_id: int) -> str:
    """A version, read only, with what it changed."""
    row = g.version
    with system().store.reading() as connection:
        before = deployments.numbered(connection, row.matter, row.region, row.version - 1)
        newest = deployments.current(connection, row.matter, row.region)
        names = finding.names_of(connection, {row.published_by, row.approved_by})
    bundle = system().deployed(row.id).bundle
    changes = None
    if before is not None:
        changes = compare(system().deployed(before.id).bundle.bpmn.encode(), bundle.bpmn.encode())
    return render_template(
        "designer/version.html",
        row=row,
        bundle=bundle,
        changes=changes,
        current=newest is not None and newest.id == row.id,
        names={"system": "系统", **names},
        sources=SOURCES,
    )


@blueprint.get("/versions/<int:version_id>/process.bpmn")
@allow(*VIEWERS, at=version_place)
def version_diagram(version_id: int) -> Response:
    bundle = system().deployed(version_id).bundle
    return as_file(bundle.bpmn, f"{bundle.matter}.{bundle.region}.v{g.version.version}.bpmn")


# --- drafts ----------------------------------------------------------------------------------------------


@blueprint.post("/drafts")
@allow("designer")
def start() -> AnyResponse:
    matter, region = request.form.get("matter", ""), request.form.get("region", "")
    draft_id = start_draft(system(), actor(), matter, region, request.form.get("from") == "guide")
    return redirect(url_for("designer.edit", draft_id=draft_id))


@blueprint.get("/drafts/<int:draft_id>")
@allow(*ROLES, at=draft_place)
def edit(draft_id: int) -> str | AnyResponse:
    """The modeler; what can no longer be edited, and who may only look, see the review page."""
    view: DraftView = g.draft
    editable = view.row.status in (drafts.EDITING, drafts.REJECTED)
    if not editable or not actor().may("designer", view.base.region, EVERY_OFFICE):
        return redirect(url_for("designer.review", draft_id=draft_id))
    allow_style_attributes()
    with system().store.reading() as connection:
        sharing = sharing_regions(system(), connection, view.base)
        names = finding.names_of(connection, {view.row.author, view.row.updated_by, view.row.decided_by or ""})
    return render_template(
        "designer/edit.html",
        view=view,
        names=names,
        status=STATUS,
        regions=[r for r in sharing if actor().may("designer", r, EVERY_OFFICE)],
        chosen=view.regions or (view.base.region,),
        stale=view.base.region not in sharing,
        lists=_lists(view),
    )


def _lists(view: DraftView) -> dict[str, str]:
    """What the panel offers, as the modeler reads it."""
    forms = form_definitions(system(), view.base)
    known = deadline_keys(system(), view.base.matter)  # others are refused by the check
    keys = [key for key in DEADLINES if key in known] + sorted(known - set(DEADLINES))
    plain = {
        "forms": [{"key": key, "name": str(value.get("title", key))} for key, value in forms.items()],
        "deadlines": [{"key": key, "name": deadline_name(key)} for key in keys],
        "letters": [{"key": key, "name": name} for key, name in LETTERS.items()],
        "outcomes": [{"key": key, "name": name} for key, name in OUTCOMES.items() if key != "ended"],
    }
    return {name: json.dumps(value, ensure_ascii=False) for name, value in plain.items()}


@blueprint.get("/drafts/<int:draft_id>/draft.json")
@allow(*ROLES, at=draft_place)
def load(draft_id: int) -> Response:
    return jsonify({"xml": g.draft.row.xml, "revision": g.draft.row.revision})


@blueprint.put("/drafts/<int:draft_id>/draft.json")
@allow("designer", at=draft_place)
def save(draft_id: int) -> Response:
    """`{xml, revision}` → `{revision}`; 409 says who saved meanwhile, 413 and 422 why it was not let in."""
    sent = _sent()
    xml, revision = sent.get("xml"), sent.get("revision")
    if not isinstance(xml, str) or not isinstance(revision, int) or isinstance(revision, bool):
        raise InvalidInput("保存的内容应为流程图和它的稿次。")
    return jsonify({"revision": save_draft(system(), actor(), draft_id, xml, revision)})


@blueprint.post("/drafts/<int:draft_id>/check.json")
@allow(*ROLES, at=draft_place)
def check(draft_id: int) -> Response:
    """The check of the diagram that is sent, under the forms and limits of the draft's region."""
    xml = _sent().get("xml")
    if not isinstance(xml, str):
        raise InvalidInput("检查的内容应为流程图。")
    found = findings_for(system(), system().current(g.draft.base.matter, g.draft.base.region), xml)
    names = ("line", "severity", "rule", "element_id", "message", "hint")
    return jsonify({"findings": [{name: getattr(f, name) for name in names} for f in found]})


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


@blueprint.get("/drafts/<int:draft_id>/process.bpmn")
@allow(*ROLES, at=draft_place)
def draft_diagram(draft_id: int) -> Response:
    return as_file(g.draft.row.xml, f"{g.draft.base.matter}.draft{draft_id}.bpmn")


@blueprint.post("/drafts/<int:draft_id>/propose")
@allow("designer", at=draft_place)
def propose(draft_id: int) -> AnyResponse:
    regions, note = request.form.getlist("regions"), request.form.get("note", "")
    try:
        propose_draft(system(), actor(), draft_id, regions, note, sent_revision())
    except EngineError as refused:
        flash(refused.message, "warning")
        return redirect(url_for("designer.edit", draft_id=draft_id))
    flash("已提交，等待另一人审批。", "done")
    return redirect(url_for("designer.review", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/withdraw")
@allow("designer", at=draft_place)
def withdraw(draft_id: int) -> AnyResponse:
    withdraw_proposal(system(), actor(), draft_id)
    flash("已撤回，可以继续修改。", "done")
    return redirect(url_for("designer.edit", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/discard")
@allow("designer", at=draft_place)
def discard(draft_id: int) -> AnyResponse:
    discard_draft(system(), actor(), draft_id)
    flash("草稿已作废。")
    return redirect(url_for("designer.index"))
