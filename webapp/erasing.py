"""依法删除个人信息: the leader chooses which personal values of a closed case go, with basis and reason."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from engine.actions.erase_values import BASES, MAX_REASON, MAY_ERASE, Place, erasable, erase_values
from engine.actions.history import CaseEvent, read_events
from engine.actions.replay_words import OBJECTION_FIELDS
from engine.errors import Conflict, EngineError, InvalidInput
from engine.events import FieldEntry
from engine.forms import RESTRICTED
from engine.forms.presenting import display
from engine.forms.withholding import MARK
from engine.workflow.sentences import Teller, headline
from webapp.access import allow
from webapp.casework import CaseFile, case_place
from webapp.context import actor, system

blueprint = Blueprint("erasing", __name__)

LONGEST = 40  # characters of a value that the list shows


@dataclass(frozen=True)
class Line:
    """One personal value, to be ticked."""

    place: str  # 1:legal_rep.name
    label: str
    value: str
    ticked: bool


@dataclass(frozen=True)
class Step:
    """One event with the personal values that came with it."""

    seq: int
    at: datetime
    title: str
    lines: tuple[Line, ...]
    ticked: bool  # as a whole


@blueprint.get("/cases/<number>/erase")
@allow(*MAY_ERASE, at=case_place)
def choose(number: str) -> str:
    return _page(None)


@blueprint.post("/cases/<number>/erase")
@allow(*MAY_ERASE, at=case_place)
def erase(number: str) -> Any:
    basis, reason, request_id = (request.form.get(name, "") for name in ("basis", "reason", "request_id"))
    try:
        if request.form.get("sure") != "yes":
            raise InvalidInput("请勾选“已核对”：删除之后不能恢复")
        done = erase_values(system(), actor(), g.case.row.id, _chosen(), basis, reason, request_id)
    except (Conflict, InvalidInput) as refused:
        return _page(refused), 409 if isinstance(refused, Conflict) else 422
    flash(f"已删除 {done.values} 项个人信息，并记入办理经过（第 {done.seq} 号事件）。", "done")
    return redirect(url_for("cases.show", number=number))


def _chosen() -> list[Place]:
    """What was ticked one by one, and all of the events that were ticked as a whole."""
    whole = set(request.form.getlist("all"))
    found = [(event.seq, entry[0]) for event, entry in erasable(_recorded()) if str(event.seq) in whole]
    for text in request.form.getlist("value"):
        seq, _, path = text.partition(":")
        if not (seq.isascii() and seq.isdecimal() and len(seq) < 7):
            raise InvalidInput("页面内容不完整，请刷新后重试")
        found.append((int(seq), path))
    return found


def _recorded() -> list[CaseEvent]:
    """As they are, whoever reads: what may not be read can be erased all the same."""
    with system().store.reading() as connection:
        return read_events(connection, g.case.row.id, g.case.row.number)


def _page(refused: EngineError | None) -> str:
    case: CaseFile = g.case
    return render_template(
        "cases/erase.html",
        case=case,
        steps=list(_steps(case, _recorded())),
        bases=BASES,
        most=MAX_REASON,
        typed=request.form,
        refused=refused,
        request_id=request.form.get("request_id") or str(uuid.uuid4()),
    )


def _steps(case: CaseFile, recorded: list[CaseEvent]) -> list[Step]:
    """Events that still hold a personal value, in order. What the reader may not read is named and not shown."""
    ticked, whole = set(request.form.getlist("value")), set(request.form.getlist("all"))
    teller = Teller(case.deployed.program.model, lambda user: case.names.get(user, user))
    found: dict[int, Step] = {}
    for event, entry in erasable(recorded):
        line = _line(case, event, entry, ticked)
        known = found.get(event.seq)
        if known is None:
            title = headline(teller, event.kind, event.header.node, event.facts)
            known = Step(event.seq, event.header.effective_at, title, (), str(event.seq) in whole)
        found[event.seq] = replace(known, lines=(*known.lines, line))
    return list(found.values())


def _line(case: CaseFile, event: CaseEvent, entry: FieldEntry, ticked: set[str]) -> Line:
    path, mark, _, value = entry
    form = case.deployed.forms.get(event.facts.get("form", ""))
    field = form.fields().get(path) if form else None
    label = field.full_label if field is not None else OBJECTION_FIELDS.get(path, str(path))
    if mark == MARK and not case.seen:
        words = RESTRICTED
    elif isinstance(value, list | dict):
        words = f"共 {len(value)} 项"
    else:
        words = display(field, value) if field is not None else str(value)
    place = f"{event.seq}:{path}"
    return Line(place, label, words if len(words) <= LONGEST else f"{words[:LONGEST]}…", place in ticked)
