"""Letters as pages for the screen, for the printer and as PDF."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, g, render_template, url_for

from webapp.access import READERS, allow
from webapp.casework import letter_place
from webapp.letters_paper import paper
from webapp.letters_text import Letter, sent_letter
from webapp.pdf_answer import pdf_answer

blueprint = Blueprint("letters", __name__)


@blueprint.get("/letters/<int:letter_id>")
@allow(*READERS, at=letter_place)
def show(letter_id: int) -> str:
    """The letter as it was when it fell due."""
    return render_template(
        "letters/page.html", letter=sent_letter(g.case, g.letter), pdf=url_for("letters.pdf", letter_id=letter_id)
    )


@blueprint.get("/letters/<int:letter_id>.pdf")
@allow(*READERS, at=letter_place)
def pdf(letter_id: int) -> Any:
    """The same for the file and the post; made on request, outside any transaction, and kept nowhere."""
    return as_pdf(sent_letter(g.case, g.letter), url_for("letters.show", letter_id=letter_id))


def as_pdf(letter: Letter, back: str) -> Any:
    """The letter as a file, with the way `back` where the machine cannot make one."""
    return pdf_answer(
        lambda: paper(render_template("letters/paper.html", letter=letter), style()),
        f"{letter.title}-{letter.number}",
        letter.number,
        back,
    )


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheets of letters on paper, and of the printed sheets in them."""
    folder = Path(__file__).parent / "static" / "css"
    return "".join((folder / name).read_text("utf-8") for name in ("sheet.css", "letter.css"))
