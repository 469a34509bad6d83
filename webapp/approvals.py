"""A proposed draft before another person: what changed, in words and on the picture, and what publishing it means."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response as AnyResponse

from engine.actions.approve_draft import approve_draft, may_decide, reject_draft
from engine.actions.drafting import EVERY_OFFICE, DraftView, compared, findings_for, sharing_regions
from engine.errors import InvalidInput, NotFound
from engine.store import deployments, drafts, finding
from engine.trials import trial_of
from engine.workflow.parser import parse_model
from webapp.access import allow
from webapp.context import actor, system
from webapp.drawing import ROLES, STATUS, blueprint, draft_place, sent_revision
from webapp.trials import names_of_flows, told


@blueprint.get("/drafts/<int:draft_id>/changes/<side>.json")
@allow(*ROLES, at=draft_place)
def changes(draft_id: int, side: str) -> Response:
    """What to colour: on the draft what was added or changed, on the version before it what was removed or changed."""
    kinds = {"new": ("added", "changed"), "old": ("removed", "changed")}.get(side)
    if kinds is None:
        raise NotFound("没有找到所请求的内容。")
    return jsonify({"elements": {d.id: d.kind for d in compared(g.draft).elements if d.kind in kinds}, "flows": []})


@blueprint.get("/drafts/<int:draft_id>/review")
@allow(*ROLES, at=draft_place)
def review(draft_id: int) -> str:
    """What changed, in words and on the picture, and what publishing it means."""
    view: DraftView = g.draft
    row = view.row
    with system().store.reading() as connection:
        tried = trial_of(connection, row)
        people = {*view.editors, row.updated_by, row.decided_by or "", tried.row.started_by if tried else ""}
        names = finding.names_of(connection, people)
        versions = [v for v in deployments.listing(connection) if v.matter == row.matter and v.region in view.regions]
        sharing = sharing_regions(system(), connection, view.base)
    proposed = row.status == drafts.PROPOSED
    trial = told(tried, names, view.regions) if tried else None
    untaken = trial["summary"]["missing"] if trial and trial["same"] and trial["summary"] else []
    return render_template(
        "designer/review.html",
        view=view,
        names=names,
        status=STATUS,
        comparison=compared(view),
        warnings=findings_for(system(), view.base, row.xml),
        impact=[_impact(r, [v for v in versions if v.region == r]) for r in view.regions] if proposed else [],
        outdated=[r for r in view.regions if r not in sharing] if proposed else [],
        trial=trial,
        untaken=names_of_flows(parse_model(row.xml.encode()), untaken) if untaken else [],
        refusal=may_decide(system(), actor(), view) if proposed else "",
        may_edit=actor().may("designer", view.base.region, EVERY_OFFICE),
    )


def _impact(region: str, versions: list[Row[Any]]) -> dict[str, Any]:
    """Versions newest first."""
    return {
        "region": region,
        "version": versions[0].version,
        "open": [(v.version, v.open_cases) for v in versions if v.open_cases],
        "total": sum(v.open_cases for v in versions),
    }


@blueprint.post("/drafts/<int:draft_id>/approve")
@allow(*ROLES, at=draft_place)
def approve(draft_id: int) -> AnyResponse:
    published = approve_draft(system(), actor(), draft_id, sent_revision())
    words = "、".join(f"{system().region_name(d.region)}第 {d.version} 版" for d in published)
    flash(f"已发布：{words}。今后新开的办件按新版办理，在办的不变。", "done")
    return redirect(url_for("designer.index"))


@blueprint.post("/drafts/<int:draft_id>/reject")
@allow(*ROLES, at=draft_place)
def reject(draft_id: int) -> AnyResponse:
    try:
        reject_draft(system(), actor(), draft_id, sent_revision(), request.form.get("reason", ""))
    except InvalidInput as refused:
        flash(refused.message, "warning")
        return redirect(url_for("designer.review", draft_id=draft_id))
    flash("已退回，设计人员会看到您的理由。", "done")
    return redirect(url_for("designer.index"))
