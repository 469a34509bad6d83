"""A drive without a browser: pages are read, the controls they offer are filled, and their forms posted."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from engine.actions.system import System
from engine.examples import Example
from tests.support.controls import Wanted, under
from tests.support.drives import Drive
from tests.support.visitor import Visitor, text_of, tree


class WebDrive(Drive):
    """`visitors` are shared by all drives of one application: everybody signs in once."""

    def __init__(self, app: Flask, visitors: dict[str, Visitor], slug: str, example: Example) -> None:
        system: System = app.extensions["jingban"]
        super().__init__(system, slug, example)
        self.app, self.visitors = app, visitors

    def visitor(self, username: str) -> Visitor:
        if username not in self.visitors:
            self.visitors[username] = Visitor(self.app, username)
        return self.visitors[username]

    def page(self, username: str, path: str) -> Any:
        answer = self.visitor(username).get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code, text_of(answer)[:400])
        return tree(answer)

    def open(self, username: str, asked: Wanted, linked: str) -> str:
        path = f"/open/{self.slug}/{self.example.region}"
        page = self.page(username, f"{path}?_linked={linked}" if linked else path)
        return accepted(self.send(username, page, asked)).rpartition("/")[2]

    def do(self, username: str, task: Any, asked: Wanted) -> None:
        (link,) = self.page(username, f"/cases/{self.number}").xpath(f"//a[@id='work-{task.id}']")
        self.confirmed(username, self.send(username, self.page(username, link.get("href")), asked))

    def confirmed(self, username: str, answer: TestResponse) -> None:
        """Letters that need a second look are sent with it."""
        if answer.status_code == 200:
            again = next(f for f in tree(answer).forms if f.get("class") == "confirm")
            data = together([*again.form_values(), ("_confirmed", "yes")])
            answer = self.visitor(username).client.post(again.get("action"), data=data)
        accepted(answer)

    def register(self, username: str, message: str, asked: Wanted) -> None:
        (link,) = self.page(username, f"/cases/{self.number}").xpath(f"//a[@id='early-{message}']")
        self.confirmed(username, self.send(username, self.page(username, link.get("href")), asked))

    def send(self, username: str, page: Any, asked: Wanted) -> TestResponse:
        """Posts the page's form; a file is loaded first, as choosing it does, and comes back on the page."""
        form, client = work_form(page), self.visitor(username).client
        for table, text in asked.files.items():
            file = {f"_file-{table}": (io.BytesIO(text.encode()), "名单.csv")}
            answer = client.post(form.get("action"), data={**filled(form, asked), **file})
            assert answer.status_code == 200, text_of(answer)[:800]
            form = work_form(tree(answer))
        return client.post(form.get("action"), data=filled(form, asked))

    def claim(self, username: str, task: Any) -> None:
        accepted(self.visitor(username).post(f"/tasks/{task.id}/claim"))

    def substitute(self, username: str, task: Any, to: str, reason: str) -> None:
        self.page(username, f"/tasks/{task.id}/substitute")
        data = {"username": to, "reason": reason}
        accepted(self.visitor(username).post(f"/tasks/{task.id}/substitute", data))


def accepted(answer: TestResponse) -> str:
    """Where an accepted form leads; a refused one fails with what its page says."""
    if answer.status_code in (302, 303):
        return str(answer.headers["Location"])
    problems = "；".join(x.text_content() for x in tree(answer).xpath("//*[@id='problems']//li"))
    raise AssertionError(f"{answer.status_code} {problems or text_of(answer)[:800]}")


def work_form(page: Any) -> Any:
    return next(form for form in page.forms if "work" in (form.get("class") or "").split())


def together(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def filled(form: Any, asked: Wanted) -> dict[str, list[str]]:
    """What a browser sends: everything the page has put into its controls, and over it what is typed.

    Raises AssertionError for a value whose control the page does not offer.
    """
    offered = {control.get("name") for control in form.xpath(".//input|.//select|.//textarea") if control.get("name")}
    missing = [name for name in asked.texts if _first_row(name) not in offered and name not in offered]
    assert not missing, f"the page has no control for {missing}"
    sent = together([(name, value or "") for name, value in form.form_values()])
    whole = asked.whole
    kept = {n: x for n, x in sent.items() if n not in asked.texts and not any(under(n, path) for path in whole)}
    return kept | {name: list(texts) for name, texts in asked.texts.items() if texts}


def _first_row(name: str) -> str:
    """Rows are added to a table by copying its last."""
    return re.sub(r"\.\d+\.", ".0.", name)
