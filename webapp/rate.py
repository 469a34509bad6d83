"""How often one address may ask for what anybody may read: public pages cost work, and nobody has to sign in for them.

A count for each address in windows of a minute, in the memory of this process; several processes count apart, which
only makes the limit looser. People who are signed in are not counted: a whole agency may come from one address.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter

from flask import Flask, abort, request

from webapp.access import rule_of
from webapp.context import visitor

A_MINUTE = 300  # pages for one address: several readers behind one router, and no crawler of everything at once
PAPERS = 30  # of them PDF files: a third of a second of one core each, where it is not kept
FREE = ("static", "healthz", "readyz")


class Meter:
    """Counts per key within the running minute; what is over is forgotten with its minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: Counter[tuple[str, str]] = Counter()

    def over(self, key: tuple[str, str], limit: int, now: float) -> bool:
        """Counts one more; whether that is beyond the limit. `now`: seconds."""
        with self._lock:
            minute = int(now // 60)
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[key] += 1
            return self._counts[key] > limit


def install(app: Flask) -> None:
    """Must run after the sessions are recognised and before the access guard."""
    meter = Meter()

    def measure() -> None:
        if request.endpoint in (None, *FREE) or visitor() is not None:
            return
        rule = rule_of(app.view_functions[request.endpoint or ""])
        if rule is None or not rule.public:
            return  # answered with the login page, at no cost
        who, now = _address(), time.time()
        paper = request.path.endswith(".pdf")
        if meter.over((who, "page"), A_MINUTE, now) or (paper and meter.over((who, "paper"), PAPERS, now)):
            abort(429)

    app.before_request(measure)


def _address() -> str:
    """Of the reader; behind a proxy of our own network the one that the proxy saw (the last it added)."""
    peer, forwarded = request.remote_addr or "", request.headers.get("X-Forwarded-For", "")
    try:
        near = ipaddress.ip_address(peer).is_private
    except ValueError:
        near = False
    return forwarded.rpartition(",")[2].strip() if near and forwarded else peer
