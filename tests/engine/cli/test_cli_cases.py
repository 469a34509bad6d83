"""`jingban verify` at a terminal: what an auditor's script reads from the exit code."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import text, update

from engine.actions.actor import Actor, Membership
from engine.actions.erase_values import BASES, erasable, erase_values
from engine.actions.history import read_events
from engine.actions.system import System
from engine.cli import main
from engine.events import dump_payload, erase
from engine.store import cases
from engine.store.events import events
from tests.support.clerk import ACCEPT, PASS, act, enrol
from tests.support.tampering import tampering

LEADER = Actor(77, "hunan.leader", "张志强", (Membership("hunan", "本级", "leader"),))


@pytest.fixture
def closed(system: System) -> tuple[int, str]:
    """Id and number of an ended case."""
    case = enrol(system).case_id
    act(system, case, ACCEPT)
    act(system, case, PASS)
    with system.store.reading() as connection:
        row = cases.by_id(connection, case)
    assert row is not None
    return case, row.number


def erased(system: System, case: int, number: str) -> None:
    """All personal values are erased by the head of the office."""
    with system.store.reading() as connection:
        chosen = [(event.seq, entry[0]) for event, entry in erasable(read_events(connection, case, number))]
    erase_values(system, LEADER, case, chosen, BASES[0], "销毁清册〔2036〕3号", str(uuid.uuid4()))


def test_a_whole_record_is_told_with_exit_code_0(
    system: System, closed: tuple[int, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", closed[1], "--database", system.store.url]) == 0
    assert "记录完整" in capsys.readouterr().out


def test_a_lawfully_erased_case_is_told_as_such_and_is_no_failure(
    system: System, closed: tuple[int, str], capsys: pytest.CaptureFixture[str]
) -> None:
    erased(system, *closed)
    assert main(["verify", closed[1], "--database", system.store.url]) == 0
    told = capsys.readouterr().out
    assert "没有被改动：部分内容已依法删除" in told
    assert f"依据：{BASES[0]}" in told
    assert main(["verify", closed[1], "--json", "--database", system.store.url]) == 0
    assert json.loads(capsys.readouterr().out)["result"] == "unverifiable"


def test_an_erased_case_that_was_tampered_with_fails(
    system: System, closed: tuple[int, str], capsys: pytest.CaptureFixture[str]
) -> None:
    erased(system, *closed)
    with tampering(system.store) as connection:
        connection.execute(text("UPDATE events SET actor = 'nobody' WHERE seq = 2"))
    assert main(["verify", closed[1], "--database", system.store.url]) == 1
    assert "记录被改动" in capsys.readouterr().out


def test_a_value_gone_without_a_record_fails_also_where_others_were_lawfully_erased(
    system: System, closed: tuple[int, str], capsys: pytest.CaptureFixture[str]
) -> None:
    erased(system, *closed)
    with system.store.reading() as connection:
        event = read_events(connection, *closed)[0]
    fields = [erase(f) if f[0] == "registration_type" else f for f in event.fields]
    with tampering(system.store) as connection:
        found = update(events).where(events.c.case_id == closed[0], events.c.seq == 1)
        connection.execute(found.values(payload=dump_payload(event.facts, fields)))
    assert main(["verify", closed[1], "--database", system.store.url]) == 1
    assert "“registration_type”不见了，却没有删除的记录" in capsys.readouterr().out
