"""Somebody has a draft open: notes it, and tells who else works on the same matter.

A hint and no lock: people forget open pages. What keeps two from overwriting each other is the draft's revision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.actions.actor import Actor
from engine.actions.drafting import EVERY_OFFICE, DraftView, find_draft, require_editor
from engine.actions.system import System
from engine.clock import SystemClock
from engine.store import drafts, presences

OPEN_FOR = timedelta(seconds=70)  # a page speaks every twenty seconds; one that is behind others more seldom


@dataclass(frozen=True, slots=True)
class Company:
    """Who else is at it."""

    here: tuple[Any, ...]  # presences of other people at this draft
    drafts: tuple[Any, ...]  # other drafts of the matter under way that the actor may see, without XML
    open_by: dict[int, tuple[Any, ...]]  # of those: draft -> presences of other people


def attend_draft(system: System, actor: Actor, draft_id: int) -> Company:
    """Notes that the actor has the draft open, since the instant that an unbroken presence began.

    Raises Forbidden for who is no designer of the region.
    """
    now = SystemClock().now()
    with system.store.writing() as connection:
        view = find_draft(system, connection, draft_id)
        require_editor(system, actor, view)
        present = presences.of_matter(connection, view.row.matter, now - OPEN_FOR)
        mine = next((p for p in present if (p.draft, p.username) == (draft_id, actor.username)), None)
        since = mine.since if mine else system.clock.now()
        values = {"draft": draft_id, "username": actor.username, "since": since, "seen_at": now}
        presences.put(connection, values)
        return _company(connection, actor, view, [p for p in present if p.username != actor.username])


def _company(connection: Any, actor: Actor, view: DraftView, others: list[Any]) -> Company:
    beside = tuple(
        row
        for row in drafts.under_way(connection)
        if row.matter == view.row.matter
        and row.id != view.row.id
        and actor.may_any(("designer", "approver"), row.region, EVERY_OFFICE)
    )
    return Company(
        tuple(p for p in others if p.draft == view.row.id),
        beside,
        {row.id: tuple(p for p in others if p.draft == row.id) for row in beside},
    )
