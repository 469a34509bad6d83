"""The ledger of a case: every limit that ran or runs, and the only source of its due dates.

It is frozen: each operation gives a new ledger, needs no calendar, and can therefore be folded from recorded
events alone. Calendar and office hours come in when a question is asked. A timer of the diagram asks `due`
and stores nothing, so suspension, extension and amendment of the calendar move it without being told.

Per key the latest occurrence is kept (a second supplement round is occurrence 2); earlier ones are in the
events, so that a ledger does not grow with the rounds of a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.calendars import Calendar
from engine.clock import local_date
from engine.deadlines.deadline import Alarm, Deadline, Extension
from engine.deadlines.limits import OfficeHours, TimeLimit
from engine.deadlines.projection import Projection
from engine.errors import Conflict, NotFound


@dataclass(frozen=True)
class Ledger:
    """Deadlines by key, in the order in which they first started."""

    deadlines: Mapping[str, Deadline] = field(default_factory=dict)

    # --- what happens to limits ---------------------------------------------------------------------

    def start(self, key: str, limit: TimeLimit, at: datetime) -> Ledger:
        """A limit starts to run at its start event (`at` may lie before the entry: received_at, a visit).

        While an occurrence still runs nothing changes: a token that comes round again gives nobody new time.
        """
        before = self.deadlines.get(key)
        if before and before.ended_at is None:
            return self
        return self._with(Deadline(key, before.occurrence + 1 if before else 1, limit, at))

    def end(self, key: str, at: datetime, due: datetime | None = None) -> Ledger:
        """What was owed is done; no-op when nothing runs.

        `due`, when given, is recorded as the instant it was measured against, so that a later amendment of
        the calendar does not turn met into breached.
        """
        return self._change(key, lambda d: d.ended(at, due))

    def end_all(self, at: datetime) -> Ledger:
        """The case has its outcome: whatever still runs ends."""
        ledger = self
        for key in self.running_keys():
            ledger = ledger.end(key, at)
        return ledger

    def suspend(self, key: str, at: datetime, by: str) -> Ledger:
        """Node `by` stops the limit until it resumes; no-op when nothing runs or `by` stopped it already."""
        return self._change(key, lambda d: d.suspended(at, by))

    def resume(self, key: str, at: datetime, by: str) -> Ledger:
        """Node `by` no longer stops the limit; it runs again once nobody does (a union of suspensions)."""
        return self._change(key, lambda d: d.resumed(at, by))

    def extend(self, key: str, limit: TimeLimit, at: datetime, approver: str, level: str, reason: str) -> Ledger:
        """The budget is replaced (its unit may change), counted from the same start.

        Raises NotFound when nothing runs under that key, Conflict when the guide allows no further extension.
        """
        deadline = self.deadlines.get(key)
        if deadline is None or deadline.ended_at is not None:
            raise NotFound(f"期限 {key} 没有在计时，不能延长")
        if len(deadline.extensions) >= deadline.limit.extensions:
            raise Conflict(f"期限 {key} 已延长 {len(deadline.extensions)} 次，办事指南不允许再延长")
        if limit.key != key or limit.party != deadline.limit.party:
            raise Conflict(f"延长后的期限应当仍是 {key}，主体仍是 {deadline.limit.party}")
        return self._with(deadline.extended(Extension(limit, at, approver, level, reason)))

    def mark_alarm(self, kind: str, key: str, occurrence: int, version: datetime) -> Ledger:
        """The alarm for this version of the due instant has been raised; no-op for an earlier occurrence."""
        deadline = self.deadlines.get(key)
        if deadline is None or deadline.occurrence != occurrence:
            return self
        return self._with(deadline.marked(kind, version))

    # --- what is asked ------------------------------------------------------------------------------

    def projection(self, key: str, calendar: Calendar, hours: OfficeHours) -> Projection | None:
        """The latest occurrence's projection, also after its end; None when it never started."""
        deadline = self.deadlines.get(key)
        return deadline.projection(calendar, hours) if deadline else None

    def due(self, key: str, calendar: Calendar, hours: OfficeHours) -> datetime | None:
        """First instant too late, UTC. None: no such limit here, ended, or suspended - never due."""
        deadline = self.deadlines.get(key)
        return deadline.due(calendar, hours) if deadline else None

    def warning(self, key: str, calendar: Calendar, hours: OfficeHours) -> datetime | None:
        """Opening of the last working day (or as the region sets it), UTC; None as for `due`."""
        deadline = self.deadlines.get(key)
        if deadline is None or deadline.ended_at is not None:
            return None
        return deadline.projection(calendar, hours).warning

    def state(self, key: str, now: datetime, calendar: Calendar, hours: OfficeHours) -> str | None:
        """running, suspended, met or breached; None when it never started."""
        deadline = self.deadlines.get(key)
        return deadline.state(now, calendar, hours) if deadline else None

    def remaining_working_days(self, key: str, now: datetime, calendar: Calendar, hours: OfficeHours) -> int | None:
        """Working days after today up to the last day: 0 on the last day, negative afterwards.

        While suspended what was left when it stopped. None when nothing runs under that key.
        """
        deadline = self.deadlines.get(key)
        if deadline is None or deadline.ended_at is not None:
            return None
        projection = deadline.projection(calendar, hours)
        today = local_date(projection.suspended_since or now)
        return calendar.working_days_between(today, projection.counted_to)

    def alarms(self, calendar: Calendar, hours: OfficeHours) -> list[Alarm]:
        """All alarms still to raise, past and future, in the order of their instants."""
        found = [a for d in self.deadlines.values() for a in d.alarms(calendar, hours)]
        return sorted(found, key=lambda a: a.instant)  # stable: equal instants in starting order

    def running_keys(self) -> list[str]:
        """Keys of the limits that have started and not ended (suspended ones too)."""
        return [key for key, d in self.deadlines.items() if d.ended_at is None]

    # --- plain value --------------------------------------------------------------------------------

    def to_value(self) -> list[Any]:
        """Compact, encodable by engine.encoding."""
        return [d.to_value() for d in self.deadlines.values()]

    @classmethod
    def from_value(cls, value: list[Any]) -> Ledger:
        return cls({d.key: d for d in map(Deadline.from_value, value)})

    def _change(self, key: str, change: Callable[[Deadline], Deadline]) -> Ledger:
        deadline = self.deadlines.get(key)
        if deadline is None or deadline.ended_at is not None:
            return self
        return self._with(change(deadline))

    def _with(self, deadline: Deadline) -> Ledger:
        return replace(self, deadlines={**self.deadlines, deadline.key: deadline})
