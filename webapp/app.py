"""The web application: one function that puts the parts together, and the one gunicorn calls."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from engine import logs, proxies
from engine.actions.system import System
from engine.installation import Installation
from engine.store.migrate import is_current, require_no_upgrade
from webapp import access, errors, identity, rate, security, words
from webapp.access import public
from webapp.addresses import RowId
from webapp.context import system

BLUEPRINTS = (  # modules of webapp with a `blueprint`
    "inbox", "tasks", "cases", "opening", "letters", "guides", "supervision", "drafts", "demo", "admin", "account",
    "designer", "replay", "measures", "upkeep", "agreements", "notices", "counter", "forms", "replies",
    "substituting", "lists", "roles", "erasing",
)  # fmt: skip


def create_app(opened: System, secret: str | None = None, https: bool = False) -> Flask:
    """The application over an opened system. Raises UndeclaredRoute when a route lacks its access rule."""
    app = Flask(__name__, static_url_path=f"/static/{assets_digest()}")
    app.extensions["jingban"] = opened
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.converters["int"] = RowId
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    identity.install(app, https)  # before the CSRF check, whose error page asks who is signed in
    security.protect(app, opened, secret, https)
    rate.install(app)
    app.before_request(access.guard)
    errors.install(app)
    words.install(app)
    for name in BLUEPRINTS:
        if find_spec(f"webapp.{name}"):
            app.register_blueprint(import_module(f"webapp.{name}").blueprint)
    app.add_url_rule("/healthz", "healthz", _healthz)
    app.add_url_rule("/readyz", "readyz", _readyz)
    public(app.view_functions["static"])
    access.require_declared(app)
    return app


def assets_digest(folder: Path = Path(__file__).parent / "static") -> str:
    """Ten hex digits over every static file and its name, at most a few megabytes.

    It is part of the folder's address and not of each file's query: what a module imports and a style sheet names by a
    relative address is then kept by browsers as long as the page's own links are.
    """
    total = hashlib.sha256()
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        total.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:10]


def create_app_from_env() -> Flask:
    """For gunicorn: JINGBAN_DATABASE_URL, JINGBAN_DEMO=1, JINGBAN_HTTPS=1, JINGBAN_SECRET_KEY, FORWARDED_ALLOW_IPS.

    Raises UnknownSchema and OutdatedSchema, InvalidInput for addresses of proxies that are none. A database that does
    not answer yet is no reason: `/readyz` tells when it does.
    """
    proxies.networks(proxies.named())
    logs.configure()
    opened = Installation.from_environment().open()
    with suppress(SQLAlchemyError):
        require_no_upgrade(opened.store)
    return create_app(opened, https=os.environ.get("JINGBAN_HTTPS") == "1")


@public
def _healthz() -> Response:
    """The process answers."""
    return jsonify({"status": "ok"})


@public
def _readyz() -> tuple[Response, int]:
    """The process can work: database, schema and calendar are there."""
    try:
        if not is_current(system().store):
            return jsonify({"status": "unavailable", "reason": "schema"}), 503
        system().calendar()
    except Exception as error:
        return jsonify({"status": "unavailable", "reason": type(error).__name__}), 503
    return jsonify({"status": "ok"}), 200
