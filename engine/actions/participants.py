"""People named on a form for a task of several seats: they must exist and work in that task's group.

The runner refuses what is wrong with the list itself (twice the same person, nobody, one who must keep out); who people
are only the database knows, so that is asked here, before the form is accepted, and shown at the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.actions.actor import ROLE_NAMES, Actor, Membership
from engine.actions.taking import Taken
from engine.errors import InvalidInput, InvalidSubmission
from engine.forms import Form
from engine.store import users
from engine.workflow import seats
from engine.workflow.draft import Draft
from engine.workflow.model import Element
from engine.workflow.scope import Scope


def check_participants(taken: Taken, form_key: str, submission: Mapping[str, Any]) -> None:
    """Raises InvalidSubmission at the field of the list. An empty list passes: perhaps this case needs no group."""
    program = taken.deployed.program
    for element in seats.named_by(program.model, form_key):
        scope = Scope(program, taken.runner.facts, Draft(taken.before.state, taken.now), taken.runner.timekeeper)
        names = seats.listed(element, {**scope.values, form_key: submission}, scope)
        if not names:
            continue
        wrong = seats.fault(names, taken.before.state.performers, element) or _unknown(taken, element, names)
        if wrong:
            raise InvalidSubmission({_field(taken.deployed.forms.get(form_key), element): wrong})


def require_colleague(taken: Taken, username: str, element: Element) -> None:
    """Raises InvalidInput for a name that nobody active in the task's group has."""
    wrong = _unknown(taken, element, [username])
    if wrong:
        raise InvalidInput(wrong)


def _unknown(taken: Taken, element: Element, names: list[str]) -> str:
    """What is wrong with the first name that cannot act in the task's group; '' when all can."""
    connection, region, office = taken.step.connection, taken.before.region, taken.before.office
    for name in names:
        row = users.by_username(connection, name)
        if row is None or not row.active:
            return f"没有用户 {name}，请填写在用的用户名"
        held = tuple(Membership(*place) for place in users.memberships_of(connection, row.id))
        if not Actor(row.id, name, row.name, held).may(element.group, region, office):
            role = ROLE_NAMES.get(element.group, element.group)
            return f"{row.name}（{name}）不是本经办机构的“{role}”人员，不能办理“{element.name}”"
    return ""


def _field(form: Form | None, element: Element) -> str:
    """The form's field that holds the list; a column of a table stands under its table."""
    path = list(seats.list_path(element)[1:])
    known = form.fields() if form else {}
    while len(path) > 1 and ".".join(path) not in known:
        path.pop()
    return ".".join(path)
