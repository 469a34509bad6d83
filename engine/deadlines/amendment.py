"""What a new calendar version does to the deadlines of a case: the preview of an amendment.

Moving them needs nothing else: once the case is under the new version, the ledger answers by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.calendars import Calendar
from engine.deadlines.ledger import Ledger
from engine.deadlines.limits import OfficeHours


@dataclass(frozen=True, slots=True)
class Move:
    """One deadline whose due instant differs between two versions. While suspended it has none to move."""

    key: str
    occurrence: int
    before: datetime  # UTC
    after: datetime  # UTC
    reopens: bool  # ended too late under the old version, in time under the new one: list for the supervisor


def moves(ledger: Ledger, old: Calendar, new: Calendar, hours: OfficeHours) -> list[Move]:
    """Deadlines that move, in starting order. Ended ones only when the verdict on them turns to met."""
    found = []
    for deadline in ledger.deadlines.values():
        before, after = deadline.projection(old, hours).due, deadline.projection(new, hours).due
        ended = deadline.ended_at
        if before is None or after is None or before == after:
            continue
        judged_by = deadline.ended_due or before
        reopens = ended is not None and judged_by <= ended < after
        if ended is None or reopens:
            found.append(Move(deadline.key, deadline.occurrence, before, after, reopens))
    return found
