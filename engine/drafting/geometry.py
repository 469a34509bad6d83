"""Sizes: boxes, the widths of texts as the viewer draws them (12 px), and how large each kind of node is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

CHARACTER, LATIN, LINE = 12, 7, 14  # px: a Chinese character, a Latin letter or digit, a line
EVENT, GATEWAY, TASK_HEIGHT = 36, 50, 80
DEFAULT_MARK = 14  # from a gateway to behind the stroke that crosses its default flow
LABEL_WIDTH = 108  # the widest label of an event; longer names take another line
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px; y grows downwards."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def around(cls, cx: int, cy: int, width: int, height: int) -> Box:
        return cls(cx - width // 2, cy - height // 2, width, height)

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def cx(self) -> int:
        return self.x + self.width // 2

    @property
    def cy(self) -> int:
        return self.y + self.height // 2


def text_width(text: str) -> int:
    return sum(CHARACTER if unicodedata.east_asian_width(char) in "WFA" else LATIN for char in text)


def task_width(name: str) -> int:
    """100 as drawn by hand; wider for a name that would take more than one or two lines."""
    width = text_width(name)
    return 100 if width <= 84 else 130 if width <= 120 else 160


def size(kind: str, name: str) -> tuple[int, int]:
    """Width and height of a node that is no container."""
    if kind == "userTask":
        return task_width(name), TASK_HEIGHT
    if kind == "exclusiveGateway":
        return GATEWAY, GATEWAY
    return EVENT, EVENT


def wrapped(text: str, widest: int = LABEL_WIDTH) -> tuple[int, int]:
    """Width and height of a label broken into lines of about the same length."""
    whole = text_width(text)
    lines = -(-whole // widest)
    each = -(-len(text) // lines)
    return (whole if lines == 1 else max(text_width(text[i : i + each]) for i in range(0, len(text), each))), (
        LINE * lines
    )


def below(box: Box, text: str) -> Box:
    width, height = wrapped(text)
    return Box(box.cx - width // 2, box.bottom + 4, width, height)


def above(box: Box, text: str) -> Box:
    width, height = wrapped(text)
    return Box(box.cx - width // 2, box.y - 4 - height, width, height)


def beside(x: int, y: int, text: str) -> Box:
    """A label of one line whose upper left corner is given."""
    return Box(x, y, text_width(text), LINE)
