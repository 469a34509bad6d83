"""Starts a draft: from the version of a (matter, region) that new cases run on, or anew from what its guide prints."""

from __future__ import annotations

from engine.actions.actor import Actor
from engine.actions.drafting import EVERY_OFFICE
from engine.actions.system import System
from engine.drafting import diagram, draft
from engine.errors import Forbidden
from engine.store import drafts


def start_draft(system: System, actor: Actor, matter: str, region: str, from_guide: bool = False) -> int:
    """The new draft's id. Raises Forbidden for who is no designer of the region, NotFound for a matter not offered.

    `from_guide` draws the guide's steps and limits anew instead of taking the present diagram; forms stay as they are.
    """
    if not actor.may("designer", region, EVERY_OFFICE):
        raise Forbidden(f"修改流程图须由{system.region_name(region)}的流程设计人员办理")
    current = system.current(matter, region)
    xml = diagram(draft([current.guide])).decode() if from_guide else current.bundle.bpmn
    with system.store.writing() as connection:
        return drafts.add(
            connection,
            {
                "matter": matter,
                "base_deployment": current.id,
                "author": actor.username,
                "editors": actor.username,
                "revision": 1,
                "xml": xml,
                "status": drafts.EDITING,
                "regions": "",
                "note": "",
                "updated_at": system.clock.now(),
                "updated_by": actor.username,
                "decision_note": "",
            },
        )
