"""An installation that holds cases is upgraded by a later step: nothing is lost, nothing is left unguarded.

The step is of the tests alone: a copy of the program's steps with one more, as the next release may bring it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from engine.actions.system import System
from engine.actions.verify_history import INTACT, verify_history
from engine.cli import main
from engine.errors import InvalidInput
from engine.installation import Installation
from engine.store import Store, metadata, migrate
from tests.support.clerk import ACCEPT, act, enrol, enrolled

NEWEST = migrate.newest()  # of the program
NEXT = '''
"""What a later release changes: a column, an index, and a table."""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "later", {newest!r}, None, None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("later", sa.Integer(), nullable=False, server_default="7"))
    op.add_column("events", sa.Column("later", sa.Text(), nullable=True))
    op.create_index("ix_incidents_later", "incidents", ["later"])
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
{more}
'''


@pytest.fixture
def closed(system: System) -> int:
    return enrolled(system)


def next_release(directory: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> None:
    """From here on the program has one step more."""
    steps = directory / "steps"
    shutil.copytree(migrate.DIRECTORY, steps)
    (steps / "versions" / "later.py").write_text(NEXT.format(newest=migrate.newest(), more=more))
    monkeypatch.setattr(migrate, "DIRECTORY", steps)


def everything(store: Store) -> dict[str, list[Any]]:
    """Every row of the program's tables; statements name their columns, so a column more is no matter."""
    with store.reading() as connection:
        return {t.name: sorted(map(repr, connection.execute(select(t)))) for t in metadata.sorted_tables}


def test_an_upgrade_keeps_every_row_and_every_guard(
    system: System, closed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(system.store)
    next_release(tmp_path, monkeypatch)
    assert main(["migrate", "--database", system.store.url]) == 0
    assert "数据库已就绪" in capsys.readouterr().out
    system.store.close()  # connections that knew the old tables
    assert migrate.present(system.store) == "later"
    assert everything(system.store) == before
    assert verify_history(system, closed).result == INTACT
    for statement in ("UPDATE events SET later = 'x'", "UPDATE events SET actor = 'x'", "DELETE FROM events"):
        with pytest.raises(IntegrityError, match="append-only"), system.store.writing() as connection:
            connection.execute(text(statement))
    act(system, enrol(system).case_id, ACCEPT)


def test_nothing_starts_on_an_older_database_and_says_what_to_run(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JINGBAN_SECRET_KEY", "of the tests")
    next_release(tmp_path, monkeypatch)
    url = system.store.url
    for command in (["serve", "--port", "18999"], ["worker"], ["verify", "--all"], ["admin", "gao", "高明"]):
        assert main([*command, "--database", url]) == 2
        said = capsys.readouterr().err
        assert f"较早版本程序的（{NEWEST}，本程序需要 later）" in said
        backup = f"jingban backup 备份文件.db --database {url}" if system.store.is_sqlite else "pg_dump --format=custom"
        assert backup in said
        assert (
            f"jingban migrate --database {Installation(url, tmp_path, False).sqlite_url or 'postgresql://属主@'}"
            in said
        )
    assert migrate.present(system.store) == NEWEST


def test_nothing_starts_on_a_newer_database_and_it_stays_as_it_is(
    system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINGBAN_SECRET_KEY", "of the tests")
    with monkeypatch.context() as newer:
        next_release(tmp_path, newer)
        migrate.upgrade(system.store)
    for command in (["serve", "--port", "18999"], ["worker"], ["migrate"], ["verify", "--all"]):
        assert main([*command, "--database", system.store.url]) == 2
        assert f"数据库由更新版本的程序建立（later，本程序只到 {NEWEST}）" in capsys.readouterr().err
    assert migrate.present(system.store) == "later"


def test_an_upgrade_that_fails_leaves_the_old_database_at_work(
    system: System, closed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(system.store)
    with monkeypatch.context() as newer:
        next_release(tmp_path, newer, more='    op.execute("INSERT INTO nowhere VALUES (1)")')
        installation = Installation(system.store.url, system.root, False)
        with pytest.raises(InvalidInput, match="无法建立"):
            installation.prepare(system)
    assert migrate.is_current(system.store)
    assert everything(system.store) == before
    act(system, enrol(system).case_id, ACCEPT)
