"""From a form, values and errors to what a template needs to draw it (see view_parts.py).

The template knows types and nothing of forms; every control has an id (or htmx loses the focus), every
message points at one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.clock import SHANGHAI
from engine.expressions import parse
from engine.forms.context import FormContext
from engine.forms.importing import as_list, imports, text_given
from engine.forms.listing import summarise
from engine.forms.materials import Owed, entry_fields, materials_owed
from engine.forms.model import Field, Form, Group, Text
from engine.forms.people import USER
from engine.forms.presenting import display, lines_of, sourced
from engine.forms.reading import MAX_IMPORTED, MAX_ROWS, flatten, most_entries, rows_of, under
from engine.forms.validation import Reading, default_of
from engine.forms.view_parts import Choice, FileRows, FormView, MaterialRow, Row, Section


class _Drawing:
    def __init__(self, form: Form, values: Mapping[str, Any], errors: Mapping[str, str], context: FormContext) -> None:
        self.form, self.errors, self.context = form, errors, context
        self.flat = flatten(values, most_entries(form))
        self.blank = not self.flat
        reading = Reading(form, values, context)
        self.hidden, self.missing, self.values = reading.hidden, reading.missing, reading.values
        self.wrong = reading.errors
        self.scope = reading.scope()
        self.sections: list[Section] = []

    def draw(self) -> FormView:
        self._section("", None, self.form.components, None)
        errors = tuple((control_id(path), message) for path, message in self._told())
        return FormView(
            self.form.key,
            self.form.title,
            self.form.table_no,
            self.form.ours,
            tuple(self.sections),
            errors,
            tuple(self.missing or ()),
        )

    def _told(self) -> Iterator[tuple[str, str]]:
        """The errors; those of rows that have no controls, because they came from a file, are told once."""
        files = {path: field for path, field in self.form.fields().items() if self._file_text(field)}
        told: set[str] = set()
        for path, message in self.errors.items():
            table = next((name for name in files if path.startswith(f"{name}.")), None)
            if table is None:
                yield path, message
            elif table not in told and table not in self.errors:
                told.add(table)
                yield table, f"{files[table].full_label}与要求不符，请更正文件后重新载入"

    def _section(
        self,
        section_id: str,
        label: str | None,
        components: tuple[Field | Group | Text, ...],
        group: Group | None,
        line: bool = False,
    ) -> None:
        """Rows up to each inner group become a section of their own, so that the printed order stays."""
        shown = [component for component in components if not _only_printed(component)]
        if components and not shown:
            return
        rows: list[Row] = []
        part = 0
        for component in shown:
            if isinstance(component, Group):
                self._close(section_id, label if part == 0 else None, rows, group, part)
                rows, part = [], part + 1
                table = bool(group and group.properties.get("printed_matrix"))
                self._section(component.id, component.label, component.components, component, table)
            else:
                row = self._row(component)
                rows.append(_headed(row, component) if line else row)
        self._close(section_id, label if part == 0 else None, rows, group, part, line)

    def _close(
        self, section_id: str, label: str | None, rows: list[Row], group: Group | None, part: int, line: bool = False
    ) -> None:
        if not rows and label is None:
            return
        hidden = bool(group and self._holds(group.hide)) or (bool(rows) and all(row.hidden for row in rows))
        name = f"section-{section_id or 'top'}" + (f"-{part}" if part else "")
        self.sections.append(
            Section(name, label, tuple(rows), hidden, bool(group and group.agency), bool(group and group.ours), line)
        )

    def _row(self, component: Field | Text) -> Row:
        if isinstance(component, Text):
            return Row(
                type="text",
                name="",
                id=f"t-{component.id}",
                label=component.kind,
                text=_words_of(component),
                hidden=self._holds(component.hide),
                ours=component.ours,
                half=component.properties.get("half", ""),
            )
        if component.source is not None:
            return self._shown_row(component, sourced(component, self.scope))
        if component.computed is not None:
            return self._shown_row(component, self.values.get(component.path))
        return self._field_row(component, component.path, self.flat, component.path in self.hidden)

    def _shown_row(self, field: Field, value: Any) -> Row:
        """What a later step will say (经办机构意见) is not there yet: its place is for paper."""
        return Row(
            type="shown",
            name="",
            id=control_id(field.path if field.computed else f"{field.path}-shown"),
            label=field.label,
            full_label=field.full_label,
            value=display(field, value),
            error=self.errors.get(field.path),
            hidden=self._holds(field.hide) or (field.source is not None and value in (None, "", [])),
            agency=field.agency,
            readonly=True,
            mark=field.mark,
            ours=field.ours,
            help=field.help,
        )

    def _field_row(self, field: Field, name: str, flat: Mapping[str, Any], hidden: bool) -> Row:
        readonly = field.agency and not self.context.agency
        given = flat.get(field.path) if field.path in flat else default_of(field, self.context)
        chosen = [str(entry) for entry in given] if isinstance(given, list) else [_attribute(field, given)]
        return Row(
            type=self._control_type(field),
            name=name,
            id=control_id(name),
            label=field.label,
            full_label=field.full_label,
            value="" if field.type in ("checklist", "dynamiclist", "materials") else (chosen or [""])[0],
            choices=self._choices(field, name, chosen),
            error=self.errors.get(name),
            hidden=hidden,
            agency=field.agency,
            readonly=readonly,
            mark=field.mark,
            required=not readonly and (field.required or self._holds((field.required_when,))),
            ours=field.ours,
            help=field.help,
            half=field.properties.get("half", ""),
            min=field.minimum,
            max=field.maximum,
            max_length=field.max_length,
            step=("1" if not field.decimals else f"0.{'0' * (field.decimals - 1)}1")
            if field.type == "number"
            else None,
            input_mode=_INPUT_MODES.get(field.check or ""),
            lines=self._lines(field) if field.type == "dynamiclist" and not self._file_text(field) else (),
            materials=self._materials(field) if field.type == "materials" else (),
            headings=tuple(column.label for column in field.columns) if imports(field) else (),
            file=self._file_rows(field),
        )

    def _control_type(self, field: Field) -> str:
        if field.type == USER and self.context.people is None:
            return "textfield"  # nobody knows who there is: a user name is typed
        if field.type == "datetime":
            return "datetime" if field.with_time else "date"
        return field.type

    def _choices(self, field: Field, name: str, chosen: list[str]) -> tuple[Choice, ...]:
        offered = [(option.value, option.label, "") for option in field.options]
        if field.group is not None and self.context.people is not None:
            offered = [(person.username, person.name, person.about) for person in self.context.people(field.group)]
        return tuple(
            Choice(f"{control_id(name)}-{value}", value, label, value in chosen, about)
            for value, label, about in offered
        )

    def _file_text(self, field: Field) -> str | None:
        """The text that the table's rows come from; also of rows too many to be typed, from an earlier submission."""
        if not imports(field):
            return None
        given = text_given(self.flat.get(field.path))
        rows = [] if given else rows_of(self.flat, field.path, MAX_IMPORTED)
        return given or (as_list(field, self.values.get(field.path) or []) if len(rows) > MAX_ROWS else None)

    def _file_rows(self, field: Field) -> FileRows | None:
        text = self._file_text(field)
        if text is None:
            return None
        wrong = any(path == field.path or path.startswith(f"{field.path}.") for path in self.wrong)
        rows = [] if wrong else self.values.get(field.path) or []
        return FileRows(text, lines_of(field, rows), summarise(field, rows))

    def _lines(self, field: Field) -> tuple[tuple[Row, ...], ...]:
        entered = rows_of(self.flat, field.path)
        while entered and not any(value not in (None, "", [""]) for value in entered[-1].values()):
            entered.pop()  # a blank row that was offered before is offered again, not kept
        if self.blank:
            entered = list(default_of(field, self.context) or ())
        offered = int(field.properties.get("rows", 1))  # of an empty table; there is always one more to fill
        return tuple(
            tuple(
                _headed(self._field_row(column, f"{field.path}.{number}.{column.path}", row, False), column)
                for column in field.columns
            )
            for number, row in enumerate([*entered, *({} for _ in range(max(1, offered - len(entered))))])
        )

    def _materials(self, field: Field) -> tuple[MaterialRow, ...]:
        guide = self.context.guide
        if guide is None:
            raise TypeError("a form with a materials checklist needs the guide in its context")
        owed = materials_owed(guide, self.context.variables.get("application"), self.context.feel())
        return tuple(self._material(field, material) for material in owed)

    def _material(self, field: Field, material: Any) -> MaterialRow:
        place = f"{field.path}.{material.id}"
        entered = under(self.flat, place)
        ticked = {name: _ticked(value) for name, value in entered.items()}
        entry = {**entered, "received": ticked.get("received"), "sealed": ticked.get("sealed")}
        form = entered.get("form")
        entry["form"] = form[0] if isinstance(form, list) and form else form
        return MaterialRow(
            id=material.id,
            text=material.text,
            required=material.required,
            line=material.line,
            ours=material.ours,
            form=material.form,
            note=material.note,
            lack=None if self.blank else Owed(material, entry).lack,
            controls=tuple(
                self._field_row(control, f"{place}.{name}", {control.path: entered.get(name)}, False)
                for name, control in entry_fields(material).items()
            ),
        )

    def _holds(self, conditions: tuple[str | None, ...]) -> bool:
        functions = self.context.feel()
        return any(parse(c).truth(self.scope, functions) for c in conditions if c is not None)


