"""Imports only ever go down: words, rules, store, actions, web (see docs/ and CONTRIBUTING.md)."""

from __future__ import annotations

import ast
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
# the longest prefix wins; a module that no prefix covers fails the first test
FLOORS = {
    "engine": 0,  # the package itself is empty
    "engine.errors": 0,
    "engine.clock": 0,
    "engine.ids": 0,
    "engine.encoding": 0,
    "engine.events": 0,
    "engine.logs": 0,
    "engine.proxies": 0,
    "engine.expressions": 1,
    "engine.calendars": 1,
    "engine.deadlines": 1,
    "engine.guides": 1,
    "engine.drafting": 1,
    "engine.forms": 1,
    "engine.identity": 1,
    "engine.passwords": 1,
    "engine.check": 1,
    "engine.workflow": 1,
    "engine.bundles": 1,
    "engine.store": 2,
    "engine.actions": 3,
    "engine.examples": 3,
    "engine.trials": 3,
    "engine.installation": 3,
    "engine.worker": 3,
    "engine.cli": 3,
    "webapp": 4,
}
DATABASE = ("sqlalchemy", "alembic", "psycopg", "sqlite3")
WEB = ("flask", "flask_login", "flask_wtf", "jinja2", "werkzeug", "wtforms")


def prefix_of(module: str) -> str | None:
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in FLOORS and (prefix != "engine" or module == "engine"):
            return prefix
    return None


def floor(module: str) -> int:
    prefix = prefix_of(module)
    assert prefix is not None, f"{module} stands on no floor"
    return FLOORS[prefix]


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("engine", "webapp", include_external_packages=True, cache_dir=None)


def ours(graph: grimp.ImportGraph) -> list[str]:
    return sorted(module for module in graph.modules if module.split(".")[0] in ("engine", "webapp"))


def test_every_module_stands_on_a_floor(imports: grimp.ImportGraph) -> None:
    assert len(ours(imports)) > 20
    assert [module for module in ours(imports) if prefix_of(module) is None] == []


def test_imports_only_go_down(imports: grimp.ImportGraph) -> None:
    upwards = [
        f"{module} (floor {floor(module)}) imports {imported} (floor {floor(imported)})"
        for module in ours(imports)
        for imported in sorted(imports.find_modules_directly_imported_by(module))
        if imported.split(".")[0] in ("engine", "webapp") and floor(imported) > floor(module)
    ]
    assert upwards == []


def test_packages_of_one_floor_do_not_import_each_other_in_a_circle(imports: grimp.ImportGraph) -> None:
    uses: dict[str, set[str]] = {}
    for module in ours(imports):
        here = prefix_of(module) or module
        for imported in imports.find_modules_directly_imported_by(module):
            there = prefix_of(imported)
            if there and there != here:
                uses.setdefault(here, set()).add(there)
    left = dict(uses)
    while leaves := [name for name in left if not left[name] & left.keys()]:
        for name in leaves:
            del left[name]
    assert left == {}


def test_rules_know_neither_database_nor_web(imports: grimp.ImportGraph) -> None:
    assert outsiders(imports, lambda module: floor(module) < 2, DATABASE + WEB) == []


def test_the_engine_knows_nothing_of_the_web(imports: grimp.ImportGraph) -> None:
    assert outsiders(imports, lambda module: module.startswith("engine"), (*WEB, "webapp")) == []


def test_spiffworkflow_stays_inside_the_workflow_package(imports: grimp.ImportGraph) -> None:
    allowed = ("engine.workflow", "engine.check.backstop")  # the linter's last gate asks SpiffWorkflow itself
    found = outsiders(imports, lambda module: not module.startswith(allowed), ("SpiffWorkflow",))
    assert found == []


def test_no_module_uses_the_private_names_of_another_package() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {alias.name} from {node.module}"
        for package in ("engine", "webapp")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("engine", "webapp")
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert found == []


def outsiders(graph: grimp.ImportGraph, where: object, forbidden: tuple[str, ...]) -> list[str]:
    """Direct imports of foreign packages by our modules that `where` picks."""
    assert callable(where)
    return [
        f"{module} imports {imported}"
        for module in ours(graph)
        if where(module)
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if imported.split(".")[0] in forbidden
    ]
