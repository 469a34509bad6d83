"""The task page: what is asked, until when and why, the checklist and the form on one screen.

Submitting goes `read what was typed -> what would it do -> letters that need a second look are shown -> complete`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, url_for

from engine.actions.actor import LANES
from engine.actions.complete_task import complete_task
from engine.actions.preview_task import Preview, preview_task
from engine.actions.quarter import NOTICE
from engine.errors import Conflict, InvalidSubmission, TaskAlreadyDone
from engine.forms import Form
from engine.forms.produced import papers_of
from engine.store import finding
from engine.store.tasks import OPEN
from engine.workflow.paths import is_seat
from webapp import drafts, filling
from webapp.access import READERS, allow
from webapp.afterwards import told
from webapp.casework import CaseFile, case_place, task_place
from webapp.context import actor, system
from webapp.letters_confirm import needs_second_look, second_look
from webapp.lists import loading, long_tables
from webapp.replies import early
from webapp.timeline import timeline

blueprint = Blueprint("tasks", __name__)

INSTRUCTIONS = {  # purpose -> what is asked of the clerk
    "intake": "核对材料并作出受理决定。材料不全的，一次性告知全部需补齐的内容。",
    "review": "审核申请内容与材料，作出审核决定。",
    "supplement": "等待申请人补齐材料。收到后在此代为登记（代收），收件时间以实际收到的时间为准。",
    "decision": "作出审批决定。",
    "message": "等待其他机构的回函。收到后在此登记；登记后办件继续办理。",
    "application": "等待申请人提交申请。收到申请后在此代为录入（代收），收件时间以实际收到的时间为准。",
}

IN_WORKSPACE = (
    "公示由单位负责人在“季度协议”中统一发布，发布后自动登记到各办件。"
    "只有已在本系统之外公示的，才在此登记公告文号和公示期。"
)


def place_of(task_id: int, **_: Any) -> str:
    return f"task:{task_id}"


@blueprint.get("/tasks/<int:task_id>")
@allow(*LANES, at=task_place)
def show(task_id: int) -> Any:
    """The form, or for a task that is closed what came of it."""
    task, case, form = g.task, g.case, _form()
    if task.task_status not in OPEN:
        return redirect(url_for("cases.show", number=case.row.number, _anchor=f"task-{task_id}"))
    start = None
    if task.task_purpose == "application":  # a registration that becomes an application: go on from what is known
        start = {k: v for k, v in (case.state.variables.get(task.task_form) or {}).items() if k not in _NOT_AGAIN}
    filled = filling.blank(form, case.form_context(), place_of(task_id), start) if form else _formless()
    return _page(filled)


_WITH_PAPERS = ("intake", "supplement")  # steps at which materials are handed in
_NOT_AGAIN = ("received_at", "channel", "received_reason", "kind")  # belong to the first receipt


@blueprint.post("/tasks/<int:task_id>")
@allow(*LANES, at=task_place, keeps=place_of)
def complete(task_id: int) -> Any:
    """Completes it, after showing the letters that go out with a refusal or a request to supplement."""
    typed, request_id = drafts.typed(request.form), request.form.get("request_id", "")
    form = _form()
    if form and (files := loading(form, typed, g.case.form_context())):
        filled, status = filling.loaded(form, files, g.case.form_context(), place_of(task_id), request_id)
        return _page(filled), status
    try:
        preview = _preview(task_id, typed)
        if preview and needs_second_look(preview.letters) and request.form.get("_confirmed") != "yes":
            if request.form.get("_back"):
                return _again(typed, {}, request_id)
            return _confirm(preview, typed, request_id)
        done = complete_task(system(), actor(), task_id, typed, request_id)
    except InvalidSubmission as invalid:
        return _again(typed, invalid.errors, request_id), 422
    except Conflict as conflict:
        drafts.keep(actor().user_id, place_of(task_id), typed)
        return _conflict(conflict, typed)
    drafts.drop(place_of(task_id))
    flash(told(g.task.task_name, done, actor()), "done")
    return redirect(url_for("inbox.show"))


@blueprint.post("/tasks/<int:task_id>/check")
@allow(*LANES, at=task_place)
def check(task_id: int) -> Response:
    """What is wrong with the form as it stands; asked on every change."""
    form = _form()
    return jsonify(filling.check(form, drafts.typed(request.form), g.case.form_context()) if form else {})


@blueprint.get("/tasks/<int:task_id>/history")
@allow(*LANES, at=task_place)
def history(task_id: int) -> str:
    """The case's history in words, fetched when its tab is opened."""
    return render_template("cases/timeline.html", entries=entries_of(g.case))


