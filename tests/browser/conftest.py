"""A served demonstration for the browser: its own database, a clock that stands still, a thread that answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from engine.actions.system import System
from tests.support import browser
from tests.support.demonstration import copied
from tests.support.visitor import session_of
from webapp.app import create_app
from webapp.identity import COOKIE


@pytest.fixture
def served(seeded_file: Path, tmp_path: Path) -> Iterator[System]:
    """The system behind `address`; its clock can be set."""
    with copied(seeded_file, tmp_path) as system:
        yield system


@pytest.fixture
def address(served: System) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(served, secret="browser"), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


Open = Callable[..., Page]


@pytest.fixture
def open_as(chromium: Browser, served: System, address: str) -> Iterator[Open]:
    """`open_as("changsha.window", "/", size="phone")`: a page of a context of its own, signed in.

    Every page fails the test when it logs an error (a blocked script or style, an exception of ours).
    """
    contexts, complaints = [], []

    def opened(username: str | None, path: str = "/", size: str = "desk") -> Page:
        context = browser.context(chromium, size)
        contexts.append(context)
        if username is not None:
            context.add_cookies([{"name": COOKIE, "value": session_of(served, username), "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def no_sideways_scrolling(page: Page) -> bool:
    """Whether the page fits the width of its window."""
    fits: bool = page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    return fits
