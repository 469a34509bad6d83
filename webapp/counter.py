"""即办 at the counter: application, materials and decision on one page, the letters to print at the end.

Which sheets there are is what the engine finds by running what is typed (engine.actions.counter_sheets): the page asks
again on every change and fetches the later sheets anew where they became others (other materials are owed, another step
comes next). Controls of the later sheets are named `step:field`; those of the application as on the ordinary page.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, url_for

from engine.actions.counter_sheets import Sheet, Sheets, may_be_immediate
from engine.actions.handle_at_counter import handle_at_counter, preview_at_counter
from engine.actions.history import CaseEvent
from engine.actions.open_case import MAY_OPEN, Opened
from engine.errors import Conflict, InvalidSubmission
from engine.forms import FormView, Row, Section, form_view
from engine.forms.view import control_id, followed
from engine.store import letters
from webapp import afterwards, drafts
from webapp.access import READERS, allow
from webapp.casework import CaseFile, case_place
from webapp.context import actor, system
from webapp.letters_confirm import needs_second_look
from webapp.letters_text import preview_of, sent_letter
from webapp.lists import without_files
from webapp.opening import linked_case, listed_of, matter_place, office_of, offices_of, own_office

blueprint = Blueprint("counter", __name__)
TITLES = {"intake": "材料核对与受理", "application": "申请"}


@dataclass(frozen=True)
class Part:
    """One sheet on the page: its heading, its form, and what tells whether it became another one."""

    id: str
    title: str
    view: FormView
    signature: str


class _NotYetThere(CaseFile):
    """A case that would be opened: it has no events."""

    @cached_property
    def events(self) -> list[CaseEvent]:
        return []


def place_of(slug: str, region: str, **_: Any) -> str:
    return f"counter:{slug}/{region}"


@blueprint.get("/open/<slug>/<region>/counter")
@allow(*MAY_OPEN, at=matter_place)
def fill(slug: str, region: str) -> Any:
    if not may_be_immediate(g.deployed):
        return redirect(url_for("opening.fill", slug=slug, region=region))
    draft = drafts.find(place_of(slug, region))
    sheets = _sheets(slug, region, draft.values if draft else {})
    return _page(slug, region, sheets, draft.values if draft else {}, {}, str(uuid.uuid4()), draft)


@blueprint.post("/open/<slug>/<region>/counter")
@allow(*MAY_OPEN, at=matter_place, keeps=place_of)
def submit(slug: str, region: str) -> Any:
    """Does all of it, after showing the letters that go out with a refusal or a request to supplement."""
    typed, request_id = drafts.typed(request.form), request.form.get("request_id", "")
    office, place = own_office(region, office_of(region)), place_of(slug, region)
    sheets = _sheets(slug, region, typed)
    if request.form.get("_back"):
        return _page(slug, region, sheets, typed, {}, request_id)
    confirmed = request.form.get("_confirmed") == "yes"
    if not sheets.errors and not confirmed and needs_second_look(sheets.letters):
        return _confirm(slug, region, sheets, typed, request_id)
    try:
        done = handle_at_counter(
            system(), actor(), slug, region, office, by_sheet(typed, g.deployed), request_id, linked_case()
        )
    except InvalidSubmission as invalid:
        return _page(slug, region, sheets, typed, invalid.errors, request_id), 422
    except Conflict as conflict:
        drafts.keep(actor().user_id, place, typed)
        flash(f"{conflict.message}。您填写的内容已保留。", "warning")
        return redirect(url_for("counter.fill", slug=slug, region=region))
    drafts.drop(place)
    if not done.steps:
        words = "这次申请不是即时办结，按普通流程办理。"
        flash(afterwards.opened(Opened(done.case_id, done.number), actor(), words), "done")
        return redirect(url_for("cases.show", number=done.number))
    return redirect(url_for("counter.done", number=done.number))


@blueprint.post("/open/<slug>/<region>/counter/check")
@allow(*MAY_OPEN, at=matter_place)
def check(slug: str, region: str) -> Response:
    """What is wrong, hidden, required and lacking on all sheets, which sheets there are, and who is next."""
    typed = drafts.typed(request.form)
    sheets = _sheets(slug, region, typed)
    parts = _parts(sheets, typed, {})
    rows = [row for part in parts for section in part.view.sections for row in section.rows]
    return jsonify(
        {
            "errors": _by_control(sheets.errors),
            "hidden": [row.id for row in rows if row.hidden]
            + [section.id for part in parts for section in part.view.sections if section.hidden],
            "required": [row.id for row in rows if row.required],
            "shown": {row.id: row.value for row in rows if row.type == "shown"},
            "lacks": {m.id: m.lack for row in rows for m in row.materials if m.lack},
            "sheets": {part.id: part.signature for part in parts[1:]},
            "next": next_words(sheets),
            "followed": {
                f"{sheet.element.id}-{control}": value
                for sheet in sheets.found[1:]
                for control, value in followed(sheet.form, sheet.context).items()
            },
        }
    )


@blueprint.post("/open/<slug>/<region>/counter/sheets")
@allow(*MAY_OPEN, at=matter_place)
def later(slug: str, region: str) -> str:
    """The sheets after the application, with what was typed on them."""
    typed = drafts.typed(request.form)
    sheets = _sheets(slug, region, typed)
    return render_template("counter/sheets.html", parts=_parts(sheets, typed, {})[1:])


@blueprint.get("/counter/<number>")
@allow(*READERS, at=case_place)
def done(number: str) -> Any:
    """What was done, and the letters to print."""
    case: CaseFile = g.case
    with system().store.reading() as connection:
        rows = letters.of_case(connection, case.row.id)
    marked = [event for event in case.events if "counter" in event.facts]
    if not marked:
        return redirect(url_for("cases.show", number=number))
    steps = [case.element_name(event.header.node) for event in marked]
    sent = [(row.id, sent_letter(case, row)) for row in rows if row.seq in {event.seq for event in marked}]
    return render_template("counter/done.html", case=case, steps=steps, letters=sent)


# --- sheets ----------------------------------------------------------------------------------------------


def by_sheet(typed: Mapping[str, list[str]], deployed: Any) -> dict[str, dict[str, list[str]]]:
    """Control names to sheets: `intake:decision` belongs to `intake`, `unit_name` to the application."""
    start = deployed.program.model.start.id
    found: dict[str, dict[str, list[str]]] = {start: {}}
    for name, values in typed.items():
        sheet, colon, path = name.partition(":")
        found.setdefault(sheet if colon else start, {})[path if colon else name] = values
    return found


def prefixed(view: FormView, prefix: str) -> FormView:
    """The same form with control names and ids of its own: several forms stand on one page."""

    def row(given: Row) -> Row:
        return replace(
            given,
            id=f"{prefix}-{given.id}",
            name=f"{prefix}:{given.name}" if given.name else "",
            choices=tuple(replace(choice, id=f"{prefix}-{choice.id}") for choice in given.choices),
            lines=tuple(tuple(row(column) for column in line) for line in given.lines),
            materials=tuple(
                replace(m, id=f"{prefix}-{m.id}", controls=tuple(row(control) for control in m.controls))
                for m in given.materials
            ),
        )

    def section(given: Section) -> Section:
        return replace(given, id=f"{prefix}-{given.id}", rows=tuple(row(r) for r in given.rows))

    errors = tuple((f"{prefix}-{control}", message) for control, message in view.errors)
    return replace(view, sections=tuple(section(s) for s in view.sections), errors=errors)


def next_words(sheets: Sheets) -> str:
    """Who goes on after the counter, in words; '' when nothing is left."""
    if not sheets.at_counter:
        return "这次申请不是即时办结，或须由他人办理：提交后开立办件，按普通流程办理。"
    waited = "、".join(f"“{element.name}”" for element in sheets.left if element.group == "applicant")
    others = "、".join(f"“{element.name}”" for element in sheets.left if element.group != "applicant")
    words = [f"提交后转到{others}继续办理。" if others else "", f"提交后等待申请人：{waited}。" if waited else ""]
    return "".join(words)


def _sheets(slug: str, region: str, typed: Mapping[str, list[str]]) -> Sheets:
    raw = by_sheet(typed, g.deployed)
    return preview_at_counter(system(), actor(), slug, region, office_of(region), raw)


def _parts(sheets: Sheets, typed: Mapping[str, list[str]], errors: Mapping[str, str]) -> list[Part]:
    raw = by_sheet(typed, g.deployed)
    return [_part(sheet, raw.get(sheet.element.id, {}), errors, n) for n, sheet in enumerate(sheets.found)]


def _part(sheet: Sheet, raw: Mapping[str, list[str]], errors: Mapping[str, str], number: int) -> Part:
    element = sheet.element
    own = {path: said for key, said in errors.items() for name, _, path in [key.partition(":")] if name == element.id}
    try:
        view = form_view(sheet.form, raw, own, sheet.context)
    except InvalidSubmission as unreadable:  # the input is not even the shape of a form
        view = form_view(sheet.form, {}, unreadable.errors, sheet.context)
    view = without_files(view)
    if number:
        view = prefixed(view, element.id)
    title = TITLES["application"] if number == 0 else TITLES.get(element.purpose, element.name)
    rows = [row for section in view.sections for row in section.rows]
    names = [row.id for row in rows] + [m.id for row in rows for m in row.materials]
    signature = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    return Part(element.id, title, view, signature)


def _by_control(errors: Mapping[str, str]) -> dict[str, str]:
    start = g.deployed.program.model.start.id
    found = {}
    for key, message in errors.items():
        sheet, _, path = key.partition(":")
        found[control_id(path) if sheet == start else f"{sheet}-{control_id(path)}"] = message
    return found


def _page(
    slug: str,
    region: str,
    sheets: Sheets,
    typed: Mapping[str, list[str]],
    errors: Mapping[str, str],
    request_id: str,
    draft: drafts.Draft | None = None,
) -> str:
    parts = _parts(sheets, typed, errors)
    return render_template(
        "counter/page.html",
        slug=slug,
        region=region,
        guide=g.deployed.guide,
        offices=offices_of(actor(), region),
        listed=listed_of(offices_of(actor(), region)),
        office=office_of(region),
        linked=request.values.get("_linked", ""),
        parts=parts,
        problems=SimpleNamespace(errors=[error for part in parts for error in part.view.errors]),
        next=next_words(sheets),
        request_id=request_id,
        place=place_of(slug, region),
        draft_at=draft.updated_at if draft else None,
    )


def _confirm(slug: str, region: str, sheets: Sheets, typed: Mapping[str, list[str]], request_id: str) -> str:
    """The case has no row yet: its letters are drawn from what it would be."""
    before = sheets.taken.before
    row: Any = SimpleNamespace(
        number="（提交后编定）",
        matter=slug,
        region=region,
        office=before.office,
        applicant=before.applicant,
        deployment_id=g.deployed.id,
    )
    case = _NotYetThere(row, seen=True)
    states = [
        preview_of(case, advance.state, decision[1], sheets.taken.now)
        for _, advance, _ in sheets.taken.pending
        for decision in advance.decisions
        if decision[0] == "letter"
    ]
    return render_template(
        "counter/confirm.html",
        slug=slug,
        region=region,
        guide=g.deployed.guide,
        letters=states,
        typed=typed,
        office=before.office,
        linked=request.values.get("_linked", ""),
        request_id=request_id,
    )
