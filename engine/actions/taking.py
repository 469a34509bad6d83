"""Taking a case: the journey that every action of a case shares.

    take the case -> take now once -> fire its due timers in order -> the action's own input -> record -> commit

`advance` runs an action's `decide` inside it and starts over when somebody else moved the case meanwhile.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from engine.actions.restoring import restored
from engine.actions.system import Deployed, System
from engine.errors import Conflict, EngineError, EngineFailure, NotFound, StaleRevision
from engine.store import finding, recorder
from engine.store.base import Step
from engine.store.recorder import Before, Recording
from engine.workflow.runner import Advance, Armed, Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState

Result = TypeVar("Result")
RETRIES = 20  # a case that moves under us this often is being fought over
FIRINGS = 200  # due timers and alarms of one case in one action


@dataclass
class Taken:
    """A case in the hands of one action; `before` moves on with every Advance that is recorded."""

    system: System
    step: Step
    row: Any  # the case's row as it was read
    deployed: Deployed
    runner: Runner
    now: datetime
    before: Before
    pending: list[tuple[Before, Advance, Recording]] = field(default_factory=list)
    afterwards: list[Callable[[Step], None]] = field(default_factory=list)  # writes that follow the events

    def add(
        self,
        advance: Advance,
        actor: str,
        request_id: str = "",
        marks: Mapping[str, str] | None = None,
        applicant: str = "",
        case: Mapping[str, Any] | None = None,
    ) -> None:
        """Puts an Advance after those that are already to be recorded; `case` with a case's first one only."""
        recording = Recording(
            actor=actor,
            recorded_at=self.now,
            program=self.deployed.program,
            timekeeper=self.runner.timekeeper,
            marks=marks or {},
            request_id=request_id,
            applicant=applicant,
            case=case,
        )
        self.pending.append((self.before, advance, recording))
        state = advance.state
        self.before = replace(
            self.before,
            state=state,
            armed=advance.armed,
            applicant=applicant or self.before.applicant,
            closed_at=(self.before.closed_at or state.effective_at) if state.status == "closed" else None,
        )

    def name_of(self, username: str) -> str:
        """A person as messages call him."""
        return finding.name_of(self.step.connection, username)

    def effective(self, instant: datetime) -> datetime:
        """Effective instants never go back within a case."""
        last = self.before.state.effective_at
        return max(instant, last) if last else instant


def take(system: System, step: Step, row: Any, now: datetime) -> Taken:
    """The row's case, ready to run; its tokens are made anew from the events when they are stale."""
    deployed = system.deployed(row.deployment_id)
    facts = CaseFacts(row.number, row.matter, row.region, row.office)
    runner = Runner(deployed.program, facts, system.timekeeper(deployed))
    state = _kept(row) if row.state is not None else restored(system, step.connection, row, deployed, facts)
    before = Before(
        case_id=row.id,
        number=row.number,
        revision=row.revision,
        hash=row.hash,
        state=state,
        armed=runner.armed(state),
        applicant=row.applicant,
        matter=row.matter,
        region=row.region,
        office=row.office,
        closed_at=getattr(row, "closed_at", None),  # a task's row comes without it, and closed cases have no tasks
    )
    return Taken(system, step, row, deployed, runner, now, before)


def _kept(row: Any) -> CaseState:
    try:
        return recorder.unpack_state(row.state, row.variables)
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineFailure(f"办件 {row.number} 保存的状态无法读取，请由管理员核对并重建") from error


def fire_due(taken: Taken, limit: int = FIRINGS) -> int:
    """Fires what is due, one at a time, in order, each with the clock at its due instant."""
    for fired in range(limit):
        armed = taken.before.armed
        if not armed or armed[0].due > taken.now:
            return fired
        fire_one(taken, armed[0])
    return limit


def fire_one(taken: Taken, armed: Armed) -> None:
    at = taken.effective(armed.due)
    act = taken.runner.fire if armed.kind == "timer" else taken.runner.alarm
    taken.add(act(taken.before.state, armed, at), "system")


def advance(system: System, read: Callable[[Step], Any], decide: Callable[[Taken], Result]) -> Result:
    """Runs one action on one case in one transaction.

    `read` gives the case's row (locked where rows lock); `decide` adds Advances and returns the action's result.
    Timers that were due are recorded even where the action itself is refused: they have fired in law.
    """
    for _ in range(RETRIES):
        try:
            return _attempt(system, read, decide)
        except StaleRevision:
            continue
    raise Conflict("该办件正被多人同时办理，请稍后重试")


def _attempt(system: System, read: Callable[[Step], Any], decide: Callable[[Taken], Result]) -> Result:
    refusal: EngineError | None = None
    with system.store.step() as step:
        row = read(step)
        if row is None:
            raise NotFound
        taken = take(system, step, row, system.clock.now())
        fire_due(taken)
        fired = len(taken.pending)
        try:
            result = decide(taken)
        except EngineFailure:
            raise
        except EngineError as error:
            refusal = error
            del taken.pending[fired:]
            taken.afterwards.clear()
        record_pending(taken)
    if refusal is not None:
        raise refusal
    return result


def record_pending(taken: Taken) -> None:
    """Writes every Advance that was added, in order, under the write lock."""
    if not taken.pending:
        return
    taken.step.lock()
    revision, last_hash = taken.row.revision, taken.row.hash
    for before, advance_, recording in taken.pending:
        current = replace(before, revision=revision, hash=last_hash)
        last_hash = recorder.record(taken.step, current, advance_, recording)
        revision += 1
    for write in taken.afterwards:
        write(taken.step)
