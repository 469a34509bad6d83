"""An administrator has seen to an incident: the case it set aside is tried again by the next sweep."""

from __future__ import annotations

from engine.actions.actor import Actor
from engine.actions.system import System
from engine.errors import Conflict, Forbidden, NotFound
from engine.store import cases, finding, incidents


def resolve_incident(system: System, actor: Actor, incident_id: int) -> None:
    """Safe where nothing was mended: a case that fails three more times becomes an incident again.

    Raises Forbidden, NotFound, Conflict when somebody resolved it already (who and when).
    """
    with system.store.writing() as connection:
        incident = incidents.by_id(connection, incident_id)
        if incident is None:
            raise NotFound("没有这条故障记录")
        case = cases.by_id(connection, incident.case_id) if incident.case_id is not None else None
        allowed = actor.may("admin", case.region if case else "*", case.office if case else "*")
        if not allowed:
            raise Forbidden("故障须由该机构的系统管理员处理")
        if not incidents.resolve(connection, incident_id, actor.username, system.clock.now()):
            who = finding.name_of(connection, incident.resolved_by or "")
            raise Conflict(f"该故障已由{who}处理", who=incident.resolved_by, at=incident.resolved_at)
        if case is not None:
            cases.try_again(connection, case.id)
