"""The command line as a whole: every command answers, and what is wrong is told in one line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.cli import MODULES, main, parser


@pytest.mark.parametrize("command", MODULES)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"jingban {command}" in capsys.readouterr().out


def test_the_list_of_commands_names_every_module_s_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    listed = capsys.readouterr().out
    assert all(f"    {command}  " in listed for command in MODULES)
    actions = parser()._subparsers
    assert actions is not None
    (commands,) = [a.choices for a in actions._group_actions if a.choices]
    assert set(commands) == set(MODULES)


@pytest.mark.parametrize("words", [["deadlne"], [], ["rebuild"], ["check", "--frob"], ["serve", "--port", "x"]])
def test_an_unusable_call_is_told_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    captured = capsys.readouterr()
    assert ended.value.code == 2
    assert captured.out == ""
    assert captured.err.startswith("jingban")
    assert captured.err.count("\n") == 1


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: object) -> None:
    missing = f"sqlite:///{tmp_path}/none/jingban.db"
    run = subprocess.run(
        [sys.executable, "-m", "engine.cli", "verify", "430100-2026-000001", "--database", missing],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "请先运行 jingban migrate" in run.stderr
    assert run.stderr.count("\n") == 1


def test_computing_a_deadline_loads_no_database_driver() -> None:
    program = (
        "import sys; from engine.cli import main; "
        "code = main(['deadline', '--from', '2026-09-22', '--working-days', '10']); "
        "print(code, 'sqlalchemy' in sys.modules, 'SpiffWorkflow' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "0 False False"
