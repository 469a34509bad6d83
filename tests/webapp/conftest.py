"""The web application over the demonstration's cases, its clock standing at Tuesday 22 September 2026, 10:00."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine.actions.actor import Membership
from engine.actions.create_user import create_user
from engine.actions.prepare import prepare
from engine.actions.seed_demo import DEMO_PASSWORD, seed_demo
from engine.actions.system import ROOT, System
from engine.clock import FixedClock
from engine.store import Store
from tests.support.visitor import Visitor, at
from webapp.app import create_app

NOW = at("2026-09-22T10:00")
ROLES = ("window", "review", "finance", "leader", "designer", "approver", "auditor", "supervisor", "admin")
PLACES = {"own": ("changsha", "本级"), "office": ("changsha", "芙蓉区"), "foreign": ("yueyang", "本级")}


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demonstration's users and cases, and one user for every role and place; to be copied."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    system = System(Store(f"sqlite:///{path}"), ROOT, FixedClock(NOW), demo=True)
    prepare(system)
    seed_demo(system)
    for place, (region, office) in PLACES.items():
        for role in ROLES:
            create_user(system, f"{role}.{place}", f"{role}-{place}", DEMO_PASSWORD, [Membership(region, office, role)])
    system.close()
    return path


@pytest.fixture
def demo_system(demo_file: Path, tmp_path: Path) -> Iterator[System]:
    path = tmp_path / "jingban.db"
    shutil.copy(demo_file, path)
    system = System(Store(f"sqlite:///{path}"), ROOT, FixedClock(NOW), demo=True)
    yield system
    system.close()


@pytest.fixture
def app(demo_system: System) -> Flask:
    made = create_app(demo_system, secret="tests")
    made.config["PROPAGATE_EXCEPTIONS"] = True  # a mistake of ours fails the test with its own traceback
    return made


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    """`visit("changsha.window")`, `visit()` for an anonymous visitor."""
    return lambda username=None: Visitor(app, username)
