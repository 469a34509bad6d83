"""Debian's Chromium, driven by Playwright; nothing is downloaded. Pages are Chinese and in Shanghai."""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext

PATIENCE = 60_000  # ms for a page to do what is expected of it: a loaded machine of two cores is no failure
SIZES = {"desk": (1366, 768), "phone": (390, 844)}
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def executable() -> str:
    """Where Chromium is; an error, never a skip, when it is nowhere."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    raise FileNotFoundError("no chromium on the PATH: install the package 'chromium' (`make test` does it as root)")


def context(browser: Browser, size: str = "desk", **options: Any) -> BrowserContext:
    """A browser's memory of its own (no cookies of other tests); `options` of Playwright besides."""
    width, height = SIZES[size]
    made = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", **options
    )
    made.set_default_timeout(PATIENCE)
    return made
