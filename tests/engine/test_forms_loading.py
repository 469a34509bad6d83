from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine import encoding
from engine.errors import InvalidGuide, NotFound
from engine.expressions import NoFunctions, doubts, parse
from engine.forms import (
    form_of,
    load_definition,
    load_form,
)
from engine.guides import matters
from tests.support.forms import (
    ENROLMENT,
    FILING,
    ROOT,
    small,
    task_forms,
)


@pytest.mark.parametrize("matter", matters(ROOT), ids=lambda matter: matter.slug)
def test_every_form_of_every_region_reads_and_its_conditions_make_sense(matter: Any) -> None:
    for region in matter.regions:
        for key in task_forms(matter.slug):
            form = load_form(ROOT, matter.slug, key, region)
            kinds = {("application", *path): kind for path, kind in form.kinds().items()} | dict(form.kinds())
            conditions = [rule.when for rule in form.rules]
            for field in form.fields().values():
                conditions += [c for c in (*field.hide, field.required_when, field.computed) if c]
            for condition in conditions:
                tree = parse(condition).tree
                assert list(doubts(tree, lambda path, kinds=kinds: kinds.get(path, "any"))) == [], condition
            for hide in {hide for field in form.fields().values() for hide in field.hide}:
                undecided = parse(hide).evaluate({}, NoFunctions()) is None
                assert not undecided, f"{hide}: of an empty form null, which would show what nobody asked for"


def test_a_definition_survives_the_bundle_of_a_deployment() -> None:
    definition = load_definition(ROOT, ENROLMENT, "application", "changsha")
    again = encoding.loads(encoding.dumps(definition))
    assert form_of(again, "application") == load_form(ROOT, ENROLMENT, "application", "changsha")


def test_personal_fields_are_marked() -> None:
    fields = load_form(ROOT, FILING, "application", "zhuzhou").fields()
    assert {path for path, field in fields.items() if field.mark == "personal"} >= {
        "name",
        "identity_number",
        "phone1",
        "phone2",
        "home_address",
        "care_address",
    }


def test_a_form_that_is_nowhere_is_not_found() -> None:
    for key in ("nope", "../other/intake", ""):
        with pytest.raises(NotFound):
            load_form(ROOT, ENROLMENT, key, "hunan")


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ({"type": "script", "id": "x"}, "类型“script”"),
        ({"type": "textfield", "id": "x", "key": "x"}, "label"),
        ({"type": "radio", "id": "x", "key": "x", "label": "x"}, "没有选项"),
        ({"type": "textfield", "id": "x", "key": "x", "label": "x", "properties": {"check": "nope"}}, "nope"),
        ({"type": "textfield", "id": "x", "key": "x", "label": "x", "properties": {"mark": "secret"}}, "mark"),
        ({"type": "textfield", "id": "x", "key": "place", "label": "x"}, "页面自己用这个名称"),
        ({"type": "textfield", "id": "x", "key": "_office", "label": "x"}, "页面自己用这个名称"),
        ("x", "结构"),
    ],
)
def test_a_broken_definition_is_refused_when_it_is_read(component: Any, expected: str) -> None:
    with pytest.raises(InvalidGuide, match=expected):
        small(component)


def test_a_rule_or_field_that_fits_nothing_is_refused() -> None:
    text = {"type": "textfield", "id": "x", "key": "x", "label": "x"}
    with pytest.raises(InvalidGuide, match="重复"):
        small(text, text)
    with pytest.raises(InvalidGuide, match="不存在的字段"):
        small(text, rules=[{"when": "true", "message": "m", "field": "y"}])


@pytest.mark.parametrize(
    "written", ['{"extends": "application"}', "[]", "{", '{"extends": "../x"}', '{"extends": "y"}']
)
def test_a_form_file_that_cannot_be_resolved_is_refused(tmp_path: Path, written: str) -> None:
    folder = tmp_path / "forms" / "m"
    folder.mkdir(parents=True)
    (folder / "application.json").write_text(written, encoding="utf-8")
    with pytest.raises(InvalidGuide):
        load_definition(tmp_path, "m", "application", "hunan")


def test_the_files_hold_no_name_of_a_field_twice_in_a_row() -> None:
    for path in sorted((ROOT / "forms").rglob("*.json")):
        json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_without_doubles)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)
