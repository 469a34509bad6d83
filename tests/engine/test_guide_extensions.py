"""Extensions that a guide prints: which budget, by whom, in which order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import InvalidGuide
from engine.guides import ExtensionLevel, load_guide, resolve
from tests.support.forms import ENROLMENT, ROOT

HEAD = {"unit": "months", "value": 3, "level": "单位负责人", "text": "经单位负责人批准后可以延长至3个月", "line": 9}


def plain(extensions: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(dict(load_guide(ROOT, ENROLMENT, "hunan").plain)))
    found["limits"]["handling"]["extensions"] = extensions
    return found


def test_a_list_says_how_often_how_long_and_by_whom() -> None:
    both = resolve(plain([HEAD, {"unit": "months", "value": 6, "level": "单位集体研究"}])).limits["handling"]
    assert both.extensions == both.budget().extensions == 2
    assert both.levels[0] == ExtensionLevel("months", 3, "单位负责人", HEAD["text"], 9)
    assert both.levels[1].level == "单位集体研究"


def test_a_number_says_only_how_often() -> None:
    twice = resolve(plain(2)).limits["handling"]
    assert (twice.extensions, twice.levels) == (2, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {**HEAD, "unit": "weeks"},
        {**HEAD, "value": 0},
        {**HEAD, "unit": "immediate"},
        {**HEAD, "approved": "x"},
        {"unit": "months", "value": 3},
    ],
)
def test_an_extension_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidGuide):
        resolve(plain([wrong]))