@blueprint.get("/cases/<number>/history")
@allow(*READERS, at=case_place)
def case_history(number: str) -> str:
    return render_template("cases/timeline.html", entries=entries_of(g.case))


def entries_of(case: CaseFile) -> list[Any]:
    return timeline(case, case.names)


def _form() -> Form | None:
    forms: Any = g.case.deployed.forms
    found: Form | None = forms.get(g.task.task_form)
    return found


def _formless() -> dict[str, Any]:
    return {"view": None, "request_id": str(uuid.uuid4()), "place": "", "draft_at": None}


def _again(typed: dict[str, list[str]], errors: Mapping[str, str], request_id: str) -> str:
    """The page as it was typed, with what is wrong."""
    form, place = _form(), place_of(g.task.task_id)
    filled = filling.refused(form, typed, errors, g.case.form_context(), place, request_id) if form else _formless()
    return _page(filled)


def _page(filled: dict[str, Any]) -> str:
    task, case = g.task, g.case
    start_form = case.deployed.program.model.start.form
    announced = case.deployed.program.model.element_of(task.task_node).message == NOTICE
    with system().store.reading() as connection:
        names = finding.names_of(connection, {task.task_assignee} if task.task_assignee else set())
    return render_template(
        "tasks/page.html",
        task=task,
        case=case,
        limit=case.limit(task.task_deadline),
        limits=[x for x in case.limits if x.ended_at is None and x.key != task.task_deadline],
        announced=announced,
        instruction=IN_WORKSPACE if announced else INSTRUCTIONS.get(task.task_purpose, "请填写表单。"),
        shown=case.shown(start_form) if start_form else [],
        reviewed=[(key, case.shown(key)) for key in case.submitted if key not in (start_form, task.task_form)],
        long=list(long_tables(case)),
        lane=task.task_act_as if task.task_lane == "applicant" else task.task_lane,
        assignee=names.get(task.task_assignee, task.task_assignee) if task.task_assignee else "",
        mine=task.task_assignee == actor().username,
        barred=case.barred(task.task_node, actor().username),
        seat=is_seat(task.task_node),
        early=list(early(case, actor())),
        papers=papers_of(case.deployed.guide, case.state.variables) if task.task_purpose in _WITH_PAPERS else [],
        **filled,
    )


def _preview(task_id: int, typed: dict[str, list[str]]) -> Preview | None:
    """None when the task is not ours to complete any more: completing then says why, or repeats its first result."""
    try:
        return preview_task(system(), actor(), task_id, typed)
    except TaskAlreadyDone:
        return None


def _confirm(preview: Preview, typed: dict[str, list[str]], request_id: str) -> str:
    task = g.task
    where = f"{g.case.deployed.guide.name} › {task.number} › {task.task_name}"
    return second_look(preview, url_for("tasks.complete", task_id=task.task_id), where, typed, request_id)


def _conflict(conflict: Conflict, typed: dict[str, list[str]]) -> tuple[str, int]:
    """Both versions: what was recorded, and what was typed here."""
    task, case, form = g.task, g.case, _form()
    recorded = next(
        (
            e
            for e in reversed(case.events)
            if e.header.node == task.task_node and e.facts["n"] == task.task_n and e.fields
        ),
        None,
    )
    usernames = {str(conflict.details["who"])} if conflict.details.get("who") else set()
    with system().store.reading() as connection:
        names = finding.names_of(connection, usernames)
    return render_template(
        "tasks/conflict.html",
        task=task,
        case=case,
        message=conflict.message,
        who_did=next(iter(names.values()), ""),
        when=conflict.details.get("at"),
        recorded=case.shown(task.task_form, recorded.submission) if recorded else [],
        typed=filling.typed_words(form, typed, case.form_context()) if form else [],
    ), 409
