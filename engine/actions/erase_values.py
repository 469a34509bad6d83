"""Erases personal values of a closed case (依法删除个人信息): they go, the chain stays whole, and an event says so.

The event names fields, never values, with the legal basis and the reason. In the same transaction the values leave
the events they stand in, the case's variables, the name that lists show, and what somebody typed and never sent.
Numbers, decisions, dates and who did what stay: that the authority acted, and how, remains to be proved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.case_row import applicant_told
from engine.actions.history import CaseEvent, broken_at, read_events, refold
from engine.actions.reopen_case import reopenable_item
from engine.actions.submitting import check_request_id
from engine.actions.system import System
from engine.actions.taking import Taken, advance
from engine.errors import Conflict, Forbidden, InvalidInput, RequestReused
from engine.events import ERASURE, FieldEntry, dump_payload, erase, is_erased
from engine.store import cases, events, tasks, users
from engine.store.base import Step
from engine.workflow import measures

MAY_ERASE = ("leader",)  # the head answers for what the authority keeps of people
PERSONAL = ("personal", "restricted")  # marks of fields that may go; what was decided and paid stays
LACKING = "missing"  # which a checklist's form computes
EMPTY: tuple[Any, ...] = (None, "", [], {})
MAX_REASON = 500
BASES = (  # 个人信息保护法 第四十七条第一款
    "保存期限已届满（个人信息保护法第四十七条第一款第二项）",
    "处理目的已实现、无法实现或者不再必要（个人信息保护法第四十七条第一款第一项）",
    "个人撤回同意（个人信息保护法第四十七条第一款第三项）",
    "违反规定收集、处理（个人信息保护法第四十七条第一款第四项）",
    "法律、行政法规规定的其他情形（个人信息保护法第四十七条第一款第五项）",
)
REUSED = "这份删除已经提交过，内容不同；已删除的内容没有增减"

Place = tuple[int, str]  # number of the event, path of the field


@dataclass(frozen=True, slots=True)
class Erased:
    case_id: int
    number: str
    seq: int  # of the event that recorded it
    values: int


def erasable(recorded: Collection[CaseEvent]) -> Iterator[tuple[CaseEvent, FieldEntry]]:
    """Every personal value that the case still has. What is lacking of the materials is the guide's words alone."""
    for event in recorded:
        for entry in event.fields:
            if entry[1] in PERSONAL and not is_erased(entry) and entry[0] != LACKING and entry[3] not in EMPTY:
                yield event, entry


def erase_values(
    system: System, actor: Actor, case_id: int, wanted: Collection[Place], basis: str, reason: str, request_id: str
) -> Erased:
    """What was erased; the same request with the same content gives the first result again.

    Raises Forbidden, InvalidInput (no reason, nothing chosen, something that is no personal value or is gone), Conflict
    while the case is open or may be reopened, and for a record that is not whole: whoever erases from it would hide
    what somebody altered.
    """
    check_request_id(request_id)
    reason, chosen = " ".join(reason.split()), sorted(set(wanted))
    if basis not in BASES:
        raise InvalidInput("请选择删除的法律依据")
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput(f"请填写删除的理由（不超过 {MAX_REASON} 字），其中不要写个人信息")
    if not chosen:
        raise InvalidInput("请至少选择一项要删除的内容")

    def decide(taken: Taken) -> Erased:
        row, connection = taken.row, taken.step.connection
        if not actor.may_any(MAY_ERASE, row.region, row.office):
            raise Forbidden("删除个人信息须由本机构的单位负责人决定")
        recorded = read_events(connection, row.id, row.number)
        first = events.by_request(connection, row.id, request_id)
        if first is not None:
            return _again(taken, actor, recorded[first.seq - 1], chosen, basis, reason)
        _require_closed(taken, recorded)
        if set(chosen) - {(event.seq, entry[0]) for event, entry in erasable(recorded)}:
            raise InvalidInput("所选内容中有的不是个人信息，或已经删除，请刷新后重新选择")
        left = [_without(event, chosen) for event in recorded]
        state = replace([state for _, state in refold(left)][-1], tokens=taken.before.state.tokens)
        at = taken.effective(taken.now)
        done = measures.erase(taken.runner, state, chosen, basis, reason, at)
        taken.add(done, actor.username, request_id, applicant=applicant_told(left, taken.deployed))
        drafts = [f"task:{task.id}" for task in tasks.of_case(connection, row.id)]
        taken.afterwards.append(lambda step: _take_out(step, row, recorded, left, drafts))
        return Erased(row.id, row.number, done.state.inputs, len(chosen))

    try:
        erased = advance(system, lambda step: cases.take(step, case_id), decide)
    except IntegrityError as error:  # the case has an event of this request: another form of it was first
        raise RequestReused(REUSED) from error
    system.store.checkpoint()
    return erased


def _require_closed(taken: Taken, recorded: list[CaseEvent]) -> None:
    if taken.before.state.status != "closed":
        raise Conflict("办件还在办理，办理需要这些内容；办结以后才能删除")
    if reopenable_item(taken.step.connection, taken.row.id):
        raise Conflict("这个办件经日历修订可以恢复办理，请先由督办人员处理")
    if broken_at(recorded) is not None or recorded[-1].hash != taken.row.hash:
        raise Conflict("这个办件的记录已被改动或不完整，请先由系统管理员核查，不能从中删除内容")


def _without(event: CaseEvent, chosen: Collection[Place]) -> CaseEvent:
    return replace(event, fields=[erase(f) if (event.seq, f[0]) in chosen else f for f in event.fields])


def _take_out(step: Step, row: Any, recorded: list[CaseEvent], left: list[CaseEvent], drafts: list[str]) -> None:
    """Only writes: on PostgreSQL nothing is answered before the COMMIT any more."""
    step.overwrite()
    for before, after in zip(recorded, left, strict=True):
        if before.fields != after.fields:
            payload = dump_payload(after.facts, after.fields)
            events.replace_payload(step.connection, row.id, after.seq, payload)
    users.drop_drafts(step.connection, drafts, f"message:{row.number}/")


def _again(taken: Taken, actor: Actor, first: CaseEvent, chosen: list[Place], basis: str, reason: str) -> Erased:
    content = {"erased": [list(place) for place in chosen], "basis": basis, "reason": reason}
    if (first.kind, first.header.actor, first.facts.get("detail")) != (ERASURE, actor.username, content):
        raise RequestReused(REUSED)
    return Erased(taken.row.id, taken.row.number, first.seq, len(chosen))
