"""One objection against several cases, and one decision on several objections: a result for each."""

from __future__ import annotations

from collections.abc import Iterable

from engine.actions import file_objection, resolve_objection
from engine.actions.actor import Actor
from engine.actions.batches import Item, each, request_of, require_some
from engine.actions.quarter import chosen
from engine.actions.submitting import check_request_id
from engine.actions.system import System
from engine.workflow.words import objection_name


def file_for_several(
    system: System, actor: Actor, case_ids: Iterable[int], given: file_objection.Objection, request_id: str
) -> list[Item]:
    """The same objection filed with each case; the same batch again completes the rest and doubles nothing.

    Raises InvalidInput for what no case could take (a field is missing, no case is chosen).
    """
    check_request_id(request_id)
    given = file_objection.checked(given)

    def file(row: object) -> str:
        case_id = int(row.id)  # type: ignore[attr-defined]
        filed = file_objection.file_objection(system, actor, case_id, given, request_of(request_id, case_id))
        return f"已登记为第 {filed.n} 号异议，办件停在公示环节至处理完毕"

    return each(chosen(system, require_some(case_ids)), file)


def resolve_several(
    system: System,
    actor: Actor,
    wanted: Iterable[tuple[int, int]],
    given: resolve_objection.Resolution,
    request_id: str,
) -> list[Item]:
    """The same decision on each (case, number of its objection). Raises as above."""
    check_request_id(request_id)
    given = resolve_objection.checked(given)
    pairs = list(dict.fromkeys(wanted))
    rows = {row.id: row for row in chosen(system, require_some(case_id for case_id, _ in pairs))}
    found: list[Item] = []
    for case_id, n in pairs:
        if case_id not in rows:
            continue

        def resolve(row: object, case_id: int = case_id, n: int = n) -> str:
            request = request_of(request_of(request_id, case_id), n)
            done = resolve_objection.resolve_objection(system, actor, case_id, n, given, request)
            ended = "，办件已经结束" if done.ended else ""
            left = f"，尚有 {done.left} 件异议{'须答复' if done.ended else '未处理'}" if done.left else ""
            return f"第 {n} 号{objection_name(given.resolution)}{ended}{left}"

        found += each([rows[case_id]], resolve)
    return found
