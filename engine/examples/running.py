"""Runs an example with the real actions, as the people of the right lanes, under the example's own clock."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.claim_task import claim_task
from engine.actions.complete_task import complete_task
from engine.actions.fire_timers import fire_timers
from engine.actions.history import CaseEvent, read_events
from engine.actions.open_case import open_case
from engine.actions.system import System
from engine.clock import FixedClock
from engine.errors import EngineError, InvalidSubmission
from engine.examples.expecting import Standing, differences, shown
from engine.examples.loading import instant
from engine.examples.materials import checklists_written_out
from engine.examples.model import Example, ExampleFailed, InvalidExample, Step
from engine.forms import materials_owed
from engine.store import cases, deadlines, tasks

SWEEPS = 50  # rounds of the worker in one `wait`


@dataclass(frozen=True, slots=True)
class Ran:
    """What an example left behind."""

    cases: tuple[int, ...]  # in the order they were opened
    flows: frozenset[str]  # sequence flows that were taken


@dataclass
class _Run:
    """An example under way."""

    system: System
    clock: FixedClock
    matter: str
    example: Example
    cases: list[int] = field(default_factory=list)
    seen: int = 0  # events of the current case before this step

    @property
    def case(self) -> int:
        return self.cases[-1]


def run_example(system: System, matter: str, example: Example) -> Ran:
    """Raises ExampleFailed where the case went otherwise, InvalidExample where the example cannot be meant.

    `system.clock` must be a FixedClock; the example sets it.
    """
    if not isinstance(system.clock, FixedClock):
        raise TypeError("examples need a system with a FixedClock")
    run = _Run(system, system.clock, matter, example)
    for step in example.steps:
        _step(run, step)
    events = _events(run)
    _end(run, events)
    flows = {d[1] for case in run.cases for e in _events(run, case) for d in e.facts["decisions"] if d[0] == "flow"}
    return Ran(tuple(run.cases), frozenset(flows))


def _step(run: _Run, step: Step) -> None:
    run.clock.set(step.at)
    refused = step.expect.get("refused")
    before = len(run.cases)
    try:
        {"open": _open, "do": _do, "claim": _claim, "wait": _wait}[step.act](run, step)
    except InvalidExample:
        raise
    except EngineError as error:
        message = _words(error)
        if refused is None or str(refused) not in message:
            raise ExampleFailed(f"{step.place} 被拒绝：{message}") from error
    else:
        if refused is not None:
            raise ExampleFailed(f"{step.place} 应被拒绝（{refused}），但办成了")
    if not run.cases:
        return
    if len(run.cases) > before:
        run.seen = 0
    found = differences(step.expect, _standing(run))
    if found:
        raise ExampleFailed(f"{step.place}：{'；'.join(found)}")


def _words(error: EngineError) -> str:
    if isinstance(error, InvalidSubmission):
        return "；".join(f"{path}：{message}" for path, message in error.errors.items())
    return error.message


# -- acts -----------------------------------------------------------------------------------------


def _open(run: _Run, step: Step) -> None:
    linked = run.case if step.linked else None
    region, office = run.example.region, run.example.office
    actor = _actor(run, step.by or "window", step.who)
    opened = open_case(run.system, actor, run.matter, region, office, step.values, str(uuid.uuid4()), linked)
    run.cases.append(opened.case_id)


def _do(run: _Run, step: Step) -> None:
    task = _task(run, step)
    case = _row(run)
    deployed = run.system.deployed(case.deployment_id)
    owed = materials_owed(deployed.guide, encoding.loads(case.variables).get("application"))
    values = checklists_written_out(step.place, deployed.forms.get(task.form), step.values, owed)
    complete_task(run.system, _actor_for(run, step, task), task.id, values, str(uuid.uuid4()))


def _claim(run: _Run, step: Step) -> None:
    task = _task(run, step)
    claim_task(run.system, _actor_for(run, step, task), task.id)


def _wait(run: _Run, step: Step) -> None:
    for _ in range(SWEEPS):
        swept = fire_timers(run.system)
        if swept.failures:
            raise ExampleFailed(f"{step.place} 有到期事项未能执行")
        if not swept.cases:
            return
    raise ExampleFailed(f"{step.place} 的到期事项没有尽头")


def _actor_for(run: _Run, step: Step, task: Any) -> Actor:
    return _actor(run, step.by or (task.act_as if task.lane == "applicant" else task.lane), step.who)


def _actor(run: _Run, lane: str, who: str) -> Actor:
    """Somebody who works in that lane of the case's office and nowhere else."""
    username = f"example-{lane}-{who}" if who else f"example-{lane}"
    return Actor(0, username, who or lane, (Membership(run.example.region, run.example.office, lane),))


