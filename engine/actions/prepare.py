"""Makes a database ready to serve: schema, calendar, deployments from files, and in demo mode the demo clock.

Safe to run at every start and by several processes at once: what is there is left as it is.
"""

from __future__ import annotations

from datetime import UTC, datetime

from engine import encoding
from engine.actions.deploy import Deployment, deploy_library
from engine.actions.system import System
from engine.calendars import bundled_calendar
from engine.store import settings
from engine.store.migrate import upgrade


def prepare(system: System) -> list[Deployment]:
    """The deployments that were added."""
    lay_ground(system)
    return deploy_library(system)


def lay_ground(system: System) -> None:
    """Schema, calendar and demo clock; nothing is deployed."""
    upgrade(system.store)
    with system.store.writing() as connection:
        settings.hold(connection)
        if settings.calendar_in_force(connection) is None:
            calendar = bundled_calendar()
            settings.add_calendar(
                connection,
                {
                    "version": calendar.version,
                    "table": encoding.dumps(calendar.to_value()),
                    "reason": "随系统提供的工作日历",
                    "entered_at": datetime.now(UTC),
                    "entered_by": "system",
                },
            )
        if system.demo and settings.demo_offset(connection) is None:
            settings.set_demo_offset(connection, 0, datetime.now(UTC), "system")
