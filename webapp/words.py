"""How pages say things: instants in local time, addresses of static files; names of codes are the engine's words.

Templates get these as filters and globals, so that no page formats a date in its own way.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

from engine.actions.actor import ROLE_NAMES
from engine.clock import SHANGHAI, local_date
from engine.expressions.money import capital_amount
from engine.guides import MatterSummary, matters
from engine.workflow.words import alarm_name, deadline_name, letter_name, objection_name, outcome_name
from webapp.access import holds
from webapp.context import now, system, visitor
from webapp.guide_words import section_name
from webapp.sheets import blank_list

TASK_STATES = {"open": "待领取", "claimed": "办理中", "completed": "已办理", "cancelled": "已取消"}
DEADLINE_STATES = {"running": "计时中", "suspended": "暂停", "met": "按期", "breached": "逾期"}
DIGITS = "〇一二三四五六七八九"
WEEKDAYS = "一二三四五六日"


def moment(instant: datetime | None) -> str:
    """10月13日 17:00, with the year when it is not this one."""
    if instant is None:
        return "—"
    local = instant.astimezone(SHANGHAI)
    return f"{day(local.date())} {local:%H:%M}"


def day(value: date | datetime | None) -> str:
    """10月13日, with the year when it is not this one."""
    if value is None:
        return "—"
    local = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    short = f"{local.month}月{local.day}日"
    return short if local.year == local_date(now()).year else f"{local.year}年{short}"


def full_day(value: date | datetime) -> str:
    """2026年10月13日, as letters are dated."""
    local = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    return f"{local.year}年{local.month}月{local.day}日"


def full_moment(instant: datetime) -> str:
    local = instant.astimezone(SHANGHAI)
    return f"{full_day(local.date())}（星期{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def chinese_day(value: date | datetime) -> str:
    """二〇二六年十一月二十二日, as letters are signed."""
    local = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    year = "".join(DIGITS[int(digit)] for digit in str(local.year))
    return f"{year}年{_small_number(local.month)}月{_small_number(local.day)}日"


def _small_number(number: int) -> str:
    """1 to 99 as words: 十, 二十, 二十二."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十") + (DIGITS[ones] if ones else "")


def machine(instant: datetime) -> str:
    """For <time datetime>."""
    return instant.astimezone(SHANGHAI).isoformat(timespec="minutes")


def matter_names() -> dict[str, MatterSummary]:
    """Matters of the library by slug."""
    return {m.slug: m for m in _matters(system().root)}


@lru_cache(maxsize=8)
def _matters(root: Path) -> tuple[MatterSummary, ...]:
    return tuple(matters(root))


def matter_name(slug: str, region: str = "") -> str:
    """As the region prints it; without a region the general name."""
    found = matter_names().get(slug)
    return found.name_in(region) if found else slug


def region_name(code: str) -> str:
    return "全部统筹区" if code == "*" else system().region_name(code)


def office_name(office: str) -> str:
    return "全部经办机构" if office == "*" else office


def initials(name: str) -> str:
    return name[:1]


def install(app: Flask) -> None:
    for function in (
        moment, day, full_day, full_moment, chinese_day, machine, matter_name, region_name, office_name, initials,
        outcome_name, deadline_name, alarm_name, letter_name, objection_name,
        section_name,
    ):  # fmt: skip
        app.add_template_filter(function)
    app.add_template_filter(lambda role: ROLE_NAMES.get(role, role), "role_name")
    app.add_template_filter(lambda state: TASK_STATES.get(state, state), "task_state")
    app.add_template_filter(lambda state: DEADLINE_STATES.get(state, state), "deadline_state")
    app.add_template_filter(_lines, "lines")
    app.add_template_filter(blank_list)
    app.add_template_filter(capital_amount, "capital")
    app.add_template_filter(_basis, "basis")
    app.add_template_global(lambda name: url_for("static", filename=name), "asset")
    app.add_template_global(lambda endpoint: endpoint in app.view_functions, "has_page")
    app.context_processor(_everywhere)


def _basis(why: str) -> str:
    """An explanation without the day that it leads to, where a sentence has told the day."""
    return why.partition("到期：")[2] or why


def _lines(text: str | None) -> Markup:
    """Typed text with its line breaks; what a guide does not print is a dash."""
    return Markup("—") if text is None else Markup("<br>").join(text.splitlines())


def _everywhere() -> dict[str, Any]:
    who = visitor()
    return {"who": who, "now": now, "demo": system().demo, "may": lambda *roles: holds(who, *roles)}
