"""Tasks that several named people do side by side, each his own (评估小组): who has a seat, and who may have one.

SpiffWorkflow's own multi-instance is not used: freshly parsed specs hang, a changing list leaves it stuck, and its
joins need the whole token tree. Its engine sees one user task; the seats are places of the canonical state, and the
task runs when the last of them is done. So specs stay shared, snapshots small, and a substitution moves no token.

The list of user names is read when the token enters the task, and the seats stand in the record from then on: what
becomes of the form later changes nobody's seat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.errors import InvalidSubmission
from engine.expressions import Functions
from engine.workflow.model import Element, Model
from engine.workflow.paths import element_id, whole
from engine.workflow.separation import done_by, kept_out
from engine.workflow.state import TASK, CaseState, Node

MAX_SEATS = 50  # of one task: beyond it is a list that was read wrongly


def named_by(model: Model, form_key: str) -> Iterator[Element]:
    """The tasks whose participants are named on a form."""
    for element in model.user_tasks:
        if element.participants is not None and form_of(element) == form_key:
            yield element


def form_of(element: Element) -> str:
    """The form on which a task's participants are named; the check allows one path and nothing else."""
    return list_path(element)[0]


def list_path(element: Element) -> tuple[str, ...]:
    assert element.participants is not None
    (path,) = element.participants.names
    return path


def listed(element: Element, values: Mapping[str, Any], functions: Functions) -> Any:
    """What the list says now; None where the form was not submitted."""
    assert element.participants is not None
    return element.participants.evaluate(values, functions)


def fault(names: Any, performers: Mapping[str, str], element: Element) -> str:
    """What is wrong with a list of participants, Chinese; '' when everybody on it can take a seat."""
    if not isinstance(names, list | tuple) or not names:
        return f"“{element.name}”没有指定人员，至少须有一人"
    if not all(isinstance(name, str) and name for name in names):
        return f"“{element.name}”的人员名单中有空缺"
    if len(names) > MAX_SEATS:
        return f"“{element.name}”指定了 {len(names)} 人，最多 {MAX_SEATS} 人"
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        return f"“{element.name}”中{'、'.join(twice)}重复，一人只能有一个席位"
    barred = sorted(kept_out(performers, element) & set(names))
    if barred:
        return f"{'、'.join(barred)}办理过须与“{element.name}”分开的任务，应当回避，请另行指定"
    return ""


def refused(element: Element, words: str) -> InvalidSubmission:
    """The error at the field where the list was given."""
    return InvalidSubmission({".".join(list_path(element)[1:]): words})


def open_seats(nodes: Iterable[Node], path: str, n: int) -> list[Node]:
    """The seats of one opening of a task that are not done yet, in order."""
    return [x for x in nodes if x.kind == TASK and x.path != path and (whole(x.path), x.n) == (path, n)]


def holders(state: CaseState, element: Element, path: str, n: int) -> set[str]:
    """Everybody who has a seat in one opening of a task, done or not."""
    waiting = {seat.assignee for seat in open_seats(state.nodes, path, n)}
    return waiting | done_by(state.performers, element_id(path))
