"""人员类别 on the filing form of five matters: each matter has one audience (服务对象), and its form keeps to it."""

from __future__ import annotations

import pytest

from engine.forms import form_view, load_form
from engine.forms.printing import blank_sheet, sheets_of
from engine.forms.sheet import Given
from engine.guides import load_guide
from tests.support.forms import EMERGENCY, ROOT, context, errors, submit

FILINGS = [
    ("002036004001-remote-retiree-filing", "retired_settled", "posted_worker"),
    ("002036004002-remote-resident-filing", "long_term_resident", "retired_settled"),
    ("002036004003-remote-worker-filing", "posted_worker", "long_term_resident"),
    ("002036004004-remote-referral-filing", "referral_emergency", "other"),
    ("002036004005-remote-emergency-filing", "referral_emergency", "other"),
]
PRINTED = ["异地安置退休人员", "异地长期居住人员", "常驻异地工作人员", "异地转诊（急诊）人员", "其他："]


OFFERED = [
    (*filing, region)
    for filing in FILINGS
    for region in ("hunan", "yueyang", "hubei", "zhuzhou")
    if (filing[0][:12], region) != ("002036004005", "hubei")  # Hubei's guide has no such matter
]


@pytest.mark.parametrize(("slug", "own", "other", "region"), OFFERED)
def test_the_matters_own_category_is_set_beforehand_and_another_is_refused_at_its_field(
    slug: str, own: str, other: str, region: str
) -> None:
    form, under = load_form(ROOT, slug, "application", region), context(region, slug)
    choices = {
        choice.value: choice.chosen
        for section in form_view(form, {}, {}, under).sections
        for row in section.rows
        if row.name == "person_category"
        for choice in row.choices
    }
    assert [value for value, chosen in choices.items() if chosen] == [own]
    filled = {**EMERGENCY, "registration_category": "new", "from_hospital": "某医院", "signer": "self"}
    known = {name: value for name, value in filled.items() if name in form.fields()}
    assert submit(form, known, under)["person_category"] == own
    assert list(errors(form, {**known, "person_category": other}, under)) == ["person_category"]


@pytest.mark.parametrize(("slug", "own", "other"), FILINGS)
@pytest.mark.parametrize("region", ["yueyang", "zhuzhou"])
def test_the_sheet_prints_all_five_categories_and_ticks_the_matters_own(
    slug: str, own: str, other: str, region: str
) -> None:
    guide, form = load_guide(ROOT, slug, region), load_form(ROOT, slug, "application", region)
    blank = blank_sheet(form, guide.plain["forms"][0])
    (filled,) = sheets_of(form, guide, Given({"kind": "application", "person_category": own}, {}, guide))
    for sheet, ticks in ((blank, 0), (filled, 1)):
        (boxes,) = [cell.boxes for cell in sheet.cells() if any(box.label == PRINTED[0] for box in cell.boxes)]
        assert [box.label for box in boxes] == PRINTED
        assert sum(box.ticked for box in boxes) == ticks
