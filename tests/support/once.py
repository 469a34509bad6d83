"""Files that cost seconds to make: made once for all processes of a test session, and then only copied."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def common(factory: pytest.TempPathFactory, worker: str) -> Path:
    """The folder that all processes of a session have in common. `worker`: the fixture `worker_id` of pytest-xdist."""
    folder = factory.getbasetemp()
    return folder if worker == "master" else folder.parent


def once(factory: pytest.TempPathFactory, worker: str, name: str, fill: Callable[[Path], None]) -> Path:
    """The file of that name, as `fill` has written it."""
    shared = common(factory, worker)
    path = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            begun = shared / f"begun-{name}"  # a process that dies here leaves nothing that looks ready
            begun.unlink(missing_ok=True)
            fill(begun)
            begun.rename(path)
    return path
