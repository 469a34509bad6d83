"""Four eyes: who must keep out of a task because of what he did in the same case (`jingban:separateFrom`).

A task names those that other people must have done: one (复核 and 初审), or several (the agency's approval and both
experts). Of a task that is done again counts who did it last; of one with seats everybody who filled his form, and
nobody who was replaced or whose seat closed undone: they judged nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.workflow.model import Element, Model
from engine.workflow.paths import whole

Performers = Mapping[str, str]  # element id, or that of a seat -> user name


def done_by(performers: Performers, element: str) -> set[str]:
    """Everybody who did a task; of one with seats, everybody who had one."""
    return {who for key, who in performers.items() if whole(key) == element}


def kept_out(performers: Performers, element: Element) -> set[str]:
    """Everybody who may not do this task, as things stand."""
    return {who for other in element.separate_from for who in done_by(performers, other)}


def reasons(performers: Performers, element: Element, who: str, model: Model) -> str:
    """What keeps a person out: the names of the tasks he did, `“专家初审”、“专家复审”`; '' when nothing does."""
    did = (other for other in element.separate_from if who in done_by(performers, other))
    return "、".join(f"“{model.elements[other].name}”" for other in did)
