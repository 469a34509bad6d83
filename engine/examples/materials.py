"""`materials: all but licence`: the checklist of a form in a few words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.examples.loading import overlaid
from engine.examples.model import InvalidExample, Place
from engine.forms import Form
from engine.guides import Material


def checklists_written_out(
    place: Place, form: Form | None, values: Mapping[str, Any], owed: list[Material]
) -> dict[str, Any]:
    """The values with every materials field as the form wants it."""
    written = dict(values)
    for path, field in (form.fields() if form else {}).items():
        if field.type == "materials" and path in written:
            written[path] = _checklist(place, written[path], owed)
    return written


def _checklist(place: Place, said: Any, owed: list[Material]) -> dict[str, Any]:
    if isinstance(said, Mapping):
        lines = dict(said)
        rest = _checklist(place, lines.pop("rest", "none"), owed)
        return overlaid(rest, lines)
    words = re.split(r"[\s,，、\[\]]+", str(said).strip())
    ids = [m.id for m in owed]
    if words == ["none"]:
        left_out = ids
    elif words[0] == "all" and words[1:2] in ([], ["but"]):
        left_out = [word for word in words[2:] if word and word != "and"]
    else:
        raise InvalidExample(f"{place} 的材料“{said}”应写作 all、none 或 all but 编号")
    for identity in left_out:
        if identity not in ids:
            raise InvalidExample(f"{place} 此时不须提交材料“{identity}”；应交：{'、'.join(ids)}")
    return {m.id: _received(m) for m in owed if m.id not in left_out}


def _received(material: Material) -> dict[str, Any]:
    entry: dict[str, Any] = {"received": True, "form": material.original_or_copy or "original"}
    if material.seal:
        entry["sealed"] = True
    if material.alternatives:
        entry["choice"] = material.alternatives[0].id
    return entry
