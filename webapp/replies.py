"""先行登记: a letter from another agency that came before the case waits for it, registered from the case page.

What is awaited already is a task of the inbox; its address here leads there. What the case will never wait for is
refused while the clerk who holds the letter is still there to check the case number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, url_for

from engine.actions.actor import LANES, Actor
from engine.actions.open_case import MAY_OPEN
from engine.actions.preview_task import Preview, preview_message
from engine.actions.quarter import NOTICE
from engine.actions.register_message import register_message
from engine.errors import Conflict, InvalidSubmission, NotFound
from engine.forms import Form
from engine.store import tasks
from engine.workflow import messages
from engine.workflow.model import Element
from webapp import drafts, filling
from webapp.access import Place, allow
from webapp.afterwards import told
from webapp.casework import CaseFile, case_place
from webapp.context import actor, system
from webapp.letters_confirm import needs_second_look, second_look
from webapp.lists import loading

blueprint = Blueprint("replies", __name__)


class Early(NamedTuple):
    """A letter that may be registered before the case waits for it."""

    message: str
    name: str  # as the diagram calls its place: 收到信息表


def early(case: CaseFile, who: Actor) -> Iterator[Early]:
    """What this person may register ahead; a public notice comes from the quarter's workspace, and never early."""
    model = case.deployed.program.model
    for message in messages.expected(model, case.state):
        if message == NOTICE:
            continue
        element = messages.catching(model, message)[0]
        if who.may(element.group, case.row.region, case.row.office):
            yield Early(message, element.name or message)


def place_of(number: str, message: str, **_: Any) -> str:
    return f"message:{number}/{message}"


def message_place(number: str, message: str, **_: Any) -> Place:
    """A letter belongs to the group that registers it."""
    place = case_place(number)
    found = messages.catching(g.case.deployed.program.model, message)
    if not found:
        raise NotFound("这个办件的流程中没有这份回函。")
    g.awaited = found[0]
    return Place(place.region, place.office, (found[0].group,))


@blueprint.get("/cases/<number>/messages/<message>")
@allow(*LANES, at=message_place)
def fill(number: str, message: str) -> Any:
    node = messages.waiting_for(g.case.deployed.program.model, g.case.state, message)
    if node is not None:
        with system().store.reading() as connection:
            rows = tasks.of_case(connection, g.case.row.id)
        task = next(t for t in rows if (t.node, t.n) == (node.path, node.n) and t.status in tasks.OPEN)
        return redirect(url_for("tasks.show", task_id=task.id))
    return _page(filling.blank(_form(), g.case.form_context(), place_of(number, message)))


@blueprint.post("/cases/<number>/messages/<message>")
@allow(*LANES, at=message_place, keeps=place_of)
def register(number: str, message: str) -> Any:
    typed, request_id = drafts.typed(request.form), request.form.get("request_id", "")
    place = place_of(number, message)
    if files := loading(_form(), typed, g.case.form_context()):
        filled, status = filling.loaded(_form(), files, g.case.form_context(), place, request_id)
        return _page(filled), status
    try:
        preview = _preview(message, typed)
        if preview and needs_second_look(preview.letters) and request.form.get("_confirmed") != "yes":
            if request.form.get("_back"):
                return _page(filling.refused(_form(), typed, {}, g.case.form_context(), place, request_id))
            where = f"{g.case.deployed.guide.name} › {number} › {g.awaited.name}"
            action = url_for("replies.register", number=number, message=message)
            return second_look(preview, action, where, typed, request_id)
        done = register_message(system(), actor(), g.case.row.id, message, typed, request_id)
    except InvalidSubmission as invalid:
        return _page(filling.refused(_form(), typed, invalid.errors, g.case.form_context(), place, request_id)), 422
    except Conflict as conflict:
        drafts.keep(actor().user_id, place, typed)
        return _page(filling.refused(_form(), typed, {}, g.case.form_context(), place, request_id), conflict), 409
    drafts.drop(place)
    if done.early:
        flash(f"“{g.awaited.name}”已登记，办件到达等待的环节时使用。", "done")
    else:
        flash(told(g.awaited.name, done, actor(), "已登记"), "done")
    return redirect(url_for("cases.show", number=number))


@blueprint.post("/cases/<number>/messages/<message>/check")
@allow(*LANES, at=message_place)
def check(number: str, message: str) -> Response:
    return jsonify(filling.check(_form(), drafts.typed(request.form), g.case.form_context()))


def _preview(message: str, typed: dict[str, list[str]]) -> Preview | None:
    """None for a letter that is not awaited any more: registering it then says why, or repeats its first result."""
    try:
        return preview_message(system(), actor(), g.case.row.id, message, typed)
    except Conflict:
        return None


def _form() -> Form:
    element: Element = g.awaited
    form: Form = g.case.deployed.forms[element.form]
    return form


def _page(filled: dict[str, Any], refused: Conflict | None = None) -> str:
    case, message = g.case, g.awaited.message
    expected = message in messages.expected(case.deployed.program.model, case.state)
    return render_template(
        "replies/register.html",
        case=case,
        awaited=g.awaited,
        expected=expected,
        kept=message in case.state.early,
        takes_over=messages.takes_over(case.deployed.program.model, message),
        refused=refused,
        may_open=actor().may_any(MAY_OPEN, case.row.region, case.row.office),
        shown=case.shown(case.deployed.program.model.start.form),
        **filled,
    )
