"""A region's agreements of one quarter (季度协议): who is in, who rolls over and why, how far each has come.

Read only. Which matters take part is told by their diagrams: those that wait for the message NOTICE. Which quarter a
case belongs to is told by the case: the acceptance form computes `cycle` where the guide rolls papers of a quarter's
last month over; elsewhere it is the quarter of the day of acceptance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from engine.actions.history import read_events, refold
from engine.actions.system import Deployed, System
from engine.clock import local_date
from engine.deadlines.cycles import assessment_opens, first_day_of, internal_target
from engine.store import accepted, cases, recorder, tasks
from engine.workflow import messages, objections
from engine.workflow.runner import Runner
from engine.workflow.scope import CaseFacts
from engine.workflow.state import CaseState

NOTICE = "notice_published"  # message that a case waits for after assessment
INTAKE, GROUP, ASSESSMENT, CONCLUSION, AGREEMENT = "intake", "group", "assessment", "conclusion", "agreement"


@dataclass(frozen=True)
class Member:
    """One case of the quarter as it stands."""

    row: Row[Any]
    deployed: Deployed
    state: CaseState
    accepted_on: date
    cycle: str
    tasks: tuple[Row[Any], ...]  # open ones
    notice_ends: datetime | None  # first instant after the period; None: not on notice
    heard: bool  # an objection received within the period can hold it: it is on notice, or not signed yet

    @property
    def id(self) -> int:
        return int(self.row.id)

    @property
    def rolled(self) -> bool:
        """Accepted in the last month of the quarter before."""
        return self.accepted_on < first_day_of(self.cycle)

    @property
    def awaits_notice(self) -> bool:
        return messages.waiting_for(self.deployed.program.model, self.state, NOTICE) is not None

    @property
    def open_objections(self) -> int:
        return self.state.objections.count("open")

    def task(self, form: str) -> Row[Any] | None:
        """The open task with that form."""
        return next((t for t in self.tasks if t.form == form), None)

    def given(self, form: str) -> Any:
        """The newest submission of a form; None."""
        return self.state.variables.get(form)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days of a quarter."""

    first: date
    opens: date  # assessment may begin
    last: date  # of the quarter: our internal target
    notice_days: int
    rolls: bool  # a guide of the region rolls papers of the last month over; elsewhere all belong to their own quarter


def participating(system: System) -> Mapping[str, tuple[str, ...]]:
    """Region -> matters that wait for a public notice."""
    with system.store.reading() as connection:
        listed = accepted.waiting_for(connection, NOTICE)
    found: dict[str, tuple[str, ...]] = {}
    for region, matter in listed:
        found[region] = (*found.get(region, ()), matter)
    return found


def quarter_of(day: date) -> str:
    """The calendar quarter: 2026-03-31 -> 2026Q1."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def schedule(system: System, region: str, cycle: str) -> Schedule:
    """Raises InvalidInput for what is no quarter."""
    offered = [system.current(matter, region) for matter in participating(system).get(region, ())]
    return Schedule(
        first=first_day_of(cycle),
        opens=assessment_opens(cycle),
        last=internal_target(cycle),
        notice_days=system.regions()[region].notice_days,
        rolls=any("cycle" in d.forms[INTAKE].fields() for d in offered if INTAKE in d.forms),
    )


def members(system: System, region: str, offices: Iterable[str] | None = None) -> list[Member]:
    """Every accepted case of the region's participating matters, oldest first; `offices`: None for all."""
    matters = participating(system).get(region, ())
    within = None if offices is None else set(offices)
    with system.store.reading() as connection:
        rows = [r for r in accepted.accepted(connection, region, matters) if within is None or r.office in within]
        return [_member(system, connection, row) for row in rows]


def of_quarter(found: Iterable[Member], cycle: str) -> list[Member]:
    return [member for member in found if member.cycle == cycle]


def accepted_in(state: CaseState, at: datetime) -> tuple[date, str]:
    """Day of acceptance and quarter, as the acceptance form computed them; else of the instant `at`."""
    intake = state.variables.get(INTAKE)
    intake = intake if isinstance(intake, Mapping) else {}
    day, cycle = intake.get("accepted_on"), intake.get("cycle")
    day = day if isinstance(day, date) else local_date(at)
    return day, cycle if isinstance(cycle, str) and cycle else quarter_of(day)


def _member(system: System, connection: Any, row: Row[Any]) -> Member:
    deployed = system.deployed(row.deployment_id)
    state = _state(connection, row)
    day, cycle = accepted_in(state, row.accepted_at)
    facts = CaseFacts(row.number, row.matter, row.region, row.office)
    ends = None
    if objections.on_notice(deployed.program, state):
        ends = objections.period_ends(Runner(deployed.program, facts, system.timekeeper(deployed)), state)
    return Member(
        row=row,
        deployed=deployed,
        state=state,
        accepted_on=day,
        cycle=cycle,
        tasks=tuple(tasks.open_of_case(connection, row.id)),
        notice_ends=ends,
        heard=objections.heard(deployed.program, state),
    )


def _state(connection: Any, row: Row[Any]) -> CaseState:
    """The cached state, or folded from the events when it was marked stale."""
    if row.state is not None:
        return recorder.unpack_state(row.state, row.variables)
    return [state for _, state in refold(read_events(connection, row.id, row.number))][-1]


@dataclass(frozen=True, slots=True)
class Filed:
    """One objection as recorded, with what became of it. What was lawfully erased is ''."""

    n: int
    objector: str
    contact: str
    grounds: str
    received_at: datetime
    status: str  # open, upheld, dismissed
    reasons: str
    decided_by: str
    resolved_at: datetime | None


def objections_of(system: System, row: Row[Any]) -> list[Filed]:
    """The objections of a case, in the order in which they were filed."""
    found: dict[int, Filed] = {}
    with system.store.reading() as connection:
        recorded = read_events(connection, row.id, row.number)
    for event in recorded:
        said, detail, n = event.submission, event.facts.get("detail") or {}, event.facts["n"]
        if event.kind == objections.RECEIVED:
            who, contact, grounds = (str(said.get(key, "")) for key in ("objector", "contact", "grounds"))
            found[n] = Filed(n, who, contact, grounds, detail["received_at"], "open", "", "", None)
        elif event.kind == objections.RESOLVED:
            first = found[n]
            found[n] = Filed(
                n, first.objector, first.contact, first.grounds, first.received_at, detail["resolution"],
                str(said.get("reasons", "")), detail["decided_by"], event.header.effective_at,
            )  # fmt: skip
    return [found[n] for n in sorted(found)]


def chosen(system: System, case_ids: Iterable[int]) -> list[Row[Any]]:
    """The rows of cases, in the order given; those that do not exist are left out."""
    with system.store.reading() as connection:
        rows = (cases.by_id(connection, case_id) for case_id in case_ids)
        return [row for row in rows if row is not None]
