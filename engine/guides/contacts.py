"""Whom to ask and whom to complain to, as a guide prints it for an office: letters and public notices end with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.guides.model import Guide, Office

UNPRINTED = "以本机构向社会公布的为准"  # what 各统筹区医保经办机构公布电话 says when the agency itself writes


def contacts(guide: Guide, office_name: str, own: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """(label, text) of an office; a guide that lists none prints one text for all.

    `own`: the region's telephones (`query`, `supervision`), for a guide that prints no number.
    Where an office has several entries by kind of business (本地生育、异地生育) and they differ, each is told with
    its kind: the letter's reader knows which is his.
    """
    own = own or {}
    offices = offices_of(guide, office_name)
    supervision = guide.supervision if _numbered(guide.supervision) else own.get("supervision", UNPRINTED)
    if not names_office(guide, office_name):  # the others' addresses would lead astray
        yield "咨询电话", own.get("query", UNPRINTED)
        yield "监督电话", own.get("supervision", UNPRINTED)
        return
    if not offices:
        yield ("咨询", guide.query) if _numbered(guide.query) else ("咨询电话", own.get("query", UNPRINTED))
        yield "监督电话", supervision
        return
    yield from _told("联系地址", [(o, o.address or o.channel_text or "见办事指南") for o in offices])
    yield from _told("咨询电话", [(o, o.query_phone or o.query_text or "见办事指南") for o in offices])
    yield from _told("监督电话", [(o, o.supervision_phone or supervision) for o in offices])


def names_office(guide: Guide, name: str) -> bool:
    """Whether the office receives this matter as far as the guide tells: one that lists no offices speaks of all."""
    return not guide.offices or bool(offices_of(guide, name))


def _numbered(text: str) -> bool:
    """Whether a printed text tells a number to call."""
    return any(character.isdigit() for character in text)


def offices_of(guide: Guide, name: str) -> list[Office]:
    """The guide's entries of an office; 本级 is printed as 市本级 or 省本级, or is the only one."""
    named = [o for o in guide.offices if o.district == name or (name == "本级" and "本级" in o.district)]
    return named or (list(guide.offices) if len(guide.offices) == 1 else [])


def _told(label: str, said: list[tuple[Office, str]]) -> Iterator[tuple[str, str]]:
    """Once where all entries say the same, else each under its kind of business."""
    kinds: dict[str, list[str]] = {}
    for office, text in said:
        kinds.setdefault(text, []).append(office.scope or "")
    for text, scopes in kinds.items():
        named = "、".join(filter(None, scopes))
        yield (f"{label}（{named}）" if len(kinds) > 1 and named else label), text
