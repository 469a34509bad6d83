"""What a trial run is given, and what it answers: JSON on both sides, so that the two processes share nothing else.

job     {"root": folder of processes/ and forms/, "matter": slug, "bundles": {region: text of a bundle}}
answer  one line each: {"total": n}, then for every example {"ran": {…}} (see `playing.py`), then {"found": {…}}, or
        {"refused": words} where the diagram cannot be run at all
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.actions.drafting import DraftView, next_bundle, sharing_regions
from engine.actions.system import System
from engine.errors import Conflict, NotFound

LONGEST = 600  # characters of one text that is kept


@dataclass(frozen=True, slots=True)
class Job:
    root: str
    matter: str
    bundles: dict[str, str]  # region -> text of the bundle that publishing would give it

    def write(self, path: Path) -> None:
        value = {"root": self.root, "matter": self.matter, "bundles": self.bundles}
        path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Job:
        value = json.loads(path.read_text(encoding="utf-8"))
        return cls(value["root"], value["matter"], value["bundles"])


def job_of(system: System, connection: Any, view: DraftView) -> Job:
    """Every region that may get the diagram, with its own guide and forms.

    Raises NotFound where nobody wrote examples, Conflict where the draft's base is no longer what runs, InvalidDiagram.
    """
    if not examples_file(system, view.row.matter).is_file():
        raise NotFound("这个事项没有示例（examples.yaml），不能试运行")
    sharing = sharing_regions(system, connection, view.base)
    if not sharing:
        raise Conflict("草稿所依据的版本不再是现行版本，不能试运行。请从现行版本重新修改")
    bundles = {region: next_bundle(system, current, view.row.xml).text for region, current in sharing.items()}
    return Job(str(system.root), view.row.matter, bundles)


def examples_file(system: System, matter: str) -> Path:
    return system.root / "processes" / matter / "examples.yaml"


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def answers(lines: Iterator[bytes], most: int) -> Iterator[dict[str, Any]]:
    """Of a process; ValueError for more than `most` bytes, or what is no answer."""
    read = 0
    for line in lines:
        read += len(line)
        answer = json.loads(line) if read <= most else None
        if not isinstance(answer, dict):
            raise ValueError("not an answer")
        yield answer
