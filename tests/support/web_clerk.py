"""A clerk at a browser, without the browser: signs in, posts forms as the pages do, posts again when nobody answers."""

from __future__ import annotations

import http.cookiejar
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

PATIENCE = 200.0  # seconds a clerk goes on posting the same form
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class WebClerk:
    """`address` is asked anew for every request, because a restarted server listens elsewhere."""

    def __init__(self, address: Callable[[], str], username: str, password: str) -> None:
        self._address = address
        self._credentials = {"username": username, "password": password}
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar, _NoRedirect())
        self._token = ""

    def sign_in(self) -> None:
        _, _, page = self._once("/login", None)
        found = _TOKEN.search(page)
        assert found, page[:500]
        self._token = found.group(1)
        status, _, page = self._once("/login", self._credentials)
        assert status == 302, page[:2000]

    def post(self, path: str, form: Mapping[str, Any], stop: threading.Event) -> tuple[int, str, str] | None:
        """(status, address it redirects to, page); the same form again and again until someone answers.

        None when `stop` was set before that: whether it was recorded is then not known, as for a real clerk.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                status, location, page = self._once(path, form)
            except (urllib.error.URLError, OSError, http.client.HTTPException):
                if stop.is_set():
                    return None
                time.sleep(0.05)
                continue
            if status < 500:
                return status, location, page
            time.sleep(0.05)
        raise AssertionError(f"no answer to {path} in {PATIENCE:.0f} s")

    def _once(self, path: str, form: Mapping[str, Any] | None) -> tuple[int, str, str]:
        body = None
        if form is not None:
            body = urllib.parse.urlencode({**form, "csrf_token": self._token}, doseq=True).encode()
        request = urllib.request.Request(f"{self._address()}{path}", body)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers.get("Location", ""), answer.read().decode()


def flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested input as the controls of a page send it."""
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            found |= flat(inner, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = "true" if inner is True else inner
    return found
