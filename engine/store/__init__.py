"""The store: tables with their queries. Importing it registers every table in `base.metadata`."""

from __future__ import annotations

from engine.store import (
    account_changes,
    cases,
    deadlines,
    deployments,
    drafts,
    events,
    incidents,
    letters,
    messages,
    notice_items,
    notices,
    people,
    presences,
    settings,
    supervision,
    tasks,
    timers,
    trials,
)
from engine.store.base import Instant, Step, Store, metadata

__all__ = [
    "Instant", "Step", "Store", "account_changes", "cases", "deadlines", "deployments", "drafts", "events", "incidents",
    "letters", "messages", "metadata", "notice_items", "notices", "people", "presences", "settings", "supervision",
    "tasks", "timers", "trials",
]  # fmt: skip
