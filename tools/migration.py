"""Write the next migration from the difference between the newest step and the tables in `engine.store`.

    make migration SAY="what changed"

The new file is to be read and corrected by hand (CONTRIBUTING.md, "Changing a table"); `tests/store/test_migrations.py`
proves it equal to the tables and tells the digest that freezes it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from alembic import command
from sqlalchemy import inspect

from engine.store import Store, migrate
from engine.store.guards import INSTALLED


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("say", help="what changed, in a few English words")
    options = arguments.parse_args()
    if not options.say.strip():
        arguments.error('say what changed: make migration SAY="what changed"')
    steps = migrate.DIRECTORY / "versions"
    number = f"{len(list(steps.glob('[0-9]*.py'))) + 1:04}"
    slug = "_".join(options.say.lower().split())[:40]
    with tempfile.TemporaryDirectory() as directory:
        store = Store(f"sqlite:///{Path(directory) / 'empty.db'}")
        with store.writing() as connection:  # what the steps lead to; the program's tables may already ask for more
            connection.exec_driver_sql("SELECT 1")  # SQLAlchemy's transaction begins; else Alembic would end ours
            command.upgrade(migrate.configuration(connection), "head")
        with store.reading() as connection:
            before = set(inspect(connection).get_table_names())
            config = migrate.configuration(connection)
            config.set_main_option("file_template", f"%%(rev)s_{slug}")
            command.revision(config, options.say, autogenerate=True, rev_id=number)
        store.close()
    written = steps / f"{number}_{slug}.py"
    unwanted = ("# ###", "info=")  # the second: rights are granted by the tables of the program, not by a step
    lines = [line for line in written.read_text().splitlines() if not line.strip().startswith(unwanted)]
    if lines[-1].strip() == "pass":
        written.unlink()
        sys.exit("the steps lead to the tables of the program already: nothing to write")
    written.write_text("\n".join(lines) + "\n")
    if added := sorted(INSTALLED.keys() - before):
        written.write_text(written.read_text() + _guards(added))
    for ruff in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *ruff, str(written)], check=True)
    sys.stdout.write(f"{written}\n")
    return 0


def _guards(tables: list[str]) -> str:
    """The triggers of new append-only tables, word for word: a step must stay what it was when the program's change."""
    lines = ["    guards = {"]
    for dialect in ("sqlite", "postgresql"):
        lines.append(f"        {dialect!r}: [")
        for statement in (text for name in tables for text in INSTALLED[name][dialect]):
            parts = textwrap.wrap(statement, 90, drop_whitespace=False, break_long_words=False)
            lines += ["            (", *(f"                {part!r}" for part in parts), "            ),"]
        lines.append("        ],")
    lines += ["    }", "    for statement in guards[op.get_bind().dialect.name]:", "        op.execute(statement)"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
