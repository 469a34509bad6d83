"""Restricted values are taken out of what is read, and only they."""

from __future__ import annotations

from engine.forms import RESTRICTED, has_restricted, present, without_restricted
from engine.forms.withholding import leaks
from tests.support.forms import small

MARKS = {
    "application": {"name": "restricted", "person.phone": "restricted", "person.kind": "internal"},
    "record": {"x": "restricted"},
}
FORM = small(
    {"type": "textfield", "id": "name", "key": "name", "label": "姓名", "properties": {"mark": "restricted"}},
    {"type": "textfield", "id": "subject", "key": "subject", "label": "对象"},
    {
        "type": "dynamiclist", "id": "visits", "path": "visits", "label": "走访",
        "components": [
            {"type": "textfield", "id": "who", "key": "who", "label": "走访人", "properties": {"mark": "restricted"}}
        ],
    },
)  # fmt: skip


def test_what_is_restricted_is_taken_out_of_every_submission_and_the_rest_stays() -> None:
    variables = {
        "application": {"name": "王某", "person": {"phone": "138", "kind": "tel"}},
        "record": [{"x": 1, "performer": "sun"}, {"performer": "qian"}],
        "other": {"name": "李某"},
    }
    assert without_restricted(variables, MARKS) == {
        "application": {"person": {"kind": "tel"}},
        "record": [{"performer": "sun"}, {"performer": "qian"}],
        "other": {"name": "李某"},
    }
    assert variables["application"]["name"] == "王某"


def test_a_value_of_another_shape_than_its_form_is_no_error() -> None:
    assert without_restricted({"application": {"person": "x"}, "record": None}, MARKS) == {
        "application": {"person": "x"}, "record": None,
    }  # fmt: skip


def test_a_matter_without_restricted_fields_costs_nothing() -> None:
    assert not has_restricted({"application": {"name": "personal"}})
    assert has_restricted(MARKS)


def test_a_withheld_field_says_so_whether_it_was_filled_or_not() -> None:
    shown = [(line.label, line.value) for line in present(FORM, {"subject": "某药店"}, withheld=True)]
    assert shown == [("姓名", RESTRICTED), ("对象", "某药店"), ("走访", RESTRICTED)]
    assert [line.label for line in present(FORM, {"name": "王某"})] == ["姓名"]


def test_a_table_with_a_restricted_column_is_restricted_as_a_whole() -> None:
    assert FORM.fields()["visits"].mark == "restricted"


def test_what_is_derived_from_a_restricted_field_must_be_restricted_too() -> None:
    derived = {"type": "textfield", "id": "to", "key": "to", "label": "收件人"}
    for properties in ({"computed": "application.name"}, {"default_from": "application.name"}):
        open_form = small({**derived, "properties": properties})
        assert [line.split("由")[0] for line in leaks({"application": FORM, "letter": open_form})] == [
            "表单 letter 的字段 to "
        ]
        closed = small({**derived, "properties": {**properties, "mark": "restricted"}})
        assert list(leaks({"application": FORM, "letter": closed})) == []
    shown = small({**derived, "properties": {"from": "application.name"}})
    assert list(leaks({"application": FORM, "letter": shown})) == []
