"""Trial runs of drafts: the latest one a draft, running in a process apart or over, with what it found.

Whoever writes to a run that goes on names it: a run that was stopped, or replaced by another, is not written to again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, Text, bindparam, select, update

from engine.store.base import Instant, metadata, queue_for, upsert
from engine.store.drafts import diagram_drafts

RUNNING, DONE, STOPPED, FAILED = "running", "done", "stopped", "failed"

diagram_trials = Table(
    "diagram_trials",
    metadata,
    Column("draft", Integer, ForeignKey("diagram_drafts.id"), primary_key=True, autoincrement=False),
    Column("run", String(36), nullable=False),  # which run this is
    Column("revision", Integer, nullable=False),  # of the draft that is tried
    Column("digest", String(64), nullable=False),  # SHA-256 of its diagram: a proposal counts on and changes nothing
    Column("status", String(12), nullable=False),  # running, done, stopped, failed
    Column("finished", Integer, nullable=False),  # examples so far
    Column("total", Integer, nullable=False),  # 0: not known yet
    Column("started_by", String(60), nullable=False),
    Column("started_at", Instant, nullable=False),  # the business clock's
    Column("alive_at", Instant, nullable=False),  # the machine's: a run whose keeper was killed is told by it
    Column("found", Text, nullable=False),  # JSON of what it found; why it failed, in words
    info={"rights": ("UPDATE",)},
)

_put = upsert(diagram_trials, tuple(c.name for c in diagram_trials.c if not c.primary_key))

_by_draft = select(diagram_trials).where(diagram_trials.c.draft == bindparam("b_draft"))
_going_on = (
    select(diagram_trials, diagram_drafts.c.matter)
    .join(diagram_drafts, diagram_drafts.c.id == diagram_trials.c.draft)
    .where(diagram_trials.c.status == RUNNING, diagram_trials.c.alive_at > bindparam("b_since"))
)


def hold(connection: Any) -> None:
    """Nobody else starts a run until this transaction ends."""
    queue_for(connection, "diagram_trials")


def put(connection: Any, values: dict[str, Any]) -> None:
    """A new run in place of the draft's last one; inside `hold`."""
    _put.run(connection, [values])


def of_draft(connection: Any, draft_id: int) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_by_draft, {"b_draft": draft_id}).first()
    return row


def going_on(connection: Any, since: datetime) -> list[Row[Any]]:
    """Runs that gave a sign of life after `since`, with the matter of their draft."""
    return list(connection.execute(_going_on, {"b_since": since}))


def note(connection: Any, run: str, values: dict[str, Any]) -> bool:
    """Writes to a run; False when it does not go on any more."""
    c = diagram_trials.c
    changed = connection.execute(update(diagram_trials).where(c.run == run, c.status == RUNNING).values(**values))
    return bool(changed.rowcount)
