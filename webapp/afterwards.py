"""What a page says after something was done: the letters to hand over now, and who goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup, escape
from sqlalchemy import Row

from engine.actions.actor import ROLE_NAMES, Actor
from engine.actions.complete_task import Completed
from engine.actions.open_case import Opened
from engine.actions.register_message import Registered
from engine.store import cases, letters, tasks
from engine.workflow.paths import is_seat
from engine.workflow.words import letter_name
from webapp.casework import CaseFile, may_work
from webapp.context import system


def opened(done: Opened, who: Actor, besides: str = "") -> Markup:
    """办件已开立，编号 430100-2026-000051。下一步：受理（窗口受理），继续办理。"""
    with system().store.reading() as connection:
        left = tasks.open_of_case(connection, done.case_id)
        row = cases.by_id(connection, done.case_id)
    assert row is not None
    return Markup("办件已开立，编号 {}。{}{}").format(done.number, besides, _onward(left, who, CaseFile(row)))


def told(name: str, done: Completed | Registered, who: Actor, verb: str = "已办理") -> Markup:
    """“受理”已办理：430100-2026-000051。请送达：一次性告知书。下一步：复核（审核），继续办理。 With a link to each."""
    with system().store.reading() as connection:
        sent = [row for row in letters.of_case(connection, done.case_id) if row.seq >= done.seq]
        left = tasks.open_of_case(connection, done.case_id)
        row = cases.by_id(connection, done.case_id)
    assert row is not None
    file = CaseFile(row)
    case = _link("done-case", url_for("cases.show", number=done.number), done.number)
    words = [Markup("“{}”{}：{}{}。").format(name, verb, case, "，办件已结束" if done.closed else "")]
    if sent:
        named = (
            _link(f"done-letter-{row.id}", url_for("letters.show", letter_id=row.id), letter_name(row.template))
            for row in sent
        )
        words.append(Markup("请送达：{}。").format(Markup("、").join(named)))
    return Markup("").join([*words, _onward(left, who, file)])


def _onward(left: Sequence[Row[Any]], who: Actor, case: CaseFile) -> Markup:
    if not left:
        return Markup("")
    return Markup("下一步：{}。").format(Markup("；").join(_next(task, who, case) for task in left))


def _next(task: Row[Any], who: Actor, case: CaseFile) -> Markup:
    whose = _whose(task, case)
    step = escape(task.name) if task.name.startswith(whose) else Markup("{}（{}）").format(task.name, whose)
    if task.lane == "applicant" or not may_work(who, task) or case.barred(task.node, who.username):
        return step
    return step + Markup("，") + _link(f"done-next-{task.id}", url_for("tasks.show", task_id=task.id), "继续办理")


def _whose(task: Row[Any], case: CaseFile) -> str:
    """Several seats of one task differ by who sits there."""
    if task.lane == "applicant":
        return "等待申请人"
    if is_seat(task.node) and task.assignee:
        return case.names.get(str(task.assignee), str(task.assignee))
    return ROLE_NAMES.get(str(task.lane), str(task.lane))


def _link(ref: str, address: str, words: str) -> Markup:
    return Markup('<a id="{}" href="{}">{}</a>').format(ref, address, words)
