"""A demonstration that starts at an instant: a quarter can be shown from its first day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.actions.seed_demo import seed_demo
from engine.actions.system import DemoClock, System
from engine.errors import InvalidInput
from tests.support.hours import instant

START = instant("2026-01-05 09:00")


def test_the_clock_starts_where_it_is_told_and_never_goes_back(system: System) -> None:
    system.demo = True
    seed_demo(system, START)
    shown = DemoClock(system.store).now()
    assert timedelta(0) <= shown - START < timedelta(minutes=30)
    assert seed_demo(system)
    with pytest.raises(InvalidInput, match="还没有办件的数据库"):
        seed_demo(system, START)
