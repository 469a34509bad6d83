"""Limits and deadlines: the law of time, without a database and without a clock of its own.

limits       TimeLimit, OfficeHours, month arithmetic
projection   budget + start + suspensions + calendar -> last day and due instant
explanation  the same in one Chinese sentence
deadline     one running limit, its history and its alarms
ledger       all limits of a case
cycles       quarterly agreement cycles
amendment    which deadlines a new calendar version moves
"""

from engine.deadlines.amendment import Move, moves
from engine.deadlines.cycles import (
    Cycle,
    assessment_opens,
    counts_from,
    cycle_of,
    cycle_terms,
    first_day_of,
    internal_target,
)
from engine.deadlines.deadline import OVERDUE, WARNING, Alarm, Deadline, Extension
from engine.deadlines.ledger import Ledger
from engine.deadlines.limits import PARTIES, UNITS, OfficeHours, TimeLimit, months_after, start_of_day
from engine.deadlines.projection import Projection, Running, project

__all__ = [
    "OVERDUE",
    "PARTIES",
    "UNITS",
    "WARNING",
    "Alarm",
    "Cycle",
    "Deadline",
    "Extension",
    "Ledger",
    "Move",
    "OfficeHours",
    "Projection",
    "Running",
    "TimeLimit",
    "assessment_opens",
    "counts_from",
    "cycle_of",
    "cycle_terms",
    "first_day_of",
    "internal_target",
    "months_after",
    "moves",
    "project",
    "start_of_day",
]
