"""Every example of every matter, on both databases: it goes as told, verifies, and rebuilds to what it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import ROOT, System
from engine.actions.verify_history import verify_history
from engine.bundles import diagram_path
from engine.examples import Example, coverage_of, load_examples, run_example
from engine.guides import matters
from tests.support.once import common

FILES = sorted(ROOT.glob("processes/*/examples.yaml"))
EXAMPLES = [(path.parent.name, example) for path in FILES for example in load_examples(path)]


def name_of(case: tuple[str, Example]) -> str:
    return f"{case[0][:12]}-{case[1]}"


@pytest.fixture(scope="session")
def taken(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with a file for every example that any process of the session has run: the flows it took."""
    folder = common(tmp_path_factory, worker_id) / "flows"
    folder.mkdir(exist_ok=True)
    return folder


def file_of(taken: Path, case: tuple[str, Example]) -> Path:
    return taken / f"{case[0]}-{EXAMPLES.index(case)}"


def keep(file: Path, flows: frozenset[str]) -> None:
    begun = file.with_name(f"{file.name}.{os.getpid()}")  # another process never reads half of it
    begun.write_text("\n".join(flows), encoding="utf-8")
    begun.rename(file)


def flows_of(taken: Path, system: System, case: tuple[str, Example]) -> frozenset[str]:
    """What an example takes; it is run where no test has done so."""
    file = file_of(taken, case)
    if not file.exists():
        keep(file, run_example(system, *case).flows)
    return frozenset(file.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("case", EXAMPLES, ids=name_of)
def test_the_example_goes_as_told_verifies_and_rebuilds(case: tuple[str, Example], agency: System, taken: Path) -> None:
    ran = run_example(agency, *case)
    keep(file_of(taken, case), ran.flows)
    for case_id in ran.cases:
        verdict = verify_history(agency, case_id)
        assert verdict.result == "intact", verdict
        assert rebuild_case(agency, case_id).changed == ()


def test_every_matter_has_examples_in_every_region_that_offers_it() -> None:
    told = {(matter, example.region) for matter, example in EXAMPLES}
    assert told == {(matter.slug, region) for matter in matters(ROOT) for region in matter.regions}


def diagrams() -> dict[Path, list[tuple[str, str]]]:
    """Diagram file -> the (matter, region) that run on it."""
    found: dict[Path, list[tuple[str, str]]] = {}
    for matter in matters(ROOT):
        for region in matter.regions:
            found.setdefault(diagram_path(ROOT, matter.slug, region), []).append((matter.slug, region))
    return found


@pytest.mark.parametrize("diagram", diagrams(), ids=lambda path: f"{path.parent.name[:12]}-{path.name}")
def test_the_examples_take_every_sequence_flow_of_the_diagram(
    diagram: Path, sqlite_agency: System, taken: Path
) -> None:
    places = diagrams()[diagram]
    flows: set[str] = set()
    for case in EXAMPLES:
        if (case[0], case[1].region) in places:
            flows |= flows_of(taken, sqlite_agency, case)
    coverage = coverage_of(sqlite_agency.current(*places[0]).program.model, flows)
    print(f"{diagram.parent.name}/{diagram.name}: {coverage}")
    assert coverage.missing == (), str(coverage)
