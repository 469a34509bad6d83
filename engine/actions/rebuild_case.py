"""Rebuilds a case's state and projections from its events, without executing anything.

The tokens are marked stale; the next action makes them anew (see restoring.py). Rows that say what the events say are
left alone, so rebuilding a healthy case changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from engine.actions.case_row import state_holds, told
from engine.actions.history import UNREADABLE, CaseEvent, broken_at, read_events, refold
from engine.actions.system import Deployed, System
from engine.errors import Conflict, NotFound
from engine.store import cases as case_store
from engine.store import deadlines, letters, messages, supervision, tasks, timers
from engine.store.recorder import letter_number
from engine.workflow.measures import AMENDED
from engine.workflow.projecting import deadline_rows, message_rows, supervision_row, task_rows, timer_rows
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
    """Folds the events and writes what differs.

    Raises Conflict when the events themselves are not whole: rebuilding would make what was altered look genuine.
    """
    with system.store.step() as step:
        step.lock()  # before reading: what is written back is not checked against the case's revision
        row = case_store.take(step, case_id)
        if row is None:
            raise NotFound("没有这个办件")
        recorded = _whole(step.connection, row)
        state, projected = _project(system, row, recorded)
        expected = told(recorded, system.deployed(row.deployment_id), state) | {"next_due": projected["next_due"]}
        changed = [
            *_mend_case(step.connection, row, expected, state),
            *_mend(step.connection, tasks.human_tasks, ("node", "n"), case_id, projected["tasks"]),
            *_mend(step.connection, timers.timers, ("kind", "key", "n"), case_id, projected["timers"]),
            *_mend(step.connection, deadlines.deadlines, ("key", "occurrence"), case_id, projected["deadlines"]),
            *_mend(step.connection, letters.letters, ("seq", "position"), case_id, projected["letters"]),
            *_mend(
                step.connection, messages.awaited_messages, ("message", "node", "n"), case_id, projected["messages"]
            ),
            *_mend(step.connection, supervision.supervisions, ("seq",), case_id, projected["supervisions"]),
        ]
    return Rebuilt(row.number, len(recorded), tuple(changed))


def _whole(connection: Any, row: Any) -> list[CaseEvent]:
    """The case's events when their chain holds and none is missing at its end."""
    try:
        recorded = read_events(connection, row.id, row.number)
        broken = broken_at(recorded)
    except UNREADABLE as error:
        raise Conflict(f"办件 {row.number} 的事件内容无法读取（{type(error).__name__}），不能据以重建") from error
    if broken is not None:
        raise Conflict(f"办件 {row.number} 第 {broken} 号事件缺失或被改动，不能据以重建")
    if row.seq > recorded[-1].seq:
        raise Conflict(f"办件 {row.number} 缺少第 {recorded[-1].seq} 号之后的事件，不能据以重建")
    return recorded


def _project(system: System, row: Any, recorded: list[CaseEvent]) -> tuple[CaseState, dict[str, Any]]:
    """The last state, and every projection's rows by their key within the case."""
    deployed = system.deployed(row.deployment_id)
    case = recorded[0].facts["case"]  # not the row, which may be what is to be mended
    facts = CaseFacts(row.number, case["matter"], case["region"], case["office"])
    place = {"case_id": row.id, "matter": facts.matter, "region": facts.region, "office": facts.office}
    rows: dict[str, Rows] = {
        name: {} for name in ("tasks", "messages", "timers", "deadlines", "letters", "supervisions")
    }
    before: CaseState = CaseState()
    for event, state in refold(recorded):
        timekeeper = system.timekeeper(deployed, event.header.calendar)
        runner = Runner(deployed.program, facts, timekeeper)
        armed_before = _armed_before(system, deployed, facts, event, before)
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
            first = rows["tasks"].get((task["node"], task["n"]))
            claimed = first is not None and first["assignee"] is not None and first["assignee"] == task["assignee"]
            _merge(rows["tasks"], ("node", "n"), task, keep=("opened_at", *(("claimed_at",) if claimed else ())))
        for message in message_rows(deployed.program, before, advance, event.header.actor, place):
            _merge(rows["messages"], ("message", "node", "n"), message, keep=("since",))
        for timer in timer_rows(row.id, armed_before, advance, timekeeper.calendar.version):
            _merge(rows["timers"], ("kind", "key", "n"), timer)
        for deadline in deadline_rows(row.id, before, state, timekeeper, event.kind):
            _merge(rows["deadlines"], ("key", "occurrence"), deadline)
        _letters(rows["letters"], row, event, state)
        item = supervision_row(advance, place)
        if item is not None:
            rows["supervisions"][(event.seq,)] = item
        before = state
    armed_now = Runner(deployed.program, facts, system.timekeeper(deployed)).armed(before)
    return before, {**rows, "next_due": armed_now[0].due if armed_now else None}


def _armed_before(
    system: System, deployed: Deployed, facts: CaseFacts, event: CaseEvent, before: CaseState
) -> tuple[Armed, ...]:
    """What was armed as the action saw it that took the case; an amendment saw it under the calendar it replaced."""
    if not before.inputs:
        return ()
    version = event.facts["detail"]["from"] if event.kind == AMENDED else event.header.calendar
    return Runner(deployed.program, facts, system.timekeeper(deployed, version)).armed(before)


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


def _mend_case(connection: Any, row: Any, wanted: dict[str, Any], state: CaseState) -> list[str]:
    changed = [f"cases.{name}" for name, value in wanted.items() if getattr(row, name) != value]
    if row.state is not None and not state_holds(row, state):
        changed.append("cases.state")
    if changed or row.state is None:
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
