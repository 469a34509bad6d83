"""A clock for tests that tell a day: `at(system, "2026-09-22 09:30")` in Shanghai."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.actions.system import System
from engine.clock import SHANGHAI, FixedClock


def instant(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI).astimezone(UTC)


def at(system: System, words: str) -> None:
    """From now on it is that time, and it stands still."""
    system.clock = FixedClock(instant(words))
