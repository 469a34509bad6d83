"""The clock is a value handed in, never read in passing.

Every action takes `now` once, under the case lock. Asia/Shanghai is the only zone of the product: China has
one legal time, and days of the law are its local dates.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that says what time it is, as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock: the only one in production."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set: examples, replay and tests."""

    def __init__(self, instant: datetime) -> None:
        self.set(instant)

    def set(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise TypeError("a clock needs an instant with a time zone")
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self._instant


def local_date(instant: datetime) -> date:
    """The day of the law that an instant falls on."""
    return instant.astimezone(SHANGHAI).date()
