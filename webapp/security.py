"""Headers, cookies and the CSRF check: the same for every page, with one exception a page must ask for.

No inline script and no inline style anywhere; the modeler alone writes style attributes (`allow_style_attributes`).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf import CSRFProtect

from engine.actions.system import System

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; form-action 'self'"
)
STATIC_SECONDS = 7 * 24 * 3600  # the address of the static folder carries a digest of it

csrf = CSRFProtect()


class NoSecret(RuntimeError):
    """JINGBAN_SECRET_KEY is not set, and there is no local folder in which to keep a secret of our own."""


def protect(app: Flask, system: System, secret: str | None, https: bool) -> None:
    """Cookie flags, CSRF and headers."""
    app.config.update(
        SECRET_KEY=secret or _secret_of(system),
        SESSION_COOKIE_NAME="jingban_form",  # CSRF token, flashes, last region; who is signed in is another cookie
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,  # a list that a file filled comes back as one long field
        MAX_FORM_PARTS=3_000,
        WTF_CSRF_TIME_LIMIT=None,  # lives as long as the browser: a form left open over lunch must still be sent
    )
    app.before_request(_refuse_nul)
    csrf.init_app(app)
    app.after_request(_headers)


def _refuse_nul() -> None:
    """No control of ours sends this character and PostgreSQL keeps no text that has it: else every page had to ask."""
    pairs = (pair for given in (request.args, request.form) for pair in given.items(multi=True))
    if "\0" in request.path or any("\0" in text for pair in pairs for text in pair):
        abort(400)


def allow_style_attributes() -> None:
    """For the page of the modeler, whose library sets style attributes."""
    g.style_attributes = True


def _headers(response: Response) -> Response:
    policy = _POLICY + ("; style-src-attr 'unsafe-inline'" if g.get("style_attributes") else "")
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"  # pages carry personal data or depend on who asks
    return response


def _secret_of(system: System) -> str:
    """The signing secret: from the environment, else kept beside the SQLite file so that restarts keep sessions."""
    given = os.environ.get("JINGBAN_SECRET_KEY")
    if given:
        return given
    url: Any = system.store.engine.url
    if not system.store.is_sqlite or not url.database:
        raise NoSecret((NoSecret.__doc__ or "").strip())
    path = Path(url.database).with_suffix(".secret")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()
