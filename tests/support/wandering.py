"""One case and its people, who do whatever their tasks allow, in any order and at any instant.

People of the right lanes hand in what their forms allow, seats are taken and change hands, letters come early, limits
are extended, the public objects, a case that a timer closed is reopened, the clock moves (also to the very instant of
the next timer and to a second before it), workers sweep, the tokens are lost, projections are lost.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st
from sqlalchemy import delete, update

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.claim_task import claim_task, release_task
from engine.actions.complete_task import complete_task
from engine.actions.extend_deadline import Extension, extend_deadline
from engine.actions.file_objection import Objection, file_objection
from engine.actions.fire_timers import fire_timers
from engine.actions.history import read_events, refold
from engine.actions.open_case import open_case
from engine.actions.rebuild_case import rebuild_case
from engine.actions.register_message import register_message
from engine.actions.reopen_case import reopen_case
from engine.actions.resolve_objection import Resolution, resolve_objection
from engine.actions.substitute_participant import candidates, substitute_participant
from engine.actions.system import Deployed, System
from engine.clock import FixedClock
from engine.errors import Conflict, Forbidden, InvalidInput, NotFound
from engine.examples.people import employed
from engine.store import cases, deadlines, letters, tasks, timers
from engine.store.recorder import unpack_state
from engine.workflow import messages
from engine.workflow.paths import is_seat
from tests.support.entries import Entry, examples_of
from tests.support.inventing import Inventor

ALWAYS = ("clock", "due", "just before", "sweep", "claim", "drop", "lose rows", "extend", "reply", "object")
LOST = (tasks.human_tasks, timers.timers, deadlines.deadlines, letters.letters)
TRIES = 3  # of one form
MINUTES = (1, 60, 8 * 60, 24 * 60, 3 * 24 * 60, 20 * 24 * 60)


class Wanderer:
    """A case of the entry, opened about when one of its examples opens one."""

    def __init__(self, system: System, data: st.DataObject, entry: Entry, faithful: bool = False) -> None:
        assert isinstance(system.clock, FixedClock)
        self.system, self.clock, self.data = system, system.clock, data
        self.slug, self.region = entry
        example = self.one_of(*(e for e in examples_of(self.slug) if e.region == self.region))
        people = tuple(employed(system, example))
        self.office = example.office
        self.clock.set(example.steps[0].at + timedelta(minutes=self.one_of(0, 0, 1, 60, 24 * 60, 30 * 24 * 60)))
        deployed = system.current(self.slug, self.region)
        self.invent = Inventor(data, deployed, self.slug, self.region, people, faithful)
        self.case_id = 0
        self.moves: dict[str, Callable[[], object]] = {
            "act": self.act, "clock": self.wait, "due": self.at_due, "just before": self.just_before,
            "sweep": self.sweep, "claim": self.claim, "drop": self.drop, "lose rows": self.lose, "extend": self.extend,
            "reply": self.reply, "object": self.object, "resolve": self.resolve, "substitute": self.substitute,
            "reopen": self.reopen,
        }  # fmt: skip

    def one_of(self, *options: Any) -> Any:
        return self.data.draw(st.sampled_from(options))

    def actor(self, lane: str) -> Actor:
        name = self.one_of("zhou", "zhou", "wu")
        return Actor(0, f"{name}-{lane}", name, (Membership(self.region, self.office, lane),))

    def move(self) -> None:
        """Any move; what the product refuses in words is no failure, anything else is."""
        open_now = self.open_tasks()
        if self.row().status != "open":
            some: tuple[str, ...] = ("reopen", "sweep", "drop", "lose rows")
            some += ("resolve",) if "notice" in self.variables() else ()
        else:
            some = (*ALWAYS, *(["act"] * 12 if open_now else ["due"] * 12))
            some += ("substitute", "substitute") if any(is_seat(task.node) for task in open_now) else ()
            some += ("object", "resolve", "resolve") if "notice" in self.variables() else ()
        self.moves[self.data.draw(st.sampled_from(some), label="move")]()

    def tried(self, action: Callable[[], Any]) -> Any:
        """What came of it; None where it was refused."""
        try:
            return action()
        except (InvalidInput, Conflict, NotFound, Forbidden):
            assert self.row().status in ("open", "closed")
            return None

    # -- people ------------------------------------------------------------------------------------

    def open(self) -> bool:
        """Whether an application was taken in; one that is refused is written anew."""
        form = self.invent.deployed.forms[self.invent.deployed.program.model.start.form]
        for _ in range(TRIES):
            raw = self.invent.submission(form, self.clock.now(), {})
            try:
                opened = open_case(
                    self.system, self.actor("window"), self.slug, self.region, self.office, raw, new_id()
                )
            except InvalidInput:
                continue
            self.case_id = opened.case_id
            return True
        return False

    def act(self) -> None:
        """Some task is done; a form that is refused is mostly filled again."""
        task = self.task()
        if task is None:
            return
        form = self.deployed().forms.get(task.form)
        lane, request = task.act_as if task.lane == "applicant" else task.lane, new_id()
        for _ in range(self.one_of(1, TRIES, TRIES)):
            actor = self.holder(task) if is_seat(task.node) else self.actor(lane)
            raw = self.invent.submission(form, self.clock.now(), self.variables()) if form else {}
            done = self.tried(partial(complete_task, self.system, actor, task.id, raw, request))
            if done:
                if self.one_of(0, 0, 0, 1):  # sent twice it is done once
                    assert complete_task(self.system, actor, task.id, raw, request) == done
                return

    def holder(self, task: Any) -> Actor:
        return Actor(0, task.assignee, task.assignee, (Membership(self.region, self.office, task.lane),))

    def claim(self) -> None:
        task = self.task()
        if task is None or task.lane == "applicant":
            return
        if is_seat(task.node):  # it is somebody's own
            with pytest.raises((Forbidden, Conflict)):
                claim_task(self.system, self.actor(task.lane), task.id)
            with pytest.raises((Forbidden, Conflict)):
                release_task(self.system, self.holder(task), task.id)
        else:
            verb = self.one_of(claim_task, release_task)
            self.tried(lambda: verb(self.system, self.actor(task.lane), task.id))

    def substitute(self) -> None:
        task = self.task()
        if task is None or not is_seat(task.node):
            return
        found = candidates(self.system, task.id)
        to = self.one_of(*(person.username for person in found), task.assignee, "nobody")
        self.tried(lambda: substitute_participant(self.system, self.actor("leader"), task.id, to, "回避"))

    def reply(self) -> None:
        """A letter from outside that comes before the case waits for it."""
        case, model = self.row(), self.deployed().program.model
        if case.state is None or not (ahead := messages.expected(model, unpack_state(case.state, case.variables))):
            return
        element = messages.catching(model, self.one_of(*ahead))[0]
        raw = self.invent.submission(self.deployed().forms[element.form], self.clock.now(), self.variables())
        actor = self.actor(element.group)
        self.tried(lambda: register_message(self.system, actor, self.case_id, element.message, raw, new_id()))

    def object(self) -> None:
        """Received now, or so many minutes ago: entered in time or late."""
        received_at = self.clock.now() - timedelta(minutes=self.one_of(0, *MINUTES))
        given = Objection("钱某", "", received_at, "不实")
        self.tried(lambda: file_objection(self.system, self.actor("window"), self.case_id, given, new_id()))

    def resolve(self) -> None:
        decided = Resolution(self.one_of("upheld", "dismissed", "dismissed"), "经核查", "单位负责人")
        n, leader = self.one_of(1, 1, 2), self.actor("leader")
        self.tried(lambda: resolve_objection(self.system, leader, self.case_id, n, decided, new_id()))

    def extend(self) -> None:
        """A limit, mostly one that runs, by more or less time."""
        with self.system.store.reading() as connection:
            known = deadlines.of_case(connection, self.case_id)
        key = self.one_of("handling", *(d.key for d in known), *(d.key for d in known if d.ended_at is None))
        unit = self.one_of("working_days", "months", "calendar_days")
        wanted = Extension(key, unit, self.one_of(12, 1, 3), self.one_of("单位负责人", "集体研究"), "案情复杂")
        self.tried(lambda: extend_deadline(self.system, self.actor("leader"), self.case_id, wanted, new_id()))

    def reopen(self) -> None:
        self.tried(lambda: reopen_case(self.system, self.actor("supervisor"), self.case_id, "日历有误"))

    # -- time --------------------------------------------------------------------------------------

    def wait(self) -> None:
        self.clock.set(self.clock.now() + timedelta(minutes=self.one_of(*MINUTES)))

    def at_due(self, early: timedelta = timedelta(0)) -> None:
        due = self.row().next_due
        if due is not None and due - early > self.clock.now():
            self.clock.set(due - early)

    def just_before(self) -> None:
        self.at_due(timedelta(seconds=1))

    def sweep(self) -> None:
        assert fire_timers(self.system).failures == 0

    # -- misfortune --------------------------------------------------------------------------------

    def drop(self) -> None:
        with self.system.store.writing() as connection:
            connection.execute(update(cases.cases).where(cases.cases.c.id == self.case_id).values(state=None))

    def lose(self) -> None:
        with self.system.store.writing() as connection:
            for table in LOST:
                connection.execute(delete(table).where(table.c.case_id == self.case_id))
        rebuild_case(self.system, self.case_id)

    # -- how it stands -----------------------------------------------------------------------------

    def row(self) -> Any:
        with self.system.store.reading() as connection:
            return cases.by_id(connection, self.case_id)

    def deployed(self) -> Deployed:
        return self.system.deployed(self.row().deployment_id)

    def variables(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = encoding.loads(self.row().variables)
        return found

    def goes_on(self) -> bool:
        """Whether something is still to happen to it: a task, an instant, an objection that holds it back (one that is
        left when another ends the case is answered, and moves nothing)."""
        row = self.row()
        with self.system.store.reading() as connection:
            state = [state for _, state in refold(read_events(connection, row.id, row.number))][-1]
        held_back = row.status == "open" and "open" in state.objections
        return bool(self.open_tasks()) or row.next_due is not None or held_back

    def open_tasks(self) -> list[Any]:
        with self.system.store.reading() as connection:
            return tasks.open_of_case(connection, self.case_id)

    def task(self) -> Any:
        """Any open task, None where there is none."""
        found = self.open_tasks()
        return self.data.draw(st.sampled_from(found), label="task") if found else None


def new_id() -> str:
    return str(uuid.uuid4())
