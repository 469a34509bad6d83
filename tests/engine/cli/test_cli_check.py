"""`jingban check`: lines a machine can read, exit codes 0, 1 and 2."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli import main
from tests.engine.check.diagrams import END, START, flows, process, task

GOOD = process(START + task("a") + END + flows("s>a a>e"))
BAD = GOOD.replace(b'id="s"', b'id="Start"').replace(b'sourceRef="s"', b'sourceRef="Start"')
LINE = re.compile(r"(?P<file>.+?):(?P<line>\d+): (error|warning) (J\d{3}) (\S+): (?P<what>.+?); (?P<do>.+)")


def write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_a_clean_file_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", write(tmp_path, "good.bpmn", GOOD)]) == 0
    assert capsys.readouterr() == ("", "")


def test_warnings_alone_are_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", write(tmp_path, "w.bpmn", GOOD.replace(b'name="a"', b""))]) == 0
    assert ": warning J150 a: " in capsys.readouterr().out


def test_errors_are_one_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "bad.bpmn", BAD)
    assert main(["check", path]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(LINE.fullmatch(line) for line in lines)
    assert any(line.startswith(f"{path}:") and " error J021 Start: " in line for line in lines)


def test_unusable_input_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (
        "missing.bpmn", ".", "pipe", "nul\x00.bpmn", "x" * 5000,
        write(tmp_path, "text.bpmn", b"hello"), write(tmp_path, "empty.bpmn", b""),
    ):  # fmt: skip
        path = name if name.startswith("/") else str(tmp_path / name)
        assert main(["check", path]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        assert LINE.fullmatch(captured.err.strip())


def test_one_unusable_file_does_not_hide_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "no.bpmn"), write(tmp_path, "bad.bpmn", BAD)]) == 2
    captured = capsys.readouterr()
    assert "J021" in captured.out
    assert "J001" in captured.err


def test_json_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "bad.bpmn", BAD)
    assert main(["check", "--json", path, str(tmp_path / "no.bpmn")]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["files"][0]["file"] == path
    finding = next(f for f in answer["files"][0]["findings"] if f["rule"] == "J021")
    assert finding["element_id"] == "Start"
    assert finding["severity"] == "error"
    assert isinstance(finding["line"], int)
    assert answer["unusable"][0]["rule"] == "J001"


def test_hostile_names_stay_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = BAD.replace(b'name="a"', b"").replace(b'id="a"', b'id="a&#10;b: error"')
    assert main(["check", write(tmp_path, "new\nline.bpmn", data)]) == 1
    assert all(LINE.fullmatch(line) for line in capsys.readouterr().out.splitlines())


def test_the_whole_installation_is_checked_when_no_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert " error " not in capsys.readouterr().out


def test_a_folder_without_processes_is_unusable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", str(tmp_path)]) == 2
    assert "J001" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_ends_without_a_traceback(tmp_path: Path) -> None:
    path = write(tmp_path, "bad.bpmn", BAD)
    command = [sys.executable, "-c", "import sys; from engine.cli import main; sys.exit(main())", "check", path]
    read, written = os.pipe()
    os.close(read)
    with open(written, "wb") as nobody_reads:
        done = subprocess.run(command, stdout=nobody_reads, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (2, b"")
