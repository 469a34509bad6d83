"""Completing a task on whose form people are named for a task of several seats.

Whether they work in that task's group is judged with the form (`type: user`); the runner refuses what is wrong with the
list itself (nobody, twice the same person, one who must keep out). Here that is told at the form's own field, by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.actions.actor import Actor
from engine.actions.taking import Taken
from engine.errors import InvalidSubmission
from engine.forms import Form
from engine.forms.people import people_on
from engine.workflow.runner import Advance
from engine.workflow.state import MESSAGE, Node


def completed(taken: Taken, node: Node, submission: Mapping[str, Any], actor: Actor, at: datetime) -> Advance:
    """What completing an open task does. Raises InvalidSubmission at the form's own field for people it names."""
    element = taken.deployed.program.model.element_of(node.path)
    if node.kind == MESSAGE:  # a letter that came in is registered where it is awaited
        return taken.runner.receive(taken.before.state, element.message, submission, actor.username, at)
    try:
        return taken.runner.complete(taken.before.state, node.path, node.n, submission, actor.username, at)
    except InvalidSubmission as refused:
        form = taken.deployed.forms.get(element.form)
        errors = {_field(form, path): words for path, words in refused.errors.items()}
        for username in sorted(people_on(form, submission), key=len, reverse=True):  # one may begin like another
            errors = {path: words.replace(username, taken.name_of(username)) for path, words in errors.items()}
        raise InvalidSubmission(errors) from None


def _field(form: Form | None, path: str) -> str:
    """The form's field that holds a list: a column of a table stands under its table."""
    known = form.fields() if form else {}
    while "." in path and path not in known:
        path = path.rpartition(".")[0]
    return path
