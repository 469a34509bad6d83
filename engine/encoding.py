"""Canonical text for values: the one encoding of events, case data and digests.

Why not plain JSON: a date, an instant and an exact decimal must come back as what they were, and equal
values must give equal bytes for ever (hashes are taken of them). Floats are refused: money is Decimal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


def _special(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a naive datetime cannot be stored: give it a time zone")
        return {"$t": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$d": str(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(
        f"cannot encode {type(value).__name__}: expected text, bool, int, Decimal, date, datetime, list, dict"
    )


def check(value: Any) -> None:
    """Refuses what would not come back as it was: floats, keys that are not text or begin with $.

    For values from outside; what the engine itself writes is encoded without this second look.
    """
    if isinstance(value, float):
        raise TypeError("cannot encode float: money and measures are Decimal")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or key.startswith("$"):
                raise TypeError(f"cannot encode key {key!r}: expected text that does not begin with $")
            check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            check(item)
    elif not (value is None or isinstance(value, str | bool | int)):
        _special(value)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_special
)


def _unpack(pairs: dict[str, Any]) -> Any:
    if len(pairs) == 1:
        ((key, value),) = pairs.items()
        if key == "$d":
            return _decimal(value)
        if key == "$t":
            return datetime.fromisoformat(value)
        if key == "$date":
            return date.fromisoformat(value)
    return pairs


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:  # no ValueError, which every reader of stored text expects
        raise ValueError("not the text of a decimal") from error


def dumps(value: Any) -> str:
    """The canonical text of a value: sorted keys, no spaces, UTF-8 text unescaped."""
    return _ENCODER.encode(value)


def loads(text: str | bytes) -> Any:
    """The value of a canonical text; lists come back as lists. Raises ValueError or TypeError for any other text."""
    return json.loads(text, object_hook=_unpack)
