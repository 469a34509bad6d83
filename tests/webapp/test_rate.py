"""Public pages answer a reader, and slow down whoever asks for everything at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from flask import Flask
from structlog.testing import capture_logs

from engine.actions.seed_demo import DEMO_PASSWORD
from engine.actions.system import System
from tests.support.visitor import Visitor, letter_of, text_of
from webapp import letters_paper, rate
from webapp.rate import PAPERS, PROXIES, Meter


@pytest.fixture(autouse=True)
def still(app: Flask) -> None:
    """Everything here happens within one minute."""
    app.extensions["jingban.meter"].clock = lambda: 60.0


def test_a_count_ends_with_its_minute_and_is_kept_by_address() -> None:
    meter = Meter()
    assert [meter.over(("a", "page"), 2, 60.0 + n) for n in range(3)] == [False, False, True]
    assert not meter.over(("b", "page"), 2, 63.0)
    assert not meter.over(("a", "page"), 2, 120.0)


def test_an_address_that_asks_too_often_is_told_to_wait(demo_system: System, app: Flask) -> None:
    client = app.test_client()
    answers = [client.get("/nowhere-public.pdf").status_code for _ in range(3)]
    assert 429 not in answers
    codes = [client.get("/notices/none.pdf").status_code for _ in range(PAPERS + 1)]
    assert codes == [404] * PAPERS + [429]
    assert client.get("/healthz").status_code == 200
    other = client.get("/notices/none.pdf", headers={"X-Forwarded-For": "203.0.113.9"})
    assert other.status_code == 404


def test_an_address_that_somebody_only_claims_to_have_is_not_believed(
    demo_system: System, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(n: int, peer: str) -> int:
        headers = {"X-Forwarded-For": f"198.51.100.{n}"}
        return (
            app.test_client()
            .get("/notices/none.pdf", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
            .status_code
        )

    assert [ask(n, "192.168.1.7") for n in range(PAPERS + 1)] == [404] * PAPERS + [429]
    monkeypatch.setenv(PROXIES, "127.0.0.1, 192.168.1.8")
    assert {ask(n, "192.168.1.8") for n in range(PAPERS + 1)} == {404}
    assert {ask(n, "127.0.0.1") for n in range(100, PAPERS + 101)} == {404}


def test_a_network_of_ipv6_is_one_reader_and_nonsense_is_the_proxy_itself(demo_system: System, app: Flask) -> None:
    def ask(seen: str) -> int:
        return app.test_client().get("/notices/none.pdf", headers={"X-Forwarded-For": seen}).status_code

    assert [ask(f"2001:db8:1:2::{n:x}") for n in range(PAPERS + 1)] == [404] * PAPERS + [429]
    assert ask("2001:db8:1:3::1") == 404
    assert [ask(f"nonsense-{n}") for n in range(PAPERS + 1)] == [404] * PAPERS + [429]


def test_one_password_tried_on_every_account_is_stopped_before_it_is_tried(
    visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate, "GUESSES", 4)  # each takes its time
    guesser, words = visit(), {"password": "correct-horse-1"}
    codes = [guesser.post("/login", {"username": f"somebody{n}", **words}).status_code for n in range(5)]
    assert codes == [422] * 4 + [429]
    right = {"username": "changsha.window", "password": DEMO_PASSWORD}
    assert guesser.post("/login", right).status_code == 429
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    assert visit().post("/login", right, headers=elsewhere).status_code == 302


def test_who_is_signed_in_is_not_counted(demo_system: System, visit: Callable[..., Visitor]) -> None:
    reader = visit("changsha.window")
    assert {reader.get("/notices/none.pdf").status_code for _ in range(PAPERS + 5)} == {404}


def test_papers_that_are_being_made_do_not_take_every_thread(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    address = f"/letters/{letter_of(demo_system, '长沙市天心区向阳幼儿园', 'one_time_notice').id}.pdf"
    reader = visit("changsha.window")
    with ExitStack() as others:
        for _ in range(letters_paper.QUEUE):
            others.enter_context(letters_paper.places)
        answer = reader.get(address)
        assert answer.status_code == 503
        assert "正在生成的文件较多" in text_of(answer)
    assert reader.get(address).mimetype == "application/pdf"


def test_a_proxy_that_nobody_named_is_told_of_once(demo_system: System, app: Flask) -> None:
    def ask(peer: str) -> None:
        headers = {"X-Forwarded-For": "198.51.100.7"}
        app.test_client().get("/guides", headers=headers, environ_overrides={"REMOTE_ADDR": peer})

    with capture_logs() as told:
        for peer in ("10.0.0.5", "10.0.0.5", "127.0.0.1", *(f"10.0.1.{n}" for n in range(20))):
            ask(peer)
    warnings = [entry for entry in told if entry["event"] == "forwarded_by_unknown_proxy"]
    assert [entry["peer"] for entry in warnings] == ["10.0.0.5", "10.0.1.0", "10.0.1.1", "10.0.1.2", "10.0.1.3"]
    assert PROXIES in warnings[0]["advice"]
