"""Forms on paper: a case's, filled, and the blank ones of a guide, for the screen, for the printer and as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, g, render_template, url_for

from engine.actions.system import Deployed
from engine.errors import InvalidInput, NotFound
from engine.forms import Form, load_form
from engine.forms.printing import blank_sheet, sheets_of
from engine.forms.sheet import Given, Sheet
from engine.store import finding
from webapp.access import READERS, allow, public
from webapp.casework import CaseFile, case_place
from webapp.context import system
from webapp.guides import deployed_guide
from webapp.letters_paper import paper
from webapp.pdf_answer import pdf_answer

blueprint = Blueprint("forms", __name__)

LONGEST = 800  # rows of a PDF: more keep the renderer busy for minutes, and everybody else waits
KEPT = 200  # blank forms as PDF: anybody may ask for them, so each is made once


@blueprint.get("/cases/<number>/forms/<key>")
@allow(*READERS, at=case_place)
def show(number: str, key: str) -> str:
    """A form as last submitted, as the guide prints it; what no guide prints stands apart, on the screen only."""
    case: CaseFile = g.case
    sheets = case_sheets(case, key)
    beside = [line for line in case.shown(key) if line.ours] if all(sheet.printed for sheet in sheets) else []
    return render_template(
        "cases/form.html",
        case=case,
        form=case.deployed.forms[key],
        sheets=sheets,
        beneath=_beneath(case),
        shown_lines=beside,
        pdf=url_for("forms.pdf", number=number, key=key),
    )


@blueprint.get("/cases/<number>/forms/<key>.pdf")
@allow(*READERS, at=case_place)
def pdf(number: str, key: str) -> Any:
    """The same for the file; made on request and kept nowhere."""
    case: CaseFile = g.case
    sheets, title = case_sheets(case, key), case.deployed.forms[key].title
    require_short(sheets)
    return pdf_answer(
        lambda: _made(title, sheets, _beneath(case)),
        f"{title}-{number}",
        f"{number}-{key}",
        url_for("forms.show", number=number, key=key),
    )


@blueprint.get("/guides/<slug>/<region>/forms/<int:place>")
@public
def blank(slug: str, region: str, place: int) -> str:
    """A form of the guide without any value, to be printed and filled by hand; `place` counts from 1."""
    deployed = deployed_guide(slug, region)
    return render_template(
        "guides/form.html",
        guide=deployed.guide,
        region=region,
        sheet=_blank(deployed, place),
        pdf=url_for("forms.blank_pdf", slug=slug, region=region, place=place),
    )


@blueprint.get("/guides/<slug>/<region>/forms/<int:place>.pdf")
@public
def blank_pdf(slug: str, region: str, place: int) -> Any:
    deployed = deployed_guide(slug, region)
    sheet = _blank(deployed, place)
    back = url_for("forms.blank", slug=slug, region=region, place=place)
    return pdf_answer(lambda: _made_once(sheet), sheet.title, f"{slug}-{region}-{place}", back)


def case_sheets(case: CaseFile, key: str) -> list[Sheet]:
    """The sheets of a form of the case as its reader may see them, one set for each of several people. NotFound."""
    form, values = case.deployed.forms.get(key), case.state.variables.get(key)
    if form is None or not values:
        raise NotFound("办件中没有这张表。")
    if isinstance(values, list):
        with system().store.reading() as connection:
            names = finding.names_of(connection, {str(given.get("performer")) for given in values})
        return [
            replace(sheet, by=names.get(str(given.get("performer")), ""))
            for given in values
            for sheet in sheets_of(form, case.deployed.guide, _given(case, given))
        ]
    return sheets_of(form, case.deployed.guide, _given(case, case.named(key, values)))


def require_short(sheets: list[Sheet]) -> None:
    """Refuses what would take too long. Raises InvalidInput."""
    rows = sum(len(block.rows) for sheet in sheets for block in sheet.blocks)
    if rows > LONGEST:
        raise InvalidInput(f"这张表有 {rows} 行，PDF 文件最多 {LONGEST} 行；请用页面上的“打印”按钮打印，或存为 PDF。")


def _given(case: CaseFile, values: Mapping[str, Any]) -> Given:
    variables, guide = case.state.variables, case.deployed.guide
    return Given(values, variables, guide, withheld=not case.seen, functions=case.form_context().feel())


def _beneath(case: CaseFile) -> str:
    return f"办件编号：{case.row.number}"


def _blank(deployed: Deployed, place: int) -> Sheet:
    entries = deployed.guide.plain.get("forms", [])
    if not 1 <= place <= len(entries):
        raise NotFound("办事指南中没有这张表。")
    entry = entries[place - 1]
    return blank_sheet(_form(deployed, entry["form"]), entry)


def _form(deployed: Deployed, key: str) -> Form:
    """The deployment's own; a paper that no step of it asks for is read from the library."""
    return deployed.forms.get(key) or load_form(system().root, deployed.guide.slug, key, deployed.guide.region)


@lru_cache(maxsize=KEPT)
def _made_once(sheet: Sheet) -> bytes:
    return _made(sheet.title, [sheet], "")


def _made(title: str, sheets: list[Sheet], beneath: str) -> bytes:
    return paper(render_template("parts/sheet_paper.html", title=title, sheets=sheets, beneath=beneath), style())


@lru_cache(maxsize=1)
def style() -> str:
    """The one style sheet of printed sheets."""
    return (Path(__file__).parent / "static" / "css" / "sheet.css").read_text("utf-8")
