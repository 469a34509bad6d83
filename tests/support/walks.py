"""Random walks over a small diagram: what every walk may do besides acting, and what must hold after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st

from engine.actions.fire_timers import fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import System
from engine.clock import FixedClock
from tests.support.hours import at
from tests.support.small import drop_tokens, open_tasks, opened, row, sound

Moves = list[tuple[str, int]]
Act = Callable[[System, int, str, int], None]


def moves_of(*own: str) -> st.SearchStrategy[Moves]:
    """Up to fourteen moves: the walk's own (named twice: more often) and those of every walk."""
    return st.lists(
        st.tuples(st.sampled_from((*own, "drop", "later", "rebuild")), st.integers(0, 11)), min_size=1, max_size=14
    )


def walk(system: System, moves: Moves, act: Act) -> int:
    """The case, sound after all moves. `act` does the walk's own; whatever is refused leaves the case as it was."""
    at(system, "2026-09-21 09:30")
    case_id = opened(system)
    for what, pick in moves:
        if what == "drop":
            drop_tokens(system, case_id)
        elif what == "rebuild":
            assert rebuild_case(system, case_id).changed == ()
        elif what == "later":
            assert isinstance(system.clock, FixedClock)
            system.clock.set(system.clock.now() + timedelta(days=pick))
            assert fire_timers(system).failures == 0
        else:
            act(system, case_id, what, pick)
    sound(system, case_id)
    assert (row(system, case_id).status == "open") == bool(open_tasks(system, case_id))
    return case_id


@contextmanager
def lasting_system(prepared: Path, folder: Path) -> Iterator[System]:
    """One agency for all walks of a module, on a copy of a prepared SQLite file."""
    file = folder / "jingban.db"
    shutil.copy(prepared, file)
    system = System.open(f"sqlite:///{file}")
    yield system
    system.close()
