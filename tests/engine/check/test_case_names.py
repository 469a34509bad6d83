"""What an expression may ask of `case` is what a running case answers: the rest would be null without a word."""

from __future__ import annotations

import pytest

from tests.engine.check.diagrams import END, START, flows, found, gateway, process, task


def asking(path: str) -> bytes:
    body = START + task("a") + gateway("exclusive", "g", default="g_e") + END
    return process(body + flows(f's>a a>g g>e g>a?{path}_=_"x"'))


@pytest.mark.parametrize("name", ["number", "matter", "region", "office"])
def test_what_a_case_answers_may_be_asked(name: str) -> None:
    assert ("J141", "g_a") not in found(asking(f"case.{name}"))


@pytest.mark.parametrize("name", ["channel", "applicant"])
def test_what_a_case_does_not_answer_is_an_unknown_name(name: str) -> None:
    assert [rule for rule, element in found(asking(f"case.{name}")) if element == "g_a"]


def test_a_form_may_not_be_called_case_since_nobody_could_ask_for_its_fields() -> None:
    assert ("J123", "a") in found(process(START + task("a", form="case") + END + flows("s>a a>e")))
