"""What every page of a request can reach: the opened system, and who is asking.

One place, so that no module keeps a global of its own and tests can open several systems in one process.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app, g

from engine.actions.actor import Actor
from engine.actions.system import System
from engine.errors import Forbidden


def system() -> System:
    """The system that `create_app` was given."""
    opened: System = current_app.extensions["jingban"]
    return opened


def now() -> datetime:
    """The one instant of this request, by the business clock (in demo mode the database's)."""
    if "now" not in g:
        g.now = system().clock.now()
    instant: datetime = g.now
    return instant


def visitor() -> Actor | None:
    """Who is signed in, None for anonymous."""
    signed_in: Actor | None = g.get("actor")
    return signed_in


def actor() -> Actor:
    """Who is signed in; a page that calls this has a rule that lets nobody else in."""
    signed_in = visitor()
    if signed_in is None:
        raise Forbidden("请先登录。")
    return signed_in
