"""What the pages of the designer share: the blueprint, where drafts and versions belong, words for their states.

A diagram belongs to its region as a whole, so people reach it with memberships of every office ('*').
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from engine.actions.drafting import EVERY_OFFICE, find_draft
from engine.errors import InvalidInput, NotFound
from engine.store import deployments, drafts
from webapp.access import Place
from webapp.context import system

blueprint = Blueprint("designer", __name__, url_prefix="/designer")

ROLES = ("designer", "approver")
VIEWERS = (*ROLES, "auditor")
STATUS = {
    drafts.EDITING: "编辑中", drafts.PROPOSED: "待审批", drafts.PUBLISHED: "已发布", drafts.REJECTED: "已退回",
    drafts.DISCARDED: "已作废",
}  # fmt: skip
SOURCES = {"files": "随系统文件", "browser": "在线发布"}


def draft_place(draft_id: int, **_: Any) -> Place:
    with system().store.reading() as connection:
        g.draft = find_draft(system(), connection, draft_id)
    return Place(g.draft.base.region, EVERY_OFFICE)


def version_place(version_id: int, **_: Any) -> Place:
    with system().store.reading() as connection:
        row = deployments.by_id(connection, version_id)
    if row is None:
        raise NotFound("没有这个流程版本。")
    g.version = row
    return Place(row.region, EVERY_OFFICE)


def as_file(xml: str, name: str) -> Response:
    """As text for our own pages, as a file with `?download`; never as something a browser would render."""
    response = Response(xml, mimetype="text/plain")
    if "download" in request.args:
        response.headers["Content-Type"] = "application/octet-stream"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def sent_revision() -> int:
    """Of the draft that the page showed: what was not seen is not decided upon."""
    text = request.form.get("revision", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidInput("页面内容不完整，请刷新后重试。")
    return int(text)
