"""What an administrator keeps up: the working calendar, amended after a preview, and incidents that are seen to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.actions.amend_calendar import FAILED, MAX_REASON, amend_calendar, may_amend, require_may_amend
from engine.actions.calendar_notice import MAX_TEXT, read_notice
from engine.actions.preview_amendment import preview_amendment
from engine.actions.resolve_incident import resolve_incident
from engine.errors import Conflict, EngineError, InvalidInput, NotCovered
from engine.store import finding
from webapp.access import allow
from webapp.context import actor, system

blueprint = Blueprint("upkeep", __name__, url_prefix="/admin")

SHOWN = 200  # deadlines that a preview lists one by one


@blueprint.post("/calendars/preview")
@allow("admin")
def preview() -> str | tuple[str, int]:
    """What the notice would move; nothing is written. A file that was chosen goes before what was typed."""
    require_may_amend(actor())
    text, reason = _text(), request.form.get("reason", "").strip()
    try:
        found = preview_amendment(system(), read_notice(text, "放假通知"), reason)
    except (InvalidInput, NotCovered) as refused:
        return _calendars(text, reason, refused), 422
    return render_template(
        "admin/calendar_preview.html",
        preview=found,
        days=found.old.differing_days(found.new),
        moving=[x for x in found.affected if not x.reopens],
        closed=[x for x in found.affected if x.reopens],
        most=SHOWN,
        text=text,
        reason=reason,
        reason_most=MAX_REASON,
        current="calendars",
    )


@blueprint.post("/calendars")
@allow("admin")
def amend() -> str | tuple[str, int]:
    """Adds the version that was previewed and moves the cases; shows what became of each."""
    require_may_amend(actor())
    text, reason = _text(), request.form.get("reason", "").strip()
    try:
        notice = read_notice(text, "放假通知")
        amended = amend_calendar(system(), actor(), notice, reason, request.form.get("expected", ""))
    except (InvalidInput, NotCovered, Conflict) as refused:
        return _calendars(text, reason, refused), 409 if isinstance(refused, Conflict) else 422
    failed = [item for item in amended.items if item.result == FAILED]
    return render_template("admin/calendar_amended.html", amended=amended, failed=failed, current="calendars")


@blueprint.post("/incidents/<int:incident_id>")
@allow("admin")
def resolve(incident_id: int) -> Response:
    try:
        resolve_incident(system(), actor(), incident_id)
        flash("已登记处理；相关办件到期的事项会重新自动处理，再次失败会另报故障。", "done")
    except Conflict as refused:
        flash(refused.message, "warning")
    return redirect(url_for("admin.incidents"))


def _text() -> str:
    file = request.files.get("file")
    if file is not None and file.filename:
        return file.stream.read(MAX_TEXT * 4 + 1).decode("utf-8", errors="replace")
    return request.form.get("text", "")


def _calendars(text: str, reason: str, refused: EngineError) -> str:
    with system().store.reading() as connection:
        versions = finding.calendar_versions_listed(connection)
    return render_template(
        "admin/calendars.html",
        versions=versions,
        may_amend=may_amend(actor()),
        text=text,
        reason=reason,
        refused=refused,
        current="calendars",
    )
