"""An example driven through the product's pages: who acts, on which task, with what. How is left open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from engine import encoding
from engine.actions.fire_timers import fire_timers
from engine.actions.system import System
from engine.clock import FixedClock
from engine.examples import Example
from engine.examples.acts import SWEEPS
from engine.examples.materials import checklists_written_out
from engine.examples.model import Step
from engine.examples.people import employed
from engine.forms import Form, materials_owed
from engine.store import cases, tasks, users
from engine.workflow.paths import element_id, is_seat
from tests.support.controls import Wanted, wanted


class Drive(ABC):
    """One case. The people of an example are users of the installation with one lane in one office each."""

    def __init__(self, system: System, slug: str, example: Example) -> None:
        assert isinstance(system.clock, FixedClock)
        self.system, self.clock, self.slug, self.example = system, system.clock, slug, example
        self.number = ""
        self.people = {actor.username for actor in employed(system, example).values()}

    def run(self) -> Any:
        """The case's row once every step was taken. Steps that must be refused change nothing and are left out."""
        for step in self.example.steps:
            if "refused" in step.expect:
                continue
            self.clock.set(step.at)
            match step.act:
                case "open":
                    self._open(step)
                case "do" | "claim":
                    self._task(step)
                case "receive":
                    self._receive(step)
                case "substitute":
                    self._substitute(step)
                case "wait":
                    self._wait()
                case other:
                    raise AssertionError(f"{step.place}: no page is driven for “{other}”")
        return self.row()

    # -- what a page is used for ------------------------------------------------------------------

    @abstractmethod
    def open(self, username: str, asked: Wanted, linked: str) -> str:
        """Receives an application; the number of the new case."""

    @abstractmethod
    def do(self, username: str, task: Any, asked: Wanted) -> None:
        """Opens the task and submits it."""

    @abstractmethod
    def register(self, username: str, message: str, asked: Wanted) -> None:
        """Registers a letter before the case waits for it."""

    @abstractmethod
    def claim(self, username: str, task: Any) -> None:
        """Takes a task for oneself."""

    @abstractmethod
    def substitute(self, username: str, task: Any, to: str, reason: str) -> None:
        """Gives a seat to somebody else."""

    # -- what an example says ---------------------------------------------------------------------

    def _open(self, step: Step) -> None:
        deployed = self.system.current(self.slug, self.example.region)
        asked = wanted(deployed.forms[deployed.program.model.start.form], step.values)
        self.number = self.open(self._who(step, "window"), asked, self.number if step.linked else "")

    def _task(self, step: Step) -> None:
        task = self._meant(step)
        who = self._who(step, task.act_as if task.lane == "applicant" else task.lane)
        if step.act == "claim":
            self.claim(who, task)
        else:
            self.do(who, task, self._asked(step, task.form))

    def _receive(self, step: Step) -> None:
        elements = self.system.deployed(self.row().deployment_id).program.model.elements.values()
        found = next(e for e in elements if e.message and step.what in (e.message, e.name, e.id))
        asked, who = self._asked(step, found.form), self._who(step, found.group)
        waiting = [t for t in self.open_tasks() if element_id(t.node) == found.id]
        if waiting:
            self.do(who, waiting[0], asked)
        else:
            self.register(who, found.message, asked)

    def _substitute(self, step: Step) -> None:
        (seat,) = [t for t in self.open_tasks() if is_seat(t.node) and t.assignee == step.what]
        self.substitute(self._who(step, "leader"), seat, step.to, step.reason)

    def _wait(self) -> None:
        for _ in range(SWEEPS):
            if not fire_timers(self.system).cases:
                return

    def _meant(self, step: Step) -> Any:
        found = [t for t in self.open_tasks() if step.what in (t.name, t.node, element_id(t.node))]
        found = [t for t in found if t.assignee == step.who] or found
        assert len(found) == 1 or all(is_seat(t.node) for t in found), [t.name for t in self.open_tasks()]
        assert found, f"{step.place}: open are {[t.name for t in self.open_tasks()]}"
        return found[0]

    def _asked(self, step: Step, key: str) -> Wanted:
        case = self.row()
        deployed = self.system.deployed(case.deployment_id)
        form: Form = deployed.forms[key]
        owed = materials_owed(deployed.guide, encoding.loads(case.variables).get("application"))
        return wanted(form, checklists_written_out(step.place, form, step.values, owed))

    def _who(self, step: Step, usual: str) -> str:
        """The named person, or somebody of that lane of the example's office and nowhere else."""
        if step.who in self.people:
            return step.who
        lane, region, office = step.by or usual, self.example.region, self.example.office
        username = f"{lane}.{region}.{office}" + (f".{step.who}" if step.who else "")
        with self.system.store.reading() as connection:
            if users.by_username(connection, username) is not None:
                return username
        values = {"username": username, "name": step.who or lane, "password_hash": "", "active": True, "demo": False}
        with self.system.store.writing() as connection:
            users.add_user(
                connection,
                values | {"failures": 0, "created_at": self.clock.now()},
                [(region, office, lane)],
            )
        return username

    # -- how the case stands ----------------------------------------------------------------------

    def row(self) -> Any:
        with self.system.store.reading() as connection:
            return cases.by_number(connection, self.number)

    def open_tasks(self) -> list[Any]:
        with self.system.store.reading() as connection:
            return tasks.open_of_case(connection, self.row().id)
