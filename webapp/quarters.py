"""What the pages of a quarter show: members by how far they have come, scores side by side, the signing list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.actions.quarter import AGREEMENT, ASSESSMENT, CONCLUSION, GROUP, Filed, Member, objections_of
from engine.actions.system import System
from engine.forms import Form
from engine.forms.model import Field, Group
from engine.forms.presenting import display, value_at
from webapp.casework import Limit, limit_of
from webapp.context import system

CHINESE_QUARTERS = "一二三四"
TOTAL = "total"  # key of the computed sum of an assessment form


@dataclass(frozen=True)
class Sheet:
    """The assessments of the cases of one matter, side by side."""

    matter: str
    columns: tuple[str, ...]  # criteria
    cases: tuple[Assessed, ...]


@dataclass(frozen=True)
class Assessed:
    """One case: who gave what, and what was concluded."""

    member: Member
    rows: tuple[tuple[str, tuple[str, ...], str], ...]  # (who, score per criterion, opinion)
    averages: tuple[str, ...]
    conclusion: str


def cycle_name(cycle: str) -> str:
    """2026Q1 -> 2026年第一季度."""
    year, _, quarter = cycle.partition("Q")
    return f"{year}年第{CHINESE_QUARTERS[int(quarter) - 1]}季度"


def neighbours(cycle: str) -> tuple[str, str]:
    """The quarters before and after."""
    year, quarter = int(cycle[:4]), int(cycle[5])
    before = f"{year - 1}Q4" if quarter == 1 else f"{year}Q{quarter - 1}"
    return before, f"{year + 1}Q1" if quarter == 4 else f"{year}Q{quarter + 1}"


def stage(member: Member) -> str:
    """How far it has come, in words."""
    if member.row.status == "closed":
        return ""
    if member.open_objections:
        return f"{member.open_objections} 件异议待处理"
    if member.notice_ends is not None:
        return "公示中"
    if member.awaits_notice:
        return "待公示"
    names = list(dict.fromkeys(task.name for task in member.tasks))
    if names:
        return f"待{'、'.join(names)}"
    opens = (member.given("intake") or {}).get("assessment_opens_on")
    return f"待考察评估开始（{opens.month}月{opens.day}日）" if opens else "等待中"


def limit(member: Member) -> Limit | None:
    """The limit of the whole handling, as it stands."""
    return limit_of(member.state, "handling", system().timekeeper(member.deployed))


def to_name(found: Iterable[Member]) -> list[Member]:
    """Cases whose assessment group is to be named."""
    return [m for m in found if m.task(GROUP) is not None]


def to_publish(found: Iterable[Member]) -> list[Member]:
    return [m for m in found if m.awaits_notice]


def on_notice(found: Iterable[Member]) -> list[Member]:
    return [m for m in found if m.notice_ends is not None]


def by_notice(found: Iterable[Member]) -> list[tuple[Mapping[str, Any], list[Member]]]:
    """Cases that an objection can hold, each under what was registered of its notice (number, ends_on)."""
    listed: dict[str, tuple[Mapping[str, Any], list[Member]]] = {}
    for member in (m for m in found if m.heard):
        notice = member.given("notice") or {}
        listed.setdefault(str(notice.get("number")), (notice, []))[1].append(member)
    return list(listed.values())


def past_notice(found: Iterable[Member]) -> list[Member]:
    """Cases that are still being worked on and have gone too far for an objection to hold them."""
    return [m for m in found if m.given("notice") and not m.heard and m.row.status == "open"]


def sheets(found: Iterable[Member], names: Mapping[str, str]) -> list[Sheet]:
    """Matters with at least one assessment, in the order of the cases."""
    by_matter: dict[str, list[Member]] = {}
    for member in found:
        if member.given(ASSESSMENT):
            by_matter.setdefault(member.row.matter, []).append(member)
    return [_sheet(matter, members, names) for matter, members in by_matter.items()]


def _sheet(matter: str, members: list[Member], names: Mapping[str, str]) -> Sheet:
    form = members[-1].deployed.forms[ASSESSMENT]
    criteria = list(_criteria(form))
    cases = []
    for member in members:
        given = list(member.given(ASSESSMENT))
        scores = [[value_at(one, field.path) for field, _ in criteria] for one in given]
        rows = tuple(
            (
                names.get(one["performer"], one["performer"]),
                tuple(display(field, value) for (field, _), value in zip(criteria, line, strict=True)),
                _opinion(member.deployed.forms[ASSESSMENT], one),
            )
            for one, line in zip(given, scores, strict=True)
        )
        averages = tuple(_average(column) for column in zip(*scores, strict=True)) if scores else ()
        cases.append(Assessed(member, rows, averages, _conclusion(member)))
    return Sheet(matter, tuple(heading for _, heading in criteria), tuple(cases))


def _criteria(form: Form) -> Iterator[tuple[Field, str]]:
    """Fields that hold a score, each under the name of its group; the sum last."""
    for component in form.components:
        heading = (component.label or "") if isinstance(component, Group) else ""
        for field in component.components if isinstance(component, Group) else (component,):
            if not isinstance(field, Field) or field.type != "number":
                continue
            if field.computed is None:
                yield field, heading if heading and "." in field.path else field.label
            elif field.path.rpartition(".")[2] == TOTAL:
                yield field, field.label


def _average(values: Iterable[Any]) -> str:
    numbers = [Decimal(value) for value in values if isinstance(value, int | Decimal)]
    return f"{sum(numbers) / len(numbers):.1f}" if numbers else "—"


def _opinion(form: Form, given: Mapping[str, Any]) -> str:
    field, value = form.fields().get("opinion"), given.get("opinion")
    return field.label_of(value) if field is not None and isinstance(value, str) else ""


def _conclusion(member: Member) -> str:
    given, form = member.given(CONCLUSION), member.deployed.forms.get(CONCLUSION)
    if not given or form is None:
        return ""
    field = form.fields().get("decision")
    words = field.label_of(given["decision"]) if field is not None and "decision" in given else ""
    return "，".join(filter(None, (words, str(given.get("opinion") or ""))))


def assessors(found: Iterable[Member]) -> set[str]:
    """User names of everybody who has assessed or is named to."""
    return {str(one["performer"]) for m in found for one in (m.given(ASSESSMENT) or []) if "performer" in one}


def filed(system: System, found: Iterable[Member]) -> list[tuple[Member, Filed]]:
    """Every objection of the quarter, open ones first."""
    listed = [(m, one) for m in found if m.state.objections for one in objections_of(system, m.row)]
    return sorted(listed, key=lambda pair: (pair[1].status != "open", pair[1].received_at))


def signing(found: Iterable[Member]) -> list[tuple[Member, Mapping[str, Any]]]:
    """Cases whose notice has run out without an objection upheld: to be signed, or signed (the agreement as given)."""
    return [
        (m, m.given(AGREEMENT) or {})
        for m in found
        if m.given("notice") and m.notice_ends is None and (m.row.status == "open" or m.given(AGREEMENT))
    ]
