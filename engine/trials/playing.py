"""Plays a matter's examples on the diagram of a draft: the runner of `jingban examples`, on a database of its own.

A played example is `{"sentence", "region", "line", "passed"}`; one that goes otherwise has besides
    step          its number from 1; 0: the example's end or path
    at, act       of the step: when it is done (Shanghai), and in words what is done
    differences   [{"what", "expected", "happened"}], in Chinese
    elements      ids of the elements where the case stood
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.actions.deploy import deploy_bundle
from engine.actions.prepare import lay_ground
from engine.actions.system import System
from engine.bundles import Bundle
from engine.clock import FixedClock
from engine.errors import EngineError
from engine.examples import Difference, Example, ExampleFailed, begin, coverage_of, load_examples, play, stands_at
from engine.examples.acts import Run
from engine.examples.expecting import shown
from engine.examples.installation import BEFORE_ALL
from engine.trials.job import Job, cut
from engine.trials.words import ACTS, said, what_is


def played(job: Job, folder: Path) -> Iterator[dict[str, Any]]:
    """The answers of job.py; the last one says what was found. Raises EngineError where nothing can be run."""
    system = System.open(f"sqlite:///{folder / 'trial.db'}", Path(job.root))
    try:
        lay_ground(system)
        system.clock = FixedClock(BEFORE_ALL)
        _deploy(system, job.bundles)
        file = Path(job.root) / "processes" / job.matter / "examples.yaml"
        chosen = [example for example in load_examples(file) if example.region in job.bundles]
        yield {"total": len(chosen)}
        walked: dict[str, set[str]] = {region: set() for region in job.bundles}
        for example in chosen:
            ran, flows = _played(system, job.matter, example)
            walked[example.region] |= flows
            yield {"ran": ran}
        yield {"found": {"walked": _walked(system, job.matter, walked)}}
    finally:
        system.close()


def _deploy(system: System, bundles: Mapping[str, str]) -> None:
    with system.store.writing() as connection:
        for text in bundles.values():
            deploy_bundle(system, connection, Bundle.from_text(text), "browser", "trial", "trial", "")


def _walked(system: System, matter: str, walked: Mapping[str, set[str]]) -> dict[str, Any]:
    """Of every region how many sequence flows there are, and those that no example that passed takes."""
    found = {}
    for region, flows in walked.items():
        coverage = coverage_of(system.current(matter, region).program.model, flows)
        found[region] = {"flows": coverage.total, "missing": [flow.id for flow in coverage.missing]}
    return found


def _played(system: System, matter: str, example: Example) -> tuple[dict[str, Any], frozenset[str]]:
    told = {"sentence": cut(example.sentence), "region": example.region, "line": example.place.line}
    run = None
    try:
        run = begin(system, matter, example)
        return {**told, "passed": True}, play(run).flows
    except EngineError as error:
        return {**told, "passed": False, **_failure(run, error)}, frozenset()


def _failure(run: Run | None, error: EngineError) -> dict[str, Any]:
    step = run.step if run else None
    known = error.differences if isinstance(error, ExampleFailed) else ()
    found = known or (Difference("act", "能办成", error.message),)
    return {
        "step": step.place.step if step else 0,
        "at": shown(step.at) if step else "",
        "act": cut(f"{ACTS[step.act]}{f'“{step.what}”' if step.what else ''}") if step else "",
        "differences": [
            {"what": what_is(d.name), "expected": cut(said(d.wanted)), "happened": cut(said(d.had))} for d in found[:20]
        ],
        "elements": list(stands_at(run))[:20] if run else [],
    }
