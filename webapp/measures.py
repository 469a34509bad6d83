"""What a leader or supervisor does to a case beside its tasks: extends a limit, reopens what was closed too early."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.actions.extend_deadline import (
    EXTENSION_UNITS,
    LEVELS,
    MAX_REASON,
    MAY_EXTEND,
    Extended,
    Extension,
    extend_deadline,
    next_level,
    preview_extension,
)
from engine.actions.reopen_case import reopen_case
from engine.deadlines.limits import UNIT_NAMES
from engine.errors import Conflict, EngineError, InvalidInput, NotFound
from engine.guides import ExtensionLevel
from engine.workflow.measures import EXTENSION_LETTER
from engine.workflow.state import CaseState
from engine.workflow.words import deadline_name
from webapp.access import allow
from webapp.casework import CaseFile, Limit, case_place
from webapp.context import actor, now, system
from webapp.letters_text import preview_of
from webapp.words import full_day

blueprint = Blueprint("measures", __name__)

UNITS = {unit: UNIT_NAMES[unit] for unit in EXTENSION_UNITS}


@blueprint.get("/cases/<number>/extend")
@allow(*MAY_EXTEND, at=case_place)
def extension(number: str) -> str:
    return _extension_page(request.args.get("key", ""))


@blueprint.post("/cases/<number>/extend")
@allow(*MAY_EXTEND, at=case_place)
def extend(number: str) -> str | Response | tuple[str, int]:
    """First what it would give, with the letter that goes out; on the second click it is done."""
    case_id = g.case.row.id
    try:
        wanted = _wanted()
        if request.form.get("_confirmed") != "yes":
            return _confirm(wanted, *preview_extension(system(), actor(), case_id, wanted))
        done = extend_deadline(system(), actor(), case_id, wanted, request.form.get("request_id", ""))
    except (Conflict, InvalidInput, NotFound) as refused:
        return _extension_page(request.form.get("key", ""), refused), 409 if isinstance(refused, Conflict) else 422
    flash(f"{deadline_name(wanted.key)}已延长到{full_day(done.last_day)}，延期通知书已列入文书。", "done")
    return redirect(url_for("cases.show", number=number))


@blueprint.get("/cases/<number>/reopen")
@allow("supervisor", at=case_place)
def reopening(number: str) -> str:
    return _reopening_page(None)


@blueprint.post("/cases/<number>/reopen")
@allow("supervisor", at=case_place)
def reopen(number: str) -> Response | tuple[str, int]:
    try:
        reopen_case(system(), actor(), g.case.row.id, request.form.get("reason", ""))
    except (Conflict, InvalidInput) as refused:
        return _reopening_page(refused), 409 if isinstance(refused, Conflict) else 422
    flash("已恢复办理，期限按现行工作日历计算。", "done")
    return redirect(url_for("cases.show", number=number))


def extendable(case: CaseFile) -> list[Limit]:
    """Limits that run and that the guide still lets somebody extend."""
    deadlines = case.state.ledger.deadlines
    found = (x for x in case.limits if x.ended_at is None and x.state != "breached")
    return [x for x in found if len(deadlines[x.key].extensions) < deadlines[x.key].limit.extensions]


def _level(case: CaseFile, key: str) -> ExtensionLevel | None:
    """What the guide prints as the next extension of a running limit."""
    deadline = case.state.ledger.deadlines.get(key)
    return next_level(case.deployed.guide, deadline) if deadline is not None else None


def _wanted() -> Extension:
    given = {name: request.form.get(name, "") for name in ("key", "unit", "value", "level", "reason")}
    text = given["value"].strip()
    value = int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0
    return Extension(given["key"], given["unit"], value, given["level"], given["reason"])


def _extension_page(key: str, refused: EngineError | None = None) -> str:
    limits = extendable(g.case)
    chosen = key if key in {x.key for x in limits} else (limits[0].key if limits else "")
    return render_template(
        "measures/extend.html",
        case=g.case,
        limits=limits,
        chosen=chosen,
        level=_level(g.case, chosen),
        units=UNITS,
        levels=LEVELS,
        most=MAX_REASON,
        typed=request.form,
        refused=refused,
    )


def _confirm(wanted: Extension, given: Extended, state: CaseState) -> str:
    return render_template(
        "measures/confirm_extension.html",
        case=g.case,
        wanted=wanted,
        given=given,
        unit=UNITS[wanted.unit],
        letter=preview_of(g.case, state, EXTENSION_LETTER, now()),
        request_id=str(uuid.uuid4()),
    )


def _reopening_page(refused: EngineError | None) -> str:
    return render_template("measures/reopen.html", case=g.case, most=MAX_REASON, typed=request.form, refused=refused)
