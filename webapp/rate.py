"""How often one address may ask for what anybody may read: public pages cost work, and nobody has to sign in for them.

A count for each address in windows of a minute, in the memory of this process; several processes count apart, which
only makes the limit looser. People who are signed in are not counted: a whole agency may come from one address.

Wrong passwords are counted apart. Each costs half a second of one core (argon2), and an account is locked after a few;
who tries one password on every account meets this limit instead.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Callable

import structlog
from flask import Flask, abort, current_app, request

from engine import proxies
from webapp.access import rule_of
from webapp.context import visitor

A_MINUTE = 300  # pages for one address: several readers behind one router, and no crawler of everything at once
PAPERS = 30  # of them PDF files: a third of a second of one core each, where it is not kept
GUESSES = 30  # wrong passwords: an office of which everybody mistypes at half past eight
FREE = ("static", "healthz", "readyz")
PROXIES = proxies.VARIABLE
NETWORK = 64  # bits of an IPv6 address that are one subscriber's: the rest he may choose anew for every request


MOST_TOLD = 5  # addresses a process warns of: nobody fills the log with invented ones

log = structlog.get_logger("webapp")


class Meter:
    """Counts per key within the running minute; what is over is forgotten with its minute."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock  # seconds
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

    def full(self, key: tuple[str, str], limit: int, now: float) -> bool:
        """Whether the limit was reached in this minute; counts nothing."""
        with self._lock:
            return int(now // 60) == self._minute and self._counts[key] >= limit


def install(app: Flask) -> None:
    """Must run after the sessions are recognised and before the access guard."""
    meter = app.extensions["jingban.meter"] = Meter()
    app.extensions["jingban.proxies"] = set()  # addresses of unknown proxies that were told of

    def measure() -> None:
        if request.endpoint in (None, *FREE) or visitor() is not None:
            return
        rule = rule_of(app.view_functions[request.endpoint or ""])
        if rule is None or not rule.public:
            return  # answered with the login page, at no cost
        who, now = _address(), meter.clock()
        paper = request.path.endswith(".pdf")
        if meter.over((who, "page"), A_MINUTE, now) or (paper and meter.over((who, "paper"), PAPERS, now)):
            abort(429)

    app.before_request(measure)


def guessed_too_often() -> bool:
    """Whether this address gave too many wrong passwords in this minute: then none is tried any more."""
    meter: Meter = current_app.extensions["jingban.meter"]
    return meter.full((_address(), "guess"), GUESSES, meter.clock())


def guessed_wrong() -> None:
    """Counts a wrong password."""
    meter: Meter = current_app.extensions["jingban.meter"]
    meter.over((_address(), "guess"), GUESSES, meter.clock())


def _address() -> str:
    """Of the reader; behind a proxy of ours the one that the proxy saw (the last it added).

    Whoever reaches us directly could write any address into that header, one for every request.
    """
    peer, forwarded = request.remote_addr or "", request.headers.get("X-Forwarded-For", "")
    seen = forwarded.rpartition(",")[2].strip()
    if seen and not proxies.believed(peer):
        _tell_once(peer)
        seen = ""
    return _subscriber(seen or peer) or peer


def _tell_once(peer: str) -> None:
    """A proxy that nobody named makes all readers one: the operator should know. Or somebody lies; then this is all."""
    told: set[str] = current_app.extensions["jingban.proxies"]
    if peer not in told and len(told) < MOST_TOLD:
        told.add(peer)
        advice = f"若这是反向代理，请把它的地址写进环境变量 {PROXIES} 后重新启动；否则其后的读者都按一个地址计数"
        log.warning("forwarded_by_unknown_proxy", peer=peer, advice=advice)


def _subscriber(address: str) -> str:
    """The address, of IPv6 its network; '' for what is none."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((known, NETWORK), strict=False)) if known.version == 6 else str(known)
