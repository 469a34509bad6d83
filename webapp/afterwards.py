"""What the inbox says after a task was done: the letters to hand over now, and who goes on."""

from __future__ import annotations

from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Row

from engine.actions.actor import ROLE_NAMES, Actor
from engine.actions.complete_task import Completed
from engine.actions.register_message import Registered
from engine.store import cases, letters, tasks
from engine.workflow.words import letter_name
from webapp.casework import CaseFile, may_work
from webapp.context import system


def told(name: str, done: Completed | Registered, who: Actor, verb: str = "已办理") -> Markup:
    """“受理”已办理：430100-2026-000051。请送达：一次性告知书。下一步：审核（审核），继续办理。 With a link to each."""
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
    if left:
        words.append(Markup("下一步：{}。").format(Markup("；").join(_next(task, who, file) for task in left)))
    return Markup("").join(words)


def _next(task: Row[Any], who: Actor, case: CaseFile) -> Markup:
    group = "等待申请人" if task.lane == "applicant" else ROLE_NAMES.get(task.lane, task.lane)
    if task.lane == "applicant" or not may_work(who, task) or case.barred(task.node, who.username):
        return Markup("{}（{}）").format(task.name, group)
    on = _link(f"done-next-{task.id}", url_for("tasks.show", task_id=task.id), "继续办理")
    return Markup("{}（{}），{}").format(task.name, group, on)


def _link(ref: str, address: str, words: str) -> Markup:
    return Markup('<a id="{}" href="{}">{}</a>').format(ref, address, words)
