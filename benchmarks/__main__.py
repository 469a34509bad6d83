"""`make bench`: every promised figure on SQLite and on PostgreSQL, in one run.

    python -m benchmarks [--rounds N] [--cases N] [--only sqlite|postgresql] [--part cost,growth,...] [--json FILE]

Read the ratios: they compare things measured side by side on one machine; milliseconds do not travel. Always exits 0
when it could measure; targets not reached are marked, and the profile shows where the time goes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import cost, growth, processes, report, scale
from benchmarks.databases import KINDS, Databases, databases

PARTS = ("cost", "growth", "processes", "scale")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    arguments.add_argument("--cases", type=int, default=40, help="cases of every contender a round (default 40)")
    arguments.add_argument("--seconds", type=float, default=5, help="of one throughput measurement (default 5)")
    arguments.add_argument("--only", choices=KINDS)
    arguments.add_argument("--part", default=",".join(PARTS), help=f"of {', '.join(PARTS)}; comma-separated")
    arguments.add_argument("--json", type=Path, help="also write figures and profiles here")
    arguments.add_argument("--profile", action="store_true", help="print profiles even if every target is reached")
    options = arguments.parse_args()
    figures: list[report.Figure] = []
    profiles: dict[str, str] = {}
    for kind in [options.only] if options.only else KINDS:
        with databases(kind) as found:
            for part in options.part.split(","):
                say(f"measuring {part} on {kind} ...")
                more, profile = run(part, found, options)
                figures += more
                if profile:
                    profiles[kind] = profile
    print(report.table(figures))
    for kind, profile in profiles.items():
        missed = [f for f in figures if f.database == kind and f.reached is False]
        if missed or options.profile:
            print(f"\nWhere the product's time goes on {kind} (profiler on, so slower than above):\n{profile}")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        document = {"machine": machine(), "figures": report.plain(figures), "profiles": profiles}
        options.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        say(f"written to {options.json}")
    return 0


def run(part: str, found: Databases, options: argparse.Namespace) -> tuple[list[report.Figure], str]:
    if part == "cost":
        return cost.measure(found, options.rounds, options.cases)
    if part == "growth":
        return growth.measure(found, options.cases), ""
    if part == "processes":
        return processes.measure(found, options.rounds, options.seconds), ""
    return scale.measure(found, options.rounds), ""


def machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("SpiffWorkflow", "sqlalchemy", "psycopg")},
    }


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
