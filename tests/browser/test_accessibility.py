"""axe finds no violation of WCAG A and AA on any of our pages, at a desk and on a phone."""

from __future__ import annotations

import pytest

from engine.actions.seed_demo import ENROLMENT
from engine.actions.system import System
from tests.browser.conftest import Open
from tests.support.axe import violations
from tests.support.visitor import case_of, letter_of, task_of

pytestmark = pytest.mark.browser

FRESH, LACKING = "长沙星河软件有限公司", "长沙市天心区向阳幼儿园"
PAGES: dict[str | None, tuple[str, ...]] = {
    "changsha.window": (
        "/", "/?tab=applicant", "/tasks/{task}", "/cases/{number}", f"/open/{ENROLMENT}/changsha", "/letters/{letter}",
        "/nowhere", "/account/password",
    ),
    "auditor": ("/cases",),
    "supervisor": ("/supervision",),
    "admin": ("/admin/users", "/admin/users/new"),
    None: ("/login", f"/guides/{ENROLMENT}/changsha"),
}  # fmt: skip


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_no_violation_is_found(open_as: Open, served: System, address: str, size: str) -> None:
    facts = {
        "task": task_of(served, FRESH).id,
        "number": case_of(served, LACKING).number,
        "letter": letter_of(served, LACKING, "one_time_notice").id,
    }
    found = []
    for who, paths in PAGES.items():
        page = open_as(who, "/healthz", size=size)
        for path in paths:
            page.goto(address + path.format(**facts))
            page.wait_for_load_state("networkidle")
            found += [(path, *violation) for violation in violations(page)]
    assert found == []
