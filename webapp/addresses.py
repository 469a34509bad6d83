"""Addresses that come from outside and may be followed: only paths of ours."""

from __future__ import annotations

from flask import request


def is_local(address: str) -> bool:
    """A path that no browser reads as another host."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()


def page_behind() -> str:
    """The page from which a POST or a fragment was asked for, `/` when it is not one of ours."""
    address = request.headers.get("HX-Current-URL") or request.referrer or ""
    local = address.removeprefix(request.host_url.rstrip("/"))
    return local if is_local(local) else "/"
