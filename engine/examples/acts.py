"""What the steps of an example do: each act calls the real action, as somebody who may."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.claim_task import claim_task
from engine.actions.complete_task import complete_task
from engine.actions.extend_deadline import Extension, extend_deadline
from engine.actions.file_objection import Objection, file_objection
from engine.actions.fire_timers import fire_timers
from engine.actions.open_case import open_case
from engine.actions.register_message import register_message
from engine.actions.reopen_case import reopen_case
from engine.actions.resolve_objection import Resolution, resolve_objection
from engine.actions.substitute_participant import substitute_participant
from engine.actions.system import System
from engine.clock import FixedClock
from engine.examples.loading import instant
from engine.examples.materials import checklists_written_out
from engine.examples.model import Difference, Example, ExampleFailed, InvalidExample, Step
from engine.forms import materials_owed
from engine.store import cases, tasks
from engine.workflow.paths import element_id, is_seat

SWEEPS = 50  # rounds of the worker in one `wait`


@dataclass
class Run:
    """An example under way."""

    system: System
    clock: FixedClock
    matter: str
    example: Example
    people: dict[str, Actor]
    cases: list[int] = field(default_factory=list)
    seen: int = 0  # events of the current case before this step
    step: Step | None = None  # the one that is being done; None once all are

    @property
    def case(self) -> int:
        return self.cases[-1]

    def row(self) -> Any:
        with self.system.store.reading() as connection:
            return cases.by_id(connection, self.case)

    def open_tasks(self) -> list[Any]:
        with self.system.store.reading() as connection:
            return tasks.open_of_case(connection, self.case)


def act(run: Run, step: Step) -> None:
    """Raises what the action raises; ExampleFailed where there is nothing to act on."""
    _ACTS[step.act](run, step)


def _open(run: Run, step: Step) -> None:
    linked = run.case if step.linked else None
    region, office = run.example.region, run.example.office
    actor = _actor(run, step, "window")
    opened = open_case(run.system, actor, run.matter, region, office, step.values, str(uuid.uuid4()), linked)
    run.cases.append(opened.case_id)


def _do(run: Run, step: Step) -> None:
    task = _task(run, step)
    values = _written_out(run, step, task.form)
    complete_task(run.system, _actor(run, step, _lane(task)), task.id, values, str(uuid.uuid4()))


def _claim(run: Run, step: Step) -> None:
    task = _task(run, step)
    claim_task(run.system, _actor(run, step, _lane(task)), task.id)


def _wait(run: Run, step: Step) -> None:
    for _ in range(SWEEPS):
        swept = fire_timers(run.system)
        if swept.failures:
            raise ExampleFailed(f"{step.place} 有到期事项未能执行")
        if not swept.cases:
            return
    raise ExampleFailed(f"{step.place} 的到期事项没有尽头")


def _receive(run: Run, step: Step) -> None:
    model = run.system.deployed(run.row().deployment_id).program.model
    awaited = [e for e in model.elements.values() if e.message]
    found = next((e for e in awaited if step.what in (e.message, e.name, e.id)), None)
    if found is None:
        names = "、".join(f"{e.name}（{e.message}）" for e in awaited) or "无"
        told = f"{step.place} 流程中没有来函“{step.what}”；有：{names}"
        raise ExampleFailed(told, Difference("act", f"流程中有来函“{step.what}”", f"有：{names}"))
    values = _written_out(run, step, found.form)
    register_message(run.system, _actor(run, step, found.group), run.case, found.message, values, str(uuid.uuid4()))


def _substitute(run: Run, step: Step) -> None:
    held = [t for t in run.open_tasks() if is_seat(t.node) and t.assignee == step.what]
    if len(held) != 1:
        names = "、".join(t.assignee for t in run.open_tasks() if is_seat(t.node)) or "无"
        told = f"{step.place} “{step.what}”没有未办的席位；有：{names}"
        raise ExampleFailed(told, Difference("act", f"“{step.what}”有未办的席位", f"有：{names}"))
    substitute_participant(run.system, _actor(run, step, "leader"), held[0].id, step.to, step.reason)


def _extend(run: Run, step: Step) -> None:
    unit, value, level = _named(step, ("unit", "value", "level"))
    if not isinstance(value, int):
        raise InvalidExample(f"{step.place} 的“value”应为整数")
    wanted = Extension(step.what, str(unit), value, str(level), step.reason)
    extend_deadline(run.system, _actor(run, step, "leader"), run.case, wanted, str(uuid.uuid4()))


def _objection(run: Run, step: Step) -> None:
    """Received when it is filed, unless the step says when."""
    contact, received = _named(step, optional=("contact", "received_at"))
    received_at = step.at if received is None else instant(step.place, received)
    given = Objection(step.what, str(contact or ""), received_at, step.reason)
    file_objection(run.system, _actor(run, step, "window"), run.case, given, str(uuid.uuid4()))


def _resolve(run: Run, step: Step) -> None:
    resolution, decided_by = _named(step, ("resolution", "decided_by"))
    if not step.what.isdigit():
        raise InvalidExample(f"{step.place} 的“resolve”应为异议的序号，如 1")
    given = Resolution(str(resolution), step.reason, str(decided_by))
    resolve_objection(run.system, _actor(run, step, "leader"), run.case, int(step.what), given, str(uuid.uuid4()))


def _named(step: Step, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> list[Any]:
    """Values of a step that has no form, in that order; None for what is not said."""
    if not set(required) <= set(step.values) <= {*required, *optional}:
        words = "、".join((*required, *(f"{name}（可不写）" for name in optional)))
        raise InvalidExample(f"{step.place} 的“with:”应写明 {words}")
    return [step.values.get(name) for name in (*required, *optional)]


def _reopen(run: Run, step: Step) -> None:
    reopen_case(run.system, _actor(run, step, "supervisor"), run.case, step.reason)


_ACTS: dict[str, Callable[[Run, Step], None]] = {
    "open": _open,
    "do": _do,
    "claim": _claim,
    "wait": _wait,
    "receive": _receive,
    "substitute": _substitute,
    "extend": _extend,
    "objection": _objection,
    "resolve": _resolve,
    "reopen": _reopen,
}


def _written_out(run: Run, step: Step, form_key: str) -> dict[str, Any]:
    case = run.row()
    deployed = run.system.deployed(case.deployment_id)
    owed = materials_owed(deployed.guide, encoding.loads(case.variables).get("application"))
    return checklists_written_out(step.place, deployed.forms.get(form_key), step.values, owed)


def _lane(task: Any) -> str:
    return str(task.act_as if task.lane == "applicant" else task.lane)


def _actor(run: Run, step: Step, usual: str) -> Actor:
    """The named person, or somebody who works in the lane of the case's office and nowhere else."""
    if step.who in run.people:
        return run.people[step.who]
    lane = step.by or usual
    username = f"example-{lane}-{step.who}" if step.who else f"example-{lane}"
    return Actor(0, username, step.who or lane, (Membership(run.example.region, run.example.office, lane),))


def _task(run: Run, step: Step) -> Any:
    """The open task that is meant; of one with seats the seat of who acts, else the first, which the action refuses."""
    open_now = run.open_tasks()
    found = [t for t in open_now if step.what in (t.name, t.node, t.node.rpartition("/")[2], element_id(t.node))]
    if len(found) > 1 and all(is_seat(t.node) for t in found):
        found = [*(t for t in found if t.assignee == step.who), *found][:1]
    if len(found) == 1:
        return found[0]
    names = "、".join(f"{t.name}（{t.node}）" for t in open_now) or "无"
    plain = "、".join(t.name for t in open_now) or "无"
    told = f"{step.place} 没有{'唯一' if found else ''}在办的任务“{step.what}”；在办：{names}"
    raise ExampleFailed(told, Difference("act", f"“{step.what}”在办", f"在办：{plain}"))
