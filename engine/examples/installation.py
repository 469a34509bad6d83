"""Runs a library's examples on a scratch database and tells, for every diagram, what failed and what was not taken."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.actions.prepare import prepare
from engine.actions.system import System
from engine.bundles import diagram_path
from engine.clock import FixedClock
from engine.errors import EngineError
from engine.examples.coverage import Coverage, coverage_of
from engine.examples.loading import load_examples
from engine.examples.running import run_example
from engine.guides import matters

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)  # examples only move the clock they set themselves


@dataclass(frozen=True, slots=True)
class DiagramReport:
    diagram: str  # slug/process.bpmn
    examples: int
    failures: tuple[str, ...]  # file, line, example, step, and what went otherwise
    coverage: Coverage

    @property
    def complete(self) -> bool:
        return not self.failures and not self.coverage.missing


def run_library(root: Path, slugs: Collection[str] = (), jobs: int = 1) -> list[DiagramReport]:
    """One report for each diagram of the matters (all of them, unless `slugs` names some), in `jobs` processes.

    Raises EngineError where the library itself cannot be deployed or an examples file cannot be read.
    """
    chosen = [m.slug for m in matters(root) if not slugs or m.slug in slugs]
    with tempfile.TemporaryDirectory(prefix="jingban-examples-") as folder:
        prepared = Path(folder) / "prepared.db"
        system = System.open(f"sqlite:///{prepared}", root)
        prepare(system)
        system.close()
        if jobs == 1 or len(chosen) < 2:
            return [report for slug in chosen for report in _run_matter(prepared, root, slug)]
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
            running = [pool.submit(_run_matter, prepared, root, slug) for slug in chosen]
            return [report for one in running for report in one.result()]


def _run_matter(prepared: Path, root: Path, slug: str) -> list[DiagramReport]:
    """On a copy of the prepared database that other processes do not write to."""
    own = prepared.with_name(f"{os.getpid()}.db")
    if not own.exists():
        shutil.copy(prepared, own)
    system = System.open(f"sqlite:///{own}", root)
    system.clock = FixedClock(BEFORE_ALL)
    try:
        return _reports(system, root, slug)
    finally:
        system.close()


def _reports(system: System, root: Path, slug: str) -> list[DiagramReport]:
    file = root / "processes" / slug / "examples.yaml"
    examples = load_examples(file) if file.is_file() else ()
    regions = next(m.regions for m in matters(root) if m.slug == slug)
    reports = []
    for diagram in dict.fromkeys(diagram_path(root, slug, region) for region in regions):
        on_it = [region for region in regions if diagram_path(root, slug, region) == diagram]
        failures: list[str] = []
        flows: set[str] = set()
        chosen = [example for example in examples if example.region in on_it]
        for example in chosen:
            try:
                flows |= run_example(system, slug, example).flows
            except EngineError as error:
                failures.append(f"{error.message}［{example.region}］")
        coverage = coverage_of(system.current(slug, on_it[0]).program.model, flows)
        reports.append(DiagramReport(f"{slug}/{diagram.name}", len(chosen), tuple(failures), coverage))
    return reports
