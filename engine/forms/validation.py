"""Is a submission as its form and guide want it? One function for change and submit, HTML and typed input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.clock import local_date
from engine.errors import InvalidSubmission
from engine.expressions import parse
from engine.forms.checks import problem_of, receipt_needs_reason
from engine.forms.context import FormContext
from engine.forms.importing import MAX_PROBLEMS, imports, read_list, text_given
from engine.forms.materials import materials_missing, materials_owed, read_checklist
from engine.forms.model import Field, Form
from engine.forms.reading import MAX_IMPORTED, MAX_ROWS, flatten, most_entries, nest, rows_of, unknown_paths
from engine.forms.values import WrongValue, computed_value, read_value

_ROUNDS = 10  # of deciding what is hidden; a form whose conditions do not settle by then is refused


class Reading:
    """Values, errors and hidden fields of one input, before anybody is told."""

    def __init__(self, form: Form, raw: Mapping[str, Any], context: FormContext) -> None:
        self.form, self.context = form, context
        self.fields = form.fields()
        self.flat = flatten(raw, most_entries(form))
        self.values: dict[str, Any] = {}  # path -> value; blank fields are absent
        self.errors: dict[str, str] = {}
        self.given: dict[str, Any] = {}  # what was sent in the place of a computed value
        self.missing: list[str] | None = None  # of the materials checklist, when the form has one
        self._read_fields()
        self.hidden = self._settle_hidden()
        self._require()
        self._apply_checks()
        self._apply_rules()

    def _read_fields(self) -> None:
        for path in unknown_paths(self.form, self.flat):
            self.errors[path[:120]] = "表单没有这一项"
        for path, field in self.fields.items():
            try:
                self._read_field(path, field)
            except WrongValue as wrong:
                self.errors[path] = str(wrong)

    def _read_field(self, path: str, field: Field) -> None:
        if field.type == "materials":
            return self._read_materials(path)
        if field.type == "dynamiclist":
            return self._read_rows(path, field)
        given = path in self.flat
        if field.agency and not self.context.agency:
            if given and read_value(field, self.flat[path]) not in (None, False):
                raise WrongValue(f"{field.full_label}由经办机构填写")
            given = False
        if field.computed is not None:
            if given:
                self.given[path] = self.flat[path]
            return None
        value = read_value(field, self.flat[path]) if given else default_of(field, self.context)
        if field.type == "checkbox":
            value = bool(value)
        if value is not None:
            self.values[path] = value
        return None

    def _read_materials(self, path: str) -> None:
        guide = self.context.guide
        if guide is None:
            raise TypeError("a form with a materials checklist needs the guide in its context")
        owed = materials_owed(guide, self.context.variables.get("application"), self.context.feel())
        checklist, errors = read_checklist(path, self.flat, guide, owed)
        self.errors.update(errors)
        self.missing = materials_missing(owed, checklist)
        for material_id, entry in checklist.items():
            self.values[f"{path}.{material_id}"] = entry

    def _read_rows(self, path: str, field: Field) -> None:
        if field.agency and not self.context.agency:
            return
        read: dict[int, dict[str, Any]] = {}
        for number, row in self._entered_rows(path, field).items():
            read[number] = self._read_row(f"{path}.{number}", field, row)
            if len(self.errors) > MAX_PROBLEMS and imports(field):
                self.errors[path] = f"{field.full_label}的错误过多，只核对到第{number + 1}行"
                break
        rows = {number: row for number, row in read.items() if row}
        if rows:
            self.values[path] = list(rows.values())
        self._refuse_doubles(path, field, rows)

    def _entered_rows(self, path: str, field: Field) -> Mapping[int, Mapping[str, Any]]:
        """By number: as typed, or as they stand in a file, whose line of column names is number 0."""
        typed = rows_of(self.flat, path, MAX_IMPORTED if imports(field) else MAX_ROWS)
        text = text_given(self.flat.get(path)) if imports(field) else None
        if text is None:
            return dict(enumerate(typed))
        if any(value not in (None, "", [""]) for row in typed for value in row.values()):
            raise WrongValue(f"{field.full_label}既载入了文件，又逐行填写，只能取其一")
        listed = read_list(field, text)
        self.errors.update({f"{path}.{number}": said for number, said in listed.wrong.items()})
        return listed.rows

    def _read_row(self, place: str, field: Field, entered: Mapping[str, Any]) -> dict[str, Any]:
        columns = {column.path: column for column in field.columns}
        for name in entered:
            if name not in columns:
                self.errors[f"{place}.{name}"[:120]] = "表单没有这一项"
        row: dict[str, Any] = {}
        wrong_before = len(self.errors)
        for name, column in columns.items():
            try:
                value = read_value(column, entered.get(name))
            except WrongValue as wrong:
                self.errors[f"{place}.{name}"] = str(wrong)
                continue
            if value is not None and value is not False:
                if column.agency and not self.context.agency:
                    self.errors[f"{place}.{name}"] = f"{column.full_label}由经办机构填写"
                    continue
                row[name] = value
                problem = problem_of(column, value, row, self.context)
                if problem:
                    self.errors[f"{place}.{name}"] = problem
        for name, column in columns.items():
            if row and column.required and name not in row:
                self.errors.setdefault(f"{place}.{name}", f"{_verb(column)}{column.full_label}")
        nested = nest(row)
        if row and len(self.errors) == wrong_before:
            scope = {**self.context.variables, **dict.fromkeys(columns), **nested}
            for rule in field.row_rules:
                if parse(rule.when).truth(scope, self.context.feel()):
                    self.errors[f"{place}.{rule.field}" if rule.field else place] = rule.message
        return nested

    def _refuse_doubles(self, path: str, field: Field, rows: Mapping[int, Mapping[str, Any]]) -> None:
        """A column that must not repeat (`properties.unique`): the same invoice twice is claimed twice."""
        for column in (column for column in field.columns if column.properties.get("unique")):
            seen: dict[Any, int] = {}
            for number, row in rows.items():
                value = row.get(column.path)
                first = seen.setdefault(value, number)
                if value is not None and first != number:
                    message = f"{column.full_label}与第{first + 1}行相同，请核对"
                    self.errors.setdefault(f"{path}.{number}.{column.path}", message)

    def scope(self, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
        """What the form's conditions see: case variables, and over them this form's own values."""
        shown = {path: value for path, value in self.values.items() if _field_of(path, self.fields) not in hidden}
        own: dict[str, Any] = {path.split(".")[0]: None for path in self.fields}
        own |= nest(shown)
        if self.missing is not None:
            own["missing"] = self.missing
        return {**self.context.variables, **own}

    def _settle_hidden(self) -> frozenset[str]:
        """A hidden field's value must not decide whether another is hidden: repeat until nothing changes."""
        hidden: frozenset[str] = frozenset()
        for _ in range(_ROUNDS):
            self._compute(hidden)
            scope = self.scope(hidden)
            now_hidden = frozenset(p for p, f in self.fields.items() if self._holds_any(f.hide, scope))
            if now_hidden == hidden:
                break
            hidden = now_hidden
        self.values = {p: v for p, v in self.values.items() if _field_of(p, self.fields) not in hidden}
        self.errors = {p: m for p, m in self.errors.items() if _field_of(p, self.fields) not in hidden}
        self._refuse_other_results(hidden)
        return hidden

    def _compute(self, hidden: frozenset[str]) -> None:
        """Computed fields, in the order of the sheet: each may use those before it."""
        for path, field in self.fields.items():
            if field.computed is None:
                continue
            self.values.pop(path, None)
            self.errors.pop(path, None)
            expression = parse(field.computed)
            if path in hidden or any(self._is_wrong(name) for name in expression.names):
                continue  # nothing is computed from what is told to be wrong
            try:
                value = computed_value(field, expression.evaluate(self.scope(hidden), self.context.feel()))
            except WrongValue as wrong:
                self.errors[path] = str(wrong)
                continue
            if value is not None:
                self.values[path] = value

    def _is_wrong(self, name: tuple[str, ...]) -> bool:
        place = _field_of(".".join(name), self.fields)
        return any(path == place or path.startswith(f"{place}.") for path in self.errors)

    def _refuse_other_results(self, hidden: frozenset[str]) -> None:
        for path, raw in self.given.items():
            if path in hidden or path in self.errors:
                continue
            try:
                same = read_value(self.fields[path], raw) in (None, self.values.get(path))
            except WrongValue:
                same = False
            if not same:
                self.errors[path] = f"{self.fields[path].full_label}由系统计算，不能填写"

    def _require(self) -> None:
        scope = self.scope()
        for path, field in self.fields.items():
            if path in self.hidden or path in self.errors or (field.agency and not self.context.agency):
                continue
            value = self.values.get(path)
            if field.type == "materials" or not (value is None or value is False):  # an amount of 0 is an answer
                continue
            if field.computed and any(self._is_wrong(name) for name in parse(field.computed).names):
                continue
            if field.required or (field.required_when and self._holds_any((field.required_when,), scope)):
                self.errors[path] = f"{_verb(field)}{field.full_label}"

    def _apply_checks(self) -> None:
        for path, field in self.fields.items():
            if path not in self.values or path in self.errors:
                continue
            problem = problem_of(field, self.values[path], self.values, self.context)
            if problem:
                self.errors[path] = problem
            elif field.check == "receipt":
                self._check_receipt(path, field)

    def _check_receipt(self, path: str, field: Field) -> None:
        reason = field.properties.get("reason_field")
        if reason is None or reason in self.values or reason in self.errors:
            return
        if receipt_needs_reason(self.values[path], self.context.now):
            self.errors[reason] = f"{field.full_label}早于录入时间，请说明原因（如电话、邮寄、窗口下班后收件）"

    def _apply_rules(self) -> None:
        scope = self.scope()
        for rule in self.form.rules:
            place = rule.field or ""
            condition = parse(rule.when)
            if place in self.hidden or any(self._is_wrong(name) for name in (*condition.names, (place,))):
                continue  # what is already told to be wrong decides nothing more
            if condition.truth(scope, self.context.feel()):
                self.errors[place] = rule.message

    def _holds_any(self, conditions: tuple[str, ...], scope: Mapping[str, Any]) -> bool:
        return any(parse(condition).truth(scope, self.context.feel()) for condition in conditions)

    def submission(self) -> dict[str, Any]:
        """The nested values, with `missing` when the form has a checklist."""
        nested = nest(self.values)
        if self.missing is not None:
            nested["missing"] = list(self.missing)
        return nested


