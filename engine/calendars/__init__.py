"""The legal calendar: which local dates are working days, under which version of the table.

`calendar.py` is the value and its arithmetic, `bundled.py` the table the product ships with.
"""

from engine.calendars.bundled import bundled_calendar
from engine.calendars.calendar import (
    FULL_WORKDAY,
    Calendar,
    CalendarDay,
    off,
)

__all__ = ["FULL_WORKDAY", "Calendar", "CalendarDay", "bundled_calendar", "off"]