def form_view(form: Form, values: Mapping[str, Any], errors: Mapping[str, str], context: FormContext) -> FormView:
    """The form with `values` (as entered, a submission or a draft) and the `errors` of validate()."""
    return _Drawing(form, values, errors, context).draw()


def followed(form: Form, context: FormContext) -> dict[str, str]:
    """Control id -> value of what begins with something the case already says (`default_from`)."""
    starting = [field for field in form.fields().values() if "default_from" in field.properties]
    known = ((field, default_of(field, context)) for field in starting)
    return {control_id(field.path): _attribute(field, value) for field, value in known if value is not None}


def _only_printed(component: Field | Group | Text) -> bool:
    """What is for paper alone: places to sign and to seal, and words that name a place on the sheet."""
    return isinstance(component, Text) and not component.ours and component.kind in ("signature", "field", "column")


def _words_of(text: Text) -> str:
    """What somebody signs; the blanks in it are filled by fields beside: 已安排公务员医疗补助财政预算资金＿＿万元."""
    filled = text.properties.get("printed_filled")
    return re.sub(r"\{[^}]*\}", "＿＿", filled) if filled else text.text


def _headed(row: Row, component: Field | Text) -> Row:
    """A column under the printed head that it shares with others: 基本医疗保险 比例自付, 大病互助 比例自付."""
    head = component.properties.get("printed_group")
    return replace(row, label=f"{head} {row.label}") if isinstance(head, str) else row


