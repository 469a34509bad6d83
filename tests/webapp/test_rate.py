"""Public pages answer a reader, and slow down whoever asks for everything at once."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from engine.actions.system import System
from tests.support.visitor import Visitor
from webapp.rate import PAPERS, Meter


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


def test_who_is_signed_in_is_not_counted(demo_system: System, visit: Callable[..., Visitor]) -> None:
    reader = visit("changsha.window")
    assert {reader.get("/notices/none.pdf").status_code for _ in range(PAPERS + 5)} == {404}
