"""What a case's row must say, told from its events: the one list that verifying compares and rebuilding restores.

Left out are columns that say nothing of the case itself: revision, attempts, and the cached tokens.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from engine import encoding
from engine.actions.history import UNREADABLE, CaseEvent, superseded
from engine.actions.submitting import applicant_of
from engine.actions.system import Deployed
from engine.errors import EngineError
from engine.events import is_erased
from engine.store.recorder import unpack_state
from engine.workflow.state import CaseState


def told(recorded: list[CaseEvent], deployed: Deployed, state: CaseState) -> dict[str, Any]:
    """Column -> value after the last event."""
    first, last, case = recorded[0], recorded[-1], recorded[0].facts["case"]
    row = {
        "matter": case["matter"],
        "region": case["region"],
        "office": case["office"],
        "opened_at": first.header.recorded_at,
        "opened_by": first.header.actor,
        "open_request": first.header.request_id or None,
        "status": state.status,
        "outcome": state.outcome,
        "closed_at": _closed_at(recorded) if state.status == "closed" else None,
        "seq": last.seq,
        "hash": last.hash,
        "variables": encoding.dumps(state.variables),
    }
    row["applicant"] = applicant_told(recorded, deployed)
    return row


def _closed_at(recorded: list[CaseEvent]) -> datetime | None:
    """When the outcome was reached that still counts."""
    undone = superseded(recorded)
    for event in reversed(recorded):
        if event.seq not in undone and any(decision[0] == "outcome" for decision in event.facts["decisions"]):
            return event.header.effective_at
    return None


def applicant_told(recorded: list[CaseEvent], deployed: Deployed) -> str:
    """The name of the newest application that gives one; what is left of it where it was lawfully erased."""
    name = ""
    for event in recorded:
        applies = event.kind == "case_opened" or (
            event.kind == "task_completed"
            and deployed.program.model.element_of(event.header.node).purpose == "application"
        )
        if applies:
            erased = {entry[0] for entry in event.fields if is_erased(entry)}
            name = applicant_of(deployed, event.submission, erased) or name
    return name


def state_holds(row: Any, state: CaseState) -> bool:
    """Whether the cached state is there to be read and is that of the last event."""
    try:
        return unpack_state(row.state, row.variables).to_value() == state.to_value()
    except (EngineError, zlib.error, *UNREADABLE):
        return False
