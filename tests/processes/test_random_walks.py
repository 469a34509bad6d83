"""Random walks over every real diagram, on both databases.

Whatever happened to a case (tests/support/wandering.py tells what may), it verifies, its rows are what its events say,
and it can go on.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.actions.fire_timers import fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from tests.support.entries import diagrams
from tests.support.wandering import Wanderer

DIAGRAMS = diagrams()
WALKS = 4  # of every diagram on each database


@pytest.mark.timeout(600)
@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: f"{path.parent.name[:12]}-{path.name}")
@settings(max_examples=WALKS, suppress_health_check=list(HealthCheck))  # the agency lives as long as the session
@given(data=st.data())
def test_whatever_happens_a_case_verifies_rebuilds_and_goes_on(
    agency: System, diagram: Path, data: st.DataObject
) -> None:
    walk = Wanderer(agency, data, data.draw(st.sampled_from(DIAGRAMS[diagram]), label="entry"))
    if not walk.open():
        return
    flows = len(walk.invent.deployed.program.model.flows)
    for _ in range(data.draw(st.integers(8, 20 + flows), label="moves")):
        walk.move()
    verdict = verify_history(agency, walk.case_id)
    assert verdict.result == "intact", verdict
    assert rebuild_case(agency, walk.case_id).changed == ()
    assert fire_timers(agency).failures == 0
    assert verify_history(agency, walk.case_id).result == "intact"
    assert (walk.row().status == "open") == walk.goes_on()
