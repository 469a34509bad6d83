"""A supervisor closes a 督办 item with what was done about it."""

from __future__ import annotations

from engine.actions.actor import Actor
from engine.actions.system import System
from engine.errors import Conflict, InvalidInput, NotFound
from engine.store import finding

MAX_NOTE = 500


def handle_supervision(system: System, actor: Actor, item_id: int, note: str) -> None:
    """Raises InvalidInput without a note, Forbidden, NotFound, Conflict when it was handled already (by whom)."""
    note = note.strip()
    if not note or len(note) > MAX_NOTE:
        raise InvalidInput(f"请填写处理情况（不超过 {MAX_NOTE} 字）")
    with system.store.writing() as connection:
        item = finding.supervision(connection, item_id)
        if item is None:
            raise NotFound("没有这个督办事项")
        actor.require("supervisor", item.region, item.office)
        if not finding.handle_supervision(connection, item_id, actor.username, note, system.clock.now()):
            who = finding.name_of(connection, item.handled_by or "")
            raise Conflict(f"该督办事项已由{who}处理", who=item.handled_by, at=item.handled_at)
