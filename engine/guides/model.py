"""What a resolved guide is: frozen values, each with the line of the printed guide it comes from.

Numbers of the guide are never repaired here: texts stand as printed, and what the guide leaves open or
contradicts stands in `notes` together with what we do about it. `ours` marks everything that no guide prints.
Line numbers count the lines of the region's published guide (its title: `Guide.document`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.deadlines import OfficeHours, TimeLimit


@dataclass(frozen=True, slots=True)
class Step:
    """One printed step of 办理流程."""

    id: str
    title: str | None  # Hubei prints none
    text: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several papers that satisfy the same material (有效身份证件或社保卡)."""

    id: str
    text: str
    form: str | None = None  # our form that produces it (个人承诺书); such a paper needs no other body's seal


@dataclass(frozen=True, slots=True)
class Material:
    """One required material 材料 (what is handed in is a Document)."""

    id: str
    text: str  # as printed, without number and closing mark
    required: bool
    alternatives: tuple[Alternative, ...]
    original_or_copy: str | None  # original | copy; None: the guide does not say
    seal: bool  # must bear a seal
    seal_name: str  # whose: 单位公章 unless the guide says another (医院印章)
    when: str | None  # FEEL over `application`; None: everybody owes it
    form: str | None  # key (and part) of our form that produces it
    of_notes: bool  # stands in the 备注 under the numbered list
    line: int | None
    ours: bool
    note: str | None
    part_of: str | None = None  # id of the printed line it is a part of (①②③ in one line)
    divided: bool = False  # a printed line of several parts: they are owed one by one, the line itself is not


@dataclass(frozen=True, slots=True)
class LimitCase:
    """Another budget of the same limit for one kind of applicant (灵活就业人员即时办结)."""

    when: str  # FEEL over the case's submissions (`application`) when the deadline starts
    unit: str
    value: int | None
    text: str | None  # as printed
    applies_to: str | None  # the kind's printed name; absent: the text stands for it

    @property
    def words(self) -> str:
        """What explanations call it."""
        return self.applies_to or self.text or ""


@dataclass(frozen=True, slots=True)
class ExtensionLevel:
    """One extension that a guide prints: the budget that replaces the one before, and who decides it."""

    unit: str
    value: int
    level: str  # 单位负责人, 单位集体研究
    text: str | None  # as printed
    line: int | None  # None: the limit's own


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit by its deadline key: intake, supplement, filing, handling, target."""

    key: str
    unit: str  # one of engine.deadlines.UNITS
    value: int | None  # number of units; None for immediate
    party: str  # who must act: applicant (ends 24:00) or agency (ends at the close of office)
    starts: str  # what starts it, in words for the reader
    starts_ours: bool  # no guide says what starts it: our default
    start: str | None  # FEEL giving the day or instant it starts from; None: when the node is entered
    extensions: int  # how often it may be extended (行政许可法 42: once, unless the guide says more)
    text: str | None  # as printed
    line: int | None
    ours: bool
    note: str | None
    alarms: bool = True  # False: an internal target of ours, shown and never alarmed
    levels: tuple[ExtensionLevel, ...] = ()  # in this order and no other way; none: `extensions` times, as decided
    cases: tuple[LimitCase, ...] = ()  # the first that holds replaces unit and value

    def budget(self) -> TimeLimit:
        """The same for the ledger; InvalidInput when unit, value and party do not fit together."""
        return TimeLimit(self.key, self.unit, self.value or 0, self.party, self.extensions, not self.alarms)

    def budget_of(self, case: LimitCase) -> TimeLimit:
        """The budget of one kind of applicant; InvalidInput as above."""
        return replace(self.budget(), unit=case.unit, value=case.value or 0, kind=case.words)

    @property
    def may_be_immediate(self) -> bool:
        """Whether it is 即时办结 for everybody or for some kind of applicant."""
        return "immediate" in (self.unit, *(case.unit for case in self.cases))


@dataclass(frozen=True, slots=True)
class Office:
    """An office as the guide lists it, by district."""

    district: str
    scope: str | None
    address: str | None
    query_phone: str | None
    supervision_phone: str | None
    channel_text: str | None
    query_text: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """What the guide leaves open, contradicts or misprints, and what we do."""

    about: str  # the field or section it concerns
    printed: str
    decision: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide of one (matter, region), resolved; `plain` is the same as JSON, for a deployment's bundle."""

    slug: str
    region: str
    document: str  # title of the published guide that the lines count in
    number: int
    code: str | None  # as printed; None where the document prints none
    national_code: str | None
    category: str | None
    name: str
    accepting_body: str
    audience: str
    channels: str
    steps: tuple[Step, ...]
    acceptance_rule: str | None
    materials: tuple[Material, ...]
    materials_raw: str
    materials_notes: str | None
    time_limit_text: str | None
    limits: Mapping[str, Limit]
    query: str
    supervision: str
    evaluation: str
    offices: tuple[Office, ...]
    notes: tuple[Note, ...]
    plain: Mapping[str, Any]

    def limit(self, key: str) -> Limit | None:
        """The limit of a deadline key; None when this region's guide has no such limit (it is never due)."""
        return self.limits.get(key)

    def material(self, material_id: str) -> Material | None:
        return next((m for m in self.materials if m.id == material_id), None)


@dataclass(frozen=True, slots=True)
class MatterSummary:
    """One row of the list of matters."""

    slug: str
    code: str  # national code
    name: str
    category: str
    regions: tuple[str, ...]
    printed: Mapping[str, tuple[str, str | None]] = field(default_factory=dict, compare=False)
    # region -> name and code as its guide prints them, where they differ

    def name_in(self, region: str) -> str:
        """As the region's guide prints it (退休人员医保管理 in Yueyang)."""
        return self.printed[region][0] if region in self.printed else self.name

    def code_in(self, region: str) -> str | None:
        """As the region's guide prints it; None where it prints none (Hubei)."""
        return self.printed[region][1] if region in self.printed else self.code

    def all_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.name, *(name for name, _ in self.printed.values()))))


@dataclass(frozen=True, slots=True)
class RegionOffice:
    """An office that cases can belong to: 本级 everywhere, else the districts of the region's guides."""

    name: str
    ours: bool  # True for 本级, which every region has whether its guide lists it or not


@dataclass(frozen=True, slots=True)
class Region:
    """A region 统筹区 and its settings."""

    code: str  # our short code, used in file names and memberships
    name: str
    division: str  # administrative division code, six digits
    agency: str  # what letters are signed with
    document: str  # title of its published guide
    hours: OfficeHours  # on working days; ours unless the region tells its own
    groups: Mapping[str, str]  # Chinese lane name -> candidate group
    offices: tuple[RegionOffice, ...]
    limits: Mapping[str, Any]  # defaults of limits by deadline key, all ours
    notice_days: int  # length of a public notice 公示, calendar days; no guide prints one, so it is ours
    telephones: Mapping[str, str]  # of letters where a guide prints none: query, supervision; ours

    def office_names(self) -> tuple[str, ...]:
        return tuple(office.name for office in self.offices)
