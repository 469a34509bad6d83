"""Rebuilds a case's state and projections from its events, without executing anything.

The tokens are marked stale; the next action makes them anew (see restoring.py). Rows that say what the events say are
left alone, so rebuilding a healthy case changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from engine import encoding
from engine.actions.history import CaseEvent, read_events, refold
from engine.actions.system import System
from engine.errors import NotFound
from engine.store import cases as case_store
from engine.store import deadlines, letters, supervision, tasks, timers
from engine.store.recorder import letter_number, unpack_state
from engine.workflow.projecting import deadline_rows, task_rows, timer_rows
from engine.workflow.runner import Advance, Armed, Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState

Rows = dict[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    number: str
    events: int
    changed: tuple[str, ...]  # what differed from the events and was mended


def rebuild_case(system: System, case_id: int) -> Rebuilt:
    """Folds the events and writes what differs."""
    with system.store.step() as step:
        row = case_store.take(step, case_id)
        if row is None:
            raise NotFound("没有这个办件")
        recorded = read_events(step.connection, case_id, row.number)
        state, projected = _project(system, row, recorded)
        step.lock()
        changed = [
            *_mend_case(step.connection, row, recorded[-1], state, projected["next_due"]),
            *_mend(step.connection, tasks.human_tasks, ("node", "n"), case_id, projected["tasks"]),
            *_mend(step.connection, timers.timers, ("kind", "key", "n"), case_id, projected["timers"]),
            *_mend(step.connection, deadlines.deadlines, ("key", "occurrence"), case_id, projected["deadlines"]),
            *_mend(step.connection, letters.letters, ("seq", "position"), case_id, projected["letters"]),
            *_mend(step.connection, supervision.supervisions, ("seq",), case_id, projected["supervisions"]),
        ]
    return Rebuilt(row.number, len(recorded), tuple(changed))


def _project(system: System, row: Any, recorded: list[CaseEvent]) -> tuple[CaseState, dict[str, Any]]:
    """The last state, and every projection's rows by their key within the case."""
    deployed = system.deployed(row.deployment_id)
    facts = CaseFacts(row.number, row.matter, row.region, row.office)
    place = {"case_id": row.id, "matter": row.matter, "region": row.region, "office": row.office}
    rows: dict[str, Rows] = {name: {} for name in ("tasks", "timers", "deadlines", "letters", "supervisions")}
    before: CaseState = CaseState()
    armed_before: tuple[Armed, ...] = ()
    for event, state in refold(recorded):
        timekeeper = system.timekeeper(deployed, event.header.calendar)
        runner = Runner(deployed.program, facts, timekeeper)
        armed = runner.armed(state)
        advance = Advance(
            event.kind,
            event.header.node,
            event.facts["n"],
            state,
            tuple(event.facts["decisions"]),
            armed,
            detail=event.facts.get("detail"),
        )
        for task in task_rows(deployed.program, timekeeper, before, advance, event.header.actor, place):
            _merge(rows["tasks"], ("node", "n"), task, keep=("opened_at",))
        for timer in timer_rows(row.id, armed_before, advance, timekeeper.calendar.version):
            _merge(rows["timers"], ("kind", "key", "n"), timer)
        for deadline in deadline_rows(row.id, before, state, timekeeper):
            _merge(rows["deadlines"], ("key", "occurrence"), deadline)
        _letters(rows["letters"], row, event, state)
        _supervisions(rows["supervisions"], row, event, state)
        before, armed_before = state, armed
    return before, {**rows, "next_due": armed_before[0].due if armed_before else None}


def _merge(rows: Rows, keys: tuple[str, ...], row: dict[str, Any], keep: tuple[str, ...] = ()) -> None:
    key = tuple(row[k] for k in keys)
    first = rows.get(key)
    rows[key] = row | ({k: first[k] for k in keep} if first else {})


def _letters(rows: Rows, row: Any, event: CaseEvent, state: CaseState) -> None:
    due = [d for d in event.facts["decisions"] if d[0] == "letter"]
    for i, (_, template, path) in enumerate(due):
        rows[event.seq, i] = {
            "case_id": row.id,
            "seq": event.seq,
            "position": i,
            "template": template,
            "node": path,
            "number": letter_number(row.number, event.seq, i),
            "due_at": state.effective_at,
        }


def _supervisions(rows: Rows, row: Any, event: CaseEvent, state: CaseState) -> None:
    detail = event.facts.get("detail", {})
    if event.kind == "alarm_raised" and detail["party"] == "agency":
        rows[(event.seq,)] = {
            "case_id": row.id,
            "seq": event.seq,
            "region": row.region,
            "office": row.office,
            "kind": detail["alarm"],
            "deadline": detail["key"],
            "occurrence": event.facts["n"],
            "raised_at": state.effective_at,
        }


def _mend_case(connection: Any, row: Any, last: CaseEvent, state: CaseState, next_due: Any) -> list[str]:
    shown = unpack_state(row.state, row.variables) if row.state is not None else None
    wanted = {
        "status": state.status,
        "outcome": state.outcome,
        "closed_at": state.effective_at if state.status == "closed" else None,
        "next_due": next_due,
        "seq": last.seq,
        "hash": last.hash,
        "variables": encoding.dumps(state.variables),
    }
    changed = [f"cases.{name}" for name, value in wanted.items() if getattr(row, name) != value]
    if shown is not None and shown.to_value() != state.to_value():
        changed.append("cases.state")
    if changed or shown is None:
        values = {**wanted, "state": None, "revision": row.revision + 1}
        connection.execute(update(case_store.cases).where(case_store.cases.c.id == row.id).values(**values))
    return changed


def _mend(connection: Any, table: Any, keys: tuple[str, ...], case_id: int, wanted: Rows) -> list[str]:
    """Makes the case's rows of one projection what the events say; columns that people fill in are kept."""
    changed = []
    present = {
        tuple(getattr(r, k) for k in keys): r
        for r in connection.execute(select(table).where(table.c.case_id == case_id))
    }
    for key, values in wanted.items():
        where = [table.c.case_id == case_id, *(table.c[k] == v for k, v in zip(keys, key, strict=True))]
        row = present.pop(key, None)
        if row is None:
            status = {"status": "open"} if table is supervision.supervisions else {}
            connection.execute(table.insert().values(**values, **status))
            changed.append(f"{table.name}{list(key)}: 补记")
        elif any(getattr(row, name) != value for name, value in values.items()):
            connection.execute(table.update().where(*where).values(**values))
            changed.append(f"{table.name}{list(key)}: 更正")
    for key in present:
        where = [table.c.case_id == case_id, *(table.c[k] == v for k, v in zip(keys, key, strict=True))]
        connection.execute(delete(table).where(*where))
        changed.append(f"{table.name}{list(key)}: 删除")
    return changed
