"""From the values of an example to what somebody types and ticks: control name -> texts, as a browser sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.clock import SHANGHAI
from engine.forms import Form
from engine.forms.model import Field
from engine.forms.reading import flatten
from engine.forms.values import WrongValue, read_value


@dataclass(frozen=True)
class Wanted:
    """`texts` has no text for what is to be empty; `whole`: tables and checklists that hold this and nothing else.

    `files`: the tables that are filled from a file, with its text.
    """

    texts: Mapping[str, Sequence[str]]
    whole: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)

    def rows(self, table: str) -> int:
        """How many rows of a table are typed."""
        numbers = {name.removeprefix(f"{table}.").partition(".")[0] for name in self.texts if under(name, table)}
        return max((int(n) + 1 for n in numbers), default=0)


def under(name: str, path: str) -> bool:
    return name.startswith(f"{path}.")


def wanted(form: Form, values: Mapping[str, Any]) -> Wanted:
    """Raises AssertionError for a value that no control of the form takes."""
    texts: dict[str, Sequence[str]] = {}
    files: dict[str, str] = {}
    nested = {path: field for path, field in form.fields().items() if field.type in ("dynamiclist", "materials")}
    whole = []
    for path, raw in flatten(values).items():
        table = next((p for p in nested if path == p or under(path, p)), None)
        if table is None:
            texts[path] = texts_of(form.fields()[path], raw)
            continue
        if path == table and isinstance(raw, str):
            files[table] = raw
            continue
        if table not in whole:
            whole.append(table)
        if path != table:
            texts[path] = _nested(nested[table], path.removeprefix(f"{table}."), raw)
    whole += [path for path in nested if path in values and path not in whole and path not in files]
    return Wanted(texts, tuple(whole), files)


def _nested(table: Field, rest: str, raw: Any) -> Sequence[str]:
    name = rest.partition(".")[2]
    if table.type == "materials":
        return _ticked(raw) if name in ("received", "sealed") else [str(raw)]
    return texts_of(next(column for column in table.columns if column.path == name), raw)


def texts_of(field: Field, raw: Any) -> Sequence[str]:
    """What is typed for one value; a value that is wrong is typed as it stands."""
    if field.type == "checklist":
        return [str(entry) for entry in (raw if isinstance(raw, list | tuple) else [raw])]
    if field.type == "checkbox":
        return _ticked(raw)
    if raw is None:
        return [""]
    if field.type == "datetime":
        try:
            return [_moment(read_value(field, raw))]
        except WrongValue:
            return [str(raw)]
    return [str(raw)]


def _ticked(raw: Any) -> Sequence[str]:
    return ["on"] if raw is True or str(raw).lower() in ("true", "on", "yes") else []


def _moment(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if value else ""
