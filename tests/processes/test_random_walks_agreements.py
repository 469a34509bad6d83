"""Random walks over agreements: groups, seats that change hands, notices too early and in time, objections."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.actions.actor import Actor, Membership
from engine.actions.claim_task import claim_task
from engine.actions.complete_task import complete_task
from engine.actions.create_user import create_user
from engine.actions.file_objection import Objection, file_objection
from engine.actions.fire_timers import fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.resolve_objection import Resolution, resolve_objection
from engine.actions.substitute_participant import substitute_participant
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import Conflict, Forbidden, InvalidInput, InvalidSubmission, NotFound, TaskAlreadyDone
from engine.forms import Form
from engine.store import users
from engine.workflow.paths import is_seat
from tests.processes.test_random_walks import Walk, new_id

HOSPITAL, PHARMACY = "002036009001-medical-institution-agreement", "002036009002-pharmacy-agreement"
REGIONS = ("hunan", "hunan", "yueyang", "hubei", "zhuzhou")
EXPERTS = ("walk.chen", "walk.liu", "walk.zhao")
APPLICATIONS: dict[str, dict[str, Any]] = {
    HOSPITAL: {
        "institution_name": "某医院",
        "address": "某路1号",
        "institution_type": "综合医院",
        "institution_level": "二级",
        "agreement_category": "住院",
        "legal_rep": "周某",
        "insurance_head": "吴某",
        "insurance_head_phone": "13800000000",
        "information_system": "yes",
        "reasons": "自愿申请",
    },
    PHARMACY: {
        "name": "某药店",
        "address": "某路1号",
        "legal_rep": "周某",
        "insurance_head": "吴某",
        "handler": "郑某",
        "handler_phone": "13800000000",
        "licence_registration": "91430100",
        "drug_licence": "湘CB01",
    },
}
CRITERIA = {HOSPITAL: ("management", "informatization", "capability"),
            PHARMACY: ("management", "finance", "information_system")}  # fmt: skip


class AgreementWalk(Walk):
    """One application for an agreement, a group of three to choose from, and a public that objects."""

    def __init__(self, system: System, data: st.DataObject) -> None:
        super().__init__(system, data)
        self.matter = data.draw(st.sampled_from((HOSPITAL, PHARMACY)), label="agreement")
        self.region = data.draw(st.sampled_from(REGIONS), label="region")
        self.moves = (self.act, self.act, self.act, self.when_due, self.reply, self.move)

    def application(self) -> dict[str, Any]:
        raw = {**APPLICATIONS[self.matter], **self.receipt()}
        if (self.matter, self.region) == (PHARMACY, "hunan") and self.one_of(True, False):
            raw |= {"local_agreement": "yes", "local_agency": "某市", "local_until": "2026-09-30"}
        return raw

    def submission(self, form: Form, case: Any) -> dict[str, Any]:
        today = (self.clock.now() + timedelta(hours=8)).date()
        if form.key == "intake" and self.one_of(True, True, False):
            return {"decision": "accept", "materials": self.checklist(case)}
        if form.key == "group":
            return {"members": [{"user": name} for name in self.one_of(EXPERTS[:2], EXPERTS, EXPERTS[:1], EXPERTS[1:])]}
        if form.key == "assessment":
            scored = {"score": self.one_of("0", "59", "100"), "finding": self.one_of("met", "not_met")}
            verdict = {"opinion": self.one_of("pass", "fail"), "comment": "如上", "impartial": True}
            return dict.fromkeys(CRITERIA[self.matter], scored) | verdict
        if form.key in ("conclusion", "recognition", "negotiation", "agreement"):
            decision = self.one_of(*(o.value for o in form.fields()["decision"].options), "pass", "agree", "sign")
            raw = {**super().submission(form, case), "decision": decision}
            if form.key == "agreement":
                raw |= {"signed_on": today, "starts_on": today, "ends_on": today + timedelta(days=365)}
            return {key: value for key, value in raw.items() if key != "passes"}
        if form.key == "notice":
            ends_on = today + timedelta(days=self.one_of(0, 7, 7))
            return {"number": "公示1号", "title": "公示", "published_at": self.clock.now(), "ends_on": ends_on}
        return super().submission(form, case)

    def act(self) -> None:
        task, case = self.task(), self.row()
        if task is None:
            return
        form = self.system.deployed(case.deployment_id).forms[task.form]
        lane = task.act_as if task.lane == "applicant" else task.lane
        actor = self.named(task.assignee) if is_seat(task.node) else self.actor(lane)
        try:
            complete_task(self.system, actor, task.id, self.submission(form, case), new_id())
        except (InvalidSubmission, TaskAlreadyDone):
            assert self.row().status in ("open", "closed")

    def named(self, username: str) -> Actor:
        return Actor(0, username, username, (Membership(self.region, "本级", "review"),))

    def claim(self) -> None:
        task = self.task()
        if task is not None and is_seat(task.node):
            with pytest.raises((Forbidden, TaskAlreadyDone)):
                claim_task(self.system, self.actor("review"), task.id)
        else:
            super().claim()

    def reply(self) -> None:
        """Not a letter: somebody objects, an objection is resolved, or a seat changes hands."""
        match self.one_of("object", "resolve", "substitute"):
            case "object":
                given = Objection("钱某", "", self.clock.now(), "不实")
                self.tried(lambda: file_objection(self.system, self.actor("window"), self.case_id, given, new_id()))
            case "resolve":
                decided = Resolution(self.one_of("upheld", "dismissed", "dismissed"), "经核查", "单位负责人")
                n = self.one_of(1, 1, 2)
                self.tried(
                    lambda: resolve_objection(self.system, self.actor("leader"), self.case_id, n, decided, new_id())
                )
            case "substitute":
                task = self.task()
                if task is not None and is_seat(task.node):
                    to = self.one_of(*EXPERTS)
                    self.tried(lambda: substitute_participant(self.system, self.actor("leader"), task.id, to, "回避"))

    def when_due(self) -> None:
        """To the instant of the next timer or alarm, so that quarters and periods pass."""
        due = self.row().next_due
        if due is not None and due > self.clock.now():
            self.clock.set(due)
        assert fire_timers(self.system).failures == 0

    def tried(self, action: Any) -> None:
        try:
            action()
        except (Conflict, NotFound, Forbidden, InvalidInput):
            assert self.row().status in ("open", "closed")


def employ(system: System) -> None:
    with system.store.reading() as connection:
        missing = [name for name in EXPERTS if users.by_username(connection, name) is None]
    for name in missing:
        places = [Membership(region, "本级", "review") for region in dict.fromkeys(REGIONS)]
        create_user(system, name, name, "Walking-2026-experts", places)


@pytest.mark.timeout(600)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))  # the agency lives as long as the session
@given(data=st.data())
def test_whatever_happens_an_agreement_verifies_rebuilds_and_goes_on(agency: System, data: st.DataObject) -> None:
    employ(agency)
    walk = AgreementWalk(agency, data)
    if not walk.open():
        return
    for _ in range(data.draw(st.integers(5, 40), label="moves")):
        data.draw(st.sampled_from(walk.moves), label="kind of move")()
    verdict = verify_history(agency, walk.case_id)
    assert verdict.result == "intact", verdict
    assert rebuild_case(agency, walk.case_id).changed == ()
    assert fire_timers(agency).failures == 0
    assert verify_history(agency, walk.case_id).result == "intact"
    assert walk.row().status == "open" or walk.row().next_due is None
