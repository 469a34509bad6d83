"""Proposes a draft for publication, takes it back, or gives it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.actions.actor import Actor
from engine.actions.drafting import (
    EVERY_OFFICE,
    DraftView,
    compared,
    find_draft,
    findings_for,
    plain_note,
    require_editor,
    require_revision,
    require_status,
    sharing_regions,
)
from engine.actions.system import Deployed, System
from engine.check import Finding
from engine.errors import Forbidden, InvalidDiagram, InvalidInput
from engine.store import drafts


def propose_draft(
    system: System, actor: Actor, draft_id: int, regions: Iterable[str], note: str, revision: int
) -> None:
    """The draft waits for another person's approval.

    Raises InvalidDiagram while the check finds an error in any of the regions, InvalidInput without a note, a region
    or a change, Conflict when the regions no longer share the diagram or the draft was saved meanwhile.
    """
    chosen = list(dict.fromkeys(regions))
    words = plain_note(note, "修改说明")
    if not chosen:
        raise InvalidInput("请至少选择一个发布的统筹区")
    with system.store.reading() as connection:
        view = find_draft(system, connection, draft_id)
        require_editor(system, actor, view)
        require_status(system, connection, view, drafts.EDITING, drafts.REJECTED)
        require_revision(connection, view, revision)
        sharing = sharing_regions(system, connection, view.base)
    _require_publishable(system, actor, view, chosen, sharing)
    with system.store.writing() as connection:  # checked outside it: a hostile diagram takes its time
        view = find_draft(system, connection, draft_id, held=True)
        require_status(system, connection, view, drafts.EDITING, drafts.REJECTED)
        require_revision(connection, view, revision)
        drafts.change(
            connection,
            draft_id,
            {
                "status": drafts.PROPOSED,
                "revision": revision + 1,
                "regions": " ".join(chosen),
                "note": words,
                "editors": " ".join(dict.fromkeys((*view.editors, actor.username))),
                "updated_at": system.clock.now(),
                "updated_by": actor.username,
                "decided_at": None,
                "decided_by": None,
                "decision_note": "",
            },
        )


def _require_publishable(
    system: System, actor: Actor, view: DraftView, chosen: list[str], sharing: Mapping[str, Deployed]
) -> None:
    if compared(view).same:
        raise InvalidInput("草稿与现行版本没有差别，无需发布")
    for region in chosen:
        name = system.region_name(region)
        if not actor.may("designer", region, EVERY_OFFICE):
            raise Forbidden(f"您不是{name}的流程设计人员，不能提交在该统筹区发布")
        if region not in sharing:
            raise InvalidInput(f"{name}的现行流程图与草稿所依据的不同，不能一并发布")
        errors = [f for f in findings_for(system, sharing[region], view.row.xml) if f.severity == "error"]
        if errors:
            raise InvalidDiagram(_refusal(name, errors))


def withdraw_proposal(system: System, actor: Actor, draft_id: int) -> None:
    """Back to editing: its editors saw something before the approver did."""
    _end(system, actor, draft_id, drafts.EDITING, (drafts.PROPOSED,))


def discard_draft(system: System, actor: Actor, draft_id: int) -> None:
    """Nobody goes on with it; it stays readable."""
    _end(system, actor, draft_id, drafts.DISCARDED, (drafts.EDITING, drafts.REJECTED))


def _end(system: System, actor: Actor, draft_id: int, status: str, expected: tuple[str, ...]) -> None:
    with system.store.writing() as connection:
        view = find_draft(system, connection, draft_id, held=True)
        require_editor(system, actor, view)
        require_status(system, connection, view, *expected)
        values = {"status": status, "updated_at": system.clock.now(), "updated_by": actor.username}
        drafts.change(connection, draft_id, {**values, "revision": view.row.revision + 1})


def _refusal(region: str, errors: list[Finding]) -> str:
    first = errors[0]
    more = f"等 {len(errors)} 个错误" if len(errors) > 1 else ""
    return f"按{region}的表单和办事指南检查有错误，不能提交：{first.message}{more}。请先改正"
