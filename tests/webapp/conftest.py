"""The web application over the demonstration's cases, its clock standing at Tuesday 22 September 2026, 10:00."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine.actions.actor import Membership
from engine.actions.create_user import create_user
from engine.actions.seed_demo import DEMO_PASSWORD
from engine.actions.system import System
from tests.support.demonstration import copied, opened
from tests.support.once import once
from tests.support.visitor import Visitor
from webapp.app import create_app

ROLES = ("window", "review", "finance", "leader", "designer", "approver", "auditor", "supervisor", "admin")
PLACES = {"own": ("changsha", "本级"), "office": ("changsha", "芙蓉区"), "foreign": ("yueyang", "本级")}


@pytest.fixture(scope="session")
def demo_file(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A database with the demonstration's users and cases, and one user for every role and place; to be copied."""
    return once(tmp_path_factory, worker_id, "demo.db", lambda path: everybody(seeded_file, path))


def everybody(seeded: Path, path: Path) -> None:
    shutil.copy(seeded, path)
    system = opened(path)
    for place, (region, office) in PLACES.items():
        for role in ROLES:
            create_user(system, f"{role}.{place}", f"{role}-{place}", DEMO_PASSWORD, [Membership(region, office, role)])
    system.close()


@pytest.fixture
def demo_system(demo_file: Path, tmp_path: Path) -> Iterator[System]:
    with copied(demo_file, tmp_path) as system:
        yield system


@pytest.fixture
def app(demo_system: System) -> Flask:
    made = create_app(demo_system, secret="tests")
    made.config["PROPAGATE_EXCEPTIONS"] = True  # a mistake of ours fails the test with its own traceback
    return made


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    """`visit("changsha.window")`, `visit()` for an anonymous visitor."""
    return lambda username=None: Visitor(app, username)
