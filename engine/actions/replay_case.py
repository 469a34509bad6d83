"""A case's history for the player: one frame an event, read from the record and not executed again.

Everything is told as it stood then: on the case's own version of the diagram and forms, under the calendar version
recorded at each event. Frames carry the submissions, personal fields included: the caller lets in only people who may
see the case, and says whether they handle it (restricted values, see restricted.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.actions.actor import Actor
from engine.actions.history import CaseEvent, read_events, refold, superseded
from engine.actions.replay_words import ERASED, Chart, Moment, consequences, title, why
from engine.actions.restricted import events_as_read, sees
from engine.actions.system import System
from engine.clock import SHANGHAI
from engine.errors import EngineError, NotFound
from engine.forms import Form, present
from engine.forms.people import people_on, with_names
from engine.forms.withholding import MARK
from engine.store import cases, finding
from engine.workflow.model import Model
from engine.workflow.paths import element_id, is_seat
from engine.workflow.runner import Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.sentences import Teller, day_and_time
from engine.workflow.state import ACTIVITY, MESSAGE, TASK, TIMER, CaseState
from engine.workflow.words import deadline_name, outcome_name

Frame = dict[str, Any]
ACTIVE, WAITING, DONE, CANCELLED = "active", "waiting", "done", "cancelled"


def replay_case(system: System, case_id: int, reader: Actor | None = None) -> dict[str, Any]:
    """`{case, frames}` as webapp/ui/src/player/frames.js reads it.

    `reader`: who asks; what he may not read is withheld. An altered record is shown as far as it can be read, with a
    last frame that says where it stops. Raises NotFound.
    """
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        if row is None:
            raise NotFound("没有这个办件")
        try:
            recorded = read_events(connection, case_id, row.number)
        except (ValueError, KeyError, TypeError) as error:
            return {"case": _case(system, row), "frames": [_broken(1, row.opened_at, error)]}
        deployed = system.deployed(row.deployment_id)
        names = finding.names_of(connection, people_of(recorded, deployed.forms))
        seen = sees(connection, deployed, case_id, reader)
    recorded = events_as_read(recorded, seen)
    return {"case": _case(system, row), "frames": _frames(system, row, recorded, {"system": "系统", **names}, seen)}


def people_of(recorded: list[CaseEvent], forms: Mapping[str, Form]) -> set[str]:
    """User names of everybody the history speaks of."""
    seated = {d[3] for e in recorded for d in e.facts["decisions"] if d[0] == "assign" and is_seat(d[1])}
    named = {who for e in recorded for who in people_on(forms.get(e.facts.get("form", "")), e.submission)}
    return ({e.header.actor for e in recorded} | seated | named) - {"system", ""}


def _case(system: System, row: Any) -> dict[str, Any]:
    deployed = system.deployed(row.deployment_id)
    return {
        "number": row.number,
        "matter": row.matter,
        "matter_name": deployed.guide.name,
        "region": row.region,
        "region_name": system.region_name(row.region),
        "office": row.office,
        "applicant": row.applicant,
        "status": row.status,
        "outcome": outcome_name(row.outcome) if row.outcome else "",
        "version": deployed.version,
    }


def _frames(system: System, row: Any, recorded: list[CaseEvent], names: dict[str, str], seen: bool) -> list[Frame]:
    deployed = system.deployed(row.deployment_id)
    chart, facts = Chart.of(deployed), CaseFacts(row.number, row.matter, row.region, row.office)
    frames: list[Frame] = []
    stood: list[dict[str, str]] = [{}]  # after event n the elements stand as stood[n]
    before = CaseState()
    at = row.opened_at
    try:
        undone = superseded(recorded)
        for event, after in refold(recorded):
            at = event.header.effective_at
            timekeeper = system.timekeeper(deployed, event.header.calendar)
            armed = Runner(deployed.program, facts, timekeeper).armed(after)
            timers = {(a.key, a.n): a.due for a in armed if a.kind == "timer"}
            teller = Teller(deployed.program.model, lambda who: names.get(who, who), timers)
            moment = Moment(chart, event, before, after, timekeeper, teller)
            from_seq = event.superseded_from
            elements = stood[from_seq - 1 if from_seq is not None else -1]
            stood.append(stand(deployed.program.model, elements, event.facts["decisions"]))
            frames.append(_frame(moment, names, stood[-1], undone.get(event.seq), seen))
            before = after
    except (EngineError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        frames.append(_broken(len(frames) + 1, at, error))
    return frames


def _frame(moment: Moment, names: dict[str, str], elements: dict[str, str], undone_by: int | None, seen: bool) -> Frame:
    header = moment.event.header
    mark = f"（已由第 {undone_by} 号事件撤销）" if undone_by else ""
    return {
        "seq": header.seq,
        "kind": moment.event.kind,
        "title": title(moment) + mark,
        "superseded_by": undone_by,
        "at": header.effective_at.isoformat(),
        "recorded_at": header.recorded_at.isoformat(),
        "actor": names.get(header.actor, header.actor),
        "node": element_id(header.node),
        "why": why(moment),
        "decisions": consequences(moment),
        "flows": [d[1] for d in moment.event.facts["decisions"] if d[0] == "flow"],
        "elements": elements,
        "form": _form(moment, names, seen),
        "ledger": _ledger(moment),
        "calendar": header.calendar,
        "hash": moment.event.hash,
    }


def _broken(seq: int, at: Any, error: Exception) -> Frame:
    words = error.message if isinstance(error, EngineError) else f"{type(error).__name__}"
    return {
        "seq": seq,
        "kind": "broken",
        "title": "此后的记录无法还原",
        "at": at.isoformat(),
        "why": f"第 {seq} 号事件的内容不能读取或不能依次推算（{words}），请核验这份历程",
    }


def stand(model: Model, elements: dict[str, str], decisions: list[list[Any]]) -> dict[str, str]:
    """Element id -> done, active, waiting or cancelled after these decisions; what is not listed is untouched."""
    stands = dict(elements)
    for decision in decisions:
        match decision:
            case ["open" | "close", *_] if is_seat(_path_of(decision)):
                continue  # the whole has its own places
            case ["open", kind, path, _] if kind in (TASK, ACTIVITY):
                identity = element_id(path)
                applicant = kind == TASK and model.elements[identity].group == "applicant"
                stands[identity] = WAITING if applicant else ACTIVE
            case ["open", kind, path, _] if kind == MESSAGE:
                stands[element_id(path)] = WAITING
            case ["open", kind, path, _] if kind == TIMER:
                identity = element_id(path)
                if model.elements[identity].kind == "boundaryEvent":
                    stands.pop(identity, None)  # armed anew: what an earlier round did no longer holds
                else:
                    stands[identity] = ACTIVE
            case ["close", path, _, how]:
                identity = element_id(path)
                if how != "cancelled":
                    stands[identity] = DONE
                elif model.elements[identity].kind != "boundaryEvent":
                    stands[identity] = CANCELLED
            case ["pass" | "outcome", *_, path]:
                stands[element_id(path)] = DONE
    return stands


def _path_of(decision: list[Any]) -> str:
    return str(decision[2] if decision[0] == "open" else decision[1])


def _form(moment: Moment, names: dict[str, str], seen: bool) -> list[dict[str, Any]]:
    """The submission in words, on the case's own version of the form; what was erased is named and not shown."""
    event, form = moment.event, moment.chart.form(moment.event.facts.get("form", ""))
    if form is None or not event.fields:
        return []
    deployed = moment.chart.deployed
    lines = present(
        form, with_names(form, event.submission, names), deployed.guide, moment.after.variables, withheld=not seen
    )
    labels = [line.label for line in lines]
    shown = [
        {
            "label": line.label if labels.count(line.label) == 1 else f"{line.group} {line.label}".strip(),
            "value": line.value,
            "mark": line.mark if line.mark in ("personal", MARK) else None,
        }
        for line in lines
    ]
    erased = [entry for entry in event.fields if len(entry) == 3 and (seen or entry[1] != MARK)]
    return shown + [{"label": _label(form, path), "value": ERASED, "mark": mark} for path, mark, _ in erased]


