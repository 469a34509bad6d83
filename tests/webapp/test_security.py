"""Headers, cookies, CSRF, and that no page needs an inline script or style."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from engine.actions.seed_demo import DEMO_PASSWORD
from engine.actions.system import System
from engine.store import Store
from tests.support.visitor import Visitor, case_of, letter_of, task_of, tree
from webapp.app import assets_digest, create_app
from webapp.security import NoSecret

LACKING, FRESH = "长沙市天心区向阳幼儿园", "长沙星河软件有限公司"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; form-action 'self'"
)


def pages(system: System) -> list[tuple[str | None, str]]:
    """(who, address) of every kind of page."""
    fresh, lacking = task_of(system, FRESH).id, task_of(system, LACKING).id
    letter = letter_of(system, LACKING, "one_time_notice").id
    number = case_of(system, LACKING).number
    clerk = [
        "/", "/?tab=mine", "/?tab=applicant", "/open", "/open/002036001001-unit-enrolment/changsha", f"/tasks/{fresh}",
        f"/tasks/{lacking}", f"/tasks/{fresh}/history", "/cases", "/cases?q=zzz", f"/cases/{number}",
        f"/letters/{letter}", "/nowhere",
    ]  # fmt: skip
    public = ["/login", "/guides", "/guides/002036004005-remote-emergency-filing/yueyang"]
    admin = ["/admin/users", "/admin/users/1/roles", "/admin/incidents", "/admin/calendars", "/audit/accounts"]
    ended = case_of(system, "长沙麓谷生物科技有限公司").number
    return [
        *((None, p) for p in public), *(("changsha.window", p) for p in clerk), *(("admin", p) for p in admin),
        ("supervisor", "/supervision"), ("auditor", "/audit/accounts"), ("changsha.leader", f"/cases/{ended}/erase"),
    ]  # fmt: skip


def test_every_page_has_the_strict_policy_and_is_not_kept_by_caches(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    for who, address in pages(demo_system):
        answer = visit(who).get(address)
        assert answer.headers["Content-Security-Policy"] == POLICY, address
        assert answer.headers["Cache-Control"] == "no-store", address
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_static_files_and_what_they_name_are_kept_under_an_address_with_a_digest(visit: Callable[..., Visitor]) -> None:
    page = tree(visit().get("/login"))
    linked = page.xpath("//link[@rel='stylesheet']/@href | //script/@src")
    entry = next(address for address in linked if address.endswith("/js/app.js"))
    imported = re.findall(r"import '\./(.+?)';", visit().get(entry).text)
    for address in [*linked, *(entry.replace("app.js", name) for name in imported)]:
        assert "max-age=604800" in visit().get(address).headers["Cache-Control"], address
    assert "keys.js" in imported
    assert visit().get("/static/js/keys.js").status_code == 404


def test_a_changed_static_file_changes_the_address_of_all(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = assets_digest(tmp_path)
    (tmp_path / "a.js").write_text("2")
    assert assets_digest(tmp_path) != before
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert assets_digest(tmp_path) != before


def test_no_page_has_inline_script_style_or_handler(demo_system: System, visit: Callable[..., Visitor]) -> None:
    for who, address in pages(demo_system):
        text = visit(who).get(address).text
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", text), address


def test_every_control_has_an_id_of_its_own_and_a_label(demo_system: System, visit: Callable[..., Visitor]) -> None:
    for who, address in pages(demo_system):
        page = tree(visit(who).get(address))
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), (address, [i for i in ids if ids.count(i) > 1])
        labelled = set(page.xpath("//label/@for"))
        for control in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            assert control.get("id") in labelled, (address, control.get("name"))
        for button in page.xpath("//button"):
            assert button.get("id"), (address, button.text_content())


def test_a_post_without_the_token_is_refused_and_says_what_to_do(visit: Callable[..., Visitor]) -> None:
    visitor = visit("changsha.window")
    answer = visitor.client.post("/drafts", data={"place": "task:1"})
    assert answer.status_code == 400
    assert "页面已过期" in answer.text


def test_what_was_typed_into_a_page_that_expired_is_kept(demo_system: System, visit: Callable[..., Visitor]) -> None:
    task, visitor = task_of(demo_system, FRESH), visit("changsha.window")
    address = f"/tasks/{task.id}"
    headers = {"Referer": f"http://localhost{address}", "Origin": "http://localhost"}
    answer = visitor.client.post(address, data={"csrf_token": "old", "remark": "已电话核实"}, headers=headers)
    assert answer.headers["Location"] == address
    assert "已电话核实" in visitor.get(address).text


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_no_row_can_have_is_a_page_that_does_not_exist(
    visit: Callable[..., Visitor], number: int
) -> None:
    clerk = visit("changsha.window")
    for address in (f"/tasks/{number}", f"/letters/{number}", f"/letters/{number}.pdf", f"/supervision/{number}"):
        assert clerk.get(address).status_code == 404, address
    assert clerk.post(f"/tasks/{number}/claim").status_code == 404
    for address in ("/cases?before=2026-09-22T10:00:00%2B08:00_", "/notices?before=", "/?after=2026-09-22T10:00Z_"):
        assert clerk.get(f"{address}{number}").status_code == 200, address


def test_a_character_that_no_database_keeps_is_refused_everywhere(visit: Callable[..., Visitor]) -> None:
    stranger, clerk = visit(), visit("changsha.window")
    assert stranger.get("/notices/%00").status_code == 400
    assert clerk.get("/cases?q=%00").status_code == 400
    assert stranger.post("/login", {"username": "wang\0", "password": "x"}).status_code == 400
    assert clerk.post("/drafts", {"place": "task:1", "na\0me": "x"}).status_code == 400


def test_input_that_is_nested_without_end_is_no_input(visit: Callable[..., Visitor]) -> None:
    carried = {"place": "task:1", "typed": "[" * 200_000}
    answer = visit().post("/login", {"username": "changsha.window", "password": DEMO_PASSWORD, **carried})
    assert answer.status_code == 302


def test_another_site_cannot_leave_input_behind(demo_system: System, visit: Callable[..., Visitor]) -> None:
    task, visitor = task_of(demo_system, FRESH), visit("changsha.window")
    address = f"/tasks/{task.id}"
    headers = {"Referer": "https://evil.example/", "Origin": "https://evil.example"}
    assert visitor.client.post(address, data={"remark": "混入的内容"}, headers=headers).status_code == 400
    assert "混入的内容" not in visitor.get(address).text


def test_the_secret_is_made_once_and_kept_beside_the_database(demo_system: System) -> None:
    first, second = create_app(demo_system), create_app(demo_system)
    assert first.config["SECRET_KEY"] == second.config["SECRET_KEY"]
    assert len(first.config["SECRET_KEY"]) == 64


def test_without_a_folder_of_its_own_the_application_asks_for_a_secret(
    demo_system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JINGBAN_SECRET_KEY", raising=False)
    elsewhere = System(Store("sqlite://"), demo_system.root, demo_system.clock)
    with pytest.raises(NoSecret, match="JINGBAN_SECRET_KEY"):
        create_app(elsewhere)
    elsewhere.close()


def test_cookies_are_marked_secure_behind_https(demo_system: System) -> None:
    app: Flask = create_app(demo_system, secret="tests", https=True)
    answer = app.test_client().get("/login", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    plain = create_app(demo_system, secret="tests").test_client().get("/login")
    assert "Strict-Transport-Security" not in plain.headers
