"""A form being filled: drawn from a draft or from what was typed, and checked while it is typed.

Validation is the engine's own function on change and on submit; the page only shows what it answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from engine.errors import InvalidSubmission
from engine.forms import Form, FormContext, Row, form_view, validate
from engine.forms.view import control_id
from webapp import drafts
from webapp.context import actor
from webapp.lists import Loading, with_reports


def blank(form: Form, context: FormContext, place: str, start: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a page needs to show the form: from the person's draft, else from `start`, else empty."""
    draft = drafts.find(place)
    values: Mapping[str, Any] = draft.values if draft else (start or {})
    return {
        "view": form_view(form, values, {}, context),
        "request_id": str(uuid.uuid4()),
        "place": place,
        "draft_at": draft.updated_at if draft else None,
    }


def refused(form: Form, typed: Mapping[str, Any], errors: Mapping[str, str], context: FormContext, place: str,
            request_id: str) -> dict[str, Any]:  # fmt: skip
    """The same after a refusal: as typed, with every message; the request id stays, so a repeat stays harmless."""
    try:
        view = form_view(form, typed, errors, context)
    except InvalidSubmission as unreadable:  # the input is not even the shape of a form
        view = form_view(form, {}, unreadable.errors, context)
    return {"view": view, "request_id": request_id, "place": place, "draft_at": None}


def loaded(form: Form, found: Loading, context: FormContext, place: str, request_id: str) -> tuple[dict[str, Any], int]:
    """The page after files were chosen, with the lists that were taken over and the reports on the others."""
    drafts.keep(actor().user_id, place, found.typed)
    filled = refused(form, found.typed, {}, context, place, request_id)
    return {**filled, "view": with_reports(filled["view"], found.refused)}, 422 if found.refused else 200


def check(form: Form, typed: Mapping[str, Any], context: FormContext) -> dict[str, Any]:
    """For the page's script: what is wrong, hidden and required at present, and what the checklist lacks."""
    errors: Mapping[str, str] = {}
    try:
        validate(form, typed, context)
    except InvalidSubmission as invalid:
        errors = invalid.errors
    try:
        view = form_view(form, typed, {}, context)
    except InvalidSubmission as unreadable:
        return {"errors": {control_id(p): m for p, m in unreadable.errors.items()}}
    rows = [row for section in view.sections for row in section.rows]
    return {
        "errors": {control_id(path): message for path, message in errors.items()},
        "hidden": [row.id for row in rows if row.hidden] + [s.id for s in view.sections if s.hidden],
        "required": [row.id for row in rows if row.required],
        "missing": list(view.missing),
        "shown": {row.id: row.value for row in rows if row.type == "shown"},
        "lacks": {m.id: m.lack for row in rows for m in row.materials if m.lack},
    }


def typed_words(form: Form, typed: Mapping[str, list[str]], context: FormContext) -> list[tuple[str, str]]:
    """Typed input as (label, words), also input that no longer counts or never was right."""
    try:
        view = form_view(form, typed, {}, context)
    except InvalidSubmission:
        return [(path, "、".join(texts)) for path, texts in typed.items() if any(texts)]
    found = []
    for row in (row for section in view.sections for row in section.rows):
        parts: list[tuple[str, tuple[Row, ...]]] = [(m.text, m.controls) for m in row.materials]
        parts += [(f"{row.label} {n}", line) for n, line in enumerate(row.lines, start=1)]
        for part in [*parts, (row.full_label or row.label, (row,))]:
            words = "，".join(filter(None, map(_entered, part[1])))
            if words:
                found.append((part[0], words))
    return found


def _entered(row: Row) -> str:
    """What one control holds, in words; empty for what is only shown."""
    if row.type in ("text", "shown", "materials"):
        return ""
    if row.type == "checkbox":
        return row.label if row.value else ""
    chosen = [choice.label for choice in row.choices if choice.chosen]
    return "、".join(chosen) if row.choices else row.value
