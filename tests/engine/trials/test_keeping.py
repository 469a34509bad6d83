"""A trial run of a draft: in a process of its own, bounded, one at a time, and kept with the diagram that was tried."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.actions.actor import Actor, Membership
from engine.actions.drafting import find_draft
from engine.actions.propose_draft import discard_draft, propose_draft
from engine.actions.save_draft import save_draft
from engine.actions.start_draft import start_draft
from engine.actions.system import ROOT, System
from engine.errors import Conflict, Forbidden, InvalidDiagram, NotFound
from engine.store import cases
from engine.store.trials import DONE, FAILED, RUNNING, STOPPED
from engine.trials import Trial, begin_trial, stop_trial, trial_of
from tests.support.forms import ENROLMENT, GIVEN

PHARMACY = "002036009002-pharmacy-agreement"
PATIENCE = 300  # seconds: a run that never ends must fail the test and not hang it
FILES = (
    GIVEN
    + """examples:
- example: 材料齐全，受理
  region: [hunan, changsha]
  steps:
  - {at: 2026-09-22 09:30, open: 一家企业, expect: {task: 受理}}
  - {at: 2026-09-22 10:00, do: 受理, with: {decision: accept, materials: all}, expect: {task: 审核}}
- example: 尚未受理
  region: hunan
  steps:
  - {at: 2026-09-22 09:30, open: 一家企业, expect: {task: 受理}}
