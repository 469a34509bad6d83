"""Statements of the hot path, compiled once and handed to the driver as text.

A step executes five to eight statements. SQLAlchemy's Core takes about 45 microseconds to hand over one that is already
in its cache, the driver 15: over a step that is a tenth of all its time. The statements are still built with Core, and
SQLAlchemy's events still see them; only the way from parameters to driver is shorter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect

Parameters = Mapping[str, Any]


class Prepared:
    """`statement`: for every dialect, or a mapping by dialect name; `columns`: those that an INSERT gives."""

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = list(columns) if columns else None
        self._ready: dict[str, tuple[str, Callable[[Parameters], Any]]] = {}

    def run(self, connection: Connection, rows: Sequence[Parameters]) -> CursorResult[Any]:
        """Executes once with all rows."""
        ready = self._ready.get(connection.dialect.name)
        if ready is None:
            ready = self._ready[connection.dialect.name] = self._compile(connection.dialect)
        text, bind = ready
        if len(rows) == 1:
            return connection.exec_driver_sql(text, bind(rows[0]))
        bound = [bind(row) for row in rows]
        if connection.dialect.name == "postgresql":
            return connection.exec_driver_sql(*_one_statement(text, bound))
        return connection.exec_driver_sql(text, bound)

    def _compile(self, dialect: Dialect) -> tuple[str, Callable[[Parameters], Any]]:
        by_dialect = self._statement if isinstance(self._statement, dict) else {dialect.name: self._statement}
        compiled = by_dialect[dialect.name].compile(dialect=dialect, column_keys=self._columns)
        names = compiled.positiontup if compiled.positional else list(compiled.params)
        types = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        fixed = dict(compiled.params)
        plan = [(name, types.get(name), fixed.get(name)) for name in names]

        def values(row: Parameters) -> list[Any]:
            found = []
            for name, process, default in plan:
                value = row.get(name, default)
                found.append(process(value) if process is not None else value)
            return found

        if compiled.positional:
            return str(compiled), lambda row: tuple(values(row))
        return str(compiled), lambda row: dict(zip(names, values(row), strict=True))


_VALUES = re.compile(r"VALUES (\(.*?%\(\w+\)s[^)]*\))(?= ON CONFLICT| RETURNING|$)", re.S)
_NAME = re.compile(r"%\((\w+)\)s")


def _one_statement(text: str, bound: Sequence[Mapping[str, Any]]) -> tuple[str, dict[str, Any]]:
    """All rows in one INSERT: an executemany is a round trip of its own for psycopg."""
    return _many(text, len(bound)), {f"{name}_{i}": value for i, row in enumerate(bound) for name, value in row.items()}


@lru_cache(200)
def _many(text: str, rows: int) -> str:
    found = _VALUES.search(text)
    assert found is not None, text
    groups = [_NAME.sub(rf"%(\1_{i})s", found.group(1)) for i in range(rows)]
    return f"{text[: found.start(1)]}{', '.join(groups)}{text[found.end(1) :]}"
