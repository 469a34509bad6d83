"""What people have typed and not yet sent: kept as typed, unvalidated, one draft a person and place.

Kept while typing (autosave), when a session ends under a POST, and when somebody else was quicker. A draft is
dropped when its input was accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.datastructures import MultiDict

from engine.clock import SystemClock
from engine.forms.reading import MAX_ENTRIES
from engine.store import users
from webapp.access import allow
from webapp.context import actor, system

blueprint = Blueprint("drafts", __name__)

PLACE = re.compile(
    r"task:[0-9]{1,12}|(?:open|counter):[a-z0-9-]{1,80}/[a-z]{1,20}|message:[0-9-]{1,40}/[a-z][a-z0-9_]{0,79}"
)
MAX_LENGTH = 1_000_000  # characters of one draft: a list of some thousand people among them
_NOT_INPUT = ("csrf_token", "request_id", "typed", "place")  # and everything that begins with an underscore


class Draft(NamedTuple):
    """Typed input: control name -> texts, and when it was kept (machine clock, UTC)."""

    values: dict[str, list[str]]
    updated_at: datetime


def typed(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """The controls of a posted form, without what we put into it ourselves."""
    return {k: v for k, v in form.lists() if k not in _NOT_INPUT and not k.startswith("_")}


def keep(user_id: int, place: str, values: Mapping[str, list[str]]) -> bool:
    """Keeps typed input; False when it is not the shape of a form's input or too long."""
    text = json.dumps(values, ensure_ascii=False)
    if not PLACE.fullmatch(place) or len(text) > MAX_LENGTH or len(values) > MAX_ENTRIES:
        return False
    with system().store.writing() as connection:
        users.put_draft(connection, user_id, place, text, SystemClock().now())
    return True


def find(place: str) -> Draft | None:
    with system().store.reading() as connection:
        row = users.draft(connection, actor().user_id, place)
    return Draft(json.loads(row.values), row.updated_at) if row else None


def drop(place: str) -> None:
    with system().store.writing() as connection:
        users.drop_draft(connection, actor().user_id, place)


def carried(text: str) -> dict[str, list[str]] | None:
    """Input that travelled through the login page; None when it is not what that page was given."""
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    good = isinstance(value, dict) and all(
        isinstance(k, str) and isinstance(v, list) and all(isinstance(x, str) for x in v) for k, v in value.items()
    )
    return value if good else None


@blueprint.post("/drafts")
@allow()
def save() -> Response:
    """Autosave: answers when it was kept."""
    place = request.form.get("place", "")
    if not keep(actor().user_id, place, typed(request.form)):
        abort(422)
    return jsonify({"kept": True})


@blueprint.post("/drafts/drop")
@allow()
def discard() -> tuple[str, int]:
    """The person does not want the kept input."""
    place = request.form.get("place", "")
    if PLACE.fullmatch(place):
        drop(place)
    return "", 204
