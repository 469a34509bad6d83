"""Every diagram is tidy as a picture, and the measure of that finds what a reader would stumble over."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actions.system import ROOT
from engine.drafting import diagram, draft
from tests.engine.drafting.guides import COMMON, guide
from tests.support.pictures import untidy

DIAGRAMS = sorted(ROOT.glob("processes/*/process*.bpmn"))


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_diagram_is_tidy(path: Path) -> None:
    assert untidy(path.read_bytes()) == []


FAULTS = [  # what is moved, and one of the sentences that must be said
    ('x="220" y="200"', 'x="320" y="200"', "intake overlaps intake_decision"),
    ('x="220" y="200"', 'x="220" y="160"', "intake stands in no lane"),
    ('x="220" y="200"', 'x="225" y="200"', "intake_to_intake_decision does not end at the border of intake"),
    ('x="422" y="273"', 'x="405" y="276"', "intake_decision_to_handling runs through the label of"),
    ('x="422" y="273"', 'x="422" y="305"', "the border of windows cuts the label of intake_decision_to_handling"),
    ('x="422" y="273"', 'x="250" y="226"', "the label of intake_decision_to_handling lies on intake"),
    ('<di:waypoint x="415" y="480" />', '<di:waypoint x="415" y="470" />', "is not drawn at right angles"),
    (
        '<di:waypoint x="270" y="100" />',
        '<di:waypoint x="500" y="100" />',
        "supplement_to_intake runs through",
    ),
    ('<di:waypoint x="160" y="240" />', '<di:waypoint x="440" y="240" />', "and intake_to_intake_decision cross"),
    ('name="受理" jingban', f'name="{"受理" * 30}" jingban', "the name of intake does not fit"),
]


@pytest.mark.parametrize(("before", "after", "said"), FAULTS, ids=[said for _, _, said in FAULTS])
def test_a_fault_is_found(before: str, after: str, said: str) -> None:
    text = diagram(draft([guide(*COMMON)])).decode()
    assert before in text
    found = untidy(text.replace(before, after).encode())
    assert any(said in sentence for sentence in found), found
