"""How the processes of an installation log: one JSON object a line on standard error; in words on a terminal.

Nothing personal is ever given to a log. Should a number of a person or a telephone stand in a text all the same, it is
struck out here, so that no archive of logs becomes a register of people.
"""

from __future__ import annotations

import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|1\d{10})(?!\d)")  # identity cards, old and new; mobile telephones
STRUCK = "[号码]"


def configure() -> None:
    """Once a process, before it logs; the web server's forks inherit it."""
    people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            strike_numbers,
            structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when something is logged
    )


def strike_numbers(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: _struck(value) for key, value in entry.items()}


def _struck(value: Any) -> Any:
    if isinstance(value, str):
        return _NUMBERS.sub(STRUCK, value)
    return [_struck(item) for item in value] if isinstance(value, (list, tuple)) else value
