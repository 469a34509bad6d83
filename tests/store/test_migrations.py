"""The steps of `engine/store/migrations` lead to exactly the tables that the program uses."""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from engine.store import Store, metadata, migrate
from tests.support.postgres import Postgres

# what PostgreSQL says about its own tables, one line a fact
STRUCTURE = """
    SELECT table_name || '.' || column_name || ' ' || data_type || coalesce(character_maximum_length::text, '')
           || ' ' || is_nullable || coalesce(' default ' || column_default, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1
"""


# SHA-256 of every step's file. A released step is never changed: databases that went through it would differ from new
# ones. What the tables need now goes into the next step, `make migration SAY="what changed"` (CONTRIBUTING.md); only
# the newest one, as long as it is not released, may be mended, and its digest here with it.
FROZEN = {
    "0001_the_first_schema.py": "035740c59901e17020c701415604f1cf2c5e9b9769c49bc09fd61c5a6ce395be",
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without a single table."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
        yield store
        store.close()
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.database(template="template0") as url:
        store = Store(url)
        yield store
        store.close()


def structure(store: Store) -> set[str]:
    """Everything the database knows about its tables, but for Alembic's own."""
    query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL" if store.is_sqlite else STRUCTURE
    with store.reading() as connection:
        facts = [re.sub(r"\s+", " ", fact).replace('"', "") for (fact,) in connection.execute(text(query))]
    facts = [fact for fact in facts if "alembic_version" not in fact]
    if not store.is_sqlite:
        return set(facts)
    # one CREATE TABLE is one fact a clause, since a migration may put constraints in another order
    return {
        f"{fact.partition('(')[0]}: {clause.strip(' )')}"
        for fact in facts
        for clause in re.split(r", (?=[A-Za-z])| (?=WITHOUT ROWID)", fact)
    }


def test_released_steps_stay_what_they_were() -> None:
    steps = sorted((migrate.DIRECTORY / "versions").glob("[0-9]*.py"))
    found = {step.name: hashlib.sha256(step.read_text("utf-8").encode()).hexdigest() for step in steps}
    changed = [name for name, digest in found.items() if digest != FROZEN.get(name)]
    assert changed == [], "put a released step back and add the next: make migration SAY='what changed'"
    assert found.keys() == FROZEN.keys()


def test_the_migrations_lead_to_the_tables_of_the_program(empty: Store) -> None:
    migrate.upgrade(empty)
    with empty.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []


def test_migrated_tables_equal_created_tables_down_to_partial_indexes(empty: Store) -> None:
    migrate.upgrade(empty)
    migrated = structure(empty)
    with empty.writing() as connection:
        metadata.drop_all(connection)
    with empty.writing() as connection:
        metadata.create_all(connection)
    assert len(migrated) > 200
    assert migrated == structure(empty)


def test_an_empty_database_is_not_current_and_a_migrated_one_is(empty: Store) -> None:
    assert not migrate.is_current(empty)
    migrate.upgrade(empty)
    assert migrate.is_current(empty)


def test_upgrading_twice_changes_nothing(empty: Store) -> None:
    migrate.upgrade(empty)
    before = structure(empty)
    migrate.upgrade(empty)
    assert structure(empty) == before


def upgrade_in_a_process(url: str, gate: str) -> None:
    store = Store(url)
    while not Path(gate).exists():
        time.sleep(0.005)
    migrate.upgrade(store)
    assert migrate.is_current(store)
    store.close()


def test_processes_that_start_at_once_upgrade_once_and_all_succeed(empty: Store, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=upgrade_in_a_process, args=(empty.url, str(gate))) for _ in range(4)]
    for process in processes:
        process.start()
    gate.touch()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert migrate.is_current(empty)


def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(empty: Store) -> None:
    migrate.upgrade(empty)
    with empty.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(migrate.UnknownSchema):
        migrate.upgrade(empty)
    assert migrate.present(empty) == "9999"


def test_a_database_that_lacks_a_table_or_a_column_is_refused_by_name(empty: Store) -> None:
    migrate.upgrade(empty)
    with empty.writing() as connection:
        connection.exec_driver_sql("DROP TABLE account_changes")
        connection.exec_driver_sql("ALTER TABLE form_drafts RENAME COLUMN updated_at TO kept_at")
    with pytest.raises(migrate.IncompleteSchema, match=r"缺少 account_changes、form_drafts\.updated_at，"):
        migrate.upgrade(empty)


def test_an_upgrade_that_fails_half_way_leaves_no_table(empty: Store) -> None:
    with empty.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE timers (in_the_way INTEGER)")
    with pytest.raises(Exception, match="timers"):
        migrate.upgrade(empty)
    assert {fact for fact in structure(empty) if "calendar_versions" in fact} == set()
