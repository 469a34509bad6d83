"""Moves the demo clock forward, for web and workers alike. Production has no such clock and refuses."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.actions.actor import Actor
from engine.actions.fire_timers import fire_timers
from engine.actions.system import System
from engine.errors import Forbidden, InvalidInput
from engine.store import settings


def move_clock(system: System, actor: Actor, seconds: int) -> None:
    """Forward only: effective instants of a case never go back. What became due is fired at once."""
    if not system.demo:
        raise Forbidden("只有演示系统可以拨动时钟")
    if seconds <= 0:
        raise InvalidInput("演示时钟只能向前拨")
    with system.store.writing() as connection:
        settings.hold(connection)
        offset = settings.demo_offset(connection) or 0
        settings.set_demo_offset(connection, offset + seconds, datetime.now(UTC), actor.username)
    while fire_timers(system).cases:
        pass
