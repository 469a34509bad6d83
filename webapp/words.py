"""How pages say things: instants in local time, codes in Chinese, addresses of static files.

Templates get these as filters and globals, so that no page formats a date in its own way.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

from engine.actions.actor import ROLE_NAMES
from engine.clock import SHANGHAI, local_date
from engine.guides import MatterSummary, matters
from webapp.access import holds
from webapp.context import now, system, visitor

OUTCOMES = {
    "approved": "办结", "refused": "审核不通过", "not_accepted": "不予受理", "lapsed": "逾期终止", "withdrawn": "撤回",
}  # fmt: skip
TASK_STATES = {"open": "待领取", "claimed": "办理中", "completed": "已办理", "cancelled": "已取消"}
DEADLINES = {"intake": "受理期限", "supplement": "补正期限", "filing": "申报期限", "handling": "办理时限"}
DEADLINE_STATES = {"running": "计时中", "suspended": "暂停", "met": "按期", "breached": "逾期"}
ALARMS = {"warning": "临期预警", "overdue": "逾期"}
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


def machine(instant: datetime) -> str:
    """For <time datetime>."""
    return instant.astimezone(SHANGHAI).isoformat(timespec="minutes")


def matter_names() -> dict[str, MatterSummary]:
    """Matters of the library by slug."""
    return {m.slug: m for m in _matters(system().root)}


@lru_cache(maxsize=8)
def _matters(root: Path) -> tuple[MatterSummary, ...]:
    return tuple(matters(root))


def matter_name(slug: str) -> str:
    found = matter_names().get(slug)
    return found.name if found else slug


def region_name(code: str) -> str:
    return "全部统筹区" if code == "*" else system().region_name(code)


def office_name(office: str) -> str:
    return "全部经办机构" if office == "*" else office


def outcome_name(code: str) -> str:
    return OUTCOMES.get(code, code)


def initials(name: str) -> str:
    return name[:1]


@lru_cache(maxsize=256)
def _digest(path: Path, _stamp: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _asset(app: Flask, name: str) -> str:
    """The address of a static file, changing with its content, so that browsers may keep it."""
    path = Path(app.static_folder or "") / name
    stamp = path.stat().st_mtime if path.is_file() else 0.0
    return url_for("static", filename=name, v=_digest(path, stamp) if stamp else "0")


def install(app: Flask) -> None:
    for function in (
        moment, day, full_day, full_moment, machine, matter_name, region_name, office_name, outcome_name, initials,
    ):  # fmt: skip
        app.add_template_filter(function)
    app.add_template_filter(lambda role: ROLE_NAMES.get(role, role), "role_name")
    app.add_template_filter(lambda state: TASK_STATES.get(state, state), "task_state")
    app.add_template_filter(lambda key: DEADLINES.get(key, key), "deadline_name")
    app.add_template_filter(lambda state: DEADLINE_STATES.get(state, state), "deadline_state")
    app.add_template_filter(lambda kind: ALARMS.get(kind, kind), "alarm_name")
    app.add_template_filter(_lines, "lines")
    app.add_template_global(lambda name: _asset(app, name), "asset")
    app.add_template_global(lambda endpoint: endpoint in app.view_functions, "has_page")
    app.context_processor(_everywhere)


def _lines(text: str) -> Markup:
    """Typed text with its line breaks."""
    return Markup("<br>").join(text.splitlines())


def _everywhere() -> dict[str, Any]:
    who = visitor()
    return {"who": who, "now": now, "demo": system().demo, "may": lambda *roles: holds(who, *roles)}
