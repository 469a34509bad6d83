"""Case events: append only, hash-chained. They are the truth; every other case table can be rebuilt from them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    update,
)

from engine.events import ERASURE
from engine.store.base import Instant, metadata
from engine.store.guards import append_only
from engine.store.prepared import Prepared

events = Table(
    "events",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("format", Integer, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("node", String(200), nullable=False),
    Column("actor", String(60), nullable=False),  # user name; 'system' for timers
    Column("effective_at", Instant, nullable=False),  # in law; never decreases within a case
    Column("recorded_at", Instant, nullable=False),
    Column("calendar", String(64), nullable=False),  # version the step was computed under
    Column("request_id", String(36)),
    Column("payload", Text, nullable=False),  # canonical encoding, see engine.events
    Column("digest", String(64), nullable=False),  # of the canonical state afterwards
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("case_id", "request_id", name="uq_events_case_request"),
    info={"rights": ("UPDATE (payload)",)},
)

_KEPT = [column.name for column in events.c if column.name != "payload"]
_ERASING = (
    f"EXISTS (SELECT 1 FROM events AS erasing WHERE erasing.case_id = OLD.case_id AND erasing.kind = '{ERASURE}' "
    "AND erasing.seq > OLD.seq)"
)
append_only(
    events,
    taken="present.case_id = NEW.case_id AND (present.seq = NEW.seq OR present.request_id = NEW.request_id)",
    lawful={
        "sqlite": " AND ".join([*(f"NEW.{name} IS OLD.{name}" for name in _KEPT), _ERASING]),
        "postgresql": " AND ".join([*(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT), _ERASING]),
    },
)

_insert = Prepared(insert(events), events.c.keys())
_of_case = select(events).where(events.c.case_id == bindparam("b_case")).order_by(events.c.seq)
_by_request = select(events).where(
    events.c.case_id == bindparam("b_case"), events.c.request_id == bindparam("b_request")
)


def append(connection: Any, rows: list[dict[str, Any]]) -> None:
    _insert.run(connection, rows)


def replace_payload(connection: Any, case_id: int, seq: int, payload: str) -> None:
    """The same event without some values: refused by the database until the case has an event of ERASURE."""
    where = (events.c.case_id == case_id, events.c.seq == seq)
    connection.execute(update(events).where(*where).values(payload=payload))


def of_case(connection: Any, case_id: int) -> list[Row[Any]]:
    return list(connection.execute(_of_case, {"b_case": case_id}))


def by_request(connection: Any, case_id: int, request_id: str) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_by_request, {"b_case": case_id, "b_request": request_id}).first()
    return row
