"""What a form is once read: frozen components in printed order, and its fields by path.

A group with a `path` is a thing (法定代表人): its fields nest under it and messages name it (法定代表人姓名).
A group without one is a section of the sheet and only a heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from engine.expressions import Kind

Mark = Literal["public", "internal", "personal", "restricted"]
INPUT_TYPES = (
    "textfield",
    "textarea",
    "number",
    "select",
    "radio",
    "checkbox",
    "checklist",
    "datetime",
    "dynamiclist",
    "materials",
    "user",
)
_KINDS: dict[str, Kind] = {
    "textfield": "string",
    "textarea": "string",
    "number": "number",
    "select": "string",
    "radio": "string",
    "checkbox": "boolean",
    "checklist": "list",
    "dynamiclist": "list",
    "materials": "context",
    "user": "string",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the stored value and what the form prints."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must not be: `when` holds -> `message` at `field`."""

    when: str
    message: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `path` is its place in the submission, dotted; in a dynamiclist relative to the row."""

    path: str
    type: str  # one of INPUT_TYPES
    label: str
    full_label: str  # with the name of the thing it belongs to
    mark: Mark  # confidentiality: personal and restricted values are sealed apart; restricted: see withholding.py
    agency: bool  # filled by the agency; an applicant cannot
    ours: bool  # not printed on the guide's form
    required: bool
    required_when: str | None  # FEEL; the field is required while it holds
    hide: tuple[str, ...]  # FEEL conditions, own and of the groups around; any that holds hides the field
    options: tuple[Option, ...] = ()
    group: str | None = None  # user: the candidate group whose people may be chosen
    check: str | None = None  # identity_number, credit_code, phone, bank_account, receipt, past
    computed: str | None = None  # FEEL: entered by nobody, part of the submission (a sum, an account of the case)
    source: str | None = None  # FEEL: shown from the case and never typed (经办机构意见 comes from the review)
    with_time: bool = False  # datetime: an instant; else a date
    decimals: int = 0  # number: digits after the point; 0 gives int
    min_length: int | None = None
    max_length: int | None = None
    minimum: str | None = None  # number, as text so that it stays exact
    maximum: str | None = None
    help: str | None = None
    columns: tuple[Field, ...] = ()  # dynamiclist: the fields of a row
    row_rules: tuple[Rule, ...] = ()  # dynamiclist: what must not be in a row; `field` is a column
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What expressions see."""
        if self.type == "datetime":
            return "instant" if self.with_time else "date"
        return _KINDS[self.type]

    def label_of(self, value: str) -> str:
        """The printed label of an option; the value itself when the form no longer has it."""
        return next((option.label for option in self.options if option.value == value), value)


@dataclass(frozen=True, slots=True)
class Text:
    """Words on the sheet: a statement, a hint, a heading."""

    id: str
    text: str
    kind: str  # statement | help | section
    hide: tuple[str, ...]
    ours: bool
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of components, with (`path`) or without a name of its own in the submission."""

    id: str
    label: str | None
    path: str | None  # absolute
    components: tuple[Field | Group | Text, ...]
    hide: tuple[str, ...]
    agency: bool
    ours: bool
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """A form of a task or start event. `definition` is the resolved JSON that a deployment keeps."""

    key: str  # name of the variable that a submission becomes
    id: str
    title: str
    table_no: str | None
    ours: bool
    components: tuple[Field | Group | Text, ...]
    rules: tuple[Rule, ...]
    definition: Mapping[str, Any]

    def fields(self) -> Mapping[str, Field]:
        """Every input by path, in the order of the sheet; what is only shown (`source`) is not among them."""
        return self._inputs

    @cached_property
    def _inputs(self) -> Mapping[str, Field]:
        return MappingProxyType({item.path: item for item in walk(self.components) if item.source is None})

    def choices_of_people(self) -> dict[tuple[str, ...], str]:
        """Path -> candidate group of every field on which people are chosen; a table's columns are under the table."""
        fields = self.fields().values()
        found = {tuple(item.path.split(".")): item.group for item in fields if item.group}
        for item in fields:
            place = tuple(item.path.split("."))
            found |= {(*place, *column.path.split(".")): column.group for column in item.columns if column.group}
        return found

    def kinds(self) -> dict[tuple[str, ...], Kind]:
        """Path -> kind of value, for checking expressions; a table's columns are lists, a checklist gives `missing`."""
        kinds: dict[tuple[str, ...], Kind] = {}
        for path, item in self.fields().items():
            parts = tuple(path.split("."))
            for depth in range(1, len(parts)):
                kinds[parts[:depth]] = "context"
            kinds[parts] = item.kind
            kinds |= {(*parts, *column.path.split(".")): "list" for column in item.columns}
            if item.type == "materials":
                kinds[("missing",)] = "list"
        return kinds


def walk(components: tuple[Field | Group | Text, ...]) -> Iterator[Field]:
    """All fields, groups opened, in order."""
    for component in components:
        if isinstance(component, Field):
            yield component
        elif isinstance(component, Group):
            yield from walk(component.components)
