"""What the database refuses by itself, whoever asks: rows of the record are never changed and never deleted.

The program has no statement that would; these triggers stand against everything else that holds a connection: a script,
an operator's console, a mistake of ours. Whoever owns the database can drop a trigger, and then the hash chain tells
what he did. An auditor relies on both, and on a backup in other hands.

One change is lawful: erasing personal values (engine.actions.erase_values). It touches the payload of an event and
nothing else of it, and only where the case has a later event that says what was erased and why. That nothing but values
went is the chain's business. On PostgreSQL the trigger looks for that event among the product's own tables, whatever
temporary table of the same name a session has made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import DDL, Connection, Table, event, text

REFUSAL = "append-only: rows of this table are never changed or deleted"
Statements = Mapping[str, Sequence[str]]  # dialect -> DDL

INSTALLED: dict[str, Statements] = {}  # table -> its triggers; a migration has the same statements


def append_only(table: Table, taken: str, lawful: Mapping[str, str] | None = None) -> None:
    """Whoever creates the table from its definition gets its triggers with it.

    `taken`: the condition under which a new row would take an old one's place (SQLite's INSERT OR REPLACE deletes
    without asking a trigger). `lawful`: dialect -> condition over OLD and NEW of the one UPDATE that is let through.
    """
    name = table.name
    statements = INSTALLED[name] = {
        "sqlite": _sqlite(name, taken, (lawful or {}).get("sqlite", "FALSE")),
        "postgresql": _postgresql(name, (lawful or {}).get("postgresql", "FALSE")),
    }
    for dialect, texts in statements.items():
        for statement in texts:
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def _sqlite(table: str, taken: str, lawful: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({lawful}) {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} AS present WHERE {taken}) {refuse}",
    ]


def _postgresql(table: str, lawful: str) -> list[str]:
    run = f"EXECUTE FUNCTION {table}_append_only()"
    return [
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql "
        f"SET search_path = public, pg_temp AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF {lawful} THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {run}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}",
    ]


def missing(connection: Connection) -> list[str]:
    """Triggers that are gone, switched off or do something else than the program's, by name."""
    wanted = [s for statements in INSTALLED.values() for s in statements[connection.dialect.name]]
    if connection.dialect.name == "sqlite":
        there = set(connection.execute(_SQLITE_TRIGGERS).scalars())
        return [s.split()[2] for s in wanted if s not in there]
    triggers = set(connection.execute(_POSTGRESQL_TRIGGERS).scalars())
    bodies = set(connection.execute(_POSTGRESQL_BODIES).scalars())
    return [
        s.split("(")[0].split()[-1] if "$$" in s else s.split()[2]
        for s in wanted
        if (s.split("$$")[1] not in bodies if "$$" in s else s.split()[2] not in triggers)
    ]


_SQLITE_TRIGGERS: Any = text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
_POSTGRESQL_TRIGGERS: Any = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
_POSTGRESQL_BODIES: Any = text("SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
