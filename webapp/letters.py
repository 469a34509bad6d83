"""Letters as pages for the screen and for paper."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from webapp.access import READERS, allow
from webapp.casework import letter_place
from webapp.letters_text import letter_text

blueprint = Blueprint("letters", __name__)


@blueprint.get("/letters/<int:letter_id>")
@allow(*READERS, at=letter_place)
def show(letter_id: int) -> str:
    """The letter as it was when it fell due."""
    row = g.letter
    text = letter_text(g.case, g.case.state_at(row.seq), row.template, row.number, row.due_at)
    return render_template("letters/page.html", letter=text, case=g.case)
