"""From two states of a case to the rows that lists read: what changed between them, as plain mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.deadlines import Deadline
from engine.workflow import messages
from engine.workflow.measures import AMENDED
from engine.workflow.model import Element, Model
from engine.workflow.program import Program, Timekeeper
from engine.workflow.runner import Advance, Armed
from engine.workflow.state import MESSAGE, TASK, CaseState, Node

Row = dict[str, Any]
FOR_PEOPLE = (TASK, MESSAGE)  # what stands in the inbox: a letter that came in is registered as a task is done
CLOSED_STATUS = {"completed": "completed", "cancelled": "cancelled"}


def pressing(model: Model, state: CaseState, node: Node) -> Deadline | None:
    """The deadline that presses a task: its own, else that of the innermost sub-process around it.

    Where several run the task shows the first that its element names: the guide's order.
    """
    places = [node.path]
    while "/" in places[-1]:
        places.append(places[-1].rpartition("/")[0])
    for place in places:
        for key in model.presses[model.element_of(place).id]:
            deadline = state.ledger.deadlines.get(key)
            if deadline is not None and deadline.ended_at is None:
                return deadline
    return None


def task_rows(
    program: Program,
    timekeeper: Timekeeper,
    old: CaseState,
    advance: Advance,
    actor: str,
    place: Mapping[str, Any],
) -> list[Row]:
    """Rows of the tasks that opened, closed, were assigned, or whose pressing deadline moved."""
    new, model = advance.state, program.model
    was_open = {node.key: node for node in old.nodes if node.kind in FOR_PEOPLE}
    is_open = {node.key: node for node in new.nodes if node.kind in FOR_PEOPLE}
    rows = []
    for key, node in was_open.items():
        if key in is_open:
            row = _open_row(model, timekeeper, new, is_open[key], place)
            if advance.kind == AMENDED or row != _open_row(model, timekeeper, old, node, place):
                row["claimed_at"] = new.effective_at if is_open[key].assignee else None
                rows.append(row | {"opened_at": new.effective_at})
            continue
        done = advance.kind in ("task_completed", "message_received") and (advance.node, advance.n) == key
        rows.append(
            _open_row(model, timekeeper, old, node, place)
            | {
                "status": "completed" if done else "cancelled",
                "assignee": node.assignee or (actor if done else None),
                "opened_at": new.effective_at,  # kept as it was: an upsert leaves it alone
                "closed_at": new.effective_at,
                "closed_by": actor,
            }
        )
    for key, node in is_open.items():
        if key not in was_open:
            row = _open_row(model, timekeeper, new, node, place)
            row["claimed_at"] = new.effective_at if node.assignee else None  # a seat is its holder's from the start
            rows.append(row | {"opened_at": new.effective_at})
    return rows


def _open_row(model: Model, timekeeper: Timekeeper, state: CaseState, node: Node, place: Mapping[str, Any]) -> Row:
    element: Element = model.element_of(node.path)
    deadline = pressing(model, state, node)
    due = timekeeper.due(state.ledger, deadline.key) if deadline else None
    return {
        **place,
        "node": node.path,
        "n": node.n,
        "name": element.name,
        "purpose": "message" if node.kind == MESSAGE else element.purpose,
        "form": element.form,
        "lane": element.group,
        "act_as": element.act_as,
        "status": "claimed" if node.assignee else "open",
        "assignee": node.assignee or None,
        "claimed_at": None,
        "closed_at": None,
        "closed_by": None,
        "deadline": deadline.key if deadline else "",
        "due": due,
        "suspended": int(deadline is not None and due is None),
    }


def message_rows(program: Program, old: CaseState, advance: Advance, actor: str, place: Mapping[str, Any]) -> list[Row]:
    """Rows of the messages that are awaited since, came, came early, or are not awaited any more."""
    new, at = advance.state, advance.state.effective_at
    where = {name: place[name] for name in ("case_id", "region", "office")}

    def row(message: str, node: str, n: int, status: str, closed: bool) -> Row:
        form = messages.catching(program.model, message)[0].form
        ended = {"closed_at": at if closed else None, "closed_by": actor if closed else None}
        return {**where, "message": message, "node": node, "n": n, "form": form, "status": status, "since": at, **ended}

    was = {x.key: program.model.element_of(x.path).message for x in old.nodes if x.kind == MESSAGE}
    now = {x.key: program.model.element_of(x.path).message for x in new.nodes if x.kind == MESSAGE}
    rows = [row(message, *key, "waiting", False) for key, message in now.items() if key not in was]
    for key, message in was.items():
        if key not in now:
            came = advance.kind == "message_received" and key == (advance.node, advance.n)
            rows.append(row(message, *key, "received" if came else "cancelled", True))
    rows += [row(m, "", seq, "kept", False) for m, seq in new.early.items() if m not in old.early]
    rows += [row(m, "", seq, "delivered", True) for m, seq in old.early.items() if m not in new.early]
    return rows


def timer_rows(case_id: int, before: tuple[Armed, ...], advance: Advance, version: str) -> list[Row]:
    """Newly armed or moved timers, and what became of those that are no longer armed."""
    old = {(a.kind, a.key, a.n): a for a in before}
    new = {(a.kind, a.key, a.n): a for a in advance.armed}
    anew = advance.kind == AMENDED  # all that is armed was computed again
    rows = [
        _timer(case_id, a, "armed", version)
        for key, a in new.items()
        if anew or key not in old or old[key].due != a.due
    ]
    fired = _fired(advance)
    for key, armed in old.items():
        if key not in new:
            rows.append(_timer(case_id, armed, "fired" if key == fired else "cancelled", version))
    return rows


def _timer(case_id: int, armed: Armed, status: str, version: str) -> Row:
    return {
        "case_id": case_id,
        "kind": armed.kind,
        "key": armed.key,
        "n": armed.n,
        "status": status,
        "due": armed.due,
        "calendar": version,
    }


def _fired(advance: Advance) -> tuple[str, str, int] | None:
    if advance.kind == "timer_fired":
        return "timer", advance.node, advance.n
    if advance.kind == "alarm_raised" and advance.detail:
        return advance.detail["alarm"], advance.detail["key"], advance.n
    return None


def deadline_rows(case_id: int, old: CaseState, new: CaseState, timekeeper: Timekeeper, kind: str = "") -> list[Row]:
    """Rows of the deadlines that changed; after an amendment (`kind` of the event) of all that run."""
    rows = []
    for key, deadline in new.ledger.deadlines.items():
        computed_again = kind == AMENDED and deadline.ended_at is None
        if old.ledger.deadlines.get(key) == deadline and not computed_again:
            continue
        projection = deadline.projection(timekeeper.calendar, timekeeper.hours)
        assert new.effective_at is not None
        rows.append(
            {
                "case_id": case_id,
                "key": key,
                "occurrence": deadline.occurrence,
                "unit": deadline.budget.unit,
                "value": deadline.budget.value,
                "party": deadline.budget.party,
                "started_at": deadline.started_at,
                "ended_at": deadline.ended_at,
                "state": deadline.state(new.effective_at, timekeeper.calendar, timekeeper.hours),
                "last_day": projection.last_day,
                "due": projection.due,
                "provisional": projection.provisional,
                "calendar": timekeeper.calendar.version,
            }
        )
    return rows


def supervision_row(advance: Advance, place: Mapping[str, Any]) -> Row | None:
    """The 督办 item that an event opens: an alarm of the agency's own limit, or a case that may be reopened."""
    detail = advance.detail or {}
    if advance.kind == "alarm_raised" and detail["party"] == "agency":
        kind, key, n = detail["alarm"], detail["key"], advance.n
    elif advance.kind == AMENDED and "reopens" in detail:
        kind, (_, key, n) = "reopen", detail["reopens"]
    else:
        return None
    return {
        "case_id": place["case_id"],
        "seq": advance.state.inputs,
        "region": place["region"],
        "office": place["office"],
        "kind": kind,
        "deadline": key,
        "occurrence": n,
        "raised_at": advance.state.effective_at,
    }
