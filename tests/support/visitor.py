"""A person at the web application without a browser: signs in, reads pages, posts their forms with the CSRF token."""

from __future__ import annotations

import re
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.actions.system import System
from engine.clock import SystemClock
from engine.store import users
from engine.store.cases import cases
from engine.store.letters import letters
from engine.store.tasks import OPEN, human_tasks
from webapp.identity import ABSOLUTE, COOKIE, token_hash

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Visitor:
    """A client with a session of its own; `username` None: anonymous."""

    def __init__(self, app: Flask, username: str | None = None) -> None:
        self.system: System = app.extensions["jingban"]
        self.client = app.test_client()
        if username is not None:
            self.client.set_cookie(COOKIE, session_of(self.system, username))
        self._csrf = ""

    @property
    def csrf(self) -> str:
        if not self._csrf:
            found = _TOKEN.search(self.client.get("/guides").text)
            assert found
            self._csrf = found.group(1)
        return self._csrf

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """With the token, and the request id that every rendered form carries."""
        form = {"csrf_token": self.csrf, "request_id": str(uuid.uuid4()), **(data or {})}
        return self.client.post(path, data=form, **options)

    def follow(self, response: TestResponse) -> TestResponse:
        assert response.status_code in (302, 303), (response.status_code, text_of(response)[:600])
        return self.get(response.headers["Location"])


def session_of(system: System, username: str, age: timedelta = timedelta(0)) -> str:
    """The token of a new session; `age`: how long ago it was opened and last used."""
    token, opened = secrets.token_urlsafe(16), SystemClock().now() - age
    with system.store.writing() as connection:
        person = users.by_username(connection, username)
        assert person is not None, username
        values = {"token_hash": token_hash(token), "user_id": person.id, "created_at": opened, "seen_at": opened}
        users.add_session(connection, {**values, "expires_at": opened + ABSOLUTE, "data": "{}"})
    return token


def text_of(response: TestResponse) -> str:
    """What a page says, without markup."""
    return " ".join(html.fromstring(response.text).text_content().split())


def tree(response: TestResponse) -> Any:
    return html.fromstring(response.text)


def case_of(system: System, applicant: str) -> Any:
    with system.store.reading() as connection:
        row = connection.execute(select(cases).where(cases.c.applicant == applicant)).first()
    assert row is not None, applicant
    return row


def task_of(system: System, applicant: str) -> Any:
    """The open task of a case."""
    case = case_of(system, applicant)
    query = select(human_tasks).where(human_tasks.c.case_id == case.id, human_tasks.c.status.in_(OPEN))
    with system.store.reading() as connection:
        row = connection.execute(query).first()
    assert row is not None, applicant
    return row


def letter_of(system: System, applicant: str, template: str) -> Any:
    query = select(letters).where(letters.c.case_id == case_of(system, applicant).id, letters.c.template == template)
    with system.store.reading() as connection:
        row = connection.execute(query).first()
    assert row is not None, (applicant, template)
    return row


def at(text: str) -> datetime:
    """2026-09-22T10:00 of Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")
