"""A drive in a real browser: links are clicked, controls filled as they appear, tables grown row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from engine.actions.system import System
from engine.examples import Example
from tests.support.controls import Wanted, under
from tests.support.drives import Drive
from tests.support.visitor import session_of
from webapp.identity import COOKIE

PASSES = 8  # what is filled may show more to fill
_CONTROLS = """() => [...document.querySelector('form.work').elements].filter(e => e.name).map(e => ({
    name: e.name, kind: e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase(), value: e.value,
    checked: e.checked === true, usable: !e.disabled && e.offsetParent !== null}))"""
_CHECKED = """() => new Promise((done, failed) => {
    const form = document.querySelector('form.work');
    let again = 0, patience = 4000;
    const ask = () => {  // a check that was overtaken by another is not answered; asking too soon overtakes our own
        again = setTimeout(ask, patience);
        patience *= 2;
        form.dispatchEvent(new Event('change', {bubbles: true}));
    };
    const late = setTimeout(() => {
        clearTimeout(again);
        failed(new Error('the check of the form was not answered'));
    }, 120000);
    form.addEventListener('jingban:form-checked', () => {
        clearTimeout(again);
        clearTimeout(late);
        done();
    }, {once: true});
    ask();
})"""


class PageDrive(Drive):
    """One page for all its people: `sessions` (user name -> token) are kept, so that everybody signs in once."""

    def __init__(self, page: Page, address: str, system: System, sessions: dict[str, str], slug: str,
                 example: Example) -> None:  # fmt: skip
        super().__init__(system, slug, example)
        self.page, self.address, self.sessions = page, address, sessions

    def sign_in(self, username: str) -> None:
        if username not in self.sessions:
            self.sessions[username] = session_of(self.system, username)
        self.page.context.add_cookies([{"name": COOKIE, "value": self.sessions[username], "url": self.address}])

    def go(self, username: str, path: str) -> None:
        self.sign_in(username)
        self.page.goto(self.address + path, wait_until="domcontentloaded")

    def open(self, username: str, asked: Wanted, linked: str) -> str:
        path = f"/open/{self.slug}/{self.example.region}"
        self.go(username, f"{path}?_linked={linked}" if linked else path)
        self.send(asked, "办件已开立")
        return self.page.url.rpartition("/")[2]

    def do(self, username: str, task: Any, asked: Wanted) -> None:
        self.work(username, task)
        self.send(asked, "已办理")

    def work(self, username: str, task: Any) -> None:
        """From the inbox, found by the case's number."""
        tab = "applicant" if task.lane == "applicant" else "all"
        self.go(username, f"/?tab={tab}&q={self.number}")
        self.page.locator(f"#task-{task.id}").click()
        expect(self.page.locator("h1")).to_have_text(task.name)

    def register(self, username: str, message: str, asked: Wanted) -> None:
        self.go(username, f"/cases/{self.number}")
        self.page.locator(f"#early-{message}").click()
        self.send(asked, "已登记")

    def claim(self, username: str, task: Any) -> None:
        self.work(username, task)
        self.page.locator("#claim").click()
        expect(self.page.locator(".flash").first).to_contain_text("已领取")

    def substitute(self, username: str, task: Any, to: str, reason: str) -> None:
        self.go(username, f"/cases/{self.number}")
        self.page.locator(f"#substitute-{task.id}").click()
        self.page.locator(f'[name="username"][value="{to}"]').check()
        self.page.locator("#reason").fill(reason)
        self.page.locator("#substitute").click()
        expect(self.page.locator(".flash").first).to_contain_text("席位已改由")

    # -- a form ------------------------------------------------------------------------------------

    def send(self, asked: Wanted, answer: str) -> None:
        """Fills the form, submits it, confirms letters that need a second look."""
        page = self.page
        self.fill(asked)
        for table, text in asked.files.items():
            self.load(table, text)
        page.locator("#submit").click()
        answered = page.locator("#confirm, .flash-done, #problems, .flash-warning").first
        answered.wait_for()
        if page.locator("#confirm").count():
            page.locator("#confirm").click()
            page.locator(".flash-done, #problems").first.wait_for()
        problems = page.locator("#problems li").all_inner_texts()
        assert problems == [], problems
        expect(page.locator(".flash-done")).to_contain_text(answer)

    def fill(self, asked: Wanted) -> None:
        """What stays hidden although the example tells it does not concern this case: nobody could type it."""
        if not asked.texts and not asked.whole:
            return
        filled: set[str] = set()
        for _ in range(PASSES):
            found = self.controls()
            for table in asked.whole:
                self.grow(table, asked, found)
            found = self.controls()
            todo = {name for name in found if name in asked.texts and name not in filled and _usable(found[name])}
            for name in (name for name in found if name in todo):
                self.put(name, found[name], asked.texts[name])
            self.untick(asked, found)
            if not todo:
                break
            filled |= todo
            self.page.evaluate(_CHECKED)
        missing = [name for name in asked.texts if name not in found]
        assert not missing, f"the page has no control for {missing}"

    def load(self, table: str, text: str) -> None:
        """Choosing a file sends the form; it comes back with the list and with whatever was typed."""
        file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": text.encode()}
        expect(self.control(f"_file-{table}")).to_be_visible()
        self.control(f"_file-{table}").set_input_files(file)  # type: ignore[arg-type]
        self.page.locator(f'form.work input[type="hidden"][name="{table}"]').wait_for(state="attached")

    def controls(self) -> dict[str, list[dict[str, Any]]]:
        """The controls of the form as they stand, by name, in the order of the page."""
        by_name: dict[str, list[dict[str, Any]]] = {}
        for control in self.page.evaluate(_CONTROLS):
            by_name.setdefault(control["name"], []).append(control)
        return by_name

    def grow(self, table: str, asked: Wanted, found: dict[str, Any]) -> None:
        """As many rows as are typed; rows that were there already and are not typed again go."""
        body = self.page.locator(f'table[data-rows="{table}"]')
        if not body.count() or not body.is_visible():
            return
        rows = body.locator("tr[data-line]")
        for _ in range(rows.count(), asked.rows(table)):
            body.locator("xpath=ancestor::fieldset[1]").locator("[data-add]").click()
        for _ in range(asked.rows(table), rows.count()):
            if rows.count() > 1:
                rows.last.locator("[data-remove]").click()

    def put(self, name: str, controls: Sequence[dict[str, Any]], texts: Sequence[str]) -> None:
        kind = controls[0]["kind"]
        if kind in ("radio", "checkbox"):
            for control in controls:
                wants = control["value"] in texts
                if wants != control["checked"] and (wants or kind == "checkbox"):
                    self.toggle(name, f'[value="{control["value"]}"]')
        elif controls[0]["value"] != texts[0]:
            if kind == "select":
                self.control(name).select_option(texts[0])
            else:
                self.control(name).fill(texts[0])

    def untick(self, asked: Wanted, found: dict[str, Any]) -> None:
        """A checklist holds what is received now: what an earlier step ticked and this one does not goes."""
        for name, controls in found.items():
            left = name.endswith(".received") and name not in asked.texts and controls[0]["checked"]
            if left and any(under(name, path) for path in asked.whole):
                self.toggle(name)

    def toggle(self, name: str, more: str = "") -> None:
        """By keyboard: an answer to the last check may move the form under a pointer that is about to click."""
        self.control(name, more).press("Space")

    def control(self, name: str, more: str = "") -> Locator:
        return self.page.locator(f'form.work [name="{name}"]{more}')


def _usable(controls: Sequence[dict[str, Any]]) -> bool:
    return any(control["usable"] for control in controls)
