"""Tasks with named people, judged with the fields of their forms: what several people fill is a list."""

from __future__ import annotations

from typing import Any

import pytest

from engine.check import CheckContext, check_bytes
from tests.engine.check.diagrams import END, START, flows, gateway, process, task
from tests.engine.check.test_check_rules import LOOP

GROUP = {("members",): "list", ("place",): "string", ("table",): "list", ("table", "person"): "list"}
ASSESSMENT = {("score",): "number", ("opinion",): "string"}


PEOPLE = {("members",): "window", ("table", "person"): "review"}


def findings(
    condition: str, participants: str = "group.members", people: Any = None, **assessment: str
) -> list[tuple[str, str]]:
    loop = LOOP.replace("group.members", participants)
    body = (
        START + task("a", form="group") + task("x", inner=loop, participants=participants, form="assessment") + END
        + gateway("exclusive", "g", default="g_e") + task("b", form="review")
        + flows(f"s>a a>x x>g g>e g>b?{condition} b>e")
    )  # fmt: skip
    fields = ASSESSMENT | {(name,): kind for name, kind in assessment.items()}
    forms: Any = {"group": GROUP, "assessment": fields, "review": {}}
    context = CheckContext(forms=forms, people=people)
    return [(f.rule, f.element_id) for f in check_bytes(process(body), "p.bpmn", context).findings]


def test_what_several_people_fill_is_counted_and_searched() -> None:
    assert findings("count(assessment)_=_2") == []
    assert findings('list_contains(assessment.opinion,_"no")') == []
    assert findings('list_contains(assessment.performer,_"zhao")') == []
    assert findings("count(assessment.grade)_=_2") == [("J142", "g_b")]


def test_one_persons_answer_is_not_what_several_people_said() -> None:
    assert findings("assessment.score_=_2") == [("J147", "g_b")]
    assert findings('assessment_=_"x"') == [("J147", "g_b")]


@pytest.mark.parametrize("participants", ["group.place", "group.nobody", "group"])
def test_people_are_named_in_a_list_of_the_form(participants: str) -> None:
    assert ("J115", "x") in findings("count(assessment)_=_2", participants)


def test_people_may_be_named_in_a_column_of_a_table() -> None:
    assert findings("count(assessment)_=_2", "group.table.person") == []


@pytest.mark.parametrize("name", ["performer", "seat"])
def test_a_field_may_not_be_called_what_the_engine_records_there(name: str) -> None:
    assert findings("count(assessment)_=_2", **{name: "string"}) == [("J116", "x")]


def test_participants_are_chosen_from_the_group_that_does_the_task() -> None:
    people = {"group": PEOPLE}
    assert findings("count(assessment)_=_2", people=people) == []
    assert findings("count(assessment)_=_2", "group.table", people) == [("J115", "x")]  # a list, but of no people
    assert findings("count(assessment)_=_2", "group.table.person", people) == [("J115", "x")]  # another group's


def test_who_works_at_an_agency_is_not_chosen_by_applicants() -> None:
    people: Any = {"intake": {("clerk",): "window"}}
    body = START.replace('id="s"', 'id="s" jingban:form="intake"') + task("a", form="review") + END + flows("s>a a>e")
    context = CheckContext(forms={"intake": {("clerk",): "string"}, "review": {}}, people=people)
    assert [(f.rule, f.element_id) for f in check_bytes(process(body), "p.bpmn", context).findings] == [("J133", "s")]
    own = task("a", form="intake", candidateGroup="applicant")
    assert ("J133", "a") in [
        (f.rule, f.element_id)
        for f in check_bytes(process(START + own + END + flows("s>a a>e")), "p.bpmn", context).findings
    ]
