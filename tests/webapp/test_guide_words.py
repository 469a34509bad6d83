"""Guide pages: all that the guide prints is there, time rules outside of 办理时限 too, notes under their section."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.actions.system import System
from engine.guides import load_guide, matters
from tests.support.visitor import Visitor, text_of
from webapp.guide_words import SECTIONS, limits_in_order, section_name, time_rules

ROOT = Path(__file__).resolve().parents[2]
TRANSFER = "002036003002-relationship-transfer"
VOUCHER = "002036003001-enrolment-voucher"
EMERGENCY = "002036004005-remote-emergency-filing"
HOSPITAL = "002036009001-medical-institution-agreement"


def test_stage_limits_are_listed_in_their_order() -> None:
    rules = time_rules(load_guide(ROOT, TRANSFER, "hubei"))
    assert [rule.about for rule in rules] == ["转入地发出联系函", "转出地", "转入地划转反馈"]
    assert "10个工作日" in rules[1].text
    assert rules[1].line == 551


def test_printed_limits_stand_before_ours_and_the_whole_before_its_stages() -> None:
    rows = limits_in_order(load_guide(ROOT, TRANSFER, "hubei"))
    assert [key for key, limit in rows if not limit.ours] == ["handling", "issue", "reply", "sending", "checking"]
    assert [limit.ours for _, limit in rows] == sorted(limit.ours for _, limit in rows)


def test_the_window_to_apply_in_is_named_after_what_it_follows() -> None:
    (rule,) = time_rules(load_guide(ROOT, EMERGENCY, "zhuzhou"))
    assert rule.about == "急诊（住院）后申报"
    assert "三个工作日" in rule.text


def test_the_three_months_of_a_voucher_are_told_and_an_unnamed_promise_is_not() -> None:
    (rule,) = time_rules(load_guide(ROOT, VOUCHER, "yueyang"))
    assert "3个月内" in rule.text
    assert time_rules(load_guide(ROOT, VOUCHER, "hubei")) == []


def test_every_section_of_a_note_has_a_name() -> None:
    guides = [load_guide(ROOT, matter.slug, region) for matter in matters(ROOT) for region in matter.regions]
    assert {note.about for guide in guides for note in guide.notes} <= set(SECTIONS)
    assert section_name("query") == "查询方式"


@pytest.mark.parametrize("region", ["hunan", "yueyang", "hubei", "zhuzhou"])
def test_a_page_has_the_remarks_the_stages_and_the_notes(
    visit: Callable[..., Visitor], demo_system: System, region: str
) -> None:
    for slug in (TRANSFER, HOSPITAL):
        words = text_of(visit().get(f"/guides/{slug}/{region}")).replace(" ", "")
        guide = demo_system.current(slug, region).guide
        said = [rule.text for rule in time_rules(guide)]
        said += [guide.plain["steps_notes"] or "", guide.plain["time_limit_notes"] or ""]
        said += [section_name(n.about) + "　" + n.printed for n in guide.notes] + [n.decision for n in guide.notes]
        said += [str(limit.budget()) for limit in guide.limits.values() if limit.unit != "immediate"]
        for printed in said:
            assert "".join(printed.split()) in "".join(words.split()), printed
