"""Keeping an installation: a backup while people work, and what a server says when it starts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.actions.system import System
from engine.actions.verify_history import INTACT, verify_history
from engine.cli import main
from tests.support.clerk import ACCEPT, act, enrol


def test_a_backup_holds_what_was_committed_and_opens_as_an_installation(
    system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = enrol(system).case_id
    act(system, case, ACCEPT)
    copy = tmp_path / "copy.db"
    command = ["backup", str(copy), "--database", system.store.url]
    if not system.store.is_sqlite:
        assert main(command) == 2
        assert "pg_dump --format=custom --file=备份文件.dump postgresql://属主@" in capsys.readouterr().err
        assert not copy.exists()
        return
    with system.store.writing() as connection:  # somebody is in the middle of something
        connection.exec_driver_sql("UPDATE cases SET office = 'elsewhere'")
        assert main(command) == 0
    assert copy.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob("copy.db*")] == ["copy.db"]
    restored = System.open(f"sqlite:///{copy}")
    assert verify_history(restored, case).result == INTACT
    act(restored, enrol(restored).case_id, ACCEPT)
    restored.close()
    assert main(["verify", "--all", "--database", f"sqlite:///{copy}"]) == 0
    assert "2 个办件的记录完整；" in capsys.readouterr().out


def test_a_backup_overwrites_nothing_and_says_what_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, copy = tmp_path / "source.db", tmp_path / "copy.db"
    assert main(["backup", str(copy), "--database", f"sqlite:///{source}"]) == 2
    assert "没有数据库" in capsys.readouterr().err
    with closing(sqlite3.connect(source)) as database:
        database.execute("CREATE TABLE some (id INTEGER)")
    copy.write_text("somebody's")
    assert main(["backup", str(copy), "--database", f"sqlite:///{source}"]) == 2
    assert "备份不覆盖任何文件" in capsys.readouterr().err
    assert copy.read_text() == "somebody's"
    assert main(["backup", str(tmp_path / "no" / "folder.db"), "--database", f"sqlite:///{source}"]) == 2
    assert "不能写" in capsys.readouterr().err


def test_a_server_on_postgresql_needs_its_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("JINGBAN_SECRET_KEY", raising=False)
    assert main(["serve", "--port", "18997", "--database", "postgresql://nobody@127.0.0.1:1/none"]) == 2
    assert "JINGBAN_SECRET_KEY" in capsys.readouterr().err


def test_verifying_asks_for_one_thing(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--all", "--accounts"], ["430000-2026-000001", "--deployments"]):
        assert main(["verify", *words]) == 2
        assert "--all 之一" in capsys.readouterr().err