def _task(run: _Run, step: Step) -> Any:
    open_now = _open_tasks(run)
    found = [t for t in open_now if step.what in (t.name, t.node, t.node.rpartition("/")[2])]
    if len(found) == 1:
        return found[0]
    names = "、".join(f"{t.name}（{t.node}）" for t in open_now) or "无"
    raise ExampleFailed(f"{step.place} 没有{'唯一' if found else ''}在办的任务“{step.what}”；在办：{names}")


# -- how the case stands --------------------------------------------------------------------------


def _row(run: _Run) -> Any:
    with run.system.store.reading() as connection:
        return cases.by_id(connection, run.case)


def _open_tasks(run: _Run) -> list[Any]:
    with run.system.store.reading() as connection:
        return tasks.open_of_case(connection, run.case)


def _events(run: _Run, case_id: int | None = None) -> list[CaseEvent]:
    case_id = case_id or run.case
    with run.system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        return read_events(connection, case_id, row.number if row else "")


def _standing(run: _Run) -> Standing:
    row, recorded = _row(run), _events(run)
    new, run.seen = recorded[run.seen :], len(recorded)
    decisions = [d for event in new for d in event.facts["decisions"]]
    with run.system.store.reading() as connection:
        latest = {d.key: d for d in sorted(deadlines.of_case(connection, run.case), key=lambda d: d.occurrence)}
    return Standing(
        case=row,
        tasks=tuple(_open_tasks(run)),
        deadlines=latest,
        letters=tuple(d[1] for d in decisions if d[0] == "letter"),
        alarms=tuple(f"{d[2]} {d[1]}" for d in decisions if d[0] == "alarm"),
        guide=run.system.deployed(row.deployment_id).guide,
        variables=encoding.loads(row.variables),
    )


def _end(run: _Run, recorded: list[CaseEvent]) -> None:
    example, row = run.example, _row(run)
    model = run.system.deployed(row.deployment_id).program.model
    ends = [d for e in recorded for d in e.facts["decisions"] if d[0] == "outcome"]
    have: Mapping[str, Any] = {
        "outcome": row.outcome or "open",
        "node": model.element_of(ends[-1][2]).name if ends else "（未办结）",
        "at": shown(row.closed_at),
    }
    wanted = {key: shown(instant(example.place, v)) if key == "at" else v for key, v in example.end.items()}
    for key, value in wanted.items():
        if have[key] != value:
            raise ExampleFailed(f"{example.place} 的结局 {key} 应为 {value}，实为 {have[key]}")
    walked = _walked(recorded, run)
    if example.path and list(example.path) != walked:
        raise ExampleFailed(f"{example.place} 的路径应为 {'→'.join(example.path)}，实为 {'→'.join(walked)}")


def _walked(recorded: list[CaseEvent], run: _Run) -> list[str]:
    """Printed names of the start, every task as it opened, and the end that closed the case."""
    model = run.system.deployed(_row(run).deployment_id).program.model
    names = [model.start.name]
    for decision in (d for e in recorded for d in e.facts["decisions"]):
        match decision:
            case ["open", "task", path, _] | ["outcome", _, path] if path:
                names.append(model.element_of(path).name)
    return names
