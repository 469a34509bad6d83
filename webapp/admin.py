"""What an administrator looks at: people, incidents, calendar versions. Read only at this stage."""

from __future__ import annotations

from flask import Blueprint, render_template

from engine.store import finding, users
from webapp.access import allow
from webapp.context import system

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

INCIDENTS = 200


@blueprint.get("/users")
@allow("admin")
def people() -> str:
    with system().store.reading() as connection:
        listed = users.listing(connection)
    return render_template("admin/users.html", people=listed, current="users")


@blueprint.get("/incidents")
@allow("admin")
def incidents() -> str:
    with system().store.reading() as connection:
        rows = finding.find_incidents(connection, INCIDENTS)
    return render_template("admin/incidents.html", rows=rows, current="incidents")


@blueprint.get("/calendars")
@allow("admin")
def calendars() -> str:
    with system().store.reading() as connection:
        versions = finding.calendar_versions_listed(connection)
    return render_template("admin/calendars.html", versions=versions, calendar=system().calendar(), current="calendars")
