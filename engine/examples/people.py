"""Named people of an examples file: real users of the installation, so that a form can name them and seats be theirs.

Many files share one database. Before an example its people get exactly the memberships that its file tells, in the
example's own region and office unless the file says another: no example's people can do what those of another may.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.actions.actor import Actor, Membership
from engine.actions.system import System
from engine.examples.model import Example, Person
from engine.store import users


def employed(system: System, example: Example) -> dict[str, Actor]:
    """The example's people by user name, as they stand in the database now."""
    if not example.people:
        return {}
    wanted = [(person, _places(person, example)) for person in example.people]
    with system.store.reading() as connection:
        found = {person.username: _known(connection, person, places) for person, places in wanted}
    if None in found.values():
        with system.store.writing() as connection:
            found = {
                person.username: _put(connection, person, places, example.steps[0].at) for person, places in wanted
            }
    return {
        person.username: Actor(found[person.username] or 0, person.username, person.name, tuple(places))
        for person, places in wanted
    }


def _places(person: Person, example: Example) -> list[Membership]:
    region = person.region or example.region
    office = person.office or (example.office if region == example.region else "本级")
    return [Membership(region, office, role) for role in person.roles]


def _known(connection: Connection, person: Person, places: list[Membership]) -> int | None:
    """The user's id where nothing is to be changed."""
    row = users.by_username(connection, person.username)
    if row is None or row.name != person.name or row.active != person.active:
        return None
    held = {Membership(*place) for place in users.memberships_of(connection, row.id)}
    return int(row.id) if held == set(places) else None


def _put(connection: Connection, person: Person, places: list[Membership], now: datetime) -> int:
    rows = [(m.region, m.office, m.role) for m in places]
    values: dict[str, Any] = {"username": person.username, "name": person.name, "active": person.active}
    row = users.by_username(connection, person.username)
    if row is None:  # nobody logs in as one: no password has an empty hash
        return users.add_user(
            connection, values | {"password_hash": "", "demo": False, "failures": 0, "created_at": now}, rows
        )
    users.rename(connection, row.id, person.name)
    users.set_active(connection, row.id, person.active)
    users.set_memberships(connection, row.id, rows)
    return int(row.id)
