"""People named on a form for a task of several seats: they must exist and work in that task's group.

The runner refuses what is wrong with the list itself (twice the same person, nobody, one who must keep out); who people
are only the database knows, so that is asked here, before the form is accepted, and shown at the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.actions.actor import ROLE_NAMES, Actor, Membership
from engine.actions.taking import Taken
from engine.errors import InvalidInput, InvalidSubmission
from engine.forms import Form
from engine.store import users
from engine.workflow import seats
from engine.workflow.draft import Draft
from engine.workflow.model import Element
from engine.workflow.runner import Advance
from engine.workflow.scope import Scope
from engine.workflow.state import MESSAGE, Node


def completed(taken: Taken, node: Node, submission: Mapping[str, Any], actor: Actor, at: datetime) -> Advance:
    """What completing an open task does. Raises InvalidSubmission at the form's own field for people it names."""
    form_key = taken.deployed.program.model.element_of(node.path).form
    check_participants(taken, form_key, submission)
    element = taken.deployed.program.model.element_of(node.path)
    if node.kind == MESSAGE:  # a letter that came in is registered where it is awaited
        return taken.runner.receive(taken.before.state, element.message, submission, actor.username, at)
    try:
        return taken.runner.complete(taken.before.state, node.path, node.n, submission, actor.username, at)
    except InvalidSubmission as refused:
        form = taken.deployed.forms.get(form_key)
        raise InvalidSubmission({_field(form, path): words for path, words in refused.errors.items()}) from None


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
            path = ".".join(seats.list_path(element)[1:])
            raise InvalidSubmission({_field(taken.deployed.forms.get(form_key), path): wrong})


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


def _field(form: Form | None, path: str) -> str:
    """The form's field that holds a list: a column of a table stands under its table."""
    known = form.fields() if form else {}
    while "." in path and path not in known:
        path = path.rpartition(".")[0]
    return path
