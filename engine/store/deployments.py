"""Deployments: immutable bundles of one (matter, region), versioned and chained like events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
)

from engine.store.base import Instant, metadata, queue_for
from engine.store.guards import append_only

deployments = Table(
    "deployments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("matter", String(80), nullable=False),
    Column("region", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha", String(64), nullable=False),  # of the bundle
    Column("bundle", Text, nullable=False),  # canonical encoding, see engine.bundles
    Column("source", String(10), nullable=False),  # files: seeded from disk; browser: published by a designer
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(60), nullable=False),
    Column("approved_by", String(60), nullable=False),
    Column("note", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("matter", "region", "version"),
    sqlite_autoincrement=True,
)

append_only(
    deployments,
    "present.id = NEW.id OR (present.matter = NEW.matter AND present.region = NEW.region "
    "AND present.version = NEW.version)",
)

_insert = insert(deployments).returning(deployments.c.id)
_by_id = select(deployments).where(deployments.c.id == bindparam("b_id"))
_current = (
    select(*(c for c in deployments.c if c.name != "bundle"))  # every opening asks, and a bundle is 60 KB
    .where(deployments.c.matter == bindparam("b_matter"), deployments.c.region == bindparam("b_region"))
    .order_by(deployments.c.version.desc())
    .limit(1)
)
_last_hash = select(deployments.c.hash).order_by(deployments.c.id.desc()).limit(1)


def add(connection: Any, values: dict[str, Any]) -> int:
    return int(connection.execute(_insert, values).scalar_one())


def by_id(connection: Any, deployment_id: int) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_by_id, {"b_id": deployment_id}).first()
    return row


def current(connection: Any, matter: str, region: str) -> Row[Any] | None:
    """The newest version, without its bundle: what new cases run on."""
    row: Row[Any] | None = connection.execute(_current, {"b_matter": matter, "b_region": region}).first()
    return row


def numbered(connection: Any, matter: str, region: str, version: int) -> Row[Any] | None:
    """One version of a (matter, region)."""
    statement = select(deployments).where(
        deployments.c.matter == matter, deployments.c.region == region, deployments.c.version == version
    )
    row: Row[Any] | None = connection.execute(statement).first()
    return row


def newest(connection: Any, matter: str) -> list[tuple[int, str]]:
    """(id, region) of what new cases of the matter run on, a row for each of its regions."""
    statement = (
        select(deployments.c.region, func.max(deployments.c.id).label("id"))
        .where(deployments.c.matter == matter)
        .group_by(deployments.c.region)
        .order_by(deployments.c.region)
    )
    return [(row.id, row.region) for row in connection.execute(statement)]


def chained(connection: Any) -> Iterator[Row[Any]]:
    """Every version in the order of publishing, bundles included, one at a time."""
    yield from connection.execute(select(deployments).order_by(deployments.c.id).execution_options(yield_per=20))


def hold_chain(connection: Any) -> None:
    """Nobody else deploys until this transaction ends: two versions must not both follow the same one."""
    queue_for(connection, "deployments")


def last_hash(connection: Any) -> str:
    return connection.execute(_last_hash).scalar() or ""


def listing(connection: Any) -> list[Row[Any]]:
    """Every version without its bundle, newest first, with the number of cases that run on it."""
    from_cases = metadata.tables["cases"]
    columns = [c for c in deployments.c if c.name != "bundle"]
    counted = (
        select(from_cases.c.deployment_id, func.count().label("n"))
        .where(from_cases.c.status == "open")
        .group_by(from_cases.c.deployment_id)
        .subquery()
    )
    statement = (
        select(*columns, func.coalesce(counted.c.n, 0).label("open_cases"))
        .outerjoin(counted, counted.c.deployment_id == deployments.c.id)
        .order_by(deployments.c.matter, deployments.c.region, deployments.c.version.desc())
    )
    return list(connection.execute(statement))
