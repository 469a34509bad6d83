"""Letters that somebody reads before they go out: the page between the submit button and the deed."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g, render_template

from engine.actions.preview_task import Preview
from webapp.letters_text import preview_of

# good news needs no second look
SILENT_LETTERS = ("acceptance_notice", "closing_notice", "subsidy_notice", "complaint_accepted_notice")


def needs_second_look(letters: Iterable[str]) -> bool:
    """`letters`: templates of those that would go out."""
    return any(letter not in SILENT_LETTERS for letter in letters)


def second_look(preview: Preview, action: str, where: str, typed: dict[str, list[str]], request_id: str) -> str:
    """The letters as they would go out, with what was typed; `action`: where both buttons lead, `where`: in words."""
    texts = [preview_of(g.case, preview.state, template, preview.at) for template in preview.letters]
    return render_template(
        "tasks/confirm.html",
        action=action,
        where=where,
        letters=texts,
        closes=preview.outcome,
        typed=typed,
        request_id=request_id,
    )
