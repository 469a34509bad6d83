from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from engine.cli.guides import add_parser

ROOT = Path(__file__).resolve().parents[3]


def jingban(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="jingban")
    add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(words)
    return int(args.run(args))


def test_matters_lists_slug_code_name_and_regions(capsys: pytest.CaptureFixture[str]) -> None:
    assert jingban("matters", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert {
        "slug": "002036004005-remote-emergency-filing",
        "code": "002036004005",
        "name": "异地急诊人员备案",
        "regions": ["hunan", "yueyang", "zhuzhou"],
    } in rows


def test_guide_prints_the_catalogues_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert jingban("guide", "002036001001-unit-enrolment", "hubei", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["code"] is None
    assert record["steps"][0] == {
        "title": None,
        "text": "申请人向所属地医保经办机构现场申请或网上申请;",
    }
    assert record["materials"][1] == "《基本医疗保险单位参保信息登记表》（加盖单位公章）"


def test_guide_all_prints_every_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert jingban("guide", "--all", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) >= 8


def test_without_json_a_person_can_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert jingban("guide", "002036001001-unit-enrolment", "changsha") == 0
    assert "评价渠道：现场评价、线上评价。" in capsys.readouterr().out
    assert jingban("matters") == 0
    assert "单位参保登记" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("guide", "unknown", "hunan"),
        ("guide", "002036001001-unit-enrolment", "unknown"),
        ("guide", "002036004005-remote-emergency-filing", "changsha"),
        ("guide", "002036001001-unit-enrolment"),
        ("guide",),
        ("guide", "x", "--all"),
        ("matters", "--root", "/nonexistent"),
    ],
)
def test_what_is_not_offered_ends_with_one_line_and_2(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code = jingban(*words)
    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1
