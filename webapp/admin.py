"""What an administrator looks after: people; and looks at: incidents, calendar versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.actions.actor import ROLE_NAMES, ROLES, Membership
from engine.actions.amend_calendar import may_amend
from engine.actions.appoint_user import appoint_user
from engine.actions.reset_password import reset_password
from engine.actions.set_user_active import set_user_active
from engine.actions.unlock_user import unlock_user
from engine.actions.user_reach import reaches
from engine.clock import SystemClock
from engine.errors import Conflict, InvalidInput
from engine.store import finding, users
from webapp.access import allow
from webapp.cases import reach_of
from webapp.context import actor, system

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

INCIDENTS = 200
POSTS = 6  # memberships that the page for a new user offers
MOST_POSTS = 60  # that are read from any page


# --- people ----------------------------------------------------------------------------------------------


@blueprint.get("/users")
@allow("admin")
def people() -> str:
    return _people()


@blueprint.get("/users/new")
@allow("admin")
def new_person() -> str:
    return _new_person({}, "")


@blueprint.post("/users")
@allow("admin")
def create() -> Any:
    """The first password is shown on the answer to this one request and nowhere else."""
    username, name = request.form.get("username", "").strip(), request.form.get("name", "").strip()
    try:
        password = appoint_user(system(), actor(), username, name, memberships_of(request.form))
    except (InvalidInput, Conflict) as refused:
        return _new_person(request.form, refused.message), 422
    return _people(f"{name}（{username}）", password)


@blueprint.post("/users/<int:user_id>/password")
@allow("admin")
def reset(user_id: int) -> str:
    password = reset_password(system(), actor(), user_id)
    return _people(_named(user_id), password)


@blueprint.post("/users/<int:user_id>/unlock")
@allow("admin")
def unlock(user_id: int) -> Response:
    unlock_user(system(), actor(), user_id)
    flash(f"{_named(user_id)}的账号已解锁。", "done")
    return redirect(url_for("admin.people"))


@blueprint.post("/users/<int:user_id>/active")
@allow("admin")
def activate(user_id: int) -> Response:
    active = request.form.get("active") == "yes"
    set_user_active(system(), actor(), user_id, active)
    flash(f"{_named(user_id)}的账号已{'启用' if active else '停用，已登录的地方已退出'}。", "done")
    return redirect(url_for("admin.people"))


def _people(handed_to: str = "", password: str = "") -> str:
    """Everybody with a membership in one's reach; `password`: just made, to hand over."""
    with system().store.reading() as connection:
        listed = users.listing(connection)
    shown = []
    for person, places in listed:
        held = [(m.region, m.office, m.role) for m in places]
        mine = reaches(actor(), held)
        if mine or any(reaches(actor(), [place]) for place in held):
            shown.append((person, places, mine))
    return render_template(
        "admin/users.html",
        people=shown,
        moment_now=SystemClock().now(),
        handed_to=handed_to,
        password=password,
        current="users",
    )


def _named(user_id: int) -> str:
    with system().store.reading() as connection:
        person = users.by_id(connection, user_id)
    return f"{person.name}（{person.username}）" if person is not None else ""


def _new_person(typed: Any, problem: str) -> str:
    return render_template(
        "admin/new_user.html",
        typed=typed,
        problem=problem,
        posts=range(POSTS),
        places=offered_places(),
        roles={role: ROLE_NAMES[role] for role in ROLES},
        current="users",
    )


def offered_places() -> list[tuple[str, str]]:
    """(region/office, words) of everywhere that this administrator may appoint to."""
    found = [("*", "*", "全部统筹区")]
    for code, region in system().regions().items():
        found.append((code, "*", f"{region.name}（全部经办机构）"))
        found += [(code, office, f"{region.name} {office}") for office in region.office_names()]
    return [(f"{region}/{office}", words) for region, office, words in found if actor().may("admin", region, office)]


def memberships_of(typed: Mapping[str, str]) -> list[Membership]:
    """The rows that were filled; half a row is a mistake that must be told."""
    found: dict[Membership, None] = {}
    for n in range(MOST_POSTS):
        place, role = typed.get(f"place-{n}", ""), typed.get(f"role-{n}", "")
        region, _, office = place.partition("/")
        if bool(place) != bool(role):
            raise InvalidInput(f"第 {n + 1} 项职责须同时选择经办机构和职责")
        if place:
            found[Membership(region, office, role)] = None
    return list(found)


# --- the machine -----------------------------------------------------------------------------------------


@blueprint.get("/incidents")
@allow("admin")
def incidents() -> str:
    with system().store.reading() as connection:
        rows = finding.find_incidents(connection, INCIDENTS, reach_of(actor(), ("admin",)))
    return render_template("admin/incidents.html", rows=rows, current="incidents")


@blueprint.get("/calendars")
@allow("admin")
def calendars() -> str:
    with system().store.reading() as connection:
        versions = finding.calendar_versions_listed(connection)
    return render_template("admin/calendars.html", versions=versions, may_amend=may_amend(actor()), current="calendars")
