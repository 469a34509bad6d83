"""What a case is, apart from SpiffWorkflow: the canonical state that events fold into and digests are taken of.

Tokens (SpiffWorkflow's own tree, see snapshot.py) are a cache beside it. Variables are the submissions; the digest
names the event each came from instead of its values, so that lawful erasure of a person's data leaves the proof
whole and no digest can be searched for an identity number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from engine import encoding
from engine.deadlines import Ledger
from engine.workflow.paths import element_id

STATE_FORMAT = 1

TASK, TIMER, ACTIVITY, MESSAGE = "task", "timer", "activity", "message"
OBJECTION_OPEN = "open"


@dataclass(frozen=True, slots=True)
class Node:
    """An open place of the diagram: a user task, an armed timer, or a sub-process under way."""

    kind: str  # TASK, TIMER, MESSAGE (awaited) or ACTIVITY (also a task with seats, as a whole)
    path: str  # ids of the enclosing sub-processes and of the element, see paths.py
    n: int  # the how-manyth opening of this element in this case, from 1
    assignee: str = ""  # user name of who claimed the task, or has the seat

    @property
    def element(self) -> str:
        return element_id(self.path)

    @property
    def key(self) -> tuple[str, int]:
        return self.path, self.n


@dataclass(frozen=True)
class CaseState:
    """Canonical state of one case after `inputs` events."""

    status: str = "open"  # open, closed
    outcome: str = ""
    end: str = ""  # path of the end event that closed it
    inputs: int = 0  # events so far; the next event's seq is inputs + 1
    effective_at: datetime | None = None  # of the last event; never decreases
    nodes: tuple[Node, ...] = ()  # in arming order
    counters: Mapping[str, int] = field(default_factory=dict)  # element id -> openings so far
    performers: Mapping[str, str] = field(default_factory=dict)  # element id -> who completed it last
    sources: Mapping[str, int] = field(default_factory=dict)  # form key -> seq of the event that set it
    ledger: Ledger = field(default_factory=Ledger)
    early: Mapping[str, int] = field(default_factory=dict)  # message kept until it is awaited -> seq of its event
    objections: tuple[str, ...] = ()  # by number from 1: open, upheld or dismissed
    variables: Mapping[str, Any] = field(default_factory=dict)  # form key -> submission
    tokens: Any = None  # snapshot value; None: stale, to be made anew from the events

    def node(self, path: str, n: int) -> Node | None:
        return next((x for x in self.nodes if x.path == path and x.n == n), None)

    def to_value(self) -> dict[str, Any]:
        """Everything but variables and tokens, as encodable values."""
        # absent where there are none: digests from before there were any stay
        early = {"early": dict(self.early)} if self.early else {}
        objections = {"objections": list(self.objections)} if self.objections else {}
        return {
            **early,
            **objections,
            "format": STATE_FORMAT,
            "status": self.status,
            "outcome": self.outcome,
            "end": self.end,
            "inputs": self.inputs,
            "at": self.effective_at,
            "nodes": [[x.kind, x.path, x.n, x.assignee] for x in self.nodes],
            "counters": dict(self.counters),
            "performers": dict(self.performers),
            "sources": dict(self.sources),
            "ledger": self.ledger.to_value(),
        }

    @classmethod
    def from_value(cls, value: Mapping[str, Any], variables: Mapping[str, Any], tokens: Any = None) -> CaseState:
        return cls(
            status=value["status"],
            outcome=value["outcome"],
            end=value["end"],
            inputs=value["inputs"],
            effective_at=value["at"],
            nodes=tuple(Node(*x) for x in value["nodes"]),
            counters=value["counters"],
            performers=value["performers"],
            sources=value["sources"],
            ledger=Ledger.from_value(value["ledger"]),
            early=value.get("early", {}),
            objections=tuple(value.get("objections", ())),
            variables=variables,
            tokens=tokens,
        )

    @cached_property
    def canonical(self) -> str:
        """The canonical text, made once: it is stored, and the digest is taken of it."""
        return encoding.dumps(self.to_value())

    def digest(self) -> str:
        """Hex digest of the canonical state (format 1)."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    def reopened(self, earlier: CaseState) -> CaseState:
        """Where a case stands again that is reopened from `earlier`, one of its own past states.

        Numbers go on from here: events and openings that are superseded keep theirs, so none is given twice.
        """
        return replace(earlier, inputs=self.inputs, effective_at=self.effective_at, counters=self.counters)

    def without_tokens(self) -> CaseState:
        return replace(self, tokens=None)