"""
)


def designer(username: str, role: str = "designer") -> Actor:
    return Actor(1, username, username, (Membership("*", "*", role),))


WEI, LIN = designer("wei"), designer("lin")


@pytest.fixture
def agency(system: System, tmp_path: Path) -> System:
    """A system whose folder has two short examples of one matter."""
    root = tmp_path / "library"
    shutil.copytree(ROOT / "processes" / ENROLMENT, root / "processes" / ENROLMENT)
    shutil.copytree(ROOT / "forms", root / "forms")
    shutil.copy(ROOT / "processes" / "regions.yaml", root / "processes" / "regions.yaml")
    (root / "processes" / ENROLMENT / "examples.yaml").write_text(FILES, encoding="utf-8")
    return System(system.store, root, system.clock)


def row_of(system: System, draft_id: int) -> object:
    with system.store.reading() as connection:
        return find_draft(system, connection, draft_id).row


def latest(system: System, draft_id: int) -> Trial | None:
    with system.store.reading() as connection:
        return trial_of(connection, find_draft(system, connection, draft_id).row)


def ended(system: System, draft_id: int) -> Trial:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = latest(system, draft_id)
        assert found
        if found.status != RUNNING:
            return found
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def xml_of(system: System, draft_id: int) -> str:
    with system.store.reading() as connection:
        return str(find_draft(system, connection, draft_id).row.xml)


def renamed(system: System, draft_id: int) -> str:
    xml = xml_of(system, draft_id)
    assert 'id="review" name="审核"' in xml
    return xml.replace('id="review" name="审核"', 'id="review" name="复核"')


def test_an_untouched_draft_does_what_the_examples_tell_and_no_case_is_opened(agency: System) -> None:
    draft_id = start_draft(agency, WEI, ENROLMENT, "hunan")
    assert latest(agency, draft_id) is None
    begin_trial(agency, WEI, draft_id, 1)
    found = ended(agency, draft_id)
    assert (found.status, found.why, found.same) == (DONE, "", True)
    summary = found.summary()
    assert summary
    assert (summary.passed, summary.total, summary.failures) == (3, 3, ())
    assert 0 < summary.taken < summary.flows
    assert "intake_decision_to_handling" not in summary.missing
    assert "outcome_to_refused" in summary.missing
    with agency.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(cases.cases)).scalar() == 0


def test_what_goes_otherwise_is_told_with_step_expectation_and_element(agency: System) -> None:
    draft_id = start_draft(agency, WEI, ENROLMENT, "hunan")
    save_draft(agency, WEI, draft_id, renamed(agency, draft_id), 1)
    begin_trial(agency, WEI, draft_id, 2)
    summary = ended(agency, draft_id).summary()
    assert summary
    assert (summary.passed, summary.total) == (1, 3)
    failure = next(f for f in summary.failures if f["region"] == "hunan")
    assert (failure["sentence"], failure["step"], failure["act"]) == ("材料齐全，受理", 2, "办理“受理”")
    assert failure["differences"] == [{"what": "在办任务", "expected": "审核", "happened": "复核"}]
    assert failure["elements"] == ["review"]


def test_a_summary_is_of_the_regions_that_are_asked_for(agency: System) -> None:
    draft_id = start_draft(agency, WEI, ENROLMENT, "hunan")
    begin_trial(agency, WEI, draft_id, 1)
    found = ended(agency, draft_id)
    here = found.summary(["changsha"])
    assert here
    assert (here.passed, here.total) == (1, 1)
    assert found.summary(["changsha", "nowhere"]) is None


def test_a_result_belongs_to_the_diagram_that_was_tried(agency: System) -> None:
    draft_id = start_draft(agency, WEI, ENROLMENT, "hunan")
    changed = renamed(agency, draft_id)
    save_draft(agency, WEI, draft_id, changed, 1)
    begin_trial(agency, WEI, draft_id, 2)
    assert ended(agency, draft_id).same
    propose_draft(agency, WEI, draft_id, ["hunan"], "审核改称复核", 2)  # counts on, and changes nothing
    after = latest(agency, draft_id)
    assert after
    assert after.same
    other = start_draft(agency, WEI, ENROLMENT, "hunan")
    begin_trial(agency, WEI, other, 1)
    assert ended(agency, other).same
    save_draft(agency, WEI, other, changed, 1)
    before = latest(agency, other)
    assert before
    assert not before.same


def test_one_run_at_a_time_for_a_draft_and_for_a_designer_and_few_for_all(agency: System) -> None:
    mine, second, others, more = (start_draft(agency, who, ENROLMENT, "hunan") for who in (WEI, WEI, LIN, LIN))
    begin_trial(agency, WEI, mine, 1)
    with pytest.raises(Conflict, match="这份草稿正在试运行"):
        begin_trial(agency, LIN, mine, 1)
    with pytest.raises(Conflict, match="您的另一份草稿正在试运行"):
        begin_trial(agency, WEI, second, 1)
    begin_trial(agency, LIN, others, 1)
    with pytest.raises(Conflict, match="较多"):
        begin_trial(agency, designer("zhou"), more, 1)
    for who, draft_id in ((WEI, mine), (LIN, others)):
        stop_trial(agency, who, draft_id)
        assert ended(agency, draft_id).status == STOPPED
    begin_trial(agency, WEI, second, 1)
    assert ended(agency, second).status == DONE
    assert ended(agency, mine).status == STOPPED  # its process had nothing more to say


def test_a_run_that_takes_too_long_is_ended_and_says_so(agency: System) -> None:
    draft_id = start_draft(agency, WEI, ENROLMENT, "hunan")
    begin_trial(agency, WEI, draft_id, 1, seconds=0.0)
    found = ended(agency, draft_id)
    assert (found.status, found.summary()) == (FAILED, None)
    assert "超过规定的时间" in found.why


def test_a_diagram_that_cannot_run_is_refused_in_words(agency: System) -> None:
    draft_id = start_draft(agency, WEI, ENROLMENT, "hunan")
    save_draft(agency, WEI, draft_id, "<html/>", 1)
    with pytest.raises(InvalidDiagram):
        begin_trial(agency, WEI, draft_id, 2)
    assert latest(agency, draft_id) is None
    broken = xml_of(agency, start_draft(agency, WEI, ENROLMENT, "hunan"))
    save_draft(agency, WEI, draft_id, broken.replace('intake.decision = "reject"', "intake.decision"), 2)
    begin_trial(agency, WEI, draft_id, 3)
    found = ended(agency, draft_id)
    assert found.status == FAILED
    assert "不能部署" in found.why


def test_who_may_not_draw_may_not_try_and_what_is_old_or_over_is_not_tried(agency: System) -> None:
    draft_id = start_draft(agency, WEI, ENROLMENT, "hunan")
    with pytest.raises(Forbidden):
        begin_trial(agency, designer("boss", "approver"), draft_id, 1)
    with pytest.raises(Forbidden):
        stop_trial(agency, designer("boss", "approver"), draft_id)
    with pytest.raises(Conflict, match="现为第 1 稿"):
        begin_trial(agency, WEI, draft_id, 7)
    discard_draft(agency, WEI, draft_id)
    with pytest.raises(Conflict, match="已作废"):
        begin_trial(agency, WEI, draft_id, 2)


def test_somebody_elses_run_is_not_stopped(agency: System) -> None:
    draft_id = start_draft(agency, WEI, ENROLMENT, "hunan")
    begin_trial(agency, WEI, draft_id, 1)
    stop_trial(agency, LIN, draft_id)
    assert ended(agency, draft_id).status == DONE


def test_a_matter_without_examples_is_told(agency: System) -> None:
    draft_id = start_draft(agency, WEI, PHARMACY, "hunan")
    with pytest.raises(NotFound, match="没有示例"):
        begin_trial(agency, WEI, draft_id, 1)
