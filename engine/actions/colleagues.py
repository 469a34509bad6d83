"""Who may be chosen for a group's work at an office: on a form (评估小组), or in somebody's place (回避)."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from engine.actions.actor import LANES, ROLE_NAMES
from engine.forms.people import People, Person
from engine.store import users


def colleagues(connection: Any, group: str, region: str, office: str) -> tuple[Person, ...]:
    """Active people of the group who may act there, by name; none for the applicant."""
    found = users.holding(connection, group, region, office)
    names = Counter(row.name for row, _ in found)
    return tuple(
        Person(row.username, row.name, _about(places, region, row.username if names[row.name] > 1 else ""))
        for row, places in found
    )


def directory(connection: Any, region: str, office: str) -> People:
    """The same for a form's context; asked once a group, and only by a form on which people are chosen."""
    return cache(lambda group: colleagues(connection, group, region, office))


def _about(places: list[Any], region: str, username: str) -> str:
    """本级　审核、单位负责人; of two with one name the user name tells them apart."""
    here = [m for m in places if m.region in ("*", region) and m.role in LANES]
    offices = "、".join(dict.fromkeys("各经办机构" if m.office == "*" else m.office for m in here))
    groups = "、".join(dict.fromkeys(ROLE_NAMES[m.role] for m in sorted(here, key=lambda m: LANES.index(m.role))))
    return "　".join(filter(None, (offices, groups, username)))
