"""People chosen on a form (`type: user`): who may be chosen, and their names where a submission is shown.

What is kept is the user name, which never changes; what people read is the name. Who works in a group only the
database knows: whoever judges or draws a form says so in its context (`FormContext.people`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.forms.model import Field, Form
from engine.forms.presenting import value_at

USER = "user"
GROUPS = ("window", "review", "finance", "leader")  # of whom people may be chosen: those who work on cases


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be chosen."""

    username: str
    name: str
    about: str = ""  # what tells him from others of his name: offices and groups


People = Callable[[str], Sequence[Person]]  # candidate group -> who may be chosen, in the order of the list


def people_on(form: Form | None, values: Mapping[str, Any]) -> set[str]:
    """User names of everybody whom a submission names."""
    found = [value_at(values, path) for path, _ in _single(form)]
    for path, column in _columns(form):
        found += [value_at(row, column) for row in value_at(values, path) or ()]
    return {name for name in found if isinstance(name, str) and name}


def with_names(form: Form | None, values: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """A submission as people read it: names as printed in the place of user names."""
    for path, _ in _single(form):
        if isinstance(name := value_at(values, path), str):
            values = _put(values, path.split("."), names.get(name, name))
    for path, column in _columns(form):
        rows = value_at(values, path)
        if isinstance(rows, list):
            told = ((row, value_at(row, column)) for row in rows)
            named = [_put(row, column.split("."), names.get(name, name)) for row, name in told]
            values = _put(values, path.split("."), named)
    return values


def _single(form: Form | None) -> Iterator[tuple[str, Field]]:
    """Fields outside tables."""
    return ((path, field) for path, field in (form.fields() if form else {}).items() if field.type == USER)


def _columns(form: Form | None) -> Iterator[tuple[str, str]]:
    """Tables with their columns of people."""
    for path, field in (form.fields() if form else {}).items():
        yield from ((path, column.path) for column in field.columns if column.type == USER)


def _put(values: Mapping[str, Any], path: Sequence[str], value: Any) -> Mapping[str, Any]:
    """A copy with the value at the path; what is not there stays away."""
    first, *rest = path
    if value is None or first not in values:
        return values
    return {**values, first: _put(values[first], rest, value) if rest else value}
