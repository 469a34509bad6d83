"""The parser refuses what it cannot run with an error of ours, also when nobody has checked the file before."""

from __future__ import annotations

import re

import pytest

from engine.errors import InvalidInput
from engine.workflow.parser import parse_model
from tests.support.bpmn import HEAD, TAIL
from tests.support.constructs import BODIES

WHOLE = f"{HEAD}{BODIES['a loop']}{TAIL}"


def without(attribute: str, element: str) -> str:
    return re.sub(rf'(<bpmn:{element}\b[^>]*?) {attribute}="[^"]*"', r"\1", WHOLE, count=1)


@pytest.mark.parametrize(
    "text",
    [
        without("id", "userTask"),
        without("id", "startEvent"),
        without("id", "exclusiveGateway"),
        without("sourceRef", "sequenceFlow"),
        without("targetRef", "sequenceFlow"),
        WHOLE.replace('targetRef="done"', 'targetRef="nobody"'),
        WHOLE.replace("a.again = true", "a.again = = true"),
        WHOLE.replace("<bpmn:userTask", "<bpmn:nonsense"),
        WHOLE.replace('id="done"', 'id="a"'),
        WHOLE.replace('isExecutable="true"', 'isExecutable="false"'),
    ],
)
def test_a_broken_file_is_refused_as_a_diagram(text: str) -> None:
    assert text != WHOLE
    with pytest.raises(InvalidInput):
        parse_model(text.encode())


def test_the_file_they_are_made_of_is_read() -> None:
    assert set(parse_model(WHOLE.encode()).elements) == {"begin", "a", "g", "done"}
