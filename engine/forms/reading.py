"""From what arrives to one flat mapping: HTML forms (flat names, lists) and typed nested input alike.

`{"legal_rep.name": ["张三"]}` and `{"legal_rep": {"name": "张三"}}` read the same. Rows of a dynamiclist are
`rows.0.name` or a list of mappings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import InvalidSubmission
from engine.forms.model import Form

MAX_ENTRIES = 2_000  # flat entries of one submission
MAX_ROWS = 200  # of a dynamiclist that is typed
MAX_IMPORTED = 5_000  # of one that is filled from a file
_MAX_DEPTH = 6


def flatten(raw: Mapping[str, Any], most: int = MAX_ENTRIES) -> dict[str, Any]:
    """Dotted path -> text, typed value, or list of them. InvalidSubmission beyond the caps."""
    flat: dict[str, Any] = {}
    for path, value in _entries(raw, "", 0):
        if path in flat:
            raise InvalidSubmission({path: "同一项提交了两次"})
        flat[path] = value
        if len(flat) > most:
            raise InvalidSubmission({"": f"提交的内容过多：最多 {most} 项"})
    return flat


def most_entries(form: Form) -> int:
    """Entries that a submission of the form may have: rows that came from a file are many, and come back typed."""
    lists = (item for item in form.fields().values() if "import" in item.properties)
    return MAX_ENTRIES + sum(MAX_IMPORTED * len(item.columns) for item in lists)


def _entries(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _MAX_DEPTH:
        raise InvalidSubmission({path[:80]: "提交的内容嵌套过深"})
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or len(path) + len(key) > 200:
                raise InvalidSubmission({path[:80]: "字段名不正确"})
            yield from _entries(inner, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list | tuple) and any(isinstance(entry, Mapping) for entry in value):
        for index, row in enumerate(value):
            yield from _entries(row, f"{path}.{index}", depth + 1)
    else:
        yield path, list(value) if isinstance(value, tuple) else value


def unknown_paths(form: Form, flat: Mapping[str, Any]) -> list[str]:
    """Paths that the form does not declare; what a task's form does not declare never enters a case."""
    fields = form.fields()
    nested = tuple(path for path, item in fields.items() if item.type in ("dynamiclist", "materials"))
    return [path for path in flat if path not in fields and not any(path.startswith(f"{prefix}.") for prefix in nested)]


def under(flat: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The entries below a path, with the rest of their names."""
    start = f"{prefix}."
    return {path[len(start) :]: value for path, value in flat.items() if path.startswith(start)}


def rows_of(flat: Mapping[str, Any], path: str, most: int = MAX_ROWS) -> list[dict[str, Any]]:
    """The rows of a dynamiclist in the order of their numbers; numbers may have gaps (a row was removed)."""
    rows: dict[int, dict[str, Any]] = {}
    for name, value in under(flat, path).items():
        number, _, column = name.partition(".")
        if not number.isdecimal() or not number.isascii() or len(number) > 4 or not column:
            raise InvalidSubmission({f"{path}.{name}"[:120]: "表单没有这一项"})
        rows.setdefault(int(number), {})[column] = value
    if len(rows) > most:
        raise InvalidSubmission({path: f"最多 {most} 行"})
    return [rows[number] for number in sorted(rows)]


def nest(values: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted paths back to nested mappings."""
    nested: dict[str, Any] = {}
    for path, value in values.items():
        place = nested
        *parents, last = path.split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return nested
