"""Fields on which people are chosen: declared with a group, judged by who is there, shown by name."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidGuide, InvalidSubmission
from engine.forms import Form, FormContext, form_of, form_view, validate
from engine.forms.people import Person, people_on, with_names
from tests.support.forms import NOW
from tests.support.small import chosen, form, text

SUN, ZHOU = Person("sun", "孙明", "本级　审核"), Person("zhou", "周宁", "本级　审核、单位负责人")
TABLE = {"type": "dynamiclist", "id": "members", "path": "members", "label": "成员"}
NAMES = {"sun": "孙明", "zhou": "周宁"}


def group(**column: Any) -> Form:
    asked = chosen("user", "姓名", validate={"required": True}) | column
    return form_of(form("评估小组", {**TABLE, "components": [asked]}, chosen("head", "组长", "leader")), "group")


def known(group: str) -> tuple[Person, ...]:
    return {"review": (SUN, ZHOU), "leader": (ZHOU,)}.get(group, ())


CONTEXT = FormContext(NOW, agency=True, people=known)


def test_somebody_of_the_group_is_taken_and_nobody_else() -> None:
    given = {"members": [{"user": "sun"}, {"user": "zhou"}], "head": "zhou"}
    assert validate(group(), given, CONTEXT) == given
    with pytest.raises(InvalidSubmission) as refused:
        validate(group(), {"members": [{"user": "sun"}, {"user": "wang"}], "head": "sun"}, CONTEXT)
    assert refused.value.errors == {
        "members.1.user": "成员姓名不在可选的人员中，请重新选择",
        "head": "组长不在可选的人员中，请重新选择",
    }


def test_where_nobody_knows_who_there_is_any_user_name_is_taken_and_typed() -> None:
    blind = FormContext(NOW, agency=True)
    assert validate(group(), {"members": [{"user": "wang"}]}, blind) == {"members": [{"user": "wang"}]}
    (row, _) = form_view(group(), {}, {}, blind).sections[0].rows
    assert row.lines[0][0].type == "textfield"


def test_the_page_offers_names_with_what_tells_them_apart() -> None:
    table, head = form_view(group(), {"members.0.user": "zhou"}, {}, CONTEXT).sections[0].rows
    first = table.lines[0][0]
    assert (first.type, [(c.value, c.label, c.about, c.chosen) for c in first.choices]) == (
        "user",
        [("sun", "孙明", "本级　审核", False), ("zhou", "周宁", "本级　审核、单位负责人", True)],
    )
    assert [c.value for c in head.choices] == ["zhou"]


def test_a_submission_is_shown_by_name_and_kept_by_user_name() -> None:
    given = {"members": [{"user": "sun", "remark": "牵头"}, {"user": "gone"}], "head": "zhou"}
    assert people_on(group(), given) == {"sun", "gone", "zhou"}
    assert with_names(group(), given, NAMES) == {
        "members": [{"user": "孙明", "remark": "牵头"}, {"user": "gone"}],
        "head": "周宁",
    }
    assert given["head"] == "zhou"
    assert (people_on(None, given), with_names(group(), {}, NAMES)) == (set(), {})


@pytest.mark.parametrize("properties", [{}, {"candidate_group": "applicant"}, {"candidate_group": "nobody"}])
def test_a_field_of_people_says_whose_people(properties: dict[str, str]) -> None:
    with pytest.raises(InvalidGuide, match="candidate_group"):
        group(properties=properties)


def test_only_a_field_of_people_has_a_group() -> None:
    with pytest.raises(InvalidGuide, match="candidate_group"):
        form_of(form("表", text("name", "姓名", properties={"candidate_group": "review"})), "small")


def test_people_do_not_come_from_a_file() -> None:
    table = {**TABLE, "properties": {"import": "csv"}, "components": [chosen("user", "姓名")]}
    with pytest.raises(InvalidGuide, match="选人的列"):
        form_of(form("名单", table), "list")
