"""Write the next migration from the difference between the newest step and the tables in `engine.store`.

    make migration SAY="what changed"      adds a step
    make migration RESTART=1               before the first release only: one first step, made anew

The new file is to be read and corrected by hand; `tests/store/test_migrations.py` proves it equal to the tables.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from alembic import command

from engine.store import Store, migrate
from engine.store.guards import INSTALLED


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("say", nargs="?", default="The first schema")
    arguments.add_argument("--restart", action="store_true", help="delete every step and write one first step")
    options = arguments.parse_args()
    steps = migrate.DIRECTORY / "versions"
    if options.restart:
        for step in steps.glob("[0-9]*.py"):
            step.unlink()
    number = f"{len(list(steps.glob('[0-9]*.py'))) + 1:04}"
    slug = "_".join(options.say.lower().split())[:40]
    with tempfile.TemporaryDirectory() as directory:
        store = Store(f"sqlite:///{Path(directory) / 'empty.db'}")
        if not options.restart:
            migrate.upgrade(store)
        with store.reading() as connection:
            config = migrate.configuration(connection)
            config.set_main_option("file_template", f"%%(rev)s_{slug}")
            command.revision(config, options.say, autogenerate=True, rev_id=number)
        store.close()
    written = steps / f"{number}_{slug}.py"
    unwanted = ("# ###", "info=")  # the second: rights are granted by the tables of the program, not by a step
    lines = [line for line in written.read_text().splitlines() if not line.strip().startswith(unwanted)]
    written.write_text("\n".join(lines) + "\n")
    if options.restart:
        written.write_text(written.read_text() + _guards())
    for ruff in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *ruff, str(written)], check=True)
    sys.stdout.write(f"{written}\n")
    return 0


def _guards() -> str:
    """The triggers of append-only tables, word for word: a step must stay what it was when the program's change."""
    lines = ["    guards = {"]
    for dialect in ("sqlite", "postgresql"):
        lines.append(f"        {dialect!r}: [")
        for statement in (text for name in sorted(INSTALLED) for text in INSTALLED[name][dialect]):
            parts = textwrap.wrap(statement, 90, drop_whitespace=False, break_long_words=False)
            lines += ["            (", *(f"                {part!r}" for part in parts), "            ),"]
        lines.append("        ],")
    lines += ["    }", "    for statement in guards[op.get_bind().dialect.name]:", "        op.execute(statement)"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
