"""The labels of a form in the order of the printed sheet."""

from __future__ import annotations

from engine.forms.printed import form_fields
from engine.guides import load_guide, resolve
from tests.support.forms import ENROLMENT, ROOT, small


def test_a_numbered_table_prints_its_number_column_first_and_asks_nobody_for_it() -> None:
    name = {"type": "textfield", "id": "name", "key": "name", "label": "姓名"}
    table = {
        "type": "dynamiclist",
        "id": "people",
        "path": "people",
        "label": "人员",
        "components": [name],
        "properties": {"printed_columns": 1, "printed_number": True, "printed_group": "人员信息"},
    }
    form = small(table)
    plain = {**load_guide(ROOT, ENROLMENT, "hunan").plain, "forms": [{"form": "x", "title": "表", "table_no": None}]}
    (sheet,) = form_fields(resolve(plain), {"x": form})
    assert sheet["fields"] == [
        {"label": "序号", "kind": "column", "group": "人员信息"},
        {"label": "姓名", "kind": "column", "group": "人员信息"},
    ]
