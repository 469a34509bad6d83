"""axe over a page: what WCAG A and AA say against it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def violations(page: Page) -> list[tuple[Any, ...]]:
    """(rule, place, what is wrong) of each violation."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [(v["id"], v["nodes"][0]["target"], v["nodes"][0]["failureSummary"]) for v in found]
