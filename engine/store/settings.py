"""Small facts of the installation: calendar versions, number blocks, the demo clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, String, Table, Text, bindparam, func, insert, select, update

from engine.store.base import Instant, metadata, queue_for, upsert
from engine.store.guards import append_only

calendar_versions = Table(
    "calendar_versions",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("position", Integer, nullable=False, unique=True),  # the highest is in force
    Column("table", Text, nullable=False),  # canonical encoding of the calendar; never deleted
    Column("reason", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("entered_by", String(60), nullable=False),
)

append_only(calendar_versions, "present.version = NEW.version OR present.position = NEW.position")

number_blocks = Table(
    "number_blocks",
    metadata,
    Column("kind", String(20), primary_key=True),  # case, or the letter's kind
    Column("region", String(20), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("next", Integer, nullable=False),  # first number of the next block
    info={"rights": ("UPDATE",)},
)

demo_clock = Table(
    "demo_clock",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1; the row exists only in demo mode
    Column("offset_seconds", Integer, nullable=False),  # ahead of the machine's clock; never decreases
    Column("moved_at", Instant, nullable=False),
    Column("moved_by", String(60), nullable=False),
    info={"rights": ("UPDATE",)},
)

_block = select(number_blocks.c.next).where(
    number_blocks.c.kind == bindparam("b_kind"),
    number_blocks.c.region == bindparam("b_region"),
    number_blocks.c.year == bindparam("b_year"),
)
_begin_block = upsert(number_blocks, ("kind",))  # an existing row stays as it is
_take_block = (
    update(number_blocks)
    .where(
        number_blocks.c.kind == bindparam("b_kind"),
        number_blocks.c.region == bindparam("b_region"),
        number_blocks.c.year == bindparam("b_year"),
    )
    .values(next=bindparam("next"))
)


def take_block(connection: Any, kind: str, region: str, year: int, size: int) -> int:
    """First of `size` numbers nobody else gets; call inside a transaction of its own."""
    key = {"b_kind": kind, "b_region": region, "b_year": year}
    statement = _block if connection.dialect.name == "sqlite" else _block.with_for_update()
    first = connection.execute(statement, key).scalar()
    if first is None:  # the first of the year; several processes may find that at once
        _begin_block.run(connection, [{"kind": kind, "region": region, "year": year, "next": 1}])
        first = connection.execute(statement, key).scalar_one()
    connection.execute(_take_block, {**key, "next": first + size})
    return int(first)


_in_force = select(calendar_versions.c.version).order_by(calendar_versions.c.position.desc()).limit(1)
_table = select(calendar_versions.c.table).where(calendar_versions.c.version == bindparam("b_version"))


def hold(connection: Any) -> None:
    """Nobody else adds a calendar or a clock until this transaction ends."""
    queue_for(connection, "calendars")


def calendar_in_force(connection: Any) -> str | None:
    version: str | None = connection.execute(_in_force).scalar()
    return version


def calendar_table(connection: Any, version: str) -> str | None:
    table: str | None = connection.execute(_table, {"b_version": version}).scalar()
    return table


def calendar_before(connection: Any, version: str) -> str | None:
    """The version that this one replaced; None for the first."""
    position = select(calendar_versions.c.position).where(calendar_versions.c.version == version).scalar_subquery()
    before = select(calendar_versions.c.version).where(calendar_versions.c.position < position)
    found: str | None = connection.execute(before.order_by(calendar_versions.c.position.desc()).limit(1)).scalar()
    return found


def add_calendar(connection: Any, values: dict[str, Any]) -> None:
    """Adds a version after the others; the newest is in force."""
    last = connection.execute(select(func.max(calendar_versions.c.position))).scalar() or 0
    connection.execute(insert(calendar_versions), {**values, "position": last + 1})


def demo_offset(connection: Any) -> int | None:
    """Seconds the demo clock is ahead; None outside demo mode."""
    value: int | None = connection.execute(select(demo_clock.c.offset_seconds)).scalar()
    return value


def set_demo_offset(connection: Any, seconds: int, now: datetime, who: str) -> None:
    values = {"offset_seconds": seconds, "moved_at": now, "moved_by": who}
    if demo_offset(connection) is None:
        connection.execute(insert(demo_clock), {"id": 1, **values})
    else:
        connection.execute(update(demo_clock).values(**values))
