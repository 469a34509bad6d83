"""Paths of places: `handling/experts[2]` is the second seat of the task `experts` in the sub-process `handling`.

A task with named participants (多实例) has one place for the whole, under the element's path, and one for each
participant, its seat, numbered from 1 in the order of the list. XML ids hold no brackets, so nothing is ambiguous.
"""

from __future__ import annotations


def element_id(path: str) -> str:
    """The id of the element that a path leads to, whichever seat of it."""
    return path.rpartition("/")[2].partition("[")[0]


def seat(path: str, number: int) -> str:
    """The path of one seat of the task at `path`."""
    return f"{path}[{number}]"


def is_seat(path: str) -> bool:
    return path.endswith("]")


def seat_number(path: str) -> int:
    """The number of a seat; 0 where the path is not one."""
    return int(path.rpartition("[")[2][:-1]) if is_seat(path) else 0


def whole(path: str) -> str:
    """The path of the task that a seat belongs to; of anything else the path itself."""
    return path.rpartition("[")[0] if is_seat(path) else path
