"""Another person's decision on a proposed draft: publish it in its regions, or reject it with a reason.

Publishing is one transaction over all regions: either every one has its new version or none. Open cases stay on the
version they were opened on.
"""

from __future__ import annotations

from typing import Any

from engine.actions.actor import Actor
from engine.actions.deploy import Deployment, deploy_bundle
from engine.actions.drafting import (
    APPROVERS,
    EVERY_OFFICE,
    DraftView,
    find_draft,
    findings_for,
    next_bundle,
    plain_note,
    require_revision,
    require_status,
    sharing_regions,
)
from engine.actions.system import System
from engine.errors import Conflict, Forbidden, InvalidDiagram
from engine.store import deployments, drafts


def approve_draft(system: System, actor: Actor, draft_id: int, revision: int, note: str = "") -> list[Deployment]:
    """Publishes the draft; new cases run on it from now on.

    Raises Forbidden for whoever had a hand in it, Conflict when the draft or a region's current diagram is no longer
    what was proposed, InvalidDiagram when the check finds an error after all.
    """
    with system.store.writing() as connection:
        deployments.hold_chain(connection)
        view = _held(system, connection, actor, draft_id, revision)
        sharing = sharing_regions(system, connection, view.base)
        published = []
        for region in view.regions:
            if region not in sharing:
                raise Conflict(
                    f"{system.region_name(region)}的流程图在提交之后已有新版本，与草稿所依据的不同："
                    "请退回这份草稿，由设计人员从现行版本重新修改"
                )
            if any(f.severity == "error" for f in findings_for(system, sharing[region], view.row.xml)):
                raise InvalidDiagram(
                    f"按{system.region_name(region)}现行的表单和办事指南检查有错误，不能发布：请退回修改"
                )
            bundle = next_bundle(system, sharing[region], view.row.xml)
            published.append(
                deploy_bundle(system, connection, bundle, "browser", view.row.updated_by, actor.username, view.row.note)
            )
        _decide(system, connection, actor, view, drafts.PUBLISHED, note.strip()[:500])
    return published


def reject_draft(system: System, actor: Actor, draft_id: int, revision: int, reason: str) -> None:
    """Back to its author, who reads why. Raises InvalidInput without a reason, else like `approve_draft`."""
    words = plain_note(reason, "退回的理由")
    with system.store.writing() as connection:
        view = _held(system, connection, actor, draft_id, revision)
        _decide(system, connection, actor, view, drafts.REJECTED, words)


def may_decide(system: System, actor: Actor, view: DraftView) -> str:
    """'' when the actor may decide, else why not, in words."""
    if actor.username in view.editors:
        return "您参与了这份草稿的修改或提交，须由另一人审批"
    lacking = [r for r in view.regions if not actor.may_any(APPROVERS, r, EVERY_OFFICE)]
    if lacking:
        names = "、".join(system.region_name(r) for r in lacking)
        return f"审批须由{names}的流程审批或流程设计人员办理"
    return ""


def _held(system: System, connection: Any, actor: Actor, draft_id: int, revision: int) -> DraftView:
    view = find_draft(system, connection, draft_id, held=True)
    refusal = may_decide(system, actor, view)
    if refusal:
        raise Forbidden(refusal)
    require_status(system, connection, view, drafts.PROPOSED)
    require_revision(connection, view, revision)
    return view


def _decide(system: System, connection: Any, actor: Actor, view: DraftView, status: str, words: str) -> None:
    drafts.change(
        connection,
        view.row.id,
        {
            "status": status,
            "revision": view.row.revision + 1,
            "decided_at": system.clock.now(),
            "decided_by": actor.username,
            "decision_note": words,
        },
    )
