"""What is done to accounts is written down in the same transaction: by whom, to whom, what, before and after.

Every entry carries the hash of the one before, like deployments: see verify_accounts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.system import System
from engine.store import account_changes

CREATED, MEMBERSHIPS, PASSWORD, OWN_PASSWORD = "created", "memberships", "password", "own_password"
LOCKED, UNLOCKED, CLOSED, OPENED = "locked", "unlocked", "closed", "opened"
WORDS = {
    CREATED: "新建用户", MEMBERSHIPS: "变更职责", PASSWORD: "重置密码", OWN_PASSWORD: "本人修改密码",
    LOCKED: "密码连续输错，锁定", UNLOCKED: "解锁", CLOSED: "停用", OPENED: "启用",
}  # fmt: skip
OPERATOR = "operator"  # whoever works at the command line of the machine itself
BATCH = 200  # rows that are read at a time while those within somebody's reach are picked

Places = Iterable[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry as an auditor reads it."""

    id: int
    at: datetime
    actor: str  # user name
    username: str
    name: str
    what: str
    before: tuple[Membership, ...]
    after: tuple[Membership, ...]
    reason: str

    @property
    def words(self) -> str:
        return WORDS.get(self.what, self.what)

    @property
    def taken(self) -> tuple[Membership, ...]:
        return tuple(m for m in self.before if m not in self.after)

    @property
    def given(self) -> tuple[Membership, ...]:
        return tuple(m for m in self.after if m not in self.before)


def note(
    system: System,
    connection: Any,
    by: str,
    person: Any,
    what: str,
    before: Places,
    after: Places | None = None,
    reason: str = "",
) -> None:
    """Within the transaction of the change. `person`: a row of users; `after`: None where memberships stay."""
    held = [list(place) for place in before]
    places = {"before": held, "after": held if after is None else [list(place) for place in after]}
    account_changes.hold_chain(connection)
    values = {
        "at": system.clock.now(),
        "actor": by,
        "username": person.username,
        "name": person.name,
        "what": what,
        "places": json.dumps(places, ensure_ascii=False),
        "reason": reason,
        "prev_hash": account_changes.last_hash(connection),
    }
    account_changes.add(connection, {**values, "hash": change_hash(values)})


HASHED = ("at", "actor", "username", "name", "what", "places", "reason", "prev_hash")


def change_hash(values: Mapping[str, Any]) -> str:
    """Of everything an entry says."""
    return hashlib.sha256(encoding.dumps({name: values[name] for name in HASHED}).encode()).hexdigest()


def changes(
    system: System, reader: Actor, roles: tuple[str, ...], last: int | None, size: int, username: str = ""
) -> list[Change]:
    """Newest first, before the entry `last`: what concerns a place where the reader holds one of the roles."""
    found: list[Change] = []
    with system.store.reading() as connection:
        for change in _read(connection, last, username):
            if _concerns(reader, roles, change):
                found.append(change)
            if len(found) == size:
                break
    return found


def _read(connection: Any, last: int | None, username: str) -> Iterator[Change]:
    while rows := account_changes.before(connection, last, BATCH, username):
        yield from (opened(row) for row in rows)
        last = rows[-1].id


def opened(row: Row[Any]) -> Change:
    places = json.loads(row.places)
    before, after = (tuple(Membership(*place) for place in places[side]) for side in ("before", "after"))
    return Change(row.id, row.at, row.actor, row.username, row.name, row.what, before, after, row.reason)


def _concerns(reader: Actor, roles: tuple[str, ...], change: Change) -> bool:
    """Somebody without any membership is the business of those who reach everything."""
    places = {(m.region, m.office) for m in (*change.before, *change.after)} or {("*", "*")}
    return any(_touches(m.region, region) and _touches(m.office, office)
               for m in reader.memberships if m.role in roles for region, office in places)  # fmt: skip


def _touches(mine: str, other: str) -> bool:
    """A person of every region works in mine, too."""
    return "*" in (mine, other) or mine == other
