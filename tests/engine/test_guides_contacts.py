"""Whom a letter tells to ask: every entry of the office, by kind of business where they differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actions.system import ROOT
from engine.bundles import settings_of
from engine.errors import InvalidGuide
from engine.guides import load_guide, load_regions
from engine.guides.contacts import UNPRINTED, contacts, names_office

SUBSIDY = "002036008001-premium-subsidy"
MATERNITY, ENROLMENT = "002036007002-maternity-medical-payment", "002036001001-unit-enrolment"


def told(slug: str, region: str, office: str) -> list[tuple[str, str]]:
    return list(contacts(load_guide(ROOT, slug, region), office))


def test_an_office_with_entries_by_kind_of_business_tells_each_with_its_kind() -> None:
    labels = [label for label, _ in told(MATERNITY, "zhuzhou", "本级")]
    assert "联系地址（本地生育）" in labels
    assert "联系地址（异地生育）" in labels


def test_what_the_entries_have_in_common_is_told_once() -> None:
    found = told(MATERNITY, "zhuzhou", "本级")
    assert len(found) == len(set(found))
    assert [label for label, _ in found if "电话" in label] == ["咨询电话", "监督电话"]


@pytest.mark.parametrize("office", ["攸县", "茶陵县"])
def test_an_office_with_one_entry_is_told_without_a_kind(office: str) -> None:
    assert [label for label, _ in told(MATERNITY, "zhuzhou", office)] == ["联系地址", "咨询电话", "监督电话"]


def test_an_office_that_the_guide_does_not_list_tells_no_other_office_s_telephones() -> None:
    assert told(SUBSIDY, "zhuzhou", "本级") == [("咨询电话", UNPRINTED), ("监督电话", UNPRINTED)]
    guide, own = load_guide(ROOT, SUBSIDY, "zhuzhou"), {"query": "0731-8000000"}
    assert next(contacts(guide, "本级", own)) == ("咨询电话", "0731-8000000")


def test_a_guide_that_lists_offices_receives_there_and_one_that_lists_none_everywhere() -> None:
    zhuzhou = load_guide(ROOT, SUBSIDY, "zhuzhou")
    assert [names_office(zhuzhou, office) for office in ("本级", "天元区")] == [False, True]
    assert names_office(load_guide(ROOT, MATERNITY, "zhuzhou"), "本级")
    assert names_office(load_guide(ROOT, SUBSIDY, "hubei"), "本级")


def test_a_guide_that_lists_no_offices_tells_what_it_prints_for_all() -> None:
    found = told(ENROLMENT, "hunan", "本级")
    assert [label for label, _ in found] == ["咨询", "监督电话"]
    assert found[1][1] == "0731-84900375。"


def test_where_no_number_is_printed_the_letter_tells_the_regions_own_or_that_it_is_published() -> None:
    assert told(ENROLMENT, "yueyang", "本级") == [("咨询电话", UNPRINTED), ("监督电话", UNPRINTED)]
    guide, own = load_guide(ROOT, ENROLMENT, "yueyang"), {"query": "0730-8000000"}
    assert list(contacts(guide, "本级", own)) == [("咨询电话", "0730-8000000"), ("监督电话", UNPRINTED)]


def test_a_region_gives_its_own_telephones_and_nothing_else_under_that_name(tmp_path: Path) -> None:
    text = (ROOT / "processes" / "regions.yaml").read_text("utf-8")
    (tmp_path / "processes").mkdir()
    file = tmp_path / "processes" / "regions.yaml"
    file.write_text(text.replace("  # telephones:", "  telephones:"), "utf-8")
    own = load_regions(tmp_path)["yueyang"]
    assert own.telephones == {"query": "0730-0000000", "supervision": "0730-0000000"}
    assert settings_of(own)["telephones"] == own.telephones
    assert "telephones" not in settings_of(load_regions(ROOT)["yueyang"])
    other = tmp_path / "other"
    (other / "processes").mkdir(parents=True)
    (other / "processes" / "regions.yaml").write_text(
        text.replace("  # telephones: {query", "  telephones: {fax"), "utf-8"
    )
    with pytest.raises(InvalidGuide, match="fax"):
        load_regions(other)
