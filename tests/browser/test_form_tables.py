"""Tables in forms: rows added and removed by keyboard, sums that follow, and the server's blank row without script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask, jsonify, render_template_string, request
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from engine.actions.system import System
from engine.clock import SHANGHAI
from engine.errors import InvalidSubmission
from engine.forms import Form, FormContext, form_of, validate
from tests.browser.conftest import no_sideways_scrolling
from tests.support import browser
from tests.support.axe import violations
from tests.support.demonstration import NOW
from webapp import drafts, filling
from webapp.access import public
from webapp.app import create_app

pytestmark = pytest.mark.browser

PAGE = """{% extends "base.html" %}{% import "parts/form.html" as form %}{% block title %}费用{% endblock %}
{% block main %}<h1>费用</h1>{% if done %}<p id="done">{{ done }}</p>{% endif %}
<form class="work card" method="post" novalidate data-check-url="/bills/check">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
{{ form.summary(view) }}{{ form.sections(view) }}<button class="button primary" id="submit">提交</button></form>
{% endblock %}"""
MONEY = {"type": "number", "decimalDigits": 2}


def bills() -> Form:
    columns = [
        {"type": "datetime", "subtype": "date", "key": "on", "label": "开票日期", "validate": {"required": True}},
        {"type": "textfield", "key": "invoice", "label": "票据号码", "properties": {"unique": True}},
        {"type": "select", "key": "kind", "label": "类别", "values": [{"value": "drug", "label": "药费"}]},
        {**MONEY, "key": "amount", "label": "金额（元）", "validate": {"required": True, "min": 0.01}},
    ]
    table = {"type": "dynamiclist", "path": "bills", "label": "票据", "components": columns}
    total = {**MONEY, "key": "total", "label": "合计（元）", "properties": {"computed": "sum(bills.amount)"}}
    return form_of({"id": "t", "type": "default", "title": "费用", "components": [
        {**table, "validate": {"required": True}}, total,
    ]}, "t")  # fmt: skip


def serve_bills(app: Flask) -> None:
    """Two routes over the table: the page, and the check that runs on every change."""
    form, context = bills(), FormContext(now=NOW.astimezone(SHANGHAI), agency=True)

    @public
    def page() -> Any:
        if request.method == "GET":
            return render_template_string(PAGE, **filling.refused(form, {}, {}, context, "", ""))
        typed = drafts.typed(request.form)
        try:
            kept = validate(form, typed, context)
        except InvalidSubmission as invalid:
            return render_template_string(PAGE, **filling.refused(form, typed, invalid.errors, context, "", "")), 422
        done = "；".join(f"{row['on']} {row['amount']}" for row in kept["bills"]) + f"；{kept['total']}"
        return render_template_string(PAGE, done=done, **filling.refused(form, typed, {}, context, "", ""))

    @public
    def check() -> Any:
        return jsonify(filling.check(form, drafts.typed(request.form), context))

    app.add_url_rule("/bills", "bills", page, methods=["GET", "POST"])
    app.add_url_rule("/bills/check", "bills_check", check, methods=["POST"])


@pytest.fixture
def bills_address(served: System) -> Iterator[str]:
    app = create_app(served, secret="browser")
    serve_bills(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/bills"
    server.shutdown()
    thread.join()


def opened(chromium: Browser, address: str, size: str = "desk", script: bool = True) -> Page:
    page = browser.context(chromium, size, java_script_enabled=script).new_page()
    page.goto(address)
    return page


def fill(page: Page, row: int, amount: str, day: date = date(2026, 9, 1)) -> None:
    page.locator(f"#f-bills-{row}-on").fill(day.isoformat())
    page.locator(f"#f-bills-{row}-amount").fill(amount)


def test_rows_are_added_and_removed_by_keyboard_and_the_sum_follows(chromium: Browser, bills_address: str) -> None:
    page = opened(chromium, bills_address)
    fill(page, 0, "100.10")
    for row, amount in ((1, "200.20"), (2, "300.30")):
        page.locator("#add-f-bills").focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#f-bills-{row}-on")).to_be_focused()
        fill(page, row, amount)
    page.locator("#f-bills-2-amount").blur()
    expect(page.locator("#f-total")).to_have_text("600.60")
    page.get_by_role("button", name="删除第2行").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#f-total")).to_have_text("400.40")
    expect(page.get_by_role("button", name="删除第2行")).to_be_focused()
    expect(page.get_by_label("第2行金额（元）")).to_have_value("300.30")
    page.locator("#f-bills-1-amount").fill("0")
    page.locator("#f-bills-1-amount").blur()
    expect(page.locator("#e-f-bills-1-amount")).to_be_visible()  # the message stands in the row that it is about
    page.locator("#f-bills-1-amount").fill("1.05")
    page.locator("#submit").click()
    expect(page.locator("#done")).to_have_text("2026-09-01 100.10；2026-09-01 1.05；101.15")
    page.context.close()


def test_the_only_row_is_emptied_and_stays(chromium: Browser, bills_address: str) -> None:
    page = opened(chromium, bills_address)
    fill(page, 0, "5")
    page.get_by_role("button", name="删除第1行").click()
    expect(page.locator("#f-bills-0-amount")).to_have_value("")
    expect(page.locator("[data-line]")).to_have_count(1)
    page.context.close()


def test_without_script_each_answer_brings_one_more_blank_row(chromium: Browser, bills_address: str) -> None:
    page = opened(chromium, bills_address, script=False)
    expect(page.locator("#add-f-bills")).to_be_hidden()
    fill(page, 0, "100.10")
    page.locator("#submit").click()
    expect(page.locator("#done")).to_contain_text("100.10；100.10")
    fill(page, 1, "0.05")
    page.locator("#submit").click()
    expect(page.locator("#done")).to_contain_text("；100.15")
    expect(page.locator("[data-line]")).to_have_count(3)
    page.context.close()


@pytest.mark.parametrize("size", sorted(browser.SIZES))
def test_a_table_fits_the_window_and_axe_finds_nothing(chromium: Browser, bills_address: str, size: str) -> None:
    page = opened(chromium, bills_address, size=size)
    page.locator("#add-f-bills").click()
    expect(page.locator("#f-bills-1-amount")).to_be_visible()
    assert no_sideways_scrolling(page)
    assert violations(page) == []
    page.context.close()
