"""Who applies: the name that lists show and that letters are addressed to."""

from __future__ import annotations

import pytest

from engine.actions.submitting import NAME_FIELDS, applicant_of
from engine.actions.system import ROOT, System
from engine.forms import load_form
from engine.guides import matters

WITHDRAWAL = "002036002003-account-withdrawal"
UNIT_CHANGE = "002036001004-unit-change"
ENTRIES = [(matter.slug, region) for matter in matters(ROOT) for region in matter.regions]


@pytest.mark.parametrize(("slug", "region"), ENTRIES)
def test_the_application_of_every_entry_asks_for_the_name_of_whoever_applies(slug: str, region: str) -> None:
    form = load_form(ROOT, slug, "application", region)
    told = form.definition.get("applicant", NAME_FIELDS)
    named = [told] if isinstance(told, str) else [path for path in told if path in form.fields()]
    assert named
    assert set(named) <= set(form.fields())
    assert not {form.fields()[path].label for path in named} & {"工作单位", "所在单位"}


@pytest.mark.parametrize("region", ["hunan", "yueyang", "hubei", "zhuzhou"])
def test_an_account_is_withdrawn_by_the_insured_and_not_by_the_employer(system: System, region: str) -> None:
    deployed = system.current(WITHDRAWAL, region)
    assert applicant_of(deployed, {"unit_name": "长沙市测试有限公司", "name": "王五"}) == "王五"


def test_after_a_death_the_heir_applies(system: System) -> None:
    submission = {"name": "王五", "reason": "death", "heir": {"name": "王小五"}}
    assert applicant_of(system.current(WITHDRAWAL, "yueyang"), submission) == "王小五"


def test_in_hunan_the_form_asks_for_whoever_claims_after_a_death(system: System) -> None:
    submission = {"name": "王五", "reason": "death", "claimant": "王小五"}
    assert applicant_of(system.current(WITHDRAWAL, "hunan"), submission) == "王小五"


def test_a_unit_that_changes_its_registration_is_named_as_it_is_registered(system: System) -> None:
    submission = {"unit": "长沙市测试有限公司", "new_unit_name": "长沙市新测试有限公司"}
    assert applicant_of(system.current(UNIT_CHANGE, "changsha"), submission) == "长沙市测试有限公司"
