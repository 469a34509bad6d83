"""Files that fill a table of a form, and the pages that show a long table whole.

A form with a file in it is never submitted: the file is checked row by row first, and either all of it becomes the
table's content, which the page then shows with its sums, or nothing of it does and a report says what was expected
where. What else was typed stays in both cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, Response, flash, g, render_template, request

from engine.errors import NotFound
from engine.forms import Form, FormContext, FormView, Row, understood
from engine.forms.importing import MAX_BYTES, Problem, decoded, imports, problems
from engine.forms.listing import Summary, is_brief, summarise
from engine.forms.model import Field
from engine.forms.presenting import lines_of, value_at
from engine.forms.values import WrongValue
from webapp.access import READERS, allow
from webapp.casework import CaseFile, case_place
from webapp.sheets import csv_response

blueprint = Blueprint("lists", __name__)

FILE, DROP = "_file-", "_drop-"  # controls beside a table: the file, and the box that takes its rows away again

Typed = dict[str, list[str]]


@dataclass
class Loading:
    """What came of the files of a post."""

    typed: Typed  # with the lists that were taken over
    refused: dict[str, tuple[Problem, ...]] = field(default_factory=dict)  # path of a table -> what is wrong


def loading(form: Form | None, typed: Typed, context: FormContext) -> Loading | None:
    """Takes over what was chosen, or reports it; None where nobody chose a file and the form is simply submitted."""
    tables = [item for item in form.fields().values() if imports(item)] if form else []
    chosen = [table for table in tables if (file := request.files.get(FILE + table.path)) and file.filename]
    dropped = [table for table in tables if request.form.get(DROP + table.path)]
    if form is None or not (chosen or dropped):
        return None
    found = Loading(typed)
    for table in dropped:
        found.typed = _without(found.typed, table)
    for table in chosen:
        _take(found, form, table, context)
    return found


def _take(found: Loading, form: Form, table: Field, context: FormContext) -> None:
    try:
        text = decoded(request.files[FILE + table.path].stream.read(MAX_BYTES + 1))
    except WrongValue as wrong:
        found.refused[table.path] = (Problem(0, "", str(wrong), ""),)
        return
    tried = {**_without(found.typed, table), table.path: [text]}
    submission, errors = understood(form, tried, context)
    wrong_cells = problems(table, text, errors)
    if wrong_cells:
        found.refused[table.path] = tuple(wrong_cells)
        return
    found.typed = tried
    rows = value_at(submission, table.path) or []
    flash(f"“{table.label}”已核对载入：{summarise(table, rows).words}。请核对下表后提交。", "done")


def _without(typed: Typed, table: Field) -> Typed:
    return {name: given for name, given in typed.items() if name != table.path and not _under(name, table)}


def _under(name: str, table: Field) -> bool:
    return name.startswith(f"{table.path}.")


def with_reports(view: FormView, refused: Mapping[str, tuple[Problem, ...]]) -> FormView:
    """The same form, each table with what is wrong with the file that was chosen for it."""

    return _each(view, lambda row: replace(row, problems=refused[row.name]) if row.name in refused else row)


def without_files(view: FormView) -> FormView:
    """The same form where no file can be chosen: at the counter everything is done in one post."""
    return _each(view, lambda row: replace(row, headings=()) if row.headings and not row.file else row)


def _each(view: FormView, change: Callable[[Row], Row]) -> FormView:
    sections = tuple(replace(section, rows=tuple(change(row) for row in section.rows)) for section in view.sections)
    return replace(view, sections=sections)


# --- long tables of a case ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Long:
    """A table of a case that other pages tell by its sums."""

    key: str
    path: str
    title: str  # of the form it is on
    label: str
    summary: Summary


def long_tables(case: CaseFile) -> Iterator[Long]:
    for key, values in case.state.variables.items():
        form = case.deployed.forms.get(key)
        if form is None or not isinstance(values, Mapping):
            continue
        for table in form.fields().values():
            rows = value_at(values, table.path)
            if isinstance(rows, list) and is_brief(table, rows):
                yield Long(key, table.path, form.title, table.label, summarise(table, rows))


def _table(key: str, path: str) -> tuple[Form, Field, list[Mapping[str, Any]]]:
    form = g.case.deployed.forms.get(key)
    table = form.fields().get(path) if form else None
    rows = value_at(g.case.state.variables.get(key), path)
    if form is None or table is None or not imports(table) or not isinstance(rows, list):
        raise NotFound("办件中没有这张表。")
    return form, table, rows


@blueprint.get("/cases/<number>/lists/<key>/<path>")
@allow(*READERS, at=case_place)
def show(number: str, key: str, path: str) -> str:
    """Every row, and the sums, for paper."""
    form, table, rows = _table(key, path)
    return render_template(
        "cases/list.html",
        case=g.case,
        form=form,
        table=table,
        lines=lines_of(table, rows),
        summary=summarise(table, rows),
        submission=g.case.state.variables.get(key) or {},
    )


@blueprint.get("/cases/<number>/lists/<key>/<path>.csv")
@allow(*READERS, at=case_place)
def export(number: str, key: str, path: str) -> Response:
    """The same for a spreadsheet; nothing in it is taken for a formula."""
    _, table, rows = _table(key, path)
    return csv_response(f"{number}-{key}.csv", [c.label for c in table.columns], lines_of(table, rows))
