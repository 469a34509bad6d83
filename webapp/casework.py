"""Reading a case for a page: its state, its deadlines in words, its forms; and where it belongs, for the guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from flask import g
from sqlalchemy import Row

from engine.actions.actor import LANES, Actor
from engine.actions.colleagues import colleagues
from engine.actions.history import CaseEvent, read_events, refold
from engine.actions.replay_case import people_of
from engine.actions.restricted import as_read, events_as_read, sees, sees_through_task
from engine.actions.submitting import addressee_of
from engine.actions.system import Deployed
from engine.clock import SHANGHAI
from engine.errors import NotFound
from engine.forms import RESTRICTED, FormContext, Shown, present
from engine.forms.people import People, Person, with_names
from engine.store import cases, finding, letters, recorder, tasks
from engine.workflow.draft import Draft
from engine.workflow.paths import element_id, is_seat, whole
from engine.workflow.program import Timekeeper
from engine.workflow.scope import CaseFacts, Scope
from engine.workflow.separation import reasons
from engine.workflow.state import CaseState
from webapp.access import Place
from webapp.context import now, system, visitor


@dataclass(frozen=True)
class Limit:
    """One deadline as a page shows it."""

    key: str
    words: str  # 5个工作日
    state: str  # running, suspended, met, breached
    party: str  # applicant, agency
    last_day: date | None
    due: datetime | None
    remaining: int | None  # working days, negative when overdue; None when ended
    provisional: bool
    why: str  # the explanation, one sentence
    ended_at: datetime | None

    @property
    def bucket(self) -> str:
        """The inbox's bucket, for the badge."""
        if self.state == "suspended" or self.remaining is None:
            return "paused"
        if self.state == "breached" or self.remaining < 0:
            return "overdue"
        return "today" if self.remaining == 0 else ("soon" if self.remaining <= 3 else "later")

    @property
    def badge(self) -> str:
        """余3日, 今日17:00, 逾期2日, 暂停."""
        if self.state == "suspended":
            return "暂停"
        if self.remaining is None:
            return "已结束"
        if self.remaining < 0:
            return f"逾期{-self.remaining}日"
        if self.state == "breached":
            return "已逾期"
        if self.remaining:
            return f"余{self.remaining}日"
        closes = f"{self.due.astimezone(SHANGHAI):%H:%M}" if self.due else ""
        return f"今日{'24:00' if closes == '00:00' else closes}"


def limit_of(state: CaseState, key: str, timekeeper: Timekeeper, at: datetime | None = None) -> Limit | None:
    """The latest occurrence of a deadline as it stands at an instant (None: now); None when it never started."""
    deadline = state.ledger.deadlines.get(key)
    if deadline is None:
        return None
    at = at or now()
    calendar, hours = timekeeper.calendar, timekeeper.hours
    projection = deadline.projection(calendar, hours)
    return Limit(
        key=key,
        words=str(deadline.budget),
        state=deadline.state(at, calendar, hours),
        party=deadline.limit.party,
        last_day=projection.last_day,
        due=projection.due,
        remaining=state.ledger.remaining_working_days(key, at, calendar, hours),
        provisional=projection.provisional,
        why=projection.explanation,
        ended_at=deadline.ended_at,
    )


