"""Every entry (a matter in a region that offers it), and the first of its examples that ends well: discovered."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.actions.system import ROOT
from engine.bundles import diagram_path
from engine.examples import Example, load_examples
from engine.guides import matters

Entry = tuple[str, str]  # slug, region


@cache
def entries() -> tuple[Entry, ...]:
    return tuple((matter.slug, region) for matter in matters(ROOT) for region in matter.regions)


@cache
def examples_of(slug: str) -> tuple[Example, ...]:
    file = ROOT / "processes" / slug / "examples.yaml"
    return load_examples(file) if file.is_file() else ()


def brought_to_its_end(slug: str, region: str) -> Example:
    """The first example of that entry that ends as approved. AssertionError where the matter tells none."""
    for example in examples_of(slug):
        if example.region == region and example.end.get("outcome") == "approved":
            return example
    raise AssertionError(
        f"processes/{slug}/examples.yaml has no example of {region} whose end is “outcome: approved”; add one"
    )


@cache
def diagrams() -> dict[Path, tuple[Entry, ...]]:
    """Diagram file -> the entries that run on it."""
    found: dict[Path, tuple[Entry, ...]] = {}
    for slug, region in entries():
        path = diagram_path(ROOT, slug, region)
        found[path] = (*found.get(path, ()), (slug, region))
    return found


def name_of(entry: Entry) -> str:
    slug, region = entry
    return f"{slug[:12]}-{region}" if slug[:12].isdigit() else f"{slug}-{region}"
