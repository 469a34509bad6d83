"""A bare stage for the three diagram bundles: the committed files, our content security policy, and a JSON each.

The bundles are tried apart from the product's pages, so that a failure here is the bundle's. The check is the real
one, the diagrams are the real ones; only drafts and frames are kept in memory.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory
from werkzeug.serving import make_server

from engine.check import check_bytes
from engine.errors import EngineError

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "webapp" / "static" / "vendor"
ENROLMENT = ROOT / "processes" / "002036001001-unit-enrolment" / "process.bpmn"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; form-action 'self'"
)
VIEWER = '<div data-bpmn-viewer data-xml-url="/xml" data-state-url="/state"></div>'
PLAYER = '<div id="player" data-xml-url="/xml" data-frames-url="/frames" data-verify-url="/verify"></div>'
TOKEN = "token-of-the-stage"
LISTS = {
    "forms": [{"key": key, "name": key} for key in ("application", "intake", "review")],
    "deadlines": [
        {"key": "intake", "name": "受理时限"},
        {"key": "supplement", "name": "补正期限"},
        {"key": "handling", "name": "办理时限"},
    ],
}


class Stage:
    """One server on a free port; `draft`, `state` and `frames` are what it answers, `saved` what it was sent."""

    def __init__(self) -> None:
        self.xml = ENROLMENT.read_text(encoding="utf-8")
        self.draft: dict[str, Any] = {"xml": self.xml, "revision": 1}
        self.state: dict[str, Any] = {}
        self.frames: list[dict[str, Any]] = []
        self.copies: list[str] = []  # drawings that became drafts of their own
        self.verdict: dict[str, Any] = {}
        self.tokens: list[str | None] = []  # the CSRF header of every request that changes something
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()

    def _app(self) -> Flask:
        app = Flask(__name__)
        views: dict[str, Callable[..., Any]] = {
            "GET /vendor/<path:name>": lambda name: send_from_directory(VENDOR, name),
            "GET /page.css": lambda: Response("body{font:15px sans-serif}", mimetype="text/css"),
            "GET /favicon.ico": lambda: Response(status=204),
            "GET /xml": lambda: Response(self.xml, mimetype="application/xml"),
            "GET /state": lambda: self.state,
            "GET /frames": lambda: {"case": {}, "frames": self.frames},
            "GET /draft": lambda: self.draft,
            "PUT /draft": self._save,
            "POST /check": self._check,
            "POST /copy": self._copy,
            "POST /verify": self._verify,
            "GET /viewer": lambda: self._page("viewer", VIEWER),
            "GET /closed": lambda: self._page("viewer", f"<details><summary>流程图</summary>{VIEWER}</details>"),
            "GET /player": lambda: self._page("player", PLAYER),
            "GET /modeler": self._modeler,
        }
        for name, view in views.items():
            method, path = name.split(" ")
            app.add_url_rule(path, name, view, methods=[method])
        return app

    def _page(self, bundle: str, body: str, extra: str = "") -> Response:
        html = (
            f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{bundle}</title>'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<meta name="csrf-token" content="{TOKEN}"><link rel="stylesheet" href="/page.css">'
            f'<link rel="stylesheet" href="/vendor/{bundle}.css">'
            f'<script type="module" src="/vendor/{bundle}.js"></script>'
            f"</head><body><main><h1>流程图</h1>{body}</main></body></html>"
        )
        response = Response(html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = POLICY + extra
        return response

    def _modeler(self) -> Response:
        lists = "".join(f" data-{name}='{json.dumps(value, ensure_ascii=False)}'" for name, value in LISTS.items())
        urls = 'data-draft-url="/draft" data-save-url="/draft" data-check-url="/check" data-copy-url="/copy"'
        body = f'<div id="modeler" {urls}{lists}></div>'
        return self._page("modeler", body, "; style-src-attr 'unsafe-inline'")

    def _save(self) -> Any:
        self.tokens.append(request.headers.get("X-CSRFToken"))
        sent = request.get_json()
        if sent["revision"] != self.draft["revision"]:
            return {"message": "王设计已于 10:03 保存了较新的草稿。"}, 409
        self.draft = {"xml": sent["xml"], "revision": sent["revision"] + 1}
        return {"revision": self.draft["revision"]}

    def _copy(self) -> Any:
        self.tokens.append(request.headers.get("X-CSRFToken"))
        self.copies.append(request.get_json()["xml"])
        return {"url": "/viewer"}

    def _check(self) -> Any:
        self.tokens.append(request.headers.get("X-CSRFToken"))
        try:
            report = check_bytes(request.get_json()["xml"].encode(), "draft.bpmn")
        except EngineError as error:
            return {"message": str(error)}, 422
        names = ("line", "severity", "rule", "element_id", "message", "hint")
        return {"findings": [{name: getattr(finding, name) for name in names} for finding in report.findings]}

    def _verify(self) -> Any:
        self.tokens.append(request.headers.get("X-CSRFToken"))
        return self.verdict
