"""Public notices (公示公告), for anybody without login: the list, one notice, the same on paper.

What is shown was fixed when it was published; nothing of the cases behind it can be reached from here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.clock import local_date
from engine.errors import NotFound
from engine.store import notice_items, notices
from webapp.access import public
from webapp.addresses import row_id
from webapp.context import now, system
from webapp.letters import style
from webapp.letters_paper import paper
from webapp.pdf_answer import pdf_answer
from webapp.words import matter_name

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

PAGE = 30


@dataclass(frozen=True)
class Listed:
    """One institution as it was published."""

    name: str
    dropped: bool  # no agreement is signed with it after all


@dataclass(frozen=True)
class Notice:
    """Everything that a notice's page and paper print."""

    number: str
    title: str
    agency: str
    region: str
    days: int
    at: datetime
    ends_on: date
    groups: tuple[tuple[str, tuple[Listed, ...]], ...]  # (matter's name, institutions) in the order of the list
    contacts: tuple[tuple[str, str], ...]

    @property
    def running(self) -> bool:
        return local_date(now()) <= self.ends_on

    @property
    def many(self) -> int:
        return sum(len(listed) for _, listed in self.groups)

    @property
    def dropped(self) -> bool:
        return any(one.dropped for _, listed in self.groups for one in listed)


@blueprint.get("")
@public
def index() -> str:
    """Newest first."""
    with system().store.reading() as connection:
        rows = notices.listing(connection, row_id(request.args.get("before", "")), PAGE)
    found, more = rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else 0
    return render_template("notices/index.html", rows=found, more=more, today=local_date(now()))


@blueprint.get("/<number>")
@public
def show(number: str) -> str:
    return render_template("notices/page.html", notice=_notice(number))


@blueprint.get("/<number>.pdf")
@public
def pdf(number: str) -> Any:
    """The same for the file and the notice board."""
    notice = _notice(number)
    return pdf_answer(
        lambda: _made(render_template("notices/paper.html", notice=notice), style()),
        f"公示-{notice.number}",
        notice.number,
        url_for("notices.show", number=notice.number),
    )


@lru_cache(maxsize=16)
def _made(html: str, css: str) -> bytes:
    """Kept for the same words: anybody may ask, and making one takes a third of a second of one core."""
    return paper(html, css)


def _notice(number: str) -> Notice:
    """Those who are registered: a case that the notice has not reached is not on it yet."""
    with system().store.reading() as connection:
        row = notices.by_number(connection, number)
        if row is None:
            raise NotFound("没有这份公示，请核对编号。")
        items = notice_items.of_notice(connection, row.id)
    groups: dict[str, list[Listed]] = {}
    for item in items:
        if item.status == notice_items.REGISTERED:
            dropped = item.case_status == "closed" and item.case_outcome != "approved"
            groups.setdefault(item.matter, []).append(Listed(item.name, dropped))
    return Notice(
        number=row.number,
        title=row.title,
        agency=row.agency,
        region=row.region,
        days=row.days,
        at=row.published_at,
        ends_on=row.ends_on,
        groups=tuple((matter_name(matter), tuple(listed)) for matter, listed in groups.items()),
        contacts=tuple((label, text) for label, text in json.loads(row.contacts)),
    )