def validate(form: Form, raw: Mapping[str, Any], context: FormContext) -> dict[str, Any]:
    """The submission: nested, typed, without hidden and blank fields.

    Raises InvalidSubmission with {path: message}, in the order of the sheet; messages name the group.
    """
    reading = Reading(form, raw, context)
    if reading.errors:
        raise InvalidSubmission(_in_order(reading))
    return reading.submission()


def understood(form: Form, raw: Mapping[str, Any], context: FormContext) -> tuple[dict[str, Any], dict[str, str]]:
    """What an input says as far as it can be read, and what is wrong with it: for input that is still being filled.

    With nothing wrong the first is what `validate` gives.
    """
    try:
        reading = Reading(form, raw, context)
    except InvalidSubmission as unreadable:
        return {}, dict(unreadable.errors)
    return reading.submission(), _in_order(reading)


def validate_field(form: Form, raw: Mapping[str, Any], path: str, context: FormContext) -> str | None:
    """What is wrong with one field of an input that is still being filled; None when nothing is."""
    try:
        return Reading(form, raw, context).errors.get(path)
    except InvalidSubmission as invalid:
        return invalid.errors.get(path)


def default_of(field: Field, context: FormContext) -> Any:
    """The value of a field not given: what the case says (`default_from`), `now`, `today`, or what the form says."""
    properties = field.properties
    if "default_from" in properties:
        known = parse(properties["default_from"]).evaluate(context.variables, context.feel())
        if isinstance(known, list) and field.type == "textarea":
            known = "\n".join(str(line) for line in known) or None  # what was asked to be supplemented, a line each
        if known is not None:
            return known
    value = properties.get("default")
    if not context.agency:
        value = properties.get("default_applicant", value)
    if value == "now":
        return context.now
    if value == "today":
        return local_date(context.now)
    return value


def _field_of(path: str, fields: Mapping[str, Field]) -> str:
    """The declared field that a path belongs to: `materials.licence.choice` -> `materials`."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        candidate = ".".join(parts[:length])
        if candidate in fields:
            return candidate
    return path


def _verb(field: Field) -> str:
    if field.type == "checkbox":
        return "请勾选"
    return "请选择" if field.type in ("select", "radio", "checklist", "user") else "请填写"


def _in_order(reading: Reading) -> dict[str, str]:
    order = {path: number for number, path in enumerate(reading.fields)}
    last = len(order)
    return dict(sorted(reading.errors.items(), key=lambda e: order.get(_field_of(e[0], reading.fields), last)))
