"""Letters: the words on screen and paper, the same bytes every time, and a renderer that reaches for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from lxml import html
from sqlalchemy import select

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.extend_deadline import Extension, extend_deadline
from engine.actions.system import ROOT, System
from engine.store import cases, settings
from engine.store.letters import letters
from engine.workflow.words import LETTERS
from tests.support.visitor import Visitor, at, case_of, letter_of, text_of
from webapp.casework import CaseFile
from webapp.letters import style
from webapp.letters_paper import pages_of, paper
from webapp.letters_text import Letter, sent_letter
from webapp.words import chinese_day

LACKING = "长沙市天心区向阳幼儿园"
ACCEPTED = "长沙岳麓茶业有限公司"


def letter_in(app: Flask, system: System, row: Any) -> Letter:
    with app.test_request_context():
        with system.store.reading() as connection:
            case = CaseFile(cases.by_id(connection, row.case_id))  # type: ignore[arg-type]
        return sent_letter(case, row)


def sheet(app: Flask, letter: Letter) -> str:
    with app.test_request_context():
        return render_template("letters/paper.html", letter=letter)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "二〇二六年十一月二十二日"),
        (date(2026, 1, 1), "二〇二六年一月一日"),
        (date(2030, 10, 10), "二〇三〇年十月十日"),
        (date(2027, 12, 30), "二〇二七年十二月三十日"),
    ],
)
def test_letters_are_dated_in_chinese_numerals(day: date, words: str) -> None:
    assert chinese_day(day) == words


def test_every_letter_of_the_demonstration_is_one_sheet_and_the_same_bytes_each_time(
    visit: Callable[..., Visitor], app: Flask, demo_system: System
) -> None:
    with demo_system.store.reading() as connection:
        rows = {row.template: row for row in connection.execute(select(letters))}
    assert {"one_time_notice", "acceptance_notice", "closing_notice", "refusal_notice"} <= rows.keys()
    for row in rows.values():
        first, second = (visit("supervisor").get(f"/letters/{row.id}.pdf") for _ in range(2))
        assert first.mimetype == "application/pdf", row.template
        assert first.data.startswith(b"%PDF-")
        assert first.data == second.data, row.template
        assert f"{row.number}.pdf" in first.headers["Content-Disposition"]
        assert pages_of(sheet(app, letter_in(app, demo_system, row)), style()) == 1, row.template


def test_another_process_makes_the_same_bytes(app: Flask, demo_system: System, tmp_path: Path) -> None:
    text = sheet(app, letter_in(app, demo_system, letter_of(demo_system, LACKING, "one_time_notice")))
    source, target = tmp_path / "letter.html", tmp_path / "letter.pdf"
    source.write_text(text, "utf-8")
    program = (
        "import sys; from pathlib import Path; from webapp.letters import style; "
        "from webapp.letters_paper import paper; "
        "Path(sys.argv[2]).write_bytes(paper(Path(sys.argv[1]).read_text('utf-8'), style()))"
    )
    subprocess.run([sys.executable, "-c", program, source, target], cwd=ROOT, check=True)
    assert target.read_bytes() == paper(text, style())


def test_a_letter_names_agency_reader_materials_limit_and_telephones(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    row = letter_of(demo_system, LACKING, "one_time_notice")
    page = text_of(visit("changsha.window").get(f"/letters/{row.id}"))
    for words in (
        "长沙市医疗保障经办机构", "一次性告知书", f"编号：{row.number}", f"{LACKING}：", "法人有效身份证件复印件",
        "请于2026年10月20日24:00前", "咨询电话：0731-88665154", "监督电话：82116227", "二〇二六年九月二十二日",
        "（盖章）", "送达回证",
    ):  # fmt: skip
        assert words in page, words


def test_thirty_missing_materials_break_over_pages_and_none_is_lost(app: Flask, demo_system: System) -> None:
    letter = letter_in(app, demo_system, letter_of(demo_system, LACKING, "one_time_notice"))
    lines = tuple(f"第{n}项材料，原件一份、复印件两份，加盖单位公章" for n in range(1, 31))
    text = sheet(app, replace(letter, missing=lines, applicant="很长的名称" * 40))
    assert [li.text for li in html.fromstring(text).xpath("//li")] == list(lines)
    assert 2 <= pages_of(text, style()) <= 4


@pytest.mark.parametrize("template", sorted(LETTERS))
def test_every_letter_that_has_a_name_says_what_it_is_about(app: Flask, demo_system: System, template: str) -> None:
    letter = letter_in(app, demo_system, letter_of(demo_system, LACKING, "one_time_notice"))
    told = replace(letter, template=template, title=LETTERS[template], reason="须向外省核实参保信息")
    text = html.fromstring(sheet(app, told)).text_content()
    assert LETTERS[template] in text
    assert letter.case_number in text


def test_an_extension_tells_the_old_limit_the_new_day_the_reason_and_who_approved(
    app: Flask, demo_system: System
) -> None:
    case = case_of(demo_system, ACCEPTED)
    leader = Actor(0, "changsha.leader", "张志强", (Membership("changsha", "本级", "leader"),))
    wanted = Extension("handling", "working_days", 10, "单位负责人", "须向外省核实参保信息")
    extend_deadline(demo_system, leader, case.id, wanted, str(uuid.uuid4()))
    letter = letter_in(app, demo_system, letter_of(demo_system, ACCEPTED, "extension_notice"))
    text = html.fromstring(sheet(app, letter)).text_content()
    for words in (
        "延期通知书",
        "原定办理时限（5个工作日）",
        "经单位负责人批准",
        "须向外省核实参保信息",
        "10个工作日，最迟于2026年10月13日办结",
    ):
        assert words in text, words


def test_a_letter_that_was_sent_keeps_its_days_when_the_calendar_changes(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    row = letter_of(demo_system, ACCEPTED, "acceptance_notice")
    case_page = f"/cases/{case_of(demo_system, ACCEPTED).number}"
    clerk = visit("changsha.window")
    before, page = text_of(clerk.get(f"/letters/{row.id}")), text_of(clerk.get(case_page))
    amended = demo_system.calendar().with_closings({date(2026, 9, 24): "停电"}, "停电放假")
    values = {"version": amended.version, "table": encoding.dumps(amended.to_value()), "reason": "停电"}
    with demo_system.store.writing() as connection:
        settings.add_calendar(connection, {**values, "entered_at": at("2026-09-22T12:00"), "entered_by": "admin"})
    demo_system._in_force = None  # another process's calendar is seen after some seconds
    assert text_of(clerk.get(f"/letters/{row.id}")) == before
    assert text_of(clerk.get(case_page)) != page


def test_the_renderer_fetches_nothing_from_the_network_or_the_disk(tmp_path: Path) -> None:
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{server.server_port}"
    picture = tmp_path / "picture.svg"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    )
    hostile = (
        f'<link rel="stylesheet" href="{there}/a.css"><style>@import url({there}/b.css); p {{ background: '
        f'url({there}/c.png) }}</style><p>正文<img src="{there}/d.png"><img src="{picture.as_uri()}"></p>'
    )
    plain = paper("<p>正文<img><img></p>", style())
    made = paper(hostile, style() + f"@font-face {{ font-family: x; src: url({there}/e.woff) }}")
    server.shutdown()
    assert asked == []
    assert len(made) == pytest.approx(len(plain), abs=2000)  # no picture inside


def test_a_machine_without_chinese_fonts_says_what_to_install(tmp_path: Path, demo_system: System) -> None:
    """In a process of its own, whose fontconfig knows an empty folder."""
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>")
    row = letter_of(demo_system, LACKING, "one_time_notice")
    program = (
        "import sys; from engine.actions.system import *; from engine.clock import FixedClock; "
        "from tests.support.visitor import Visitor, at; from webapp.app import create_app; "
        "s = System(Store(sys.argv[1]), ROOT, FixedClock(at('2026-09-22T10:00')), demo=True); "
        "a = Visitor(create_app(s, secret='x'), 'changsha.window').get(sys.argv[2]); print(a.status_code, a.text)"
    )
    arguments = [str(demo_system.store.engine.url), f"/letters/{row.id}.pdf"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, "FONTCONFIG_FILE": str(config)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("503"), done.stderr
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk" in done.stdout
