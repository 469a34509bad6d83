"""Every example of every matter, on both databases: it goes as told, verifies, and rebuilds to what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actions.rebuild_case import rebuild_case
from engine.actions.system import ROOT, System
from engine.actions.verify_history import verify_history
from engine.bundles import diagram_path
from engine.examples import Example, coverage_of, load_examples, run_example
from engine.guides import matters

FILES = sorted(ROOT.glob("processes/*/examples.yaml"))
EXAMPLES = [(path.parent.name, example) for path in FILES for example in load_examples(path)]


def name_of(case: tuple[str, Example]) -> str:
    return f"{case[0][:12]}-{case[1]}"


TAKEN: dict[tuple[str, str], frozenset[str]] = {}  # (matter, example) -> flows, of what this process has run already


def flows_of(system: System, matter: str, example: Example) -> frozenset[str]:
    """What an example takes; it is run where no test of this process has done so."""
    key = matter, str(example)
    if key not in TAKEN:
        TAKEN[key] = run_example(system, matter, example).flows
    return TAKEN[key]


@pytest.mark.parametrize("case", EXAMPLES, ids=name_of)
def test_the_example_goes_as_told_verifies_and_rebuilds(case: tuple[str, Example], agency: System) -> None:
    matter, example = case
    ran = run_example(agency, matter, example)
    TAKEN[matter, str(example)] = ran.flows
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
def test_the_examples_take_every_sequence_flow_of_the_diagram(diagram: Path, sqlite_agency: System) -> None:
    places = diagrams()[diagram]
    flows: set[str] = set()
    for matter, example in EXAMPLES:
        if (matter, example.region) in places:
            flows |= flows_of(sqlite_agency, matter, example)
    coverage = coverage_of(sqlite_agency.current(*places[0]).program.model, flows)
    print(f"{diagram.parent.name}/{diagram.name}: {coverage}")
    assert coverage.missing == (), str(coverage)
