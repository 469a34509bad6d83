"""What an authority does to a case beside its diagram: extends a limit, moves it under a new calendar, reopens it,
erases what it must not keep any longer.

No token moves in any of these. Timers hold no instant and ask the ledger, so an extended limit and an amended calendar
move them without being told; a reopened case stands where it stood before the timer that closed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.deadlines import TimeLimit
from engine.errors import Conflict, NotFound
from engine.events import ERASURE
from engine.workflow.draft import Draft
from engine.workflow.runner import Advance, Runner
from engine.workflow.state import CaseState

EXTENDED, AMENDED, REOPENED = "deadline_extended", "calendar_amended", "case_reopened"
EXTENSION_LETTER = "extension_notice"


@dataclass(frozen=True, slots=True)
class Reopenable:
    """A closed case whose closing timer would not yet have fired under the new calendar."""

    seq: int  # of the event that closed it
    key: str  # deadline that the timer asked for; '' where it asked for none
    n: int  # its occurrence

    def to_value(self) -> list[Any]:
        return [self.seq, self.key, self.n]


def extend(
    runner: Runner,
    state: CaseState,
    key: str,
    unit: str,
    value: int,
    approver: str,
    level: str,
    reason: str,
    at: datetime,
) -> Advance:
    """The budget of a running limit is replaced, counted from the same start (行政许可法 42: with approval and notice).

    Raises NotFound when nothing runs under that key, Conflict when the guide allows no further extension, InvalidInput
    for a budget that is none.
    """
    deadline = state.ledger.deadlines.get(key)
    if deadline is None or deadline.ended_at is not None:
        raise NotFound("这个期限没有在计时，不能延长")
    if len(deadline.extensions) >= deadline.limit.extensions:
        raise Conflict(f"这个期限已延长 {len(deadline.extensions)} 次，办事指南不允许再延长")
    limit: TimeLimit = replace(deadline.limit, unit=unit, value=value, kind="")
    draft = Draft(state, at)
    draft.decide("extend", key, limit.to_value(), at, approver, level, reason)
    draft.decide("letter", EXTENSION_LETTER, "")
    detail = {"key": key, "unit": unit, "value": value, "level": level, "reason": reason}
    return _still(runner, EXTENDED, deadline.occurrence, draft, state.tokens, detail)


def amend(
    runner: Runner, state: CaseState, old: str, reason: str, at: datetime, reopens: list[Any] | None = None
) -> Advance:
    """The case goes from calendar version `old` to the runner's; `reopens`: what a supervisor may reopen now."""
    new = runner.timekeeper.calendar.version
    draft = Draft(state, at)
    draft.decide("calendar", old, new)
    detail: dict[str, Any] = {"from": old, "to": new, "reason": reason}
    if reopens:
        detail["reopens"] = list(reopens)
    return _still(runner, AMENDED, 1, draft, state.tokens, detail)


def reopen(runner: Runner, state: CaseState, earlier: CaseState, seq: int, reason: str, at: datetime) -> Advance:
    """Supersedes event `seq` and what followed; `earlier`: the state before it, with tokens if the case is to act."""
    draft = Draft(state.reopened(earlier), at)
    draft.decide("reopen", seq)
    return _still(runner, REOPENED, seq, draft, earlier.tokens, {"superseded_from": seq, "reason": reason})


def erase(
    runner: Runner, state: CaseState, erased: Sequence[tuple[int, str]], basis: str, reason: str, at: datetime
) -> Advance:
    """Says which values (event, field) of the case are gone from now on; `state`: as it is without them."""
    detail = {"erased": [list(pair) for pair in erased], "basis": basis, "reason": reason}
    return _still(runner, ERASURE, 1, Draft(state, at), state.tokens, detail)


def _still(runner: Runner, kind: str, n: int, draft: Draft, tokens: Any, detail: Mapping[str, Any]) -> Advance:
    state = draft.frozen(tokens)
    return Advance(kind, "", n, state, tuple(draft.decisions), runner.armed(state), detail=detail)
