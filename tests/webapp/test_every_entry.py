"""Every entry can be opened and brought to its end through the web application, with the data of its own examples."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine.actions.system import ROOT, System
from engine.actions.verify_history import verify_history
from engine.clock import FixedClock
from engine.store import Store
from tests.support.demonstration import NOW
from tests.support.entries import Entry, brought_to_its_end, entries, name_of
from tests.support.visitor import Visitor
from tests.support.web_drive import WebDrive
from webapp.app import create_app


@pytest.fixture(scope="module")
def agency(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One agency for all entries; each example sets its clock."""
    file = tmp_path_factory.mktemp("entries") / "jingban.db"
    shutil.copy(prepared_sqlite, file)
    system = System(Store(f"sqlite:///{file}"), ROOT, FixedClock(NOW))
    made = create_app(system, secret="entries")
    made.config["PROPAGATE_EXCEPTIONS"] = True
    yield made
    system.close()


@pytest.fixture(scope="module")
def visitors() -> dict[str, Visitor]:
    return {}


@pytest.mark.parametrize("entry", entries(), ids=name_of)
def test_the_entry_is_opened_and_brought_to_its_end(entry: Entry, agency: Flask, visitors: dict[str, Visitor]) -> None:
    drive = WebDrive(agency, visitors, entry[0], brought_to_its_end(*entry))
    case = drive.run()
    assert (case.status, case.outcome) == ("closed", "approved")
    page = drive.page(f"window.{drive.example.region}.{drive.example.office}", f"/cases/{drive.number}")
    assert page.xpath("//*[contains(@class, 'state-approved')]/text()") == ["办结"]
    assert page.xpath("//*[contains(@class, 'now-task')]") == []
    verdict = verify_history(drive.system, case.id)
    assert verdict.result == "intact", verdict
