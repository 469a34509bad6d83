"""The spring of 2020: the original notice entered by hand, then its extension of 27 January, and cases in between."""

from __future__ import annotations

from engine.actions.actor import Actor, Membership
from engine.actions.amend_calendar import Amended, amend_calendar
from engine.actions.calendar_notice import read_notice
from engine.actions.open_case import open_case
from engine.actions.system import System
from tests.support.clerk import new_request
from tests.support.forms import FILING
from tests.support.hours import at

ADMIN = Actor(8, "admin", "系统管理员", (Membership("*", "*", "admin"),))
WINDOW = Actor(2, "zhuzhou.window", "刘洋", (Membership("zhuzhou", "*", "window"),))
SUPERVISOR = Actor(3, "zhuzhou.supervisor", "陈刚", (Membership("zhuzhou", "*", "supervisor"),))
ORIGINAL = """\
year: 2020
holidays:
  元旦: 2020-01-01
  春节: 2020-01-24 至 2020-01-30
  清明: 2020-04-04 至 2020-04-06
  劳动节: 2020-05-01 至 2020-05-05
  端午: 2020-06-25 至 2020-06-27
  国庆: 2020-10-01 至 2020-10-08
workdays: [2020-01-19, 2020-02-01, 2020-04-26, 2020-05-09, 2020-06-28, 2020-09-27, 2020-10-10]
"""
EXTENDED = """\
changes:
  2020-01-31 至 2020-02-02: 春节
"""


def original(system: System) -> Amended:
    """国办发明电〔2019〕16号."""
    return amend_calendar(system, ADMIN, read_notice(ORIGINAL), "国办发明电〔2019〕16号")


def extension(system: System) -> Amended:
    """国办发明电〔2020〕1号, of 27 January 2020: the holiday lasts until 2 February."""
    return amend_calendar(system, ADMIN, read_notice(EXTENDED), "国办发明电〔2020〕1号：春节假期延长至2月2日")


def registered(system: System, visit: str, now: str) -> int:
    """An emergency told by telephone in 株洲: three working days from the visit to hand in the application."""
    at(system, now)
    visit_at = visit.replace(" ", "T")
    raw = {"kind": "registration", "visit_at": visit_at, "hospital": "某医院", "name": "王五", "channel": "phone"}
    return open_case(system, WINDOW, FILING, "zhuzhou", "本级", raw, new_request()).case_id
