"""The printed items of a sheet in the order of the paper, and which of them stand outside of its borders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.forms.model import Field
from engine.forms.printed import Item

PLAIN = ("field", "statement", "signature", "example")
_LOOSE = 6  # more items than this before the first table are not its heading


def split(items: list[Item]) -> tuple[list[Item], list[Item], list[Item]]:
    """What stands above the table, in it and below it."""
    above = while_(items, _is_loose)
    if above > _LOOSE and above < len(items):
        above = 0
    head, body = items[:above], items[above:]
    below = while_(body[::-1], _is_loose)
    rest = body[: len(body) - below]
    signed = bool(rest) and rest[-1].kind == "signature" and not rest[-1].group
    if (
        not below
        or not rest
        or signed
        or rest[-1].kind in ("section", "statement")
        or _groups_of(rest[-1]) & _groups_of(*body[len(rest) :])
    ):
        return head, body, []
    return head, rest, body[len(rest) :]


def _is_loose(item: Item) -> bool:
    """Whether it may stand outside of the borders: 单位编码：, 年月日, □灵活就业人员, a declaration."""
    if item.group is not None or item.kind not in PLAIN:
        return False
    component = item.component
    if isinstance(component, Field) and component.type in ("textarea", "dynamiclist", "materials"):
        return False
    if item.kind == "statement" or not item.label:
        return True
    if item.kind == "signature" and item.label.endswith(("员", "人")):
        return True
    ticked = isinstance(component, Field) and component.type == "checkbox"
    return ticked or ends_open(item.label) or item.label.endswith("年月日") or "：" in item.label


def _groups_of(*items: Item) -> set[str]:
    return {item.group for item in items if item.group}


def righted(items: list[Item]) -> list[Item]:
    """In the order of the paper, where the published list runs backwards over a part of it."""
    last = items[-1] if items else None
    if last is None:
        return items
    if last.kind == "matrix" and last.component.properties["printed_matrix"] == "reversed":
        signed = while_(items[-2::-1], lambda item: item.kind == "signature" and "盖章" not in (item.label or ""))
        at = len(items) - 1 - signed
        return [*items[:at], last, *items[at:-1][::-1]]
    if last.kind == "section":
        said = while_(items[-2::-1], lambda item: item.kind in ("statement", "signature"))
        at = len(items) - 1 - said
        run = items[at:-1]
        statements = [item for item in run if item.kind == "statement"]
        return [*items[:at], last, *statements, *[item for item in run if item.kind == "signature"][::-1]]
    return items


def opinion(items: Sequence[Item], at: int) -> int:
    """How many items an opinion and what signs it are (经办机构意见, 经办人： under it); 0 where this is none."""
    first = items[at]
    if (
        first.kind != "field"
        or not first.label
        or (isinstance(first.component, Field) and first.component.type == "radio")
    ):
        return 0
    run = while_(items[at + 1 :], lambda item: item.kind in ("signature", "statement"))
    signing = [
        number
        for number in range(1, run + 1)
        if items[at + number].group and norm(first.label).startswith(norm(items[at + number].group))
    ]
    return signing[-1] + 1 if signing else 0


def is_checklist(item: Item) -> bool:
    return isinstance(item.component, Field) and item.component.type in ("materials", "dynamiclist")


def while_(items: Sequence[Item], holds: Callable[[Any], bool]) -> int:
    """How many of the first items are so."""
    return next((number for number, item in enumerate(items) if not holds(item)), len(items))


def norm(label: str | None) -> str:
    return (label or "").rstrip("：: ")


def ends_open(label: str) -> bool:
    return label.rstrip().endswith(("：", ":", "：（盖章）"))
