"""What stands in the cells of a sheet: labels with their blanks, values in words, boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.clock import SHANGHAI
from engine.forms.model import Field, Form, walk
from engine.forms.presenting import display, sourced, value_at
from engine.forms.printed import Item, printed_options
from engine.forms.sheet import Box, Given
from engine.forms.withholding import MARK, RESTRICTED

_DATE = re.compile(r"(?<![生始束])(?:年月日|年月)")  # not in 出生年月日, 补缴开始年月
_BLANK = re.compile(r"\{([a-z0-9_.]+)\}")
_ROOM = "　　　　"


class Words:
    """Reads the values of one form for its sheet."""

    def __init__(self, form: Form, given: Given) -> None:
        self.form, self.given = form, given
        self.scope = given.scope
        fields = list(walk(form.components))
        self.fields: Mapping[str, Field] = {field.path: field for field in fields}
        self.blanks: dict[str, list[Field]] = {}
        for field in fields:
            if "blank_of" in field.properties:
                self.blanks.setdefault(field.properties["blank_of"], []).append(field)

    def value(self, field: Field) -> Any:
        """The raw value; None where there is none, or where it was withheld."""
        if self.given.blank or (self.given.withheld and field.mark == MARK):
            return None
        if field.source and self.given.hides(field):
            return None  # what is entered goes with its field; what is only shown has to be left out here
        return sourced(field, self.scope) if field.source else value_at(self.given.values, field.path)

    def of(self, item: Item) -> str:
        """The value of an item that has no boxes, its blanks joined (产假日期: … 至 …)."""
        component = item.component
        if not isinstance(component, Field) or self.given.blank:
            return ""
        words = self.words(component)
        if words and "{}" in component.properties.get("printed_value", ""):
            return str(component.properties["printed_value"]).replace("{}", words)
        for blank in [] if "printed_filled" in component.properties else self._blanks_of(component):
            more = self.words(blank)
            words = f"{words} 至 {more}" if more and blank.type == "datetime" else f"{words}　{more}".strip()
        return words

    def words(self, field: Field) -> str:
        if self.given.withheld and field.mark == MARK and not self.given.blank:
            return RESTRICTED
        value = self.value(field)
        return "" if field.type == "checkbox" and not value else in_words(field, value)

    def boxes(self, item: Item) -> tuple[Box, ...]:
        """The printed choices, ticked as chosen; 其他（）: with what was written in."""
        component = item.component
        labels = printed_options(component)
        if not isinstance(component, Field):
            return tuple(Box(label, False, label) for label in labels)
        value = self.value(component)
        if component.type == "checkbox":
            return tuple(Box(label, value is True, label) for label in labels)
        chosen = [str(entry) for entry in value] if isinstance(value, list) else [str(value)]
        written = "、".join(filter(None, (self.words(blank) for blank in self._blanks_of(component))))
        return tuple(
            Box(label, _is_chosen(component, label, place, chosen), _written_in(label, written))
            for place, label in enumerate(labels)
        )

    def text(self, item: Item) -> tuple[str, str]:
        """The label as it is drawn, and the value beside it: a date goes into 年月日 and leaves nothing beside."""
        label, component = item.label or "", item.component
        pattern = component.properties.get("printed_filled") or self._statement(label)
        if pattern and not (self.given.blank and _BLANK.sub("", pattern) != label):
            return _BLANK.sub(lambda found: self._filled(found.group(1)), pattern), ""
        value = self.value(component) if isinstance(component, Field) else None
        if isinstance(value, date) and _DATE.search(label):
            return _DATE.sub(lambda _: _day(value), label, count=1), ""
        if isinstance(value, str) and label.endswith("：年月"):
            return f"{label.removesuffix('年月')}{value}", ""
        return spaced(label), self.of(item)

    def place(self, item: Item) -> str:
        """What is printed where a value is to be written (元/月, 年月日至年月日), while there is none."""
        printed = str(item.component.properties.get("printed_value", ""))
        return "" if self.of(item) else spaced(printed.replace("{}", _ROOM))

    def _statement(self, label: str) -> str | None:
        """The form's own statement with its blanks, where the label is that statement."""
        statement = str(self.form.definition.get("statement", ""))
        return statement if statement and _BLANK.sub("", statement) == label else None

    def _filled(self, path: str) -> str:
        field = self.fields.get(path)
        if self.given.blank:
            return _ROOM
        value = value_at(self.scope, path)
        return (self.words(field) if field else _plain(value)) or _ROOM

    def _blanks_of(self, field: Field) -> list[Field]:
        return self.blanks.get(field.path.rpartition(".")[2], []) if not self.given.blank else []

    def column(self, column: Field, row: Mapping[str, Any], beside: list[Field]) -> str:
        """A cell of a table; `beside`: columns that are blanks of this one (自…至…)."""
        if self.given.withheld and column.mark == MARK:
            return RESTRICTED
        parts = [_column_words(c, value_at(row, c.path)) for c in (column, *beside)]
        return "至".join(part for part in parts if part)


def in_words(field: Field, value: Any) -> str:
    """A value as a sheet prints it: amounts with their commas."""
    if field.decimals == 2 and value is not None:
        return f"{value:,.2f}"
    return display(field, value)


def spaced(label: str) -> str:
    """A label with the room that its blanks need: 　　年　　月　　日."""
    return _DATE.sub(lambda found: "　　年　　月　　日" if found.group() == "年月日" else "　　年　　月", label)


def has_date(label: str) -> bool:
    """Whether a date is to be written into the label: 起：年月, but not 出生年月."""
    return bool(_DATE.search(label))


def _written_in(label: str, written: str) -> str:
    if label.endswith(("（）", "()")):
        return f"{label[:-1]}{written or _ROOM}{label[-1]}"
    return f"{label}{written or _ROOM}" if label.endswith(("：", ":")) else label


def _is_chosen(field: Field, label: str, place: int, chosen: list[str]) -> bool:
    found = next((option for option in field.options if option.label == label), None)
    if found is None and place < len(field.options) and len(printed_options(field)) == len(field.options):
        found = field.options[place]
    return found is not None and found.value in chosen


def _column_words(column: Field, value: Any) -> str:
    if column.type == "checkbox":
        return "√" if value is True else ""
    if column.properties.get("on_letter") == "month" and isinstance(value, date):
        return f"{value.year}年{value.month}月"
    return in_words(column, value)


def _day(value: date) -> str:
    day = value.astimezone(SHANGHAI) if isinstance(value, datetime) else value
    return f"{day.year}年{day.month}月{day.day}日"


def _plain(value: Any) -> str:
    return "" if value is None else _day(value) if isinstance(value, date) else str(value)
