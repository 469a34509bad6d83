"""The plain values that a template draws a form from: sections of rows, every value already as its control wants it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.forms.importing import Problem
from engine.forms.listing import Summary
from engine.forms.model import Mark


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, radio or checklist, or a person."""

    id: str
    value: str
    label: str
    chosen: bool
    about: str = ""  # of a person: offices and groups


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One line of the materials checklist; its controls are rows like any other."""

    id: str
    text: str
    required: bool
    line: int | None  # of the guide
    ours: bool
    form: str | None  # our form that produces it
    note: str | None
    lack: str | None  # what is wrong at present, in words
    controls: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FileRows:
    """A table whose rows come from a file: shown, not typed."""

    text: str  # of the file, which the page sends again
    lines: tuple[tuple[str, ...], ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Row:
    """One control, or a text between them (`type` text). Unused parts are empty."""

    # textfield textarea number select radio checkbox checklist date datetime dynamiclist materials user text shown
    type: str
    name: str  # of the control, also the field's path
    id: str
    label: str
    full_label: str = ""
    value: str = ""  # as the value attribute wants it; checkbox: "on" when ticked
    choices: tuple[Choice, ...] = ()
    error: str | None = None
    hidden: bool = False
    agency: bool = False  # filled by the agency
    readonly: bool = False  # ... and the person filling the form is not the agency, or the value is only shown
    mark: Mark = "internal"
    required: bool = False
    ours: bool = False
    help: str | None = None
    half: str = ""  # before, after: stands in the left or right half of its section, as what was and what becomes
    text: str = ""  # type text: the words; its kind is in `label` (statement, help, section)
    min: str | None = None
    max: str | None = None
    max_length: int | None = None
    step: str | None = None
    input_mode: str | None = None
    lines: tuple[tuple[Row, ...], ...] = ()  # dynamiclist: rows of controls; the last is blank
    materials: tuple[MaterialRow, ...] = ()
    headings: tuple[str, ...] = ()  # dynamiclist that may be filled from a file: its column names
    file: FileRows | None = None  # ... and was
    problems: tuple[Problem, ...] = ()  # ... and could not be, with what is wrong with the file


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading (none: the rows before the first group)."""

    id: str
    label: str | None
    rows: tuple[Row, ...]
    hidden: bool = False
    agency: bool = False
    ours: bool = False
    line: bool = False  # a row of a printed table with row heads: head and fields stand side by side

    @property
    def halves(self) -> bool:
        """Whether what was and what becomes stand side by side, as in the two halves of the printed form."""
        return any(row.half for row in self.rows)


@dataclass(frozen=True, slots=True)
class FormView:
    """A whole form, and its errors for the summary at the top: (id of the control, message)."""

    key: str
    title: str
    table_no: str | None
    ours: bool
    sections: tuple[Section, ...]
    errors: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = ()  # lines of the one-time notice as the checklist stands now

    @property
    def takes_files(self) -> bool:
        return any(row.headings and not row.readonly for section in self.sections for row in section.rows)
