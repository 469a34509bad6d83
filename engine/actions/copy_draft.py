"""A draft beside another one: what somebody drew while somebody else saved the same draft. Both versions stay."""

from __future__ import annotations

from engine.actions.actor import Actor
from engine.actions.drafting import checked_xml, find_draft, require_editor
from engine.actions.system import System
from engine.store import drafts


def copy_draft(system: System, actor: Actor, draft_id: int, xml: str) -> int:
    """The id of a new draft of the actor's, with this diagram and the other draft's base.

    Raises Forbidden for who is no designer of the region, InvalidDiagram for what is not XML.
    """
    text = checked_xml(xml)
    with system.store.writing() as connection:
        view = find_draft(system, connection, draft_id)
        require_editor(system, actor, view)
        return drafts.add(
            connection,
            {
                "matter": view.row.matter,
                "base_deployment": view.row.base_deployment,
                "author": actor.username,
                "editors": " ".join(dict.fromkeys((*view.editors, actor.username))),  # it holds their work as well
                "revision": 1,
                "xml": text,
                "status": drafts.EDITING,
                "regions": "",
                "note": view.row.note,
                "updated_at": system.clock.now(),
                "updated_by": actor.username,
                "decision_note": "",
            },
        )
