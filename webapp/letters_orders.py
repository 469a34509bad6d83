"""督办单: the order that a supervision item becomes on paper, for whoever has the case on his desk.

It is a letter inside the agency: numbered after its case and the event of its alarm, told from the case as it stood
when the alarm went off, with what was done about it once that was entered. It names no applicant at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.actions.actor import ROLE_NAMES
from engine.errors import NotFound
from engine.store import cases, finding
from engine.workflow.state import MESSAGE, TASK, CaseState
from webapp.casework import CaseFile, limit_of
from webapp.context import system
from webapp.letters_text import Letter, sent_letter

TEMPLATE = "supervision_order"


@dataclass(frozen=True)
class _Due:
    """What a letter is told from: the event that made it due."""

    seq: int
    number: str
    due_at: datetime
    template: str = TEMPLATE


def order_of(item: Row[Any]) -> Letter:
    """The order of a supervision item. Raises NotFound where its case is gone."""
    with system().store.reading() as connection:
        row = cases.by_id(connection, item.case_id)
    if row is None:
        raise NotFound("没有这个办件。")
    case = CaseFile(row)
    event, state = case.event_at(item.seq)
    names = _names(state, item)
    timekeeper = system().timekeeper(case.deployed, event.header.calendar)
    letter = sent_letter(case, _Due(item.seq, f"督-{row.number}-{item.seq}", item.raised_at))  # type: ignore[arg-type]
    order = {
        "kind": item.kind,
        "deadline": item.deadline,
        "limit": limit_of(state, item.deadline, timekeeper, item.raised_at),
        "standing": _standing(case, state, item.seq, names),
        "note": item.note,
        "handled_by": names.get(item.handled_by, item.handled_by),
        "handled_at": item.handled_at,
    }
    return replace(letter, agency_to=f"{row.office}承办人员", said={"order": order}, contacts=())


def _standing(case: CaseFile, state: CaseState, until: int, names: dict[str, str]) -> list[tuple[str, str, datetime]]:
    """The tasks that were open, and the letters that were awaited: name, whose, since when."""
    model = case.deployed.program.model
    opened = {
        (d[2], d[3]): event.header.effective_at
        for event in case.events[:until]
        for d in event.facts["decisions"]
        if d[0] == "open" and d[1] in (TASK, MESSAGE)
    }
    found = []
    for node in (n for n in state.nodes if n.kind in (TASK, MESSAGE) and n.key in opened):
        lane = ROLE_NAMES.get(model.element_of(node.path).group, "")
        waiting = "等待来件" if node.kind == MESSAGE else "待领取"
        whose = f"{lane}，{names.get(node.assignee, node.assignee)}办理" if node.assignee else f"{lane}，{waiting}"
        found.append((case.element_name(node.path), whose, opened[node.key]))
    return found


def _names(state: CaseState, item: Row[Any]) -> dict[str, str]:
    people = {n.assignee for n in state.nodes if n.assignee} | ({item.handled_by} if item.handled_by else set())
    with system().store.reading() as connection:
        return finding.names_of(connection, people)
