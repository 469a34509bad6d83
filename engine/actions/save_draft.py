"""Saves a draft's diagram. What somebody else saved meanwhile is never overwritten unseen."""

from __future__ import annotations

from engine.actions.actor import Actor
from engine.actions.drafting import checked_xml, find_draft, require_editor, require_revision, require_status
from engine.actions.system import System
from engine.store import drafts


def save_draft(system: System, actor: Actor, draft_id: int, xml: str, revision: int) -> int:
    """The new revision. A rejected draft becomes one that is edited again.

    Raises Conflict (who and when) when `revision` is no longer the latest or the draft is proposed or decided,
    InvalidDiagram for what is not XML.
    """
    text = checked_xml(xml)
    with system.store.writing() as connection:
        view = find_draft(system, connection, draft_id, held=True)
        require_editor(system, actor, view)
        require_status(system, connection, view, drafts.EDITING, drafts.REJECTED)
        require_revision(connection, view, revision)
        drafts.change(
            connection,
            draft_id,
            {
                "xml": text,
                "revision": revision + 1,
                "status": drafts.EDITING,
                "editors": " ".join(dict.fromkeys((*view.editors, actor.username))),
                "updated_at": system.clock.now(),
                "updated_by": actor.username,
                "decided_at": None,
                "decided_by": None,  # the words of the rejection stay until it is proposed again
            },
        )
    return revision + 1
