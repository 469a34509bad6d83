"""换人（回避）: the leader gives a seat to somebody else, with the reason and a choice among those who may have it; and
takes back (收回) what somebody claimed who cannot go on with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.actions.claim_task import MAY_TAKE_BACK, take_back_task
from engine.actions.substitute_participant import MAX_REASON, MAY_SUBSTITUTE, candidates, substitute_participant
from engine.errors import Conflict, EngineError, Forbidden, InvalidInput, NotFound
from engine.store import finding, tasks
from engine.workflow.paths import is_seat
from webapp.access import Place, allow
from webapp.casework import task_place
from webapp.context import actor, system

blueprint = Blueprint("substituting", __name__)


def seat_place(task_id: int, **_: Any) -> Place:
    """The seat's case; who holds the seat does not matter here."""
    place = task_place(task_id)
    if not is_seat(g.task.task_node):
        raise NotFound("这个任务没有指定人员，不需要换人。")
    return Place(place.region, place.office)


@blueprint.get("/tasks/<int:task_id>/substitute")
@allow(*MAY_SUBSTITUTE, at=seat_place)
def ask(task_id: int) -> str:
    return _page(None)


@blueprint.post("/tasks/<int:task_id>/substitute")
@allow(*MAY_SUBSTITUTE, at=seat_place)
def substitute(task_id: int) -> Response | tuple[str, int]:
    username = request.form.get("username", "")
    try:
        if not username:
            raise InvalidInput("请选择由谁代替")
        substitute_participant(system(), actor(), task_id, username, request.form.get("reason", ""))
    except (Conflict, InvalidInput, Forbidden) as refused:
        return _page(refused), 409 if isinstance(refused, Conflict) else 422
    with system().store.reading() as connection:
        name = finding.name_of(connection, username)
    flash(f"“{g.task.task_name}”的席位已改由{name}办理，理由记入办理经过。", "done")
    return redirect(url_for("cases.show", number=g.case.row.number))


def held_place(task_id: int, **_: Any) -> Place:
    """The task's case, whatever its lane."""
    place = task_place(task_id)
    return Place(place.region, place.office)


@blueprint.post("/tasks/<int:task_id>/take-back")
@allow(*MAY_TAKE_BACK, at=held_place)
def take_back(task_id: int) -> Response:
    try:
        take_back_task(system(), actor(), task_id)
        flash(f"“{g.task.task_name}”已收回，同组人员可以领取。", "done")
    except Conflict as refused:
        flash(refused.message, "warning")
    return redirect(url_for("cases.show", number=g.case.row.number))


def _page(refused: EngineError | None) -> str:
    task, holder = g.task, g.task.task_assignee
    with system().store.reading() as connection:
        names = finding.names_of(connection, {holder} if holder else set())
    open_still = task.task_status in tasks.OPEN
    return render_template(
        "tasks/substitute.html",
        task=task,
        case=g.case,
        holder=names.get(holder, holder),
        people=candidates(system(), task_id=task.task_id) if open_still else (),
        still=open_still,
        most=MAX_REASON,
        typed=request.form,
        refused=refused,
    )
