"""Canonical text for values: the one encoding of events, case data and digests.

Why not plain JSON: a date, an instant and an exact decimal must come back as what they were, and equal
values must give equal bytes for ever (hashes are taken of them). Floats are refused: money is Decimal.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def _pack(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return {"$d": str(value)}
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a naive datetime cannot be stored: give it a time zone")
        return {"$t": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, dict):
        return {_key(k): _pack(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_pack(v) for v in value]
    raise TypeError(
        f"cannot encode {type(value).__name__}: expected text, bool, int, Decimal, date, datetime, list, dict"
    )


def _key(key: object) -> str:
    if not isinstance(key, str) or key.startswith("$"):
        raise TypeError(f"cannot encode key {key!r}: expected text that does not begin with $")
    return key


def _unpack(pairs: dict[str, Any]) -> Any:
    if len(pairs) == 1:
        ((key, value),) = pairs.items()
        if key == "$d":
            return Decimal(value)
        if key == "$t":
            return datetime.fromisoformat(value)
        if key == "$date":
            return date.fromisoformat(value)
    return pairs


def dumps(value: Any) -> str:
    """The canonical text of a value: sorted keys, no spaces, UTF-8 text unescaped."""
    return json.dumps(
        _pack(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def loads(text: str | bytes) -> Any:
    """The value of a canonical text; lists come back as lists."""
    return json.loads(text, object_hook=_unpack)
