"""A diagram's way from a designer's draft to new cases: started, saved, checked, proposed, decided by another."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from engine.actions.actor import Actor, Membership
from engine.actions.approve_draft import approve_draft, reject_draft
from engine.actions.deploy import deploy_library
from engine.actions.drafting import DraftView, compared, find_draft, findings_for
from engine.actions.propose_draft import discard_draft, propose_draft, withdraw_proposal
from engine.actions.save_draft import save_draft
from engine.actions.start_draft import start_draft
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.drafting import diagram, draft
from engine.errors import Conflict, Forbidden, InvalidDiagram, InvalidInput, NotFound
from engine.store import cases, deployments, drafts
from tests.support.clerk import ACCEPT, PASS, act, enrol, open_task
from tests.support.forms import ENROLMENT


def designer(username: str, *regions: str, role: str = "designer") -> Actor:
    return Actor(7, username, username, tuple(Membership(region, "*", role) for region in regions))


WEI = designer("wei", "*")
LIN = designer("lin", "*")
BOSS = designer("boss", "*", role="approver")


def view(system: System, draft_id: int) -> DraftView:
    with system.store.reading() as connection:
        return find_draft(system, connection, draft_id)


def renamed(system: System, draft_id: int, old: str = 'id="review" name="审核"', new: str = "") -> str:
    xml = str(view(system, draft_id).row.xml)
    assert old in xml
    return xml.replace(old, new or 'id="review" name="复核"')


def changed(system: System, actor: Actor = WEI, region: str = "hunan") -> int:
    """A draft in which 审核 is called 复核."""
    draft_id = start_draft(system, actor, ENROLMENT, region)
    save_draft(system, actor, draft_id, renamed(system, draft_id), 1)
    return draft_id


def proposed(system: System, *regions: str) -> int:
    draft_id = changed(system)
    propose_draft(system, WEI, draft_id, regions or ("hunan",), "审核改称复核", 2)
    return draft_id


def versions(system: System, region: str) -> int:
    return system.current(ENROLMENT, region).version


def deployment_of(system: System, case_id: int) -> int:
    with system.store.reading() as connection:
        row = cases.by_id(connection, case_id)
        assert row is not None
        return int(row.deployment_id)


def test_a_draft_can_be_drawn_anew_from_the_guide(system: System) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan", from_guide=True)
    drawn, deployed = view(system, draft_id).row, system.current(ENROLMENT, "hunan")
    assert drawn.xml.encode() == diagram(draft([deployed.guide]))
    assert drawn.base_deployment == deployed.id
    assert [f for f in findings_for(system, deployed, drawn.xml) if f.severity == "error"] == []


def test_an_approved_draft_runs_for_new_cases_and_open_ones_stay(system: System) -> None:
    old = enrol(system).case_id
    draft_id = proposed(system)
    (deployment,) = approve_draft(system, BOSS, draft_id, 3)
    assert (deployment.region, deployment.version) == ("hunan", 2)
    new = enrol(system).case_id
    for case_id in (old, new):
        act(system, case_id, ACCEPT)
    assert (open_task(system, old).name, open_task(system, new).name) == ("审核", "复核")
    assert deployment_of(system, new) == deployment.id != deployment_of(system, old)
    for case_id in (old, new):
        act(system, case_id, PASS)
        assert verify_history(system, case_id).result == "intact"


def test_a_published_version_says_who_proposed_and_who_approved_and_is_chained(system: System) -> None:
    (deployment,) = approve_draft(system, BOSS, proposed(system), 3)
    with system.store.reading() as connection:
        row = deployments.by_id(connection, deployment.id)
        assert row is not None
        before = deployments.by_id(connection, deployment.id - 1)
    assert (row.source, row.published_by, row.approved_by, row.note) == ("browser", "wei", "boss", "审核改称复核")
    assert before is not None
    assert row.prev_hash == before.hash


def test_a_published_bundle_keeps_guide_forms_and_settings_of_the_version_before(system: System) -> None:
    before = system.current(ENROLMENT, "hunan").bundle
    approve_draft(system, BOSS, proposed(system), 3)
    after = system.current(ENROLMENT, "hunan").bundle
    assert (after.guide_value, after.forms, after.settings) == (before.guide_value, before.forms, before.settings)
    assert after.bpmn != before.bpmn


def test_every_chosen_region_gets_its_version_with_its_own_guide(system: System) -> None:
    published = approve_draft(system, BOSS, proposed(system, "hunan", "changsha"), 3)
    assert [(d.region, d.version) for d in published] == [("hunan", 2), ("changsha", 2)]
    assert versions(system, "hubei") == 1
    assert system.current(ENROLMENT, "changsha").guide.region == "changsha"


def test_files_no_longer_deploy_where_a_designer_published(system: System) -> None:
    approve_draft(system, BOSS, proposed(system), 3)
    assert deploy_library(system) == []
    assert versions(system, "hunan") == 2


def test_whoever_had_a_hand_in_a_draft_may_not_approve_it(system: System) -> None:
    draft_id = changed(system)
    save_draft(system, LIN, draft_id, renamed(system, draft_id, 'name="复核"', 'name="再核"'), 2)
    propose_draft(system, WEI, draft_id, ["hunan"], "改名", 3)
    for hand in (WEI, LIN):
        with pytest.raises(Forbidden, match="须由另一人审批"):
            approve_draft(system, hand, draft_id, 4)
    assert versions(system, "hunan") == 1


def test_an_approver_must_hold_the_role_in_every_region_of_the_draft(system: System) -> None:
    draft_id = proposed(system, "hunan", "changsha")
    with pytest.raises(Forbidden, match="长沙市"):
        approve_draft(system, designer("only", "hunan", role="approver"), draft_id, 3)
    approve_draft(system, designer("both", "hunan", "changsha"), draft_id, 3)  # a designer may, too


def test_only_a_designer_of_the_region_starts_saves_and_proposes(system: System) -> None:
    elsewhere = designer("else", "hubei")
    with pytest.raises(Forbidden):
        start_draft(system, elsewhere, ENROLMENT, "hunan")
    with pytest.raises(Forbidden):
        start_draft(system, BOSS, ENROLMENT, "hunan")
    draft_id = changed(system)
    with pytest.raises(Forbidden):
        save_draft(system, elsewhere, draft_id, renamed(system, draft_id, "复核", "核"), 2)
    with pytest.raises(Forbidden):
        propose_draft(system, elsewhere, draft_id, ["hunan"], "说明", 2)
    half = designer("half", "hunan")
    with pytest.raises(Forbidden, match="湖北"):
        propose_draft(system, half, draft_id, ["hunan", "hubei"], "说明", 2)


def test_saving_over_a_newer_revision_says_who_saved_it_and_when(system: System) -> None:
    draft_id = changed(system)
    xml = renamed(system, draft_id, "复核", "核")
    with pytest.raises(Conflict, match=r"wei于\d+月\d+日\d\d:\d\d，现为第 2 稿"):
        save_draft(system, LIN, draft_id, xml, 1)
    assert "复核" in view(system, draft_id).row.xml


def test_a_proposed_draft_cannot_be_changed_until_it_is_taken_back(system: System) -> None:
    draft_id = proposed(system)
    xml = renamed(system, draft_id, "复核", "核")
    with pytest.raises(Conflict, match="已提交审批"):
        save_draft(system, WEI, draft_id, xml, 3)
    withdraw_proposal(system, WEI, draft_id)
    with pytest.raises(Conflict):
        approve_draft(system, BOSS, draft_id, 4)
    assert save_draft(system, WEI, draft_id, xml, 4) == 5


def test_a_rejected_draft_goes_back_with_the_reason_and_may_be_proposed_again(system: System) -> None:
    draft_id = proposed(system)
    with pytest.raises(InvalidInput, match="理由"):
        reject_draft(system, BOSS, draft_id, 3, "  ")
    reject_draft(system, BOSS, draft_id, 3, "名称应与指南一致")
    row = view(system, draft_id).row
    assert (row.status, row.decision_note, row.decided_by) == (drafts.REJECTED, "名称应与指南一致", "boss")
    save_draft(system, WEI, draft_id, renamed(system, draft_id, 'name="复核"', 'name="审核岗审核"'), 4)
    propose_draft(system, WEI, draft_id, ["hunan"], "按意见改", 5)
    approve_draft(system, BOSS, draft_id, 6)
    assert versions(system, "hunan") == 2


def test_a_draft_is_decided_once(system: System) -> None:
    draft_id = proposed(system)
    approve_draft(system, BOSS, draft_id, 3)
    with pytest.raises(Conflict, match="已发布"):
        approve_draft(system, LIN, draft_id, 3)
    with pytest.raises(Conflict, match="已发布"):
        reject_draft(system, LIN, draft_id, 3, "晚了")
    with pytest.raises(Conflict, match="已发布"):
        discard_draft(system, WEI, draft_id)


def test_two_approvals_at_once_publish_once(system: System) -> None:
    draft_id = proposed(system)
    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(approve_draft, system, who, draft_id, 3) for who in (BOSS, LIN)]
        failures = [t.exception() for t in tries]
    assert sorted(type(f).__name__ for f in failures) == ["Conflict", "NoneType"]
    assert versions(system, "hunan") == 2


def test_two_drafts_approved_at_once_make_one_chain_of_versions(system: System) -> None:
    first, second = proposed(system, "hunan"), proposed(system, "changsha")
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(approve_draft, system, BOSS, draft_id, 3) for draft_id in (first, second)]:
            done.result()
    with system.store.reading() as connection:
        chain = connection.execute(
            select(deployments.deployments.c.prev_hash, deployments.deployments.c.hash).order_by("id")
        ).all()
    assert [row.prev_hash for row in chain[1:]] == [row.hash for row in chain[:-1]]


def test_a_discarded_draft_stays_readable_and_nothing_else(system: System) -> None:
    draft_id = changed(system)
    discard_draft(system, WEI, draft_id)
    with pytest.raises(Conflict, match="已作废"):
        propose_draft(system, WEI, draft_id, ["hunan"], "说明", 3)
    with system.store.reading() as connection:
        assert drafts.under_way(connection) == []
    assert "复核" in view(system, draft_id).row.xml


def test_a_draft_with_an_error_cannot_be_proposed(system: System) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    broken = renamed(system, draft_id, 'intake.decision = "reject"', "intake.decison = ")
    save_draft(system, WEI, draft_id, broken, 1)
    with pytest.raises(InvalidDiagram, match="湖南"):
        propose_draft(system, WEI, draft_id, ["hunan"], "说明", 2)
    found = findings_for(system, system.current(ENROLMENT, "hunan"), broken)
    assert "intake_decision_to_not_accepted" in {f.element_id for f in found if f.severity == "error"}


def test_a_form_that_does_not_exist_is_an_error_and_a_new_one_of_the_library_comes_into_the_bundle(
    system: System,
) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    unknown = renamed(system, draft_id, 'jingban:form="review"', 'jingban:form="nowhere"')
    save_draft(system, WEI, draft_id, unknown, 1)
    with pytest.raises(InvalidDiagram):
        propose_draft(system, WEI, draft_id, ["hunan"], "说明", 2)
    known = unknown.replace('jingban:form="nowhere"', 'jingban:form="late_review"').replace(
        "review.decision", "late_review.decision"
    )
    save_draft(system, WEI, draft_id, known, 2)
    propose_draft(system, WEI, draft_id, ["hunan"], "改用逾期审批表", 3)
    approve_draft(system, BOSS, draft_id, 4)
    assert set(system.current(ENROLMENT, "hunan").forms) == {"application", "intake", "late_review", "supplement"}


def test_what_the_guide_asks_of_the_diagram_is_asked_of_a_draft_too(system: System) -> None:
    current = system.current(ENROLMENT, "hunan")
    assert findings_for(system, current, current.bundle.bpmn) == []
    unread = current.bundle.bpmn.replace('jingban:form="application"', 'jingban:form="supplement"')
    (found,) = {(f.rule, f.severity) for f in findings_for(system, current, unread) if f.rule.startswith("J2")}
    assert found == ("J207", "error")
    assert any("湖南省" in f.message for f in findings_for(system, current, unread))
    unlimited = re.sub(r' jingban:(starts|ends)="handling[a-z ]*"', "", current.bundle.bpmn)
    (warned,) = [f for f in findings_for(system, current, unlimited) if f.rule.startswith("J2")]
    assert (warned.rule, warned.severity) == ("J205", "warning")
    assert "handling" in warned.message


def test_a_draft_needs_a_note_a_region_and_a_change(system: System) -> None:
    draft_id = changed(system)
    with pytest.raises(InvalidInput, match="修改说明"):
        propose_draft(system, WEI, draft_id, ["hunan"], " \x00 ", 2)
    with pytest.raises(InvalidInput, match="至少选择一个"):
        propose_draft(system, WEI, draft_id, [], "说明", 2)
    untouched = start_draft(system, WEI, ENROLMENT, "hunan")
    with pytest.raises(InvalidInput, match="没有差别"):
        propose_draft(system, WEI, untouched, ["hunan"], "说明", 1)


def test_regions_that_no_longer_share_the_diagram_are_refused(system: System) -> None:
    approve_draft(system, BOSS, proposed(system), 3)  # Hunan's 审核 is 复核 now, the others' is not
    late = changed(system, region="changsha")
    with pytest.raises(InvalidInput, match="现行流程图与草稿所依据的不同"):
        propose_draft(system, WEI, late, ["changsha", "hunan"], "说明", 2)


def test_a_region_that_got_another_version_meanwhile_stops_the_approval_of_all(system: System) -> None:
    first, second = proposed(system, "hunan"), proposed(system, "changsha", "hunan")
    approve_draft(system, BOSS, first, 3)
    with pytest.raises(Conflict, match="已有新版本"):
        approve_draft(system, BOSS, second, 3)
    assert (versions(system, "changsha"), versions(system, "hunan")) == (1, 2)


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<bpmn:definitions",
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        "<x>\x00</x>",
        "<x>\ud800</x>",
        '<?xml version="1.0" encoding="GBK"?><x>审核</x>',
        "<x>" + " " * (2 * 1024 * 1024) + "</x>",
        "<x>" * 200 + "</x>" * 200,
    ],
    ids=["empty", "cut", "doctype", "nul", "surrogate", "encoding", "large", "deep"],
)
def test_hostile_text_is_refused_before_it_is_stored(system: System, xml: str) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    with pytest.raises(InvalidDiagram):
        save_draft(system, WEI, draft_id, xml, 1)
    current = system.current(ENROLMENT, "hunan")
    assert [f.severity for f in findings_for(system, current, xml)] == ["error"]
    assert view(system, draft_id).row.revision == 1


def test_well_formed_text_that_is_no_diagram_can_be_kept_but_not_proposed(system: System) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    save_draft(system, WEI, draft_id, "<html/>", 1)
    with pytest.raises(InvalidDiagram):
        propose_draft(system, WEI, draft_id, ["hunan"], "说明", 2)
    assert compared(view(system, draft_id)).elements


def test_a_draft_that_does_not_exist_is_not_found(system: System) -> None:
    with pytest.raises(NotFound):
        save_draft(system, WEI, 99, "<x/>", 1)
    with pytest.raises(NotFound):
        start_draft(system, WEI, "no-such-matter", "hunan")
