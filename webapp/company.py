"""Several people at one matter's picture: who else is at it, and a drawing that becomes a draft beside another's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, jsonify, request, url_for

from engine.actions.attend_draft import attend_draft
from engine.actions.copy_draft import copy_draft
from engine.errors import InvalidInput
from engine.store import finding
from webapp.access import allow
from webapp.context import actor, system
from webapp.drawing import STATUS, blueprint, draft_place
from webapp.words import moment


@blueprint.post("/drafts/<int:draft_id>/presence.json")
@allow("designer", at=draft_place)
def attend(draft_id: int) -> Response:
    """`{"here": ["李明，10:05 起"], "drafts": [{"url", "text"}]}`: who else has it open, and what else is drawn.

    The page asks again and again, which is how the others know that it is open.
    """
    company = attend_draft(system(), actor(), draft_id)
    others = [p for people in (company.here, *company.open_by.values()) for p in people]
    with system().store.reading() as connection:
        names = finding.names_of(connection, {p.username for p in others} | {d.author for d in company.drafts})
    here = [f"{names.get(p.username, p.username)}，{moment(p.since)} 起" for p in company.here]
    told = [
        {
            "url": url_for("designer.review", draft_id=row.id),
            "text": _about(row, names, company.open_by[row.id]),
        }
        for row in company.drafts
    ]
    return jsonify({"here": here, "drafts": told})


def _about(row: Any, names: dict[str, str], open_by: Iterable[Any]) -> str:
    whose = "您" if row.author == actor().username else names.get(row.author, row.author)
    based = f"{system().region_name(row.region)}第 {row.base_version} 版"
    now = "、".join(f"{names.get(p.username, p.username)}正打开着，{moment(p.since)} 起" for p in open_by)
    return f"{whose}的草稿（{based}，{STATUS[row.status]}，{moment(row.updated_at)}更新{f'；{now}' if now else ''}）"


@blueprint.post("/drafts/<int:draft_id>/copy.json")
@allow("designer", at=draft_place)
def copy(draft_id: int) -> Response:
    """`{xml}` → `{url}` of a new draft with this diagram; the draft itself stays as it is."""
    sent = request.get_json(silent=True)
    xml = sent.get("xml") if isinstance(sent, dict) else None
    if not isinstance(xml, str):
        raise InvalidInput("另存的内容应为流程图。")
    new = copy_draft(system(), actor(), draft_id, xml)
    return jsonify({"url": url_for("designer.edit", draft_id=new)})
