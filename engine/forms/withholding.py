"""Values that only those see who handle the case (`mark: restricted`): how a record is read by everybody else.

A value that is withheld is taken out before anything else sees it, so that no page, file, condition or sentence made
from the record can show it: events lose it exactly as if it had been erased, and the case's variables have no such key.
What is shown in its place is RESTRICTED. Nothing is written: it is a way of reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.expressions import parse
from engine.forms.model import Form

RESTRICTED = "〔限承办人员〕"
MARK = "restricted"

Marks = Mapping[str, Mapping[str, str]]  # form key -> field path -> mark


def has_restricted(marks: Marks) -> bool:
    """Whether any form of the matter has a restricted field."""
    return any(MARK in fields.values() for fields in marks.values())


def leaks(forms: Mapping[str, Form]) -> Iterator[str]:
    """One sentence for each field that keeps what it derives from a restricted one without being restricted itself.

    What is only shown (`from`) needs no rule: its expression reads what its reader may read.
    """
    secret = {
        (key, *path.split(".")) for key, form in forms.items() for path, f in form.fields().items() if f.mark == MARK
    }
    for key, form in forms.items():
        for path, field in form.fields().items():
            for text in (field.computed, field.properties.get("default_from")):
                read = parse(text).names if text and field.mark != MARK else frozenset()
                found = sorted(name for name in read if _within(name, secret) or _within((key, *name), secret))
                if found:
                    yield f"表单 {key} 的字段 {path} 由限承办人员的 {'.'.join(found[0])} 得出，也应标明 restricted"


def _within(name: tuple[str, ...], secret: set[tuple[str, ...]]) -> bool:
    """Whether a path names a restricted field, something inside one, or a thing that holds one."""
    return any(name[: len(path)] == path or (len(name) > 1 and path[: len(name)] == name) for path in secret)


def without_restricted(variables: Mapping[str, Any], marks: Marks) -> dict[str, Any]:
    """The submissions by form key as those read them who do not handle the case."""
    return {key: _readable(value, marks.get(key, {})) for key, value in variables.items()}


def _readable(value: Any, marks: Mapping[str, str]) -> Any:
    """One submission, or the list of those that several named people gave."""
    if isinstance(value, list):
        return [_readable(entry, marks) for entry in value]
    for path, mark in marks.items():
        if mark == MARK and isinstance(value, Mapping):
            value = _taken_out(value, path.split("."))
    return value


def _taken_out(value: Mapping[str, Any], path: list[str]) -> Mapping[str, Any]:
    first, rest = path[0], path[1:]
    if first not in value:
        return value
    if not rest:
        return {key: entry for key, entry in value.items() if key != first}
    inner = value[first]
    return {**value, first: _taken_out(inner, rest)} if isinstance(inner, Mapping) else value
