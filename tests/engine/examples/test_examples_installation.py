"""`jingban examples`: a library's examples on a scratch database, with what no example takes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.actions.system import ROOT
from engine.cli import main
from tests.support.forms import ENROLMENT, FILING


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The real files, with two examples: one goes as told, one does not."""
    for folder in ("processes", "forms"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    file = tmp_path / "processes" / FILING / "examples.yaml"
    given, _, _ = file.read_text(encoding="utf-8").partition("examples:")
    file.write_text(
        f"{given}examples:\n"
        "- {example: 收下, region: hunan, steps: [{at: 2026-09-22 09:30, open: 备案申请}]}\n"
        "- {example: 逾期, region: hunan, steps: [{at: 2026-09-28 09:30, open: 备案申请, expect: {task: late_review}}]}"
        "\n",
        encoding="utf-8",
    )
    (tmp_path / "processes" / ENROLMENT / "examples.yaml").unlink()
    for other in (tmp_path / "processes").glob("*/"):
        if other.name not in (ENROLMENT, FILING):
            shutil.rmtree(other)
    return tmp_path


def test_what_failed_and_what_no_example_takes_is_told(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examples", "--root", str(library), "--json"]) == 1
    enrolment, filing = json.loads(capsys.readouterr().out)
    assert (enrolment["diagram"], enrolment["examples"], enrolment["percent"]) == (f"{ENROLMENT}/process.bpmn", 0, 0)
    assert filing["examples"] == 2
    assert [f.rpartition("：")[2] for f in filing["failures"]] == ["task 应为 [late_review]，实为 [受理]［hunan］"]
    assert "application_received_to_late" not in filing["missing"]
    assert "supplement_to_intake" in filing["missing"]


def test_several_processes_tell_the_same_as_one(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for jobs in ("1", "2"):
        assert main(["examples", "--root", str(library), "--jobs", jobs]) == 1
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert main(["examples", "--root", str(library), "--jobs", "0"]) == 2


def test_a_matter_that_is_not_there_and_a_file_that_cannot_be_read_are_unusable(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["examples", "nothing", "--root", str(library)]) == 2
    (library / "processes" / FILING / "examples.yaml").write_text("examples: 3", encoding="utf-8")
    assert main(["examples", FILING, "--root", str(library)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert "没有事项“nothing”" in lines[0]
    assert f"{FILING}/examples.yaml:1:" in lines[1]
