"""Whom to ask and whom to complain to, as a guide prints it for an office: letters and public notices end with it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.guides.model import Guide, Office


def contacts(guide: Guide, office_name: str) -> Iterator[tuple[str, str]]:
    """(label, text) of an office; a guide that lists none prints one text for all."""
    office = office_of(guide, office_name)
    if office is None:
        yield "咨询", guide.query
        yield "监督电话", guide.supervision
        return
    yield "联系地址", office.address or office.channel_text or "见办事指南"
    yield "咨询电话", office.query_phone or office.query_text or "见办事指南"
    yield "监督电话", office.supervision_phone or guide.supervision


def office_of(guide: Guide, name: str) -> Office | None:
    """The guide's entry of an office; 本级 is printed as 市本级 or 省本级, or is the only one."""
    named = [o for o in guide.offices if o.district == name or (name == "本级" and "本级" in o.district)]
    return named[0] if named else (guide.offices[0] if len(guide.offices) == 1 else None)
