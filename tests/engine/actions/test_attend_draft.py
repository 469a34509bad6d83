"""Who works on the same matter learns of each other, and nobody's drawing is written over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.actions.actor import Actor, Membership
from engine.actions.approve_draft import approve_draft
from engine.actions.attend_draft import OPEN_FOR, attend_draft
from engine.actions.copy_draft import copy_draft
from engine.actions.drafting import find_draft
from engine.actions.propose_draft import discard_draft, propose_draft
from engine.actions.save_draft import save_draft
from engine.actions.start_draft import start_draft
from engine.actions.system import System
from engine.clock import SystemClock
from engine.errors import Conflict, Forbidden, InvalidDiagram
from engine.store import presences
from tests.support.forms import ENROLMENT


def designer(username: str, region: str = "*", role: str = "designer") -> Actor:
    return Actor(1, username, username, (Membership(region, "*", role),))


WEI, LIN = designer("wei"), designer("lin")


def xml_of(system: System, draft_id: int) -> str:
    with system.store.reading() as connection:
        return str(find_draft(system, connection, draft_id).row.xml)


def test_who_has_the_same_draft_open_is_told_to_the_other_and_not_to_himself(system: System) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    assert attend_draft(system, WEI, draft_id).here == ()
    (seen,) = attend_draft(system, LIN, draft_id).here
    assert seen.username == "wei"
    (again,) = attend_draft(system, LIN, draft_id).here
    assert again.since == seen.since
    (other,) = attend_draft(system, WEI, draft_id).here
    assert other.username == "lin"


def test_a_page_that_no_longer_speaks_is_forgotten(system: System) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    long_ago = SystemClock().now() - OPEN_FOR - timedelta(seconds=1)
    with system.store.writing() as connection:
        values = {"draft": draft_id, "username": "lin", "since": long_ago, "seen_at": long_ago}
        presences.put(connection, values)
    assert attend_draft(system, WEI, draft_id).here == ()


def test_other_drafts_of_the_matter_are_told_with_who_has_them_open(system: System) -> None:
    mine, theirs, over = (start_draft(system, who, ENROLMENT, "hunan") for who in (WEI, LIN, LIN))
    start_draft(system, LIN, "002036002001-unit-enquiry", "hunan")
    discard_draft(system, LIN, over)
    attend_draft(system, LIN, theirs)
    company = attend_draft(system, WEI, mine)
    assert [row.id for row in company.drafts] == [theirs]
    assert [p.username for p in company.open_by[theirs]] == ["lin"]
    assert company.here == ()
    zhou = designer("zhou", "changsha")
    assert attend_draft(system, zhou, start_draft(system, zhou, ENROLMENT, "changsha")).drafts == ()  # not his region's
    with pytest.raises(Forbidden):
        attend_draft(system, zhou, mine)


def test_a_drawing_becomes_a_draft_of_its_own_and_both_stay(system: System) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    before = xml_of(system, draft_id)
    theirs, mine = (before.replace('name="审核"', f'name="{name}"') for name in ("复核", "核定"))
    save_draft(system, LIN, draft_id, theirs, 1)
    with pytest.raises(Conflict, match="现为第 2 稿"):
        save_draft(system, WEI, draft_id, mine, 1)
    copied = copy_draft(system, WEI, draft_id, mine)
    assert (xml_of(system, draft_id), xml_of(system, copied)) == (theirs, mine)
    propose_draft(system, WEI, copied, ["hunan"], "另存的一份", 1)
    with pytest.raises(Forbidden):
        approve_draft(system, LIN, copied, 2)  # had a hand in what it was copied from


def test_only_a_designer_copies_and_only_a_diagram(system: System) -> None:
    draft_id = start_draft(system, WEI, ENROLMENT, "hunan")
    with pytest.raises(Forbidden):
        copy_draft(system, designer("boss", role="approver"), draft_id, xml_of(system, draft_id))
    with pytest.raises(InvalidDiagram):
        copy_draft(system, WEI, draft_id, "<bpmn:definitions")
