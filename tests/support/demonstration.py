"""The demonstration that pages are tested on: its clock stands at Tuesday 22 September 2026, 10:00."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.actions.prepare import prepare
from engine.actions.seed_demo import seed_demo
from engine.actions.system import ROOT, System
from engine.clock import FixedClock
from engine.store import Store
from tests.support.visitor import at

NOW = at("2026-09-22T10:00")


def opened(path: Path) -> System:
    return System(Store(f"sqlite:///{path}"), ROOT, FixedClock(NOW), demo=True)


def seeded(prepared: Path, path: Path) -> None:
    """Writes a database with the demonstration's users and cases; `prepared` has the library."""
    shutil.copy(prepared, path)
    system = opened(path)
    prepare(system)
    seed_demo(system, fewer=True)
    system.close()


@contextmanager
def copied(seeded_file: Path, folder: Path) -> Iterator[System]:
    """The system on a copy of its own; its clock can be set."""
    path = folder / "jingban.db"
    shutil.copy(seeded_file, path)
    system = opened(path)
    yield system
    system.close()
