"""One entry of every distinct diagram, in a browser: received, handled by its people, closed, and found whole."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from engine.actions.system import ROOT, System
from engine.clock import FixedClock
from engine.store import Store
from tests.support import browser
from tests.support.demonstration import NOW
from tests.support.entries import Entry, brought_to_its_end, diagrams
from tests.support.page_drive import PageDrive
from webapp.app import create_app

pytestmark = pytest.mark.browser


class Agency(NamedTuple):
    """One server and one browser's memory for all cases of a process; every example sets the clock."""

    system: System
    address: str
    context: BrowserContext
    sessions: dict[str, str]


@pytest.fixture(scope="module")
def agency(prepared_sqlite: Path, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    file = tmp_path_factory.mktemp("diagrams") / "jingban.db"
    shutil.copy(prepared_sqlite, file)
    system = System(Store(f"sqlite:///{file}"), ROOT, FixedClock(NOW))
    server = make_server("127.0.0.1", 0, create_app(system, secret="diagrams"), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = browser.context(chromium)
    yield Agency(system, f"http://127.0.0.1:{server.server_port}", context, {})
    context.close()
    server.shutdown()
    thread.join()
    system.close()


@pytest.fixture
def page(agency: Agency) -> Iterator[Page]:
    """A page of its own for every case: the browser frees what hundreds of documents took when it is closed."""
    opened = agency.context.new_page()
    yield opened
    opened.close()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Errors of our scripts and what the content security policy blocked."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda m: found.append(m.text) if "Content Security Policy" in m.text else None)
    return found


CASES = sorted((f"{path.parent.name}/{path.name}", served[0]) for path, served in diagrams().items())


@pytest.mark.parametrize("entry", [entry for _, entry in CASES], ids=[name for name, _ in CASES])
def test_a_case_of_the_diagram_is_brought_to_its_end(
    entry: Entry, agency: Agency, page: Page, complaints: list[str]
) -> None:
    drive = PageDrive(page, agency.address, agency.system, agency.sessions, entry[0], brought_to_its_end(*entry))
    case = drive.run()
    assert (case.status, case.outcome) == ("closed", "approved")
    drive.go(f"window.{case.region}.{case.office}", f"/cases/{drive.number}")
    expect(page.locator(".facts .state-approved")).to_have_text("办结")
    expect(page.locator(".now-task")).to_have_count(0)
    page.locator("#replay").click()
    page.wait_for_selector("#player[data-ready=yes]")
    page.locator("#jb-verify").click()
    expect(page.locator(".jb-verdict[data-result]")).to_contain_text("一致：记录未被改动")
    assert complaints == []
