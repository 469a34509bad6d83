"""Terminals of all kinds: Windows code pages, pipes that close early, a full disk. Never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

MATTER = "002036001001-unit-enrolment"


def jingban(*words: str, encoding: str = "utf-8", output: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "engine.cli", *words]
    return subprocess.run(command, env=environment, stdout=output, stderr=subprocess.PIPE, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
@pytest.mark.parametrize(
    "words", [["matters"], ["guide", MATTER, "changsha"], ["guide", "--help"], ["guide", "x", "y"]]
)
def test_no_encoding_ends_in_a_traceback(words: list[str], encoding: str) -> None:
    run = jingban(*words, encoding=encoding)
    assert b"Traceback" not in run.stderr
    assert run.returncode == (2 if words[-1] == "y" else 0)


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_json_is_valid_json_in_every_encoding(encoding: str) -> None:
    listed = json.loads(jingban("matters", "--json", encoding=encoding).stdout)
    assert listed[0]["name"] == "单位参保登记"


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_a_drafted_diagram_is_the_same_bytes_in_every_encoding(encoding: str) -> None:
    run = jingban("draft", MATTER, encoding=encoding)
    assert run.stdout == jingban("draft", MATTER).stdout
    assert etree.fromstring(run.stdout).tag.endswith("definitions")


def test_text_in_gbk_is_gbk() -> None:
    assert "单位参保登记" in jingban("matters", encoding="gbk").stdout.decode("gbk")


@pytest.mark.parametrize("words", [["matters"], ["draft", MATTER]])
def test_a_pipe_that_nobody_reads_is_no_error(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        run = jingban(*words, output=writer)
    finally:
        os.close(writer)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize("words", [["matters"], ["draft", MATTER]])
def test_a_full_disk_is_told_in_one_line(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        run = jingban(*words, output=full.fileno())
    assert run.returncode == 2
    assert run.stderr.decode().startswith("jingban: 输出没有写完")
    assert run.stderr.count(b"\n") == 1