def control_id(path: str) -> str:
    """The id of the control of a path; dots would need escaping in selectors."""
    return f"f-{path.replace('.', '-')}" if path else "f-form"


_INPUT_MODES = {"phone": "tel", "bank_account": "numeric"}


def _ticked(value: Any) -> bool:
    if isinstance(value, list):
        value = value[0] if value else None
    return value is True or (isinstance(value, str) and value.lower() in ("on", "true", "1", "yes"))


def _attribute(field: Field, value: Any) -> str:
    """A value as its control wants it; what a person typed wrongly comes back as typed."""
    if value is None:
        return ""
    if field.type == "checkbox":
        return "on" if _ticked(value) else ""
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI) if value.tzinfo else value
        return local.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def prefill(form: Form, submission: Mapping[str, Any]) -> dict[str, Any]:
    """An earlier submission as the start of a new one of the same form.

    What belongs to the one submission and not to the case is left out (`properties.fresh`: received_at and its
    like, or an application would count as received when the registration was), and so is what was derived.
    """
    old = flatten({key: value for key, value in submission.items() if key != "missing"}, most_entries(form))
    fields = form.fields()
    return {
        path: value
        for path, value in old.items()
        if not (path in fields and (fields[path].properties.get("fresh", False) or fields[path].computed))
    }
