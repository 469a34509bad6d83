"""The two ways back from the event log: folding (what was decided) and executing again (whether it follows)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import events as event_format
from engine.actions.system import Deployed, System
from engine.errors import NotFound
from engine.events import FieldEntry, Header, event_hash, is_erased
from engine.store import events
from engine.workflow import measures, objections
from engine.workflow.draft import fold
from engine.workflow.runner import Advance, Armed, Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState

# What reading, folding or executing an event can raise when its text is not what the engine wrote.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError)


@dataclass(frozen=True)
class CaseEvent:
    """One recorded event, its payload opened."""

    header: Header
    facts: dict[str, Any]
    fields: list[FieldEntry]
    prev_hash: str
    hash: str

    @property
    def seq(self) -> int:
        return self.header.seq

    @property
    def kind(self) -> str:
        return self.header.kind

    @property
    def superseded_from(self) -> int | None:
        """Of a reopening: the first event that it supersedes, which therefore no longer decides anything."""
        return self.facts["detail"]["superseded_from"] if self.kind == measures.REOPENED else None

    @property
    def submission(self) -> dict[str, Any]:
        """As it was submitted; erased fields are absent."""
        return event_format.unflatten(self.fields)

    @property
    def erased(self) -> bool:
        return any(is_erased(f) for f in self.fields)

    def computed_hash(self) -> str:
        return event_hash(self.header, self.facts, self.fields, self.prev_hash)


def read_events(connection: Any, case_id: int, number: str) -> list[CaseEvent]:
    """The case's events in order. Raises ValueError where a payload is not even readable."""
    found = []
    for row in events.of_case(connection, case_id):
        facts, fields = event_format.load_payload(row.payload)
        header = Header(
            number, row.seq, row.kind, row.node, row.actor, row.effective_at, row.recorded_at, row.calendar,
            row.request_id or "", row.digest, row.format,
        )  # fmt: skip
        found.append(CaseEvent(header, facts, fields, row.prev_hash, row.hash))
    if not found:
        raise NotFound(f"办件 {number} 没有事件")
    return found


def broken_at(recorded: list[CaseEvent]) -> int | None:
    """The seq of the first event that is missing, does not follow the one before, or is not what its hash says."""
    previous = ""
    for expected, event in enumerate(recorded, start=1):
        try:
            if event.seq != expected or event.prev_hash != previous or event.computed_hash() != event.hash:
                return expected
        except UNREADABLE:
            return expected
        previous = event.hash
    return None


def superseded(recorded: list[CaseEvent]) -> dict[int, int]:
    """Seq of every event that no longer counts -> seq of the reopening that superseded it.

    They stay in the chain, are verified, and their letters were sent; but the case went on from before them.
    """
    return {
        seq: event.seq
        for event in recorded
        if event.superseded_from is not None
        for seq in range(event.superseded_from, event.seq)
    }


def refold(recorded: list[CaseEvent]) -> Iterator[tuple[CaseEvent, CaseState]]:
    """Canonical state after each event, without executing anything.

    Superseded events are folded as they happened; a reopening begins from the state before the first of them.
    """
    state, past = CaseState(), [CaseState()]  # past[n]: the state after event n
    for event in recorded:
        submission = event.submission if event.fields else None
        if event.superseded_from is not None:
            state = state.reopened(_before(past, event.superseded_from))
        state = fold(state, event.header.effective_at, event.facts["decisions"], submission)
        past.append(state)
        yield event, state


def reexecute(
    system: System, deployed: Deployed, facts: CaseFacts, recorded: list[CaseEvent]
) -> Iterator[tuple[CaseEvent, Advance]]:
    """Runs the recorded inputs again, each under its own instant and calendar version."""
    past = [CaseState()]  # past[n]: the state after event n, with its tokens
    for event in recorded:
        timekeeper = system.timekeeper(deployed, event.header.calendar)
        runner = Runner(deployed.program, facts, timekeeper)
        advance = run_again(runner, past, event)
        yield event, advance
        past.append(advance.state)


def _before(past: list[CaseState], seq: int) -> CaseState:
    """The state before event `seq`. Raises ValueError for what no reopening can name."""
    if not 2 <= seq < len(past):
        raise ValueError(f"event {seq} cannot be superseded: expected 2 to {len(past) - 1}")
    return past[seq - 1]


def run_again(runner: Runner, past: list[CaseState], event: CaseEvent) -> Advance:
    """One recorded input, executed; `past`: the states before it, of which a reopening goes back to one."""
    state = past[-1]
    at: datetime = event.header.effective_at
    node, n = event.header.node, event.facts["n"]
    detail = event.facts.get("detail", {})
    match event.kind:
        case "case_opened":
            return runner.start(event.submission, at)
        case "task_completed":
            return runner.complete(state, node, n, event.submission, event.header.actor, at)
        case "participant_substituted":
            return runner.substitute(state, node, n, detail["assignee"], detail["reason"], at)
        case "message_received":
            return runner.receive(state, detail["message"], event.submission, event.header.actor, at)
        case "timer_fired":
            return runner.fire(state, Armed("timer", node, n, at), at)
        case "alarm_raised":
            armed = Armed(detail["alarm"], detail["key"], n, at, detail["version"], detail["party"])
            return runner.alarm(state, armed, at)
        case "task_claimed" | "task_released":
            return runner.claim(state, node, n, detail["assignee"], at)
        case measures.EXTENDED:
            unit, value, level, reason = detail["unit"], detail["value"], detail["level"], detail["reason"]
            return measures.extend(runner, state, detail["key"], unit, value, event.header.actor, level, reason, at)
        case measures.AMENDED:
            return measures.amend(runner, state, detail["from"], detail["reason"], at, detail.get("reopens"))
        case objections.RECEIVED:
            return objections.receive(runner, state, event.submission, detail["received_at"], at)
        case objections.RESOLVED:
            resolution, by = detail["resolution"], detail["decided_by"]
            return objections.resolve(runner, state, n, resolution, by, event.submission, at)
        case measures.REOPENED:
            seq = detail["superseded_from"]
            return measures.reopen(runner, state, _before(past, seq), seq, detail["reason"], at)
        case event_format.ERASURE:
            erased = [(seq, path) for seq, path in detail["erased"]]
            return measures.erase(runner, state, erased, detail["basis"], detail["reason"], at)
        case _:
            raise NotFound(f"不认识的事件种类 {event.kind}")
