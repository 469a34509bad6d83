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


REFUSED = """<di:waypoint x="709" y="400" />
        <di:waypoint x="825" y="400" />"""
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
    ('name="受理" jingban', f'name="{"受理" * 10}" jingban', "the name of intake does not fit"),
    ('name="申请人"', f'name="{"申请人" * 4}"', "the name of applicants does not fit"),
    ('bpmnElement="supplement_to_intake"', 'bpmnElement="supplement_expired_to_lapsed"', "to_intake is not drawn"),
    ('x="684" y="455"', 'x="652" y="455"', "review stands too close to review_decision"),
    ('x="487" y="462"', 'x="470" y="462"', "handling_started sticks out of handling"),
    ("<bpmn:flowNodeRef>intake<", "<bpmn:flowNodeRef>supervised<", "intake is drawn in windows, but belongs to None"),
    ('x="487" y="702"', 'x="487" y="602"', "leaders is empty"),
    ('x="487" y="702"', 'x="487" y="680"', "supervised stands too close to the border of leaders"),
    ('<di:waypoint x="709" y="505" />', '<di:waypoint x="709" y="522" />', "is too short to be seen"),
    ('<di:waypoint x="270" y="100" />', '<di:waypoint x="270" y="30" />', "supplement_to_intake leaves participant_"),
    ('<di:waypoint x="597" y="575" />', '<di:waypoint x="597" y="655" />', "to_review leaves handling"),
    (REFUSED, REFUSED.replace("400", "474"), "run side by side"),
    ('name="材料不全" ', "", "intake_decision_to_supplement decides and has no words"),
    ('name="判断是否受理"', "", "intake_decision has no name"),
    ('name="督办"', "", "supervised has no name"),
    ('width="84" height="28"', 'width="84" height="14"', "the label of refused does not fit its place"),
    ('x="1036" y="625"', 'x="1076" y="625"', "the label of handling_lapsed_end lies outside the pool"),
    ('x="749" y="382"', 'x="664" y="348"', "the label of review_decision_to_review_refused lies on the title of"),
    ('x="825" y="382"', 'x="670" y="332"', "review_refused lies on the title of handling"),
    (REFUSED, REFUSED.replace("400", "342").replace("825", "660"), "runs through the title of handling"),
    ('x="422" y="273"', 'x="418" y="273"', "the label of intake_decision_to_handling lies on the mark of intake"),
    ('x="148" y="64"', 'x="208" y="64"', "the label of application_received is far from it"),
    ('x="497" y="222"', 'x="497" y="202"', "the label of intake_decision_to_not_accepted is far from it"),
    ('x="497" y="222"', 'x="540" y="136"', "is nearer to supplement_expired_to_lapsed"),
]


@pytest.mark.parametrize(("before", "after", "said"), FAULTS, ids=[said for _, _, said in FAULTS])
def test_a_fault_is_found(before: str, after: str, said: str) -> None:
    text = diagram(draft([guide(*COMMON)])).decode()
    assert before in text
    found = untidy(text.replace(before, after, 1).encode())
    assert any(said in sentence for sentence in found), found


def test_a_name_that_is_written_beside_its_shape_has_a_place_there() -> None:
    text = diagram(draft([guide(*COMMON)])).decode()
    head, _, rest = text.partition('bpmnElement="closed">')
    label = rest[rest.index("<bpmndi:BPMNLabel>") : rest.index("</bpmndi:BPMNShape>")]
    assert untidy((head + 'bpmnElement="closed">' + rest.replace(label, "", 1)).encode()) == [
        "the label of closed has no place"
    ]
