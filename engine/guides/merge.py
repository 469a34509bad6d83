"""The one merge rule of everything that has a base and regional differences.

Mappings merge, lists replace, and lists whose entries all carry an `id` (materials, steps, components of a
form, rules) are keyed by it: an entry with a known id merges into its place, a new one is appended (or placed
`after:` another id), and `drop: true` takes one away. Nothing else: two people reading a regional file must
come to the same result without knowing the code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from engine.errors import InvalidGuide

_PLACING = ("after", "drop")  # words to the merge itself; they never reach the result


def merge(base: Any, over: Any) -> Any:
    """`base` with the differences `over`; neither is changed. A None in `over` is a value: 'prints none'."""
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        merged = {key: deepcopy(value) for key, value in base.items()}
        for key, value in over.items():
            merged[key] = merge(base[key], value) if key in base else _settled(value)
        return merged
    if isinstance(base, list) and keyed(over) and (keyed(base) or not base):
        return _merge_keyed(base, over)
    return _settled(over)


def keyed(value: object) -> bool:
    """Whether a value is a list whose entries all carry an id."""
    return (
        isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) and "id" in entry for entry in value)
    )


def _merge_keyed(base: Sequence[Mapping[str, Any]], over: Sequence[Mapping[str, Any]]) -> list[Any]:
    result: list[Any] = [deepcopy(dict(entry)) for entry in base]
    for difference in over:
        place = _place(result, difference["id"])
        if difference.get("drop"):
            if place is None:
                raise InvalidGuide(f"差异要求去掉“{difference['id']}”，但基础部分没有这一项")
            del result[place]
            continue
        plain = {key: value for key, value in difference.items() if key not in _PLACING}
        entry = _settled(plain) if place is None else merge(result[place], plain)
        if place is not None and "after" not in difference:
            result[place] = entry
            continue
        if place is not None:
            del result[place]
        result.insert(_insertion_point(result, difference), entry)
    return result


def _insertion_point(entries: Sequence[Mapping[str, Any]], difference: Mapping[str, Any]) -> int:
    if "after" not in difference:
        return len(entries)
    if difference["after"] is None:
        return 0
    place = _place(entries, difference["after"])
    if place is None:
        raise InvalidGuide(f"“{difference['id']}”应排在“{difference['after']}”之后，但没有后者")
    return place + 1


def _place(entries: Sequence[Mapping[str, Any]], wanted: object) -> int | None:
    return next((i for i, entry in enumerate(entries) if entry["id"] == wanted), None)


def _settled(value: Any) -> Any:
    """A value that stands only in the difference, without the words meant for the merge."""
    if isinstance(value, Mapping):
        return {key: _settled(inner) for key, inner in value.items()}
    if keyed(value):
        kept = [entry for entry in value if not entry.get("drop")]
        return [{k: _settled(v) for k, v in entry.items() if k not in _PLACING} for entry in kept]
    return deepcopy(value)
