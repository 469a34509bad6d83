"""Rows of a grid: pairs of label and value, statements, room to sign, lines without borders."""

from __future__ import annotations

from typing import NamedTuple

from engine.forms.model import Field
from engine.forms.printed import Item
from engine.forms.sheet import UNITS, Box, Cell, Line
from engine.forms.sheet_order import ends_open, norm
from engine.forms.sheet_words import has_date

LABEL = 4  # units
_PHOTOS = ("照片", "相片")


class Drawn(NamedTuple):
    """An item of a row with its words."""

    item: Item
    label: str | None
    text: str
    value: str
    boxes: tuple[Box, ...]
    place: str = ""  # printed where the value is to be written

    @property
    def inline(self) -> bool:
        """Whether label and value share a cell: 单位编码：…, 起：…年…月, 申报人数合计…人."""
        filled = "printed_filled" in self.item.component.properties or has_date(self.label or "")
        return not self.text or ends_open(self.text) or (filled and not self.value)

    @property
    def tall(self) -> bool:
        return isinstance(self.item.component, Field) and self.item.component.type == "textarea"

    @property
    def wide(self) -> bool:
        component = self.item.component
        roomy = isinstance(component, Field) and (component.max_length or 0) >= 200
        chosen = sum(len(box.label) + 2 for box in self.boxes)
        beside = len(self.value) > 30 or chosen > 16 or len(self.text) > 32
        return self.tall or roomy or beside or (self.inline and len(self.text) + len(self.value) + chosen > 26)


def pairs_with_photo(drawn: list[Drawn], width: int) -> list[Line]:
    """Pairs; a photograph stands to the right of the first four rows."""
    photo = next((one for one in drawn if one.label in _PHOTOS), None)
    if photo is None:
        return _pairs(drawn, width)
    others = [one for one in drawn if one is not photo]
    beside, taken = _pairs(others, width - LABEL), len(others)
    while len(beside) > 4:
        taken -= 1
        beside = _pairs(others[:taken], width - LABEL)
    cell = Cell("photo", photo.label, photo.label or "", width=LABEL, height=len(beside))
    return [(*beside[0], cell), *beside[1:], *_pairs(others[taken:], width)]


def _pairs(drawn: list[Drawn], width: int) -> list[Line]:
    rows: list[Line] = []
    waiting: Drawn | None = None
    label = LABEL + 1 if any(7 < len(one.text) <= 24 and not one.inline for one in drawn) else LABEL
    for number, one in enumerate(drawn):
        if waiting and number + 1 < len(drawn) and _belongs(drawn[number + 1], one):
            rows.append(_pair(waiting, width, label))  # 法定代表人 and his 联系电话 stand in one row
            waiting = one
        elif one.wide:
            rows += [_pair(waiting, width, label)] if waiting else []
            rows.append(_pair(one, width, label))
            waiting = None
        elif waiting:
            rows.append((*_pair(waiting, width // 2, label), *_pair(one, width - width // 2, label)))
            waiting = None
        else:
            waiting = one
    return [*rows, _pair(waiting, width, label)] if waiting else rows


def _belongs(one: Drawn, to: Drawn) -> bool:
    return bool(one.item.group) and norm(to.label).startswith(norm(one.item.group))


def _pair(one: Drawn, width: int, narrow: int) -> Line:
    if one.inline:
        return (Cell("inline", one.label, one.text, one.value, one.boxes, width, tall=one.tall),)
    label = narrow if len(one.text) <= 24 else 2 * LABEL
    value = Cell("value", None, one.place, one.value, one.boxes, width - label, tall=one.tall)
    return Cell("label", one.label, one.text, width=label), value


def signing(drawn: list[Drawn], width: int) -> list[Line]:
    """Room to sign, three at most side by side; `printed_row`: from here on all in one row."""
    rows: list[Line] = []
    at = next((n for n, one in enumerate(drawn) if one.item.component.properties.get("printed_row")), len(drawn))
    lines = -(-at // 3)
    each = -(-at // lines) if lines else 1
    sides = [drawn[start : min(at, start + each)] for start in range(0, at, each)]
    for side in [*sides, *([drawn[at:]] if drawn[at:] else [])]:
        room = [width // len(side)] * len(side)
        room[-1] += width - sum(room)
        rows.append(
            tuple(
                Cell("signature", one.label, f"{one.text}{one.place}", one.value, one.boxes, w)
                for one, w in zip(side, room, strict=True)
            )
        )
    return rows


def statement(one: Drawn, width: int) -> Cell:
    return Cell("statement", one.label, one.text, one.value, width=width)


def spread(drawn: list[Drawn]) -> Line:
    """Items of one line without borders, each as wide as its words want."""
    wanted = sum(map(length, drawn))
    widths = [max(3, UNITS * length(one) // wanted) for one in drawn]
    widths[-1] = max(3, UNITS - sum(widths[:-1]))
    return tuple(
        Cell("inline", one.label, one.text, one.value, one.boxes, width)
        for one, width in zip(drawn, widths, strict=True)
    )


def length(one: Drawn) -> int:
    return len(one.text) + max(len(one.value), 6) + sum(len(box.label) + 2 for box in one.boxes)


def beside(head: Cell, rows: list[Line]) -> list[Line]:
    tall = Cell(head.kind, head.label, head.text, head.value, head.boxes, head.width, len(rows))
    return [(tall, *rows[0]), *rows[1:]]


def gap(width: int) -> Line:
    return (Cell("value", width=width),)
