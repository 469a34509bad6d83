"""Publishes one public notice (公示) for several cases and tells each of them.

First the notice itself in a transaction of its own: number, words, period and list are fixed from then on. Then one
transaction a case: each waits for the message NOTICE and gets number and instant of the notice. A case that could not
be told stays on the list as pending, is not shown to the public, and is told when the batch is carried on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from engine.actions.actor import Actor
from engine.actions.batches import Item, each, request_of, require_some
from engine.actions.quarter import NOTICE, chosen
from engine.actions.register_message import register_message
from engine.actions.submitting import check_request_id
from engine.actions.system import System
from engine.clock import SHANGHAI, local_date
from engine.deadlines import OfficeHours, TimeLimit
from engine.deadlines.projection import Running, project
from engine.errors import Conflict, InvalidInput, NotFound, RequestReused
from engine.guides.contacts import contacts
from engine.store import events, messages, notice_items, notices, settings
from engine.workflow import messages as awaited

MAX_TITLE = 100
NUMBERS = "notice"  # kind of number block
REUSED = "这份公示已经发布过，内容不同；已发布的公示没有改变"


@dataclass(frozen=True, slots=True)
class Published:
    number: str
    items: list[Item]  # in the order of the list

    @property
    def whole(self) -> bool:
        return all(item.done for item in self.items)


def publish_notice(
    system: System, actor: Actor, region: str, cycle: str, case_ids: Iterable[int], title: str, request_id: str
) -> Published:
    """The notice with a result for each case; the same batch again completes the rest and publishes nothing twice.

    Raises InvalidInput (no case, no title, cases of two offices), Forbidden (the group of the event publishes),
    Conflict for a case that does not wait for a notice or stands on another, RequestReused. Then nothing is published.
    """
    check_request_id(request_id)
    rows, title = chosen(system, require_some(case_ids)), title.strip()
    if not title or len(title) > MAX_TITLE:
        raise InvalidInput(f"请填写公示标题（不超过 {MAX_TITLE} 字）")
    try:
        number = _publish(system, actor, region, cycle, rows, title, request_id)
    except IntegrityError as error:  # the same form was first in another process
        raise RequestReused(REUSED) from error
    return carry_on(system, actor, number)


def carry_on(system: System, actor: Actor, number: str) -> Published:
    """Tells the cases that the notice has not reached yet."""
    with system.store.reading() as connection:
        notice = notices.by_number(connection, number)
        if notice is None:
            raise NotFound("没有这份公示")
        items = {item.case_id: item for item in notice_items.of_notice(connection, notice.id)}

    def tell(row: Any) -> str:
        item = items[row.id]
        if item.status != notice_items.REGISTERED:
            _register(system, actor, notice, row.id)
            with system.store.writing() as connection:
                notice_items.register(connection, notice.id, row.id)
        ends = notice.ends_on
        return f"已公示，至{ends.year}年{ends.month}月{ends.day}日"

    return Published(number, each(chosen(system, items), tell))


def last_day(system: System, region: str, published_at: datetime) -> date:
    """Of the period: so many calendar days, the day of publication not counted (民法典 201, 203)."""
    limit = TimeLimit(NUMBERS, "calendar_days", system.regions()[region].notice_days, "applicant")
    return project(Running(limit, published_at), system.calendar(), OfficeHours()).counted_to


def may_publish(actor: Actor, system: System, row: Row[Any]) -> bool:
    """Whether the actor is of the group that registers the notice of this case."""
    events_ = awaited.catching(system.deployed(row.deployment_id).program.model, NOTICE)
    return bool(events_) and actor.may(events_[0].group, row.region, row.office)


def _publish(
    system: System, actor: Actor, region: str, cycle: str, rows: list[Row[Any]], title: str, request_id: str
) -> str:
    """The notice and its list, in one transaction; the number is the year's next, so that none is missing."""
    now = system.clock.now()
    _require_one_office(system, actor, region, rows)
    place = system.regions()[region]
    words, ends_on = _how_to_object(system, rows), last_day(system, region, now)
    with system.store.writing() as connection:
        notices.hold(connection)
        first = notices.by_request(connection, request_id)
        if first is not None:
            listed = [item.case_id for item in notice_items.of_notice(connection, first.id)]
            same = (first.region, first.cycle, first.title, first.published_by, sorted(listed))
            if same != (region, cycle, title, actor.username, sorted(row.id for row in rows)):
                raise RequestReused(REUSED)
            return str(first.number)
        year = local_date(now).year
        n = settings.take_block(connection, NUMBERS, region, year, 1)
        _require_waiting(connection, rows)
        number = f"{place.division}-GS-{year}-{n:03d}"
        notice_id = notices.add(
            connection,
            {
                "number": number,
                "region": region,
                "office": rows[0].office,
                "cycle": cycle,
                "title": title,
                "agency": place.agency,
                "contacts": json.dumps(words, ensure_ascii=False),
                "days": place.notice_days,
                "published_at": now,
                "ends_on": ends_on,
                "published_by": actor.username,
                "request_id": request_id,
            },
        )
        notice_items.add(
            connection,
            [
                {
                    "notice_id": notice_id,
                    "case_id": row.id,
                    "position": position,
                    "name": row.applicant,
                    "matter": row.matter,
                    "status": notice_items.PENDING,
                }
                for position, row in enumerate(rows, start=1)
            ],
        )
    return number


def _require_one_office(system: System, actor: Actor, region: str, rows: list[Row[Any]]) -> None:
    for row in rows:
        known = awaited.catching(system.deployed(row.deployment_id).program.model, NOTICE)
        if row.region != region or not known:
            raise InvalidInput(f"办件 {row.number} 不属于本统筹区须公示的事项")
        actor.require(known[0].group, row.region, row.office)
    if len({row.office for row in rows}) > 1:
        raise InvalidInput("一份公示只能列同一经办机构的办件，请分别发布")


def _require_waiting(connection: Any, rows: list[Row[Any]]) -> None:
    """Every case waits for a notice, and none stands on one already; who was second is told which."""
    listed = notice_items.listed(connection, [row.id for row in rows])
    for row in rows:
        number, status = listed.get(row.id, ("", ""))
        waits = any(m.message == NOTICE and m.status == "waiting" for m in messages.of_case(connection, row.id))
        if waits and status != notice_items.PENDING:
            continue
        case = f"办件 {row.number}（{row.applicant}）"
        if not number:
            raise Conflict(f"{case}不在等待公示，请刷新后重新选择。这次没有发布")
        more = "，请在那份公示中继续登记" if waits else ""
        raise Conflict(f"{case}已列入公示 {number}{more}。这次没有发布")


def _how_to_object(system: System, rows: list[Row[Any]]) -> list[list[str]]:
    """The guides' own words, each once."""
    found: dict[tuple[str, str], None] = {}
    for row in rows:
        deployed = system.deployed(row.deployment_id)
        found |= dict.fromkeys(contacts(deployed.guide, row.office, deployed.bundle.settings.get("telephones")))
    return [list(pair) for pair in found]


def _register(system: System, actor: Actor, notice: Row[Any], case_id: int) -> None:
    """Unless it was registered and the machine stopped before that was noted."""
    request_id = request_of(notice.request_id, case_id)
    with system.store.reading() as connection:
        told = events.by_request(connection, case_id, request_id)
    if told is not None:
        return
    raw = {
        "number": notice.number,
        "title": notice.title,
        "published_at": notice.published_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"),
        "ends_on": notice.ends_on.isoformat(),
    }
    register_message(system, actor, case_id, NOTICE, raw, request_id)