@dataclass(frozen=True)
class CaseFile:
    """A case as pages read it. `row` has the case's columns (a task's row has them too)."""

    row: Row[Any]
    seen: bool = False  # the reader handles the case: restricted values are his to read (engine.actions.restricted)

    @cached_property
    def deployed(self) -> Deployed:
        return system().deployed(self.row.deployment_id)

    @cached_property
    def timekeeper(self) -> Timekeeper:
        return system().timekeeper(self.deployed)

    @cached_property
    def events(self) -> list[CaseEvent]:
        with system().store.reading() as connection:
            return events_as_read(read_events(connection, self.row.id, self.row.number), self.seen)

    @cached_property
    def state(self) -> CaseState:
        """The cached state, or folded from the events when it was marked stale."""
        if self.row.state is not None:
            return self.as_read(recorder.unpack_state(self.row.state, self.row.variables))
        return self.state_at(self.row.seq)

    @property
    def submitted(self) -> list[str]:
        """The keys of the forms that were filled, the one submitted last first, as the history lists them."""
        last: dict[str, int] = {}
        for path, seq in self.state.sources.items():
            last[whole(path)] = max(seq, last.get(whole(path), 0))
        return sorted(self.state.variables, key=lambda key: last.get(key, 0), reverse=True)

    def barred(self, node: str, username: str) -> str:
        """The tasks that the person did and that this one must be separate from (“初审”); '' where there are none."""
        model = self.deployed.program.model
        element = model.elements.get(element_id(node))
        if element is None or not element.separate_from:
            return ""
        return reasons(self.state.performers, element, username, model)

    def as_read(self, state: CaseState) -> CaseState:
        """Any state of this case without what its reader may not see."""
        return as_read(state, self.deployed, self.seen)

    def state_at(self, seq: int) -> CaseState:
        """The state after the event of that number."""
        return self.event_at(seq)[1]

    def event_at(self, seq: int) -> tuple[CaseEvent, CaseState]:
        """The event of that number with the state after it."""
        for event, state in refold(self.events):
            if event.seq == seq:
                return event, state
        raise NotFound(f"办件没有第 {seq} 号事件")

    @cached_property
    def limits(self) -> list[Limit]:
        """Every deadline, those that run first, by due instant."""
        found = [limit_of(self.state, key, self.timekeeper) for key in self.state.ledger.deadlines]
        far = datetime.max.replace(tzinfo=now().tzinfo)
        return sorted((x for x in found if x), key=lambda x: (x.ended_at is not None, x.due or far))

    def limit(self, key: str) -> Limit | None:
        return next((x for x in self.limits if x.key == key), None)

    @cached_property
    def scope(self) -> Scope:
        facts = CaseFacts(self.row.number, self.row.matter, self.row.region, self.row.office)
        return Scope(self.deployed.program, facts, Draft(self.state, now()), self.timekeeper)

    def form_context(self) -> FormContext:
        """As completing a task judges its form; clerks fill it, also on the applicant's behalf."""
        people, scope = self._people, self.scope
        return FormContext(now(), self.deployed.guide, scope.values, agency=True, people=people, functions=scope)

    @cached_property
    def _people(self) -> People:
        """Who may be chosen on its forms, read when a form asks."""

        @cache
        def read(group: str) -> tuple[Person, ...]:
            with system().store.reading() as connection:
                return colleagues(connection, group, self.row.region, self.row.office)

        return read

    def shown(self, form_key: str, submission: Mapping[str, Any] | None = None) -> list[Shown]:
        """A submission in words; without one the latest of that form."""
        form = self.deployed.forms.get(form_key)
        values = submission if submission is not None else self.state.variables.get(form_key)
        if form is None or not values:
            return []
        values = self.named(form_key, values)
        if isinstance(values, list):  # several named people filled it, each under his own heading
            return [
                line._replace(group=f"{self.names.get(given['performer'], given['performer'])} {line.group}".strip())
                for given in values
                for line in present(form, given, self.deployed.guide, self.state.variables, withheld=not self.seen)
            ]
        return present(form, values, self.deployed.guide, self.state.variables, withheld=not self.seen)

    @cached_property
    def names(self) -> dict[str, str]:
        """User name -> name as printed, of everybody whom the history speaks of."""
        with system().store.reading() as connection:
            return finding.names_of(connection, people_of(self.events, self.deployed.forms))

    def named(self, form_key: str, values: Any) -> Any:
        """A submission as people read it: who was chosen on the form by name."""
        form = self.deployed.forms.get(form_key)
        if form is None or not form.choices_of_people() or not isinstance(values, Mapping):
            return values
        return with_names(form, values, self.names)

    @property
    def applicant(self) -> str:
        """The name for headings; where lists withhold it, the name itself for those who handle the case."""
        listed: str = self.row.applicant or ""
        if listed != RESTRICTED or not self.seen:
            return listed
        start = self.deployed.program.model.start.form
        return addressee_of(self.deployed, self.state.variables.get(start) or {}) or listed

    def element_name(self, path: str) -> str:
        element = self.deployed.program.model.elements.get(element_id(path))
        return (element.name if element else "") or path


# --- finders for the access rules: read the row, keep it, say where it belongs ----------------------------


def case_place(number: str, **_: Any) -> Place:
    with system().store.reading() as connection:
        row = cases.by_number(connection, number)
    if row is None:
        raise NotFound("没有这个办件，请核对办件编号。")
    g.case = CaseFile(row, _seen(row))
    return Place(row.region, row.office)


def _seen(row: Row[Any]) -> bool:
    with system().store.reading() as connection:
        return sees(connection, system().deployed(row.deployment_id), row.id, visitor())


def task_place(task_id: int, **_: Any) -> Place:
    """A task belongs to its lane; an applicant's task to the lane that acts for the applicant."""
    with system().store.reading() as connection:
        row = tasks.read_with_case(connection, task_id)
    if row is None:
        raise NotFound("没有这个任务，可能链接有误。")
    g.task, g.case = row, CaseFile(row, sees_through_task(visitor(), row) or _seen(row))
    lane = row.task_act_as if row.task_lane == "applicant" else row.task_lane
    return Place(row.task_region, row.task_office, (lane,) if lane in LANES else ("",))


def letter_place(letter_id: int, **_: Any) -> Place:
    with system().store.reading() as connection:
        letter = letters.by_id(connection, letter_id)
        row = cases.by_id(connection, letter.case_id) if letter is not None else None
    if row is None:
        raise NotFound("没有这份文书。")
    g.letter, g.case = letter, CaseFile(row, _seen(row))
    return Place(row.region, row.office)


def may_work(who: Actor, task: Row[Any]) -> bool:
    """Whether an open task (a row of tasks) is the person's to do; an applicant's is received by who acts for them."""
    lane = task.act_as if task.lane == "applicant" else task.lane
    if is_seat(task.node) and task.assignee != who.username:
        return False
    return lane in LANES and who.may(lane, task.region, task.office)
