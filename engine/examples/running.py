"""Runs an example with the real actions, as the people of the right lanes, under the example's own clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import encoding
from engine.actions.history import CaseEvent, read_events
from engine.actions.system import System
from engine.clock import FixedClock
from engine.errors import EngineError, InvalidSubmission
from engine.examples.acts import Run, act
from engine.examples.expecting import Standing, differences, shown
from engine.examples.loading import instant
from engine.examples.model import Difference, Example, ExampleFailed, InvalidExample, Step
from engine.examples.people import employed
from engine.store import cases, deadlines, tasks
from engine.workflow.paths import element_id, is_seat


@dataclass(frozen=True, slots=True)
class Ran:
    """What an example left behind."""

    cases: tuple[int, ...]  # in the order they were opened
    flows: frozenset[str]  # sequence flows that were taken


def run_example(system: System, matter: str, example: Example) -> Ran:
    """Raises ExampleFailed where the case went otherwise, InvalidExample where the example cannot be meant.

    `system.clock` must be a FixedClock; the example sets it.
    """
    return play(begin(system, matter, example))


def begin(system: System, matter: str, example: Example) -> Run:
    """An example of which nothing is done yet; whoever keeps it can ask afterwards how far `play` came."""
    if not isinstance(system.clock, FixedClock):
        raise TypeError("examples need a system with a FixedClock")
    return Run(system, system.clock, matter, example, employed(system, example))


def play(run: Run) -> Ran:
    """Raises like `run_example`."""
    for step in run.example.steps:
        run.step = step
        _step(run, step)
    run.step = None
    recorded = {case_id: _events(run, case_id) for case_id in run.cases}
    _end(run, recorded[run.case])
    return Ran(tuple(run.cases), _flows(recorded.values()))


def stands_at(run: Run) -> tuple[str, ...]:
    """Ids of the elements where the current case stands: its open tasks and awaited letters, or the end it reached."""
    here: dict[str, None] = {}
    if not run.cases:
        return ()
    for decision in (d for event in _events(run, run.case) for d in event.facts["decisions"]):
        match decision:
            case ["open", "task" | "message", path, _]:
                here[element_id(path)] = None
            case ["close", path, _, _]:
                here.pop(element_id(path), None)
            case ["outcome", _, path] if path:
                return (element_id(path),)
    return tuple(here)


def _flows(recorded: Iterable[list[CaseEvent]]) -> frozenset[str]:
    decisions = (d for events in recorded for event in events for d in event.facts["decisions"])
    return frozenset(d[1] for d in decisions if d[0] == "flow")


def _step(run: Run, step: Step) -> None:
    run.clock.set(step.at)
    refused = step.expect.get("refused")
    before = len(run.cases)
    try:
        act(run, step)
    except (InvalidExample, ExampleFailed):
        raise
    except EngineError as error:
        message = _words(error)
        if refused is None or str(refused) not in message:
            told = f"被拒绝：{message}"
            raise ExampleFailed(f"{step.place} {told}", Difference("act", _allowed(refused), told)) from error
    else:
        if refused is not None:
            told = f"应被拒绝（{refused}）"
            raise ExampleFailed(f"{step.place} {told}，但办成了", Difference("act", told, "办成了"))
    if not run.cases:
        return
    if len(run.cases) > before:
        run.seen = 0
    found = differences(step.expect, _standing(run))
    if found:
        raise ExampleFailed(f"{step.place}：{'；'.join(map(str, found))}", *found)


def _allowed(refused: Any) -> str:
    return "能办成" if refused is None else f"应被拒绝（{refused}）"


def _words(error: EngineError) -> str:
    if isinstance(error, InvalidSubmission):
        return "；".join(f"{path}：{message}" for path, message in error.errors.items())
    return error.message


# -- how the case stands --------------------------------------------------------------------------


def _events(run: Run, case_id: int) -> list[CaseEvent]:
    with run.system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        return read_events(connection, case_id, row.number if row else "")


def _standing(run: Run) -> Standing:
    with run.system.store.reading() as connection:
        row: Any = cases.by_id(connection, run.case)
        recorded = read_events(connection, run.case, row.number)
        open_now = tasks.open_of_case(connection, run.case)
        latest = {d.key: d for d in sorted(deadlines.of_case(connection, run.case), key=lambda d: d.occurrence)}
    new, run.seen = recorded[run.seen :], len(recorded)
    decisions = [d for event in new for d in event.facts["decisions"]]
    objections = {d[1]: d[2] for event in recorded for d in event.facts["decisions"] if d[0] == "objection"}
    return Standing(
        case=row,
        tasks=tuple(open_now),
        deadlines=latest,
        letters=tuple(d[1] for d in decisions if d[0] == "letter"),
        alarms=tuple(f"{d[2]} {d[1]}" for d in decisions if d[0] == "alarm"),
        objections=tuple(objections.values()),
        guide=run.system.deployed(row.deployment_id).guide,
        variables=encoding.loads(row.variables),
    )


def _end(run: Run, recorded: list[CaseEvent]) -> None:
    example, row = run.example, run.row()
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
            found = Difference(key, str(value), str(have[key]))
            raise ExampleFailed(f"{example.place} 的结局 {found}", found)
    walked = _walked(recorded, run)
    if example.path and list(example.path) != walked:
        told, went = "→".join(example.path), "→".join(walked)
        raise ExampleFailed(f"{example.place} 的路径应为 {told}，实为 {went}", Difference("path", told, went))


def _walked(recorded: list[CaseEvent], run: Run) -> list[str]:
    """Printed names of the start, every task and awaited letter as it opened, and the end that closed the case."""
    model = run.system.deployed(run.row().deployment_id).program.model
    names = [model.start.name]
    for decision in (d for e in recorded for d in e.facts["decisions"]):
        match decision:
            case ["open", "task" | "message", path, _] if not is_seat(path):
                names.append(model.element_of(path).name)
            case ["open", "activity", path, _] if model.element_of(path).participants is not None:
                names.append(model.element_of(path).name)
            case ["outcome", _, path] if path:
                names.append(model.element_of(path).name)
    return names
