"""The calendar at a terminal, and the chain of deployments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine.actions.system import System
from engine.cli import main
from tests.support.hours import at
from tests.support.spring_2020 import EXTENDED, ORIGINAL, original, registered
from tests.support.tampering import tampering


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "2020-01-27.yaml"
    path.write_text(EXTENDED, encoding="utf-8")
    return path


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_preview_then_amend_move_the_deadline_that_the_extension_concerns(
    system: System, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at(system, "2019-12-02 10:00")
    original(system)
    registered(system, "2020-01-22 10:00", "2020-01-22 11:00")
    place = ["--database", system.store.url, "--json"]
    assert main(["calendar", "preview", str(notice), *place]) == 0
    preview = told(capsys)
    assert preview["days"] == ["2020-01-31", "2020-02-01"]
    (affected,) = preview["affected"]
    assert affected["key"] == "filing"
    # by the machine's clock both are long over: amending fires the timer at the new instant first
    assert (affected["before"], affected["after"]) == ("2020-02-02T00:00+08:00", "2020-02-05T00:00+08:00")
    assert main(["calendar", "amend", str(notice), "--reason", "国办发明电〔2020〕1号", *place]) == 0
    amended = told(capsys)
    assert (amended["added"], amended["old"]) == (True, preview["version"])
    assert main(["calendar", "show", "2020", *place]) == 0
    shown = told(capsys)
    assert (shown["version"], shown["reason"]) == (amended["version"], "国办发明电〔2020〕1号")
    assert shown["days"]["2020-01-31"] == "春节"


def test_the_text_says_days_and_cases(system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "2020.yaml"
    path.write_text(ORIGINAL, encoding="utf-8")
    place = ["--database", system.store.url]
    assert main(["calendar", "preview", str(path), *place]) == 0
    assert capsys.readouterr().out == "改变 2 天：2020-01-31、2020-02-01\n移动 0 个期限\n"
    assert main(["calendar", "amend", str(path), "--reason", "原通知", *place]) == 0
    assert "已成为现行版本；处理 0 个办件" in capsys.readouterr().out
    assert main(["calendar", "show", "2020", *place]) == 0
    assert "2020-02-01  周六  调休上班" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"changes: {x: y}"], ids=["absent", "no text", "no date"])
def test_an_unusable_file_is_one_line_and_exit_code_2(
    system: System, tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notice.yaml"
    if content is not None:
        path.write_bytes(content)
    assert main(["calendar", "preview", str(path), "--database", system.store.url]) == 2
    error = capsys.readouterr().err
    assert error.startswith("jingban: ")
    assert error.count("\n") == 1


def test_verify_deployments_says_whether_what_was_published_is_what_stands(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--database", system.store.url, "--json"]
    assert main(["verify", "--deployments", *place]) == 0
    assert told(capsys) == {"result": "intact", "details": []}
    with tampering(system.store) as connection:
        connection.execute(text("UPDATE deployments SET published_by = 'nobody' WHERE id = 1"))
    assert main(["verify", "--deployments", *place]) == 1
    altered = told(capsys)
    assert altered["result"] == "altered"
    assert "发布记录与其哈希不符" in altered["details"][0]


@pytest.mark.parametrize("words", [[], ["430000-2026-000001", "--deployments"]])
def test_verify_wants_a_case_or_the_deployments(
    system: System, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", *words, "--database", system.store.url]) == 2
    assert "请给出办件编号" in capsys.readouterr().err
