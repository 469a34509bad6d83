"""No text becomes code anywhere in the product: the expressions are the only language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("engine", "webapp", "tests", "benchmarks")
FORBIDDEN = {"eval", "exec", "compile", "__import__", "execfile", "run_path", "run_module"}
OF_MODULES = {"builtins", "code", "codeop", "runpy"}


def offences(source: str) -> Iterator[tuple[int, str]]:
    """(line, what) of every way to run a text that `source` uses.

    A bare name counts even uncalled (`run = eval`). Attributes count on builtins only: `re.compile` is
    no eval.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in FORBIDDEN:
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN:
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if owner in {"builtins", "__builtins__", "runpy"} or node.attr == "__import__":
                yield node.lineno, f"{owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            yield from ((node.lineno, name) for name in names if name in OF_MODULES)


def our_files() -> list[Path]:
    return sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))


def test_no_file_of_ours_runs_a_text_as_code() -> None:
    files = our_files()
    assert len(files) > 10
    found = [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in files
        for line, what in offences(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_walk_notices_every_way_to_run_a_text() -> None:
    for source in ("eval('1')", "run = exec", "compile('1', '', 'eval')", "__import__('os')", "import runpy",
                   "from builtins import eval as e", "import builtins", "builtins.eval('1')"):  # fmt: skip
        assert list(offences(source)), source


def test_the_walk_leaves_innocent_code_alone() -> None:
    assert list(offences("import re\npattern = re.compile('eval')\nname = 'exec'\n")) == []
