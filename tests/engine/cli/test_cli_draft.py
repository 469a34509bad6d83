from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli import main

SLUG = "002036001001-unit-enrolment"


def test_the_draft_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", SLUG]) == 0
    said = capsys.readouterr()
    assert said.out.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions xmlns:bpmn=')
    assert said.out.endswith("</bpmn:definitions>\n")
    assert said.err == ""


def test_what_was_written_passes_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "process.bpmn"
    assert main(["draft", SLUG, "--region", "hubei", "--output", str(file)]) == 0
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out == ""


def test_forms_that_are_still_to_be_written_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", SLUG, "--shape", "result"]) == 0
    assert "还没有的表单：result" in capsys.readouterr().err


def test_an_existing_file_is_left_alone_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "process.bpmn"
    file.write_text("mine", "utf-8")
    assert main(["draft", SLUG, "--output", str(file)]) == 2
    assert "已存在" in capsys.readouterr().err
    assert file.read_text("utf-8") == "mine"
    assert main(["draft", SLUG, "--output", str(file), "--force"]) == 0
    assert "单位参保登记" in file.read_text("utf-8")


def test_the_shapes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", "--shapes"]) == 0
    assert "申请、受理、审核、拨付、办结" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "应为 jingban draft SLUG"),
        (["no-such-matter"], "没有事项“no-such-matter”"),
        ([SLUG, "--region", "beijing"], "没有统筹区“beijing”"),
        ([SLUG, "--shape", "circle"], "没有“circle”这种流程"),
        ([SLUG, "--output", "/nowhere/at/all.bpmn"], "无法写入 /nowhere/at/all.bpmn：文件夹不存在"),
    ],
)
def test_unusable_words_are_answered_in_one_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draft", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
