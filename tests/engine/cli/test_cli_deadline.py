from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.calendars import bundled_calendar
from engine.cli.deadline import add_parser
from engine.guides import load_regions

ROOT = Path(__file__).resolve().parents[3]


def deadline(capsys, line: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser(prog="jingban")
    add_parser(parser.add_subparsers())
    args = parser.parse_args(["deadline", *line.split()])
    code = args.run(args)
    out, err = capsys.readouterr()
    return code, out, err


def answer(capsys, line: str) -> dict:
    code, out, err = deadline(capsys, f"{line} --json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_ten_working_days_are_answered_with_the_reasons_and_the_calendar(capsys):
    assert answer(capsys, "--from 2026-09-22 --working-days 10") == {
        "last_day": "2026-10-13",
        "due": "2026-10-13T17:00:00+08:00",
        "explanation": "10月13日到期：自9月22日起10个工作日，中秋9月25日、国庆10月1日–7日不计，"
        "10月10日（周六）调休上班计入",
        "provisional": False,
        "calendar": bundled_calendar().version,
    }


@pytest.mark.parametrize(
    ("line", "last_day", "due", "provisional"),
    [
        ("--from 2026-09-30 --working-days 3 --party applicant", "2026-10-10", "2026-10-11T00:00", False),
        ("--from 2026-02-12 --working-days 3 --party applicant", "2026-02-24", "2026-02-25T00:00", False),
        ("--from 2020-01-22 --working-days 3 --party applicant", "2020-02-04", "2020-02-05T00:00", False),
        ("--from 2026-09-22 --working-days 15 --party applicant", "2026-10-20", "2026-10-21T00:00", False),
        ("--from 2026-11-30 --months 3", "2027-03-01", "2027-03-01T17:00", True),
        ("--from 2025-11-01 --months 3", "2026-02-02", "2026-02-02T17:00", False),
        ("--from 2025-11-28 --months 3 --party agency", "2026-02-28", "2026-02-28T17:00", False),
        ("--from 2027-02-04 --working-days 5", "2027-02-17", "2027-02-17T17:00", True),
        ("--from 2026-09-01 --calendar-days 30", "2026-10-08", "2026-10-08T17:00", False),
        ("--from 2026-09-30 --immediate --at 17:00", "2026-10-08", "2026-10-08T17:00", False),
        ("--from 2026-09-30 --immediate --at 16:59", "2026-09-30", "2026-09-30T17:00", False),
        ("--from 2026-09-30 --immediate --at 8:00", "2026-09-30", "2026-09-30T17:00", False),
        ("--from 2026-09-21 --working-days 5 --at 23:59", "2026-09-29", "2026-09-29T17:00", False),
    ],
)
def test_the_dated_cases_come_out_of_the_command_line(capsys, line, last_day, due, provisional):
    found = answer(capsys, line)
    assert (found["last_day"], found["due"]) == (last_day, f"{due}:00+08:00")
    assert found["provisional"] is provisional


@pytest.mark.parametrize("region", ["hunan", "yueyang", "hubei", "zhuzhou", "changsha"])
def test_a_region_answers_by_its_own_office_hours(capsys, region):
    closes = load_regions(ROOT)[region].hours.closes
    found = answer(capsys, f"--from 2026-09-22 --working-days 10 --region {region}")
    assert found["due"] == f"2026-10-13T{closes:%H:%M}:00+08:00"


def test_a_cycle_is_answered_with_its_five_dates(capsys):
    assert answer(capsys, "--cycle 2026-02-28") == {
        "cycle": "2026Q1",
        "assessment_opens": "2026-03-01",
        "counts_from": "2026-02-28",
        "last_day": "2026-05-28",
        "internal_target": "2026-03-31",
    }
    assert answer(capsys, "--cycle 2026-03-02 --region hunan") == {
        "cycle": "2026Q2",
        "assessment_opens": "2026-06-01",
        "counts_from": "2026-04-01",
        "last_day": "2026-07-01",
        "internal_target": "2026-06-30",
    }


def test_people_get_the_answer_in_words(capsys):
    code, out, _ = deadline(capsys, "--from 2026-11-30 --months 3")
    assert code == 0
    assert "到期  2027年3月1日（周一）17:00前（暂定）" in out
    code, out, _ = deadline(capsys, "--from 2026-09-30 --working-days 3 --party applicant")
    assert "到期  2026年10月10日（周六）24:00前\n" in out
    code, out, _ = deadline(capsys, "--cycle 2026-03-02")
    assert "到期      2026年7月1日（周三）\n" in out
    code, out, _ = deadline(capsys, "--cycle 2026-12-02")
    assert "2027Q1" in out
    assert "（暂定）" in out


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--from 2026-09-22",
        "--working-days 10",
        "--from 2026-09-22 --working-days 10 --months 3",
        "--from 2026-09-22 --working-days 10 --immediate --at 09:00",
        "--from 2026-09-22 --immediate",
        "--from 2026-09-22 --working-days -5",
        "--from 2026-09-22 --working-days 0",
        "--from 2026-09-22 --working-days ten",
        "--from 2026-09-22 --working-days 1.5",
        "--from 2026-09-22 --working-days １０",
        "--from 2026-09-22 --working-days 1000000000",
        "--from 2026-09-22 --months 1000000000",
        "--from 2026-09-22 --calendar-days 1000000000",
        f"--from 2026-09-22 --months {'9' * 5000}",
        "--from 2026-02-30 --working-days 5",
        "--from 20260922 --working-days 5",
        "--from 2026-W39-2 --working-days 5",
        "--from tomorrow --working-days 5",
        "--from 1999-01-04 --working-days 5",
        "--from 0001-01-01 --immediate --at 00:00",
        "--from 9999-12-31 --calendar-days 1",
        "--from 2050-12-30 --months 1",
        "--from 2026-09-22 --working-days 5 --at 24:00",
        "--from 2026-09-22 --working-days 5 --at 9",
        "--from 2026-09-22 --working-days 5 --region beijing",
        "--from 2026-09-22 --working-days 5 --party court",
        "--cycle 2026-02-28 --from 2026-02-28",
        "--cycle 2026-02-28 --months 3",
        "--cycle 2026-02-28 --at 10:00",
        "--cycle 2026-02-28 --immediate",
        "--cycle 2026-02-29",
        "--cycle 2050-12-31",
        "--cycle 0001-01-01",
        "--cycle 9999-12-31",
    ],
)
def test_what_cannot_be_answered_ends_with_one_line_and_exit_code_2(capsys, line):
    code, out, err = deadline(capsys, line)
    assert code == 2
    assert out == ""
    assert err.startswith("jingban: ")
    assert err.count("\n") == 1


def test_a_region_asked_for_where_no_regions_are_is_one_line_too(capsys, tmp_path):
    code, _, err = deadline(capsys, f"--from 2026-09-22 --working-days 5 --region hunan --root {tmp_path}")
    assert code == 2
    assert err.count("\n") == 1


def test_the_answer_needs_neither_database_nor_web_nor_workflow():
    """Asked of a fresh interpreter, since this one has imported everything."""
    probe = (
        "import sys, engine.cli.deadline;"
        "print([m for m in ('sqlalchemy', 'flask', 'SpiffWorkflow', 'chinese_calendar') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert result.stdout == "[]\n"
