"""The answer that is a PDF, one for letters, notices and forms: the file, or what this machine lacks to make it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Response, render_template

from webapp import errors
from webapp.letters_paper import PACKAGES, PaperBusy, PaperUnavailable


def pdf_answer(make: Callable[[], bytes], title: str, name: str, back: str) -> Any:
    """`title`: what the file is called; `name`: the same for programs that know ASCII only, quoted if need be.

    Where the libraries or a Chinese font are missing (503) the page says what to install, and the way `back`; where too
    many are being made (503), that one should come again.
    """
    try:
        made = make()
    except PaperBusy as busy:
        return errors.page(503, busy.message)
    except PaperUnavailable as reason:
        page = render_template("parts/pdf_unavailable.html", reason=reason.message, packages=PACKAGES, back=back)
        return page, 503
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{quote(name)}.pdf\"; filename*=UTF-8''{quote(title)}.pdf"
    )
    return response
