"""Random walks over every real diagram, on both databases.

Somebody opens a case; then people of the right lanes hand in whatever their forms allow, claim and give back, the
clock moves (also to the very instant of the next timer and to a second before it), workers sweep, the tokens are lost,
projections are lost. Whatever happened, the case verifies, its rows are what its events say, and it can go on.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.claim_task import claim_task, release_task
from engine.actions.complete_task import complete_task
from engine.actions.extend_deadline import Extension, extend_deadline
from engine.actions.fire_timers import fire_timers
from engine.actions.open_case import open_case
from engine.actions.rebuild_case import rebuild_case
from engine.actions.register_message import register_message
from engine.actions.system import ROOT, System
from engine.actions.verify_history import verify_history
from engine.clock import SHANGHAI, FixedClock
from engine.errors import Conflict, Forbidden, InvalidInput, InvalidSubmission, NotFound, TaskAlreadyDone
from engine.forms import Form, materials_owed
from engine.forms.model import Field
from engine.guides import matters
from engine.store import cases, deadlines, letters, tasks, timers
from engine.store.recorder import unpack_state
from engine.workflow import messages
from tests.support.forms import (
    EMERGENCY,
    ENROLMENT,
    REIMBURSEMENT,
    STAY,
    TRANSFER,
    TRANSFER_IN,
    TRANSFER_OUT,
    UNIT,
)

OFFERED = [(m.slug, region) for m in matters(ROOT) for region in m.regions]
BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)
MOVES = (
    "act",
    "act",
    "act",
    "act",
    "clock",
    "clock",
    "due",
    "just before",
    "sweep",
    "claim",
    "drop",
    "lose rows",
    "extend",
    "reply",
)
LEADS_ON = ("accept", "accept", "supplement", "supplement", "admit", "correct", "again", "return")
# drawn more often: else most cases end at once. Where two people review, passing leads on too.
AMOUNTS = ("0", "1000.55", "60000")
CHECKED = {"phone": "13800000000", "bank_account": "6222020200112233445", "identity_number": "11010519491231002X"}
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=30)
LOST = (tasks.human_tasks, timers.timers, deadlines.deadlines, letters.letters)


class Walk:
    """One case and its people."""

    def __init__(self, system: System, data: st.DataObject) -> None:
        assert isinstance(system.clock, FixedClock)
        self.system, self.clock, self.data = system, system.clock, data
        self.matter, self.region = data.draw(st.sampled_from(OFFERED), label="matter")
        self.clock.set(BEGIN + timedelta(minutes=data.draw(st.integers(0, 300 * 24 * 60), label="opened at minute")))
        self.case_id = 0

    # -- who and what ----------------------------------------------------------------------------

    def actor(self, lane: str) -> Actor:
        name = self.data.draw(st.sampled_from(("zhou", "wu")), label="who")
        return Actor(0, f"{name}-{lane}", name, (Membership(self.region, "本级", lane),))

    def receipt(self) -> dict[str, Any]:
        """Now, or some time ago with a reason; now and then without one, which is refused."""
        ago = timedelta(minutes=self.data.draw(st.sampled_from((0, 0, 0, 5, 90, 24 * 60, 4 * 24 * 60)), label="ago"))
        raw: dict[str, Any] = {
            "received_at": self.clock.now() - ago,
            "channel": self.one_of("window", "mail", "online"),
        }
        if ago and self.data.draw(st.integers(0, 9), label="says why"):
            raw["received_reason"] = "邮寄"
        return raw

    def one_of(self, *options: Any) -> Any:
        return self.data.draw(st.sampled_from(options))

    def application(self) -> dict[str, Any]:
        if self.matter == ENROLMENT:
            return {**UNIT, **self.receipt(), "registration_type": self.one_of("new", "cancel")}
        if self.matter == REIMBURSEMENT:
            return {**STAY, **self.receipt(), "agent_name": self.one_of("", "赵六"), "agent_phone": "13800000001"}
        if self.matter == TRANSFER:
            way = self.one_of(TRANSFER_IN, TRANSFER_IN, TRANSFER_OUT)
            return {**way, **self.receipt(), "account_needed": self.one_of("yes", "yes", "no")}
        visit = self.clock.now() - timedelta(hours=self.data.draw(st.integers(0, 9 * 24), label="visit hours ago"))
        raw = {**EMERGENCY, **self.receipt(), "kind": self.one_of("application", "registration"), "visit_at": visit}
        if self.data.draw(st.booleans(), label="admitted"):
            raw["admission_at"] = visit + timedelta(hours=self.data.draw(st.integers(0, 48), label="hours"))
        return raw

    def filed(self, case: Any) -> dict[str, Any]:
        """The application after a registration: mostly of the same visit."""
        registered = cases_variables(case)["application"]
        raw = self.application() | {"kind": "application"}
        return raw | {name: registered[name] for name in ("visit_at",) if self.data.draw(st.integers(0, 3))}

    def submission(self, form: Form, case: Any) -> dict[str, Any]:
        """A choice for every list of options, words for every text, as the form has them."""
        raw: dict[str, Any] = {}
        for path, field in form.fields().items():
            if field.type in ("radio", "select"):
                options = [o.value for o in field.options]
                leads_on = (*LEADS_ON, "pass", "pass", "pass") if self.matter == REIMBURSEMENT else LEADS_ON
                raw[path] = self.one_of(*options, *(o for o in leads_on if o in options))
            elif field.computed or ("default_from" in field.properties and self.one_of(True, False, False, False)):
                continue
            elif field.type == "number" and (field.required or field.required_when or self.one_of(True, False)):
                raw[path] = self.one_of("0", "70", "70") if field.maximum else self.one_of(*self.amounts(case))
            elif field.type == "checklist":
                raw[path] = self.data.draw(st.lists(st.sampled_from([o.value for o in field.options])), label=path)
            elif field.type in ("textfield", "textarea"):
                raw[path] = CHECKED.get(field.check or "") or ("430100" if field.min_length else self.words(path))
            elif field.type == "dynamiclist":
                raw[path] = [self.line(field, number, case) for number in range(self.one_of(1, 1, 2))]
            elif field.type == "materials":
                raw[path] = self.checklist(case)
        if "received_at" in form.fields():
            raw |= self.receipt()
        return raw

    def words(self, path: str) -> str:
        return self.data.draw(WORDS, label=path)

    def line(self, table: Field, number: int, case: Any) -> dict[str, Any]:
        """One row of a table."""
        row: dict[str, Any] = {}
        for column in table.columns:
            match column.type:
                case "select" | "radio":
                    row[column.path] = self.one_of(*(o.value for o in column.options))
                case "datetime":
                    row[column.path] = "2025-12-01"
                case "number":
                    row[column.path] = self.one_of(*AMOUNTS) if column.decimals else str(number + 1)
                case "textfield" if column.required:
                    row[column.path] = f"{number}{self.words(column.path)}"
        return row

    def amounts(self, case: Any) -> list[str]:
        """Some, and those of the case: what is paid is what was approved."""
        found = cases_variables(case)
        approved = (found.get("first_review") or {}).get("payable")
        listed = [(found.get(form) or {}).get("amount") for form in ("information", "funds")]
        known = [found["application"].get("total"), *[approved] * 6, *listed * 3]
        return [*AMOUNTS, *(str(value) for value in known if isinstance(value, Decimal))]

    def checklist(self, case: Any) -> dict[str, Any]:
        deployed = self.system.deployed(case.deployment_id)
        owed = materials_owed(deployed.guide, cases_variables(case)["application"])
        missing = self.data.draw(st.sets(st.sampled_from([m.id for m in owed])), label="missing")
        if self.data.draw(st.booleans(), label="complete"):
            missing = set()
        return {
            m.id: {"received": True, "form": m.original_or_copy or "original"}
            | ({"sealed": True} if m.seal else {})
            | ({"choice": m.alternatives[0].id} if m.alternatives else {})
            for m in owed
            if m.id not in missing
        }

    # -- moves -----------------------------------------------------------------------------------

    def open(self) -> bool:
        try:
            opened = open_case(
                self.system, self.actor("window"), self.matter, self.region, "本级", self.application(), new_id()
            )
        except InvalidSubmission:
            return False
        self.case_id = opened.case_id
        return True

    def move(self) -> None:
        match self.data.draw(st.sampled_from(MOVES), label="move"):
            case "act":
                self.act()
            case "claim":
                self.claim()
            case "clock":
                minutes = self.data.draw(st.sampled_from((1, 60, 8 * 60, 24 * 60, 3 * 24 * 60, 20 * 24 * 60)))
                self.clock.set(self.clock.now() + timedelta(minutes=minutes))
            case "due" | "just before" as when:
                due = self.row().next_due
                instant = due and due - timedelta(seconds=1 if when == "just before" else 0)
                if instant and instant > self.clock.now():
                    self.clock.set(instant)
            case "sweep":
                assert fire_timers(self.system).failures == 0
            case "extend":
                self.extend()
            case "reply":
                self.reply()
            case "drop":
                with self.system.store.writing() as connection:
                    table = cases.cases
                    connection.execute(update(table).where(table.c.id == self.case_id).values(state=None))
            case "lose rows":
                with self.system.store.writing() as connection:
                    for table in LOST:
                        connection.execute(delete(table).where(table.c.case_id == self.case_id))
                rebuild_case(self.system, self.case_id)

    def act(self) -> None:
        task, case = self.task(), self.row()
        if task is None:
            return
        form = self.system.deployed(case.deployment_id).forms[task.form]
        raw = self.filed(case) if task.purpose == "application" else self.submission(form, case)
        lane = task.act_as if task.lane == "applicant" else task.lane
        try:
            complete_task(self.system, self.actor(lane), task.id, raw, new_id())
        except Forbidden as forbidden:
            if "须由不同人员办理" not in forbidden.message:  # 初审 and 复核
                raise
        except (InvalidSubmission, TaskAlreadyDone):
            assert self.row().status in ("open", "closed")

    def claim(self) -> None:
        task = self.task()
        if task is None or task.lane == "applicant":
            return
        try:
            self.one_of(claim_task, release_task)(self.system, self.actor(task.lane), task.id)
        except TaskAlreadyDone:
            return

    def extend(self) -> None:
        """A limit that may or may not run, by more or less time."""
        keys = self.one_of("handling", "supplement", "filing", "intake", "reply")
        wanted = Extension(keys, self.one_of("working_days", "months", "calendar_days"), 12, "单位负责人", "案情复杂")
        try:
            extend_deadline(self.system, self.actor("leader"), self.case_id, wanted, new_id())
        except (NotFound, Conflict, InvalidInput):
            return

    def reply(self) -> None:
        """A letter from outside that comes before the case waits for it."""
        case = self.row()
        deployed = self.system.deployed(case.deployment_id)
        model = deployed.program.model
        if case.state is None or not (ahead := messages.expected(model, unpack_state(case.state, case.variables))):
            return
        element = messages.catching(model, self.one_of(*ahead))[0]
        raw = self.submission(deployed.forms[element.form], case)
        try:
            register_message(self.system, self.actor(element.group), self.case_id, element.message, raw, new_id())
        except (InvalidSubmission, Conflict):
            assert self.row().status in ("open", "closed")

    def row(self) -> Any:
        with self.system.store.reading() as connection:
            return cases.by_id(connection, self.case_id)

    def task(self) -> Any:
        with self.system.store.reading() as connection:
            found = tasks.open_of_case(connection, self.case_id)
        return self.data.draw(st.sampled_from(found), label="task") if found else None


def cases_variables(case: Any) -> dict[str, Any]:
    found: dict[str, Any] = encoding.loads(case.variables)
    return found


def new_id() -> str:
    return str(uuid.uuid4())


@pytest.mark.timeout(600)
@settings(max_examples=100, suppress_health_check=list(HealthCheck))  # the agency lives as long as the session
@given(data=st.data())
def test_whatever_happens_a_case_verifies_rebuilds_and_goes_on(agency: System, data: st.DataObject) -> None:
    walk = Walk(agency, data)
    if not walk.open():
        return
    for _ in range(data.draw(st.integers(1, 14), label="moves")):
        walk.move()
    case_id = walk.case_id
    verdict = verify_history(agency, case_id)
    assert verdict.result == "intact", verdict
    assert rebuild_case(agency, case_id).changed == ()
    assert fire_timers(agency).failures == 0
    assert verify_history(agency, case_id).result == "intact"
    row = walk.row()
    assert (row.status == "open") == (walk.task() is not None)
    assert row.status == "open" or row.next_due is None
