"""Making a case's tokens anew from its events, when the cached ones were marked stale."""

from __future__ import annotations

from typing import Any

from engine.actions.history import CaseEvent, read_events, reexecute, refold
from engine.actions.system import Deployed, System
from engine.errors import EngineFailure
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState


def restored(system: System, connection: Any, row: Any, deployed: Deployed, facts: CaseFacts) -> CaseState:
    """The state after the last event, executed again on the case's own deployment.

    Raises EngineFailure when it does not reach the recorded digest: an incident, not a guess. A closed case of which
    values were erased cannot be executed again and needs no tokens: there nothing will move any more.
    """
    recorded = read_events(connection, row.id, row.number)
    if row.status == "closed" and any(event.erased for event in recorded):
        return [state for _, state in refold(recorded)][-1]
    return replayed(system, deployed, facts, recorded)


def replayed(system: System, deployed: Deployed, facts: CaseFacts, recorded: list[CaseEvent]) -> CaseState:
    """The state after the last of these events, with its tokens. Raises EngineFailure as `restored`."""
    state = CaseState()
    for event, advance in reexecute(system, deployed, facts, recorded):
        state = advance.state
        if state.digest() != event.header.digest:
            raise EngineFailure(f"办件 {facts.number} 第 {event.seq} 号事件重放结果与记录不符，请由管理员核查")
    return state
