"""Case events: what they hold, how they are chained, and how a person's data can be erased without breaking the chain.

An event's payload is two things:

* `facts`: what happened and what was decided; no personal values. Those of the first event also say what the case is
  (`case`: matter, region, office, deployment, the case it follows), so that its row cannot be changed unseen.
* `fields`: the submission, one entry a form field: `[path, mark, salt, value]`. The hash is taken over
  sha256([salt, value]) instead of the value, so an erased field (`[path, mark, digest]`, value and salt gone) leaves
  the chain whole. Every field has a random salt of its own: one erased identity number cannot be searched for with
  the salt of another field.

The chain: hash = sha256(canonical text of header, facts, field digests and the previous hash).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import encoding

EVENT_FORMAT = 1
ERASURE = "values_erased"  # kind of the event that says which values of earlier ones were erased, and why
SALT_BYTES = 12

FieldEntry = list[Any]  # [path, mark, salt hex, value] or, erased, [path, mark, digest hex]


@dataclass(frozen=True, slots=True)
class Header:
    """What every event says of itself; all of it is hashed."""

    case: str  # case number
    seq: int
    kind: str
    node: str
    actor: str
    effective_at: datetime
    recorded_at: datetime
    calendar: str  # version the step was computed under
    request_id: str  # '' where no form was posted
    digest: str  # of the canonical state afterwards
    format: int = EVENT_FORMAT  # as it was written: hashes of older formats stay what they were

    def to_value(self) -> list[Any]:
        return [
            self.format, self.case, self.seq, self.kind, self.node, self.actor, self.effective_at,
            self.recorded_at, self.calendar, self.request_id, self.digest,
        ]  # fmt: skip


def seal_fields(fields: Iterable[tuple[str, str, Any]]) -> list[FieldEntry]:
    """Gives every (path, mark, value) a salt of its own. Raises TypeError for values that cannot be kept."""
    listed = list(fields)
    for _, _, value in listed:
        encoding.check(value)
    salts = os.urandom(SALT_BYTES * len(listed)).hex()
    width = SALT_BYTES * 2
    return [[p, m, salts[i * width : (i + 1) * width], v] for i, (p, m, v) in enumerate(listed)]


def field_digest(entry: FieldEntry) -> str:
    if len(entry) == 3:
        return str(entry[2])
    _, _, salt, value = entry
    # as a list, not joined: the last digits of a salt could otherwise be moved to the front of a number
    return hashlib.sha256(encoding.dumps([salt, value]).encode()).hexdigest()


def is_erased(entry: FieldEntry) -> bool:
    return len(entry) == 3


def erase(entry: FieldEntry) -> FieldEntry:
    """The entry without its value and salt: only what the chain needs stays."""
    return [entry[0], entry[1], field_digest(entry)]


def event_hash(header: Header, facts: Mapping[str, Any], fields: list[FieldEntry], prev_hash: str) -> str:
    leaves = [[f[0], f[1], field_digest(f)] for f in fields]
    text = encoding.dumps([header.to_value(), facts, leaves, prev_hash])
    return hashlib.sha256(text.encode()).hexdigest()


def dump_payload(facts: Mapping[str, Any], fields: list[FieldEntry]) -> str:
    return encoding.dumps({"facts": facts, "fields": fields})


def load_payload(text: str) -> tuple[dict[str, Any], list[FieldEntry]]:
    value = encoding.loads(text)
    return value["facts"], value["fields"]


def flatten(submission: Mapping[str, Any], marks: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    """A submission as (dotted path, mark, value); tables (lists) stay whole under their own path.

    `marks`: path -> personal or public; a path that is not listed is personal.
    """
    found: list[tuple[str, str, Any]] = []

    def walk(prefix: str, value: Mapping[str, Any]) -> None:
        for key, item in value.items():
            path = f"{prefix}{key}"
            if isinstance(item, dict) and item and path not in marks:
                walk(f"{path}.", item)
            else:
                found.append((path, marks.get(path, "personal"), item))

    walk("", submission)
    return found


def unflatten(fields: Iterable[FieldEntry]) -> dict[str, Any]:
    """The submission again; erased fields are absent."""
    submission: dict[str, Any] = {}
    for entry in fields:
        if is_erased(entry):
            continue
        *parents, last = entry[0].split(".")
        place = submission
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = entry[3]
    return submission
