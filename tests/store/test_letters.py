"""Letters that one step sends, on both databases."""

from __future__ import annotations

from engine.actions.open_case import open_case
from engine.actions.system import System
from engine.store import letters
from tests.support.clerk import CLERK, OFFICE, REGION, application, new_request
from tests.support.forms import ENROLMENT


def test_a_step_may_send_two_letters_at_once(system: System) -> None:
    case_id = open_case(system, CLERK, ENROLMENT, REGION, OFFICE, application(system), new_request()).case_id
    rows = [
        {"case_id": case_id, "seq": 1, "position": i, "template": template, "node": "intake", "number": f"{i}",
         "due_at": system.clock.now()}
        for i, template in enumerate(("refusal_notice", "closing_notice"))
    ]  # fmt: skip
    with system.store.writing() as connection:
        letters.add(connection, rows)
    with system.store.reading() as connection:
        assert [row.template for row in letters.of_case(connection, case_id)] == ["refusal_notice", "closing_notice"]
