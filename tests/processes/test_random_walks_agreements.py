"""Random walks far into the diagrams that wait for a public notice: groups, seats, notices, objections.

Cases get there by what the examples tell; in which order, when, by whom and how often is drawn.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.actions.fire_timers import fire_timers
from engine.actions.quarter import NOTICE
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from tests.support.entries import diagrams
from tests.support.wandering import Wanderer

AGREEMENTS = {path: entries for path, entries in diagrams().items() if NOTICE in path.read_text(encoding="utf-8")}
WALKS = 8  # of every diagram on each database


def test_several_diagrams_wait_for_a_public_notice() -> None:
    assert len(AGREEMENTS) > 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("diagram", AGREEMENTS, ids=lambda path: f"{path.parent.name[:12]}-{path.name}")
@settings(max_examples=WALKS, suppress_health_check=list(HealthCheck))  # the agency lives as long as the session
@given(data=st.data())
def test_whatever_happens_an_agreement_verifies_rebuilds_and_goes_on(
    agency: System, diagram: Path, data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(AGREEMENTS[diagram]), label="entry")
    walk = Wanderer(agency, data, entry, faithful=True)
    if not walk.open():
        return
    for _ in range(data.draw(st.integers(20, 80), label="moves")):
        walk.move()
    verdict = verify_history(agency, walk.case_id)
    assert verdict.result == "intact", verdict
    assert rebuild_case(agency, walk.case_id).changed == ()
    assert fire_timers(agency).failures == 0
    assert verify_history(agency, walk.case_id).result == "intact"
    assert (walk.row().status == "open") == walk.goes_on()
