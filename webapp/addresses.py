"""What arrives inside an address: paths that may be followed; ids and keys of rows, read before a database is asked."""

from __future__ import annotations

from datetime import datetime

from flask import request
from werkzeug.routing import IntegerConverter

from engine.store.finding import Before

DIGITS = 9  # of an id in an address: what is longer is no row of ours, and PostgreSQL's integers end there


class RowId(IntegerConverter):
    """`<int:...>` of every route: a longer number is a page that does not exist, never an error of the database."""

    regex = f"[0-9]{{1,{DIGITS}}}"


def row_id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def instant(text: str) -> datetime | None:
    """An aware instant of an address (a `+` may have become a blank); None for what no list of ours begins at."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1900 <= found.year <= 2200 else None


def before(text: str) -> Before | None:
    """`2026-09-22T10:00:00+08:00_17`: the last row of the page before; None for anything else."""
    at, _, number = text.rpartition("_")
    found, known = instant(at), row_id(number)
    return None if found is None or known is None else Before(found, known)


def is_local(address: str) -> bool:
    """A path that no browser reads as another host."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()


def page_behind() -> str:
    """The page from which a POST or a fragment was asked for, `/` when it is not one of ours."""
    address = request.headers.get("HX-Current-URL") or request.referrer or ""
    local = address.removeprefix(request.host_url.rstrip("/"))
    return local if is_local(local) else "/"
