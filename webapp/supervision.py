"""督办: alarms of the agency's own deadlines, and what was done about them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from engine.actions.handle_supervision import handle_supervision
from engine.errors import Conflict, InvalidInput, NotFound
from engine.store import finding
from webapp.access import READERS, Place, allow
from webapp.addresses import before
from webapp.cases import reach_of
from webapp.context import actor, system
from webapp.letters import as_pdf
from webapp.letters_orders import order_of

blueprint = Blueprint("supervision", __name__, url_prefix="/supervision")

PAGE = 30


def item_place(item_id: int, **_: Any) -> Place:
    with system().store.reading() as connection:
        row = finding.supervision(connection, item_id)
    if row is None:
        raise NotFound("没有这个督办事项。")
    return Place(row.region, row.office)


@blueprint.get("")
@allow("supervisor")
def show() -> str:
    status = "handled" if request.args.get("status") == "handled" else "open"
    with system().store.reading() as connection:
        reach = reach_of(actor(), ("supervisor",))
        rows = finding.find_supervisions(connection, reach, status, before(request.args.get("before", "")), PAGE)
        names = finding.names_of(connection, {r.handled_by for r in rows if r.handled_by})
    more = f"{rows[PAGE - 1].raised_at.isoformat()}_{rows[PAGE - 1].id}" if len(rows) > PAGE else ""
    return render_template("supervision.html", rows=rows[:PAGE], status=status, names=names, more=more)


@blueprint.post("/<int:item_id>")
@allow("supervisor", at=item_place)
def handle(item_id: int) -> Response:
    try:
        handle_supervision(system(), actor(), item_id, request.form.get("note", ""))
        flash("已登记处理情况。", "done")
    except (Conflict, InvalidInput) as refused:
        flash(refused.message, "warning")
    return redirect(url_for("supervision.show"))


@blueprint.get("/<int:item_id>")
@allow(*READERS, at=item_place)
def order(item_id: int) -> str:
    """督办单, for the screen and the printer."""
    address = url_for("supervision.order_pdf", item_id=item_id)
    return render_template("letters/page.html", letter=order_of(_alarm(item_id)), pdf=address)


@blueprint.get("/<int:item_id>.pdf")
@allow(*READERS, at=item_place)
def order_pdf(item_id: int) -> Any:
    return as_pdf(order_of(_alarm(item_id)), url_for("supervision.order", item_id=item_id))


def _alarm(item_id: int) -> Row[Any]:
    """An item that a limit's alarm opened; what may be reopened is the supervisor's own business."""
    with system().store.reading() as connection:
        row = finding.supervision(connection, item_id)
    if row is None or row.kind not in ("warning", "overdue"):
        raise NotFound("这个督办事项没有督办单。")
    return row
