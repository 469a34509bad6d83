"""Users, their memberships (region, office, role) and server-side sessions."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from engine.store.base import Instant, metadata

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(60), nullable=False, unique=True),
    Column("name", String(60), nullable=False),  # as printed in histories
    Column("password_hash", String(200), nullable=False),  # argon2id
    Column("active", Boolean, nullable=False, default=True),
    Column("demo", Boolean, nullable=False, default=False),  # refused outside demo mode
    Column("must_change", Boolean, nullable=False, default=False),  # the password came from somebody else
    Column("failures", Integer, nullable=False, default=0),  # wrong passwords in a row
    Column("locked_until", Instant),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
    info={"rights": ("UPDATE",)},
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("region", String(20), nullable=False),  # '*': every region
    Column("office", String(40), nullable=False),  # '*': every office of the region
    Column("role", String(20), nullable=False),  # window review leader designer approver auditor supervisor admin
    UniqueConstraint("user_id", "region", "office", "role"),
    sqlite_autoincrement=True,
    info={"rights": ("DELETE",)},
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # sha256 of the cookie's token; the token itself is not kept
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_sessions_expires", "expires_at"),
    info={"rights": ("UPDATE", "DELETE")},
)

form_drafts = Table(
    "form_drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("place", String(120), nullable=False),  # e.g. task:17 or open:002036001001-unit-enrolment/changsha
    Column("values", Text, nullable=False),  # raw input as typed, not validated
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("user_id", "place"),
    sqlite_autoincrement=True,
    info={"rights": ("DELETE",)},
)