def _label(form: Form, path: str) -> str:
    field = form.fields().get(path)
    return field.label if field else path


def _ledger(moment: Moment) -> list[dict[str, Any]]:
    calendar, hours = moment.timekeeper.calendar, moment.timekeeper.hours
    ledger, now = moment.after.ledger, moment.event.header.effective_at
    found = []
    for key, deadline in ledger.deadlines.items():
        projection = deadline.projection(calendar, hours)
        due = None if deadline.ended_at else projection.due
        remaining = ledger.remaining_working_days(key, now, calendar, hours)
        ended = f"{day_and_time(deadline.ended_at)}结束。" if deadline.ended_at else ""
        found.append(
            {
                "key": key,
                "title": deadline_name(key) + (f"（第 {deadline.occurrence} 次）" if deadline.occurrence > 1 else ""),
                "state": deadline.state(now, calendar, hours),
                "due": day_and_time(due, last=True) if due else None,
                "due_at": due.astimezone(SHANGHAI).isoformat() if due else None,
                "remaining": _remaining(remaining),
                "explanation": ended + projection.explanation,
            }
        )
    return found


def _remaining(days: int | None) -> str | None:
    if days is None:
        return None
    if days < 0:
        return f"逾期 {-days} 个工作日"
    return f"剩余 {days} 个工作日" if days else "最后一日"
