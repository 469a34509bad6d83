"""A state being changed by decisions: the one place where a decision has its effect.

The runner makes its decisions through a Draft while the workflow moves, and rebuilding a case feeds the recorded
decisions to a Draft without any workflow. Both therefore reach the same state by construction.

A decision is a list whose first item names it:

    ["flow", flow id]                      the token took a sequence flow
    ["pass", path]                         a gateway or event was passed
    ["open", kind, path, n]                a task, timer, sub-process or awaited message opened
    ["close", path, n, how]                ... closed: completed, cancelled, fired or received
    ["set", form key]                      the input's submission became this variable
    ["gather", form key, element id]       this variable is an empty list: a task with seats was entered
    ["add", form key, seat, user name]     the input's submission joined it, in the order of the seats
    ["keep", message]                      it came before the case waited for it
    ["deliver", message, path, n]          ... and was waiting when the case came there
    ["did", element id, user name]         who completed a task (separation of persons)
    ["assign", path, n, user name]         claimed ('' released)
    ["start", key, limit, at]              ledger operations, see engine.deadlines
    ["end", key, at, due]                  `due`: the instant it was measured against, null while suspended
    ["suspend" | "resume", key, at, by]
    ["extend", key, limit, at, approver, level, reason]   the limit's budget was replaced
    ["calendar", old, new]                 the case is counted by another calendar version from here on
    ["reopen", seq]                        event `seq` and what followed is superseded; the draft began before it
    ["alarm", kind, key, occurrence, version]   warning or overdue, of this version of the due instant
    ["objection", n, status]               objection `n` was received (open), or is upheld or dismissed
    ["letter", template, path]             a letter is due (its number is added when it is recorded)
    ["outcome", code, path]                the case is closed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.deadlines import TimeLimit
from engine.workflow.paths import whole
from engine.workflow.state import CaseState, Node

Decision = list[Any]


class Draft:
    """Mutable while one input is worked on."""

    def __init__(self, state: CaseState, at: datetime, submission: Mapping[str, Any] | None = None) -> None:
        self._base = state
        self._submission = submission
        self.at = at  # effective instant of the input
        self.seq = state.inputs + 1
        self.status, self.outcome, self.end = state.status, state.outcome, state.end
        self.nodes = {x.key: x for x in state.nodes}
        self.counters = dict(state.counters)
        self.performers = dict(state.performers)
        self.sources = dict(state.sources)
        self.variables = dict(state.variables)
        self.ledger = state.ledger
        self.early = dict(state.early)
        self.objections = state.objections
        self.decisions: list[Decision] = []

    @property
    def base(self) -> CaseState:
        """What it began with."""
        return self._base

    def decide(self, *decision: Any) -> None:
        """Applies a decision and keeps it."""
        self._apply(list(decision))
        self.decisions.append(list(decision))

    def next_n(self, element: str) -> int:
        return self.counters.get(element, 0) + 1

    def _apply(self, decision: Decision) -> None:
        match decision:
            case ["flow", _] | ["pass", _] | ["letter", *_] | ["calendar", _, _] | ["reopen", _]:
                pass
            case ["open", kind, path, n]:
                node = Node(kind, path, n)
                self.nodes[node.key] = node
                self.counters[node.element] = n
            case ["close", path, n, _]:
                del self.nodes[path, n]
            case ["set", key]:
                self.variables[key] = dict(self._submission or {})
                self.sources[key] = self.seq
            case ["gather", key, element]:
                self._gather(key, element)
            case ["add", key, seat, who]:
                added = {**(self._submission or {}), "performer": who, "seat": seat}
                self.variables[key] = sorted([*self.variables[key], added], key=lambda given: int(given["seat"]))
                self.sources[f"{key}[{seat}]"] = self.seq
            case ["keep", message]:
                self.early[message] = self.seq
            case ["deliver", message, _, _]:
                del self.early[message]
            case ["did", element, who]:
                self.performers[element] = who
            case ["assign", path, n, who]:
                self.nodes[path, n] = replace(self.nodes[path, n], assignee=who)
            case ["start", key, limit, at]:
                self.ledger = self.ledger.start(key, TimeLimit.from_value(limit), at)
            case ["end", key, at, due]:
                self.ledger = self.ledger.end(key, at, due)
            case ["suspend", key, at, by]:
                self.ledger = self.ledger.suspend(key, at, by)
            case ["resume", key, at, by]:
                self.ledger = self.ledger.resume(key, at, by)
            case ["extend", key, limit, at, approver, level, reason]:
                self.ledger = self.ledger.extend(key, TimeLimit.from_value(limit), at, approver, level, reason)
            case ["alarm", kind, key, occurrence, version]:
                self.ledger = self.ledger.mark_alarm(kind, key, occurrence, version)
            case ["objection", n, status]:
                self.objections = (*self.objections[: n - 1], status, *self.objections[n:])
            case ["outcome", code, path]:
                self.status, self.outcome, self.end = "closed", code, path
            case _:
                raise ValueError(f"unknown decision {decision!r}: expected one of those listed in draft.py")

    def _gather(self, key: str, element: str) -> None:
        """Whoever had a seat in an earlier round is forgotten with what he gave then."""
        self.variables[key] = []
        self.sources = {k: v for k, v in self.sources.items() if whole(k) != key} | {key: self.seq}
        self.performers = {k: v for k, v in self.performers.items() if whole(k) != element}

    def frozen(self, tokens: Any = None) -> CaseState:
        return CaseState(
            status=self.status,
            outcome=self.outcome,
            end=self.end,
            inputs=self.seq,
            effective_at=self.at,
            nodes=tuple(self.nodes.values()),
            counters=self.counters,
            performers=self.performers,
            sources=self.sources,
            ledger=self.ledger,
            early=self.early,
            objections=self.objections,
            variables=self.variables,
            tokens=tokens,
        )


def fold(
    state: CaseState, at: datetime, decisions: Iterable[Decision], submission: Mapping[str, Any] | None = None
) -> CaseState:
    """The state after one recorded event, without executing anything; its tokens are stale."""
    draft = Draft(state, at, submission)
    for decision in decisions:
        draft.decide(*decision)
    return draft.frozen()
