"""What a step is expected to have done, and how the case stands then.

task: 受理                  exactly this task is open; `tasks: [审核, …]`: exactly these, in any order; `[]`: none
seats: [lin.yan, he.jun]    whose seats are open, in any order; `[]`: nobody's
due: 2026-09-22 17:00       the instant that the one open task shows; `paused`: it is suspended; `none`: no limit
deadlines:                  by key, what is named only:
  handling: {last_day: 2026-09-29, due: 2026-09-29 17:00, state: running, occurrence: 1, provisional: false}
                            state: running, suspended, met, breached; `handling: none`: has never started
letters: [one_time_notice]  templates of the letters that this step made due, in order
alarms: [handling overdue]  alarms raised at this step: deadline and kind (warning, overdue), in order
objections: [open, upheld]  of the case by number: open, upheld or dismissed
missing: [licence, …]       ids of the materials that the one-time notice lists
values: {review.decision: pass}   what the case holds at these paths, as text; `none`: nothing
outcome: lapsed             the case is closed with it; `open`: it is not closed
closed_at: 2026-10-11 00:00 the instant that counts in law
refused: 期限届满            the step is refused with a message that contains these words
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import SHANGHAI
from engine.examples.model import Difference
from engine.forms.materials import materials_owed
from engine.forms.presenting import value_at
from engine.guides import Guide
from engine.workflow.paths import element_id, is_seat


@dataclass(frozen=True)
class Standing:
    """How a case stands after a step, as the lists would show it, and what the step's events said."""

    case: Any  # row
    tasks: tuple[Any, ...]  # rows of the open ones
    deadlines: Mapping[str, Any]  # key -> row of its latest occurrence
    letters: tuple[str, ...]  # of this step
    alarms: tuple[str, ...]  # of this step
    objections: tuple[str, ...]
    guide: Guide
    variables: Mapping[str, Any]


def shown(value: Any) -> str:
    """As the file would write it."""
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI) if value.tzinfo else value
        return f"{local:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(shown, value))}]"
    return "none" if value is None else str(value)


def _tasks(standing: Standing) -> list[str]:
    return sorted(t.name for t in standing.tasks)


def _wanted_tasks(expected: list[str], standing: Standing) -> str:
    names = {element_id(t.node): t.name for t in standing.tasks}
    return shown(sorted(names.get(word, word) for word in expected))


def _seats(standing: Standing) -> list[str]:
    return sorted(t.assignee for t in standing.tasks if is_seat(t.node))


def _due(standing: Standing) -> Any:
    if len(standing.tasks) != 1:
        return f"{len(standing.tasks)}个任务在办，应用 deadlines"
    task = standing.tasks[0]
    return "paused" if task.suspended else task.due


def _missing(standing: Standing) -> list[str]:
    """Ids of the lines of the notice; a line is the material's printed text and what is wrong with it."""
    lines = (standing.variables.get("intake") or {}).get("missing", [])
    owed = materials_owed(standing.guide, standing.variables.get("application"))
    return [next((m.id for m in owed if line.startswith(m.text)), line) for line in lines]


def _deadlines(standing: Standing, expected: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, wanted in expected.items():
        row = standing.deadlines.get(key)
        if row is None or not isinstance(wanted, Mapping):
            found[key] = "none" if row is None else shown(row.due)
        else:
            found[key] = {name: shown(getattr(row, name, "（没有这一项）")) for name in wanted}
    return found


def _wanted_deadlines(expected: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: {name: shown(value) for name, value in wanted.items()} if isinstance(wanted, Mapping) else shown(wanted)
        for key, wanted in expected.items()
    }


_READ: dict[str, Callable[[Standing], Any]] = {
    "due": _due,
    "letters": lambda s: list(s.letters),
    "alarms": lambda s: list(s.alarms),
    "objections": lambda s: list(s.objections),
    "missing": _missing,
    "outcome": lambda s: s.case.outcome or "open",
    "closed_at": lambda s: s.case.closed_at,
}
EXPECTATIONS = ("task", "tasks", "seats", "deadlines", "values", "refused", *_READ)


def differences(expected: Mapping[str, Any], standing: Standing) -> list[Difference]:
    """Everything that is not as expected."""
    found = []
    for name, wanted in expected.items():
        if name == "refused":
            continue
        if name == "deadlines":
            want, have = str(_wanted_deadlines(wanted)), str(_deadlines(standing, wanted))
        elif name == "values":
            want = shown([f"{path} {shown(value)}" for path, value in wanted.items()])
            have = shown([f"{path} {shown(value_at(standing.variables, path))}" for path in wanted])
        elif name == "seats":
            want, have = shown(sorted(wanted)), shown(_seats(standing))
        elif name in ("task", "tasks"):
            want, have = _wanted_tasks(wanted if name == "tasks" else [wanted], standing), shown(_tasks(standing))
        else:
            want, have = shown(wanted), shown(_READ[name](standing))
        if want != have:
            found.append(Difference(name, want, have))
    return found
