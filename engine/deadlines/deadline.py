"""One running limit of a case, what happened to it, and the alarms it still owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.calendars import Calendar
from engine.deadlines.limits import OfficeHours, TimeLimit
from engine.deadlines.projection import Interval, Projection, Running, project

WARNING, OVERDUE = "warning", "overdue"


@dataclass(frozen=True, slots=True)
class Extension:
    """A budget that replaced the one before (行政许可法 42: with approval and notice)."""

    limit: TimeLimit
    at: datetime
    approver: str
    level: str  # 负责人, 集体决定 …
    reason: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something the supervisor is to be told, once per version of the due instant."""

    kind: str  # warning, overdue
    key: str
    occurrence: int
    instant: datetime  # when it is to be raised, UTC
    version: datetime  # the due instant it belongs to, UTC
    party: str  # whose limit it is: applicant, agency


@dataclass(frozen=True, slots=True)
class Deadline:
    """An occurrence of a limit. Instants are aware; nothing here depends on a calendar."""

    key: str
    occurrence: int  # 1, 2 … of this key in this case
    limit: TimeLimit  # the original budget
    started_at: datetime
    suspensions: tuple[Interval, ...] = ()  # those that are over, disjoint unless entered late
    suspended_since: datetime | None = None
    suspended_by: tuple[str, ...] = ()  # nodes that hold it now
    extensions: tuple[Extension, ...] = ()  # the last one's budget is in force
    ended_at: datetime | None = None
    ended_due: datetime | None = None  # what the end was measured against, when recorded
    warned: datetime | None = None  # due instant of the last warning raised
    overdue: datetime | None = None  # due instant of the last overdue alarm raised

    @property
    def budget(self) -> TimeLimit:
        """The limit in force."""
        return self.extensions[-1].limit if self.extensions else self.limit

    # --- changes ------------------------------------------------------------------------------------

    def suspended(self, at: datetime, by: str) -> Deadline:
        if by in self.suspended_by:
            return self
        return replace(self, suspended_since=self.suspended_since or at, suspended_by=(*self.suspended_by, by))

    def resumed(self, at: datetime, by: str) -> Deadline:
        if by not in self.suspended_by:
            return self
        left = tuple(x for x in self.suspended_by if x != by)
        if left:
            return replace(self, suspended_by=left)
        return self._running_again(at)

    def extended(self, extension: Extension) -> Deadline:
        return replace(self, extensions=(*self.extensions, extension))

    def ended(self, at: datetime, due: datetime | None) -> Deadline:
        running = self._running_again(at) if self.suspended_since else self
        return replace(running, ended_at=at, ended_due=due)

    def marked(self, kind: str, version: datetime) -> Deadline:
        if kind == WARNING:
            return replace(self, warned=version)
        return replace(self, overdue=version)

    def _running_again(self, at: datetime) -> Deadline:
        since = self.suspended_since or at
        return replace(
            self,
            suspensions=(*self.suspensions, (since, max(since, at))),
            suspended_since=None,
            suspended_by=(),
        )

    # --- questions ----------------------------------------------------------------------------------

    def projection(self, calendar: Calendar, hours: OfficeHours) -> Projection:
        level = self.extensions[-1].level if self.extensions else ""
        running = Running(self.budget, self.started_at, self.suspensions, self.suspended_since, level)
        return project(running, calendar, hours)

    def due(self, calendar: Calendar, hours: OfficeHours) -> datetime | None:
        """First instant too late; None once ended and while suspended."""
        return None if self.ended_at else self.projection(calendar, hours).due

    def state(self, now: datetime, calendar: Calendar, hours: OfficeHours) -> str:
        projection = self.projection(calendar, hours)
        if self.ended_at:
            due = self.ended_due or projection.due
            return "breached" if due and self.ended_at >= due else "met"
        if projection.due is None:
            return "suspended"
        return "breached" if now >= projection.due else "running"

    def alarms(self, calendar: Calendar, hours: OfficeHours) -> list[Alarm]:
        """Still to raise for the present due instant, of a quiet limit none; a warning only after the start."""
        projection = self.projection(calendar, hours)
        due, warning = projection.due, projection.warning
        if self.ended_at or due is None or warning is None or self.limit.quiet:
            return []
        found = []
        if self.warned != due and warning > self.started_at:
            found.append(Alarm(WARNING, self.key, self.occurrence, warning, due, self.limit.party))
        if self.overdue != due:
            found.append(Alarm(OVERDUE, self.key, self.occurrence, due, due, self.limit.party))
        return found

    # --- plain value --------------------------------------------------------------------------------

    def to_value(self) -> dict[str, Any]:
        """Only what differs from the default, since it is written on every step."""
        value: dict[str, Any] = {"limit": self.limit.to_value(), "n": self.occurrence, "at": self.started_at}
        if self.suspensions:
            value["paused"] = [list(pair) for pair in self.suspensions]
        if self.suspended_since:
            value["since"], value["by"] = self.suspended_since, list(self.suspended_by)
        if self.extensions:
            value["extended"] = [[e.limit.to_value(), e.at, e.approver, e.level, e.reason] for e in self.extensions]
        for name in ("ended_at", "ended_due", "warned", "overdue"):
            if getattr(self, name) is not None:
                value[name] = getattr(self, name)
        return value

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> Deadline:
        limit = TimeLimit.from_value(value["limit"])
        return cls(
            key=limit.key,
            occurrence=value["n"],
            limit=limit,
            started_at=value["at"],
            suspensions=tuple((begin, end) for begin, end in value.get("paused", ())),
            suspended_since=value.get("since"),
            suspended_by=tuple(value.get("by", ())),
            extensions=tuple(
                Extension(TimeLimit.from_value(limit), *rest) for limit, *rest in value.get("extended", ())
            ),
            ended_at=value.get("ended_at"),
            ended_due=value.get("ended_due"),
            warned=value.get("warned"),
            overdue=value.get("overdue"),
        )
