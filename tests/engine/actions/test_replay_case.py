"""What the player is given: who, what, when, why at every event, as the record has it and on its own version."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from engine import encoding
from engine.actions.actor import Actor, Membership
from engine.actions.approve_draft import approve_draft
from engine.actions.claim_task import claim_task
from engine.actions.fire_timers import fire_timers
from engine.actions.propose_draft import propose_draft
from engine.actions.replay_case import replay_case
from engine.actions.save_draft import save_draft
from engine.actions.start_draft import start_draft
from engine.actions.system import System
from engine.clock import FixedClock
from engine.errors import NotFound
from engine.events import dump_payload, erase, load_payload
from engine.store import drafts, users
from tests.support.clerk import ACCEPT, CLERK, INCOMPLETE, PASS, act, enrol, open_task, supplement
from tests.support.forms import ENROLMENT, NOW
from tests.support.tampering import tampering

WEI = Actor(7, "wei", "魏设计", (Membership("*", "*", "designer"),))
BOSS = Actor(8, "boss", "包审批", (Membership("*", "*", "approver"),))
LATER = {"decision": "supplement", "items": "单位参保信息登记表"}


@pytest.fixture
def desk(system: System) -> System:
    """Tuesday 22 September 2026, 09:00, and a clerk with a name."""
    system.clock = FixedClock(NOW)
    person = {"username": CLERK.username, "name": CLERK.name, "password_hash": "-", "created_at": NOW}
    with system.store.writing() as connection:
        users.add_user(connection, {**person, "active": True, "demo": False, "failures": 0}, [])
    return system


def at(system: System, instant: str) -> None:
    system.clock = FixedClock(encoding.loads(f'{{"$t":"{instant}"}}'))


def frames(system: System, case_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = replay_case(system, case_id)["frames"]
    return found


def supplemented(desk: System) -> int:
    """Opened, found incomplete, supplemented the next day, accepted, claimed, closed."""
    case_id = enrol(desk).case_id
    act(desk, case_id, INCOMPLETE)
    at(desk, "2026-09-23T02:00:00Z")
    act(desk, case_id, supplement(desk))
    act(desk, case_id, ACCEPT)
    claim_task(desk, CLERK, open_task(desk, case_id).id)
    act(desk, case_id, PASS)
    return case_id


def test_there_is_a_frame_an_event_with_who_what_and_when(desk: System) -> None:
    found = frames(desk, supplemented(desk))
    assert [f["title"] for f in found] == [
        "开立办件：申请",
        "受理：材料不全，一次性告知补齐",
        "办理“材料不全的一次性告知需补齐的材料并重新提交”",
        "受理：予以受理",
        "领取“审核”",
        "审核：审核通过",
    ]
    assert [f["seq"] for f in found] == [1, 2, 3, 4, 5, 6]
    assert {f["actor"] for f in found} == {"周静"}
    assert found[0]["at"] == found[0]["recorded_at"] == "2026-09-22T01:00:00+00:00"
    assert [f["node"] for f in found[:3]] == ["application_received", "intake", "supplement"]


def test_the_case_is_introduced_by_names(desk: System) -> None:
    case = replay_case(desk, supplemented(desk))["case"]
    assert (case["matter_name"], case["region_name"], case["outcome"], case["version"]) == (
        "单位参保登记",
        desk.region_name("hunan"),
        "办结",
        1,
    )


def test_a_frame_shows_the_whole_state_of_the_chart_and_the_flows_of_its_event_only(desk: System) -> None:
    found = frames(desk, supplemented(desk))
    assert found[0]["elements"] == {"application_received": "done", "intake": "active"}
    assert found[1]["elements"]["supplement"] == "waiting"
    assert found[1]["flows"] == ["intake_to_intake_decision", "intake_decision_to_supplement"]
    assert found[2]["elements"]["intake"] == "active"
    assert found[3]["elements"]["handling"] == "active"
    assert set(found[5]["elements"].values()) == {"done"}
    assert found[4]["flows"] == []


def test_why_names_the_condition_that_decided_in_words_and_as_written(desk: System) -> None:
    found = frames(desk, supplemented(desk))
    assert found[1]["why"] == (
        '“判断是否受理”走向“材料不全”：条件 受理决定为“材料不全，一次性告知补齐”（intake.decision = "supplement"） 成立'
    )
    assert "不成立，按默认流向" in found[3]["why"]
    assert found[2]["why"] == "由窗口受理代申请人登记，收件时间 2026年9月23日 10:00"


def test_why_tells_the_reason_given_on_the_form(desk: System) -> None:
    case_id = enrol(desk).case_id
    act(desk, case_id, {"decision": "reject", "reason": "不属于本统筹区"})
    last = frames(desk, case_id)[-1]
    assert last["why"].startswith("不予受理的理由：不属于本统筹区")
    assert "办件结束：不予受理" in last["decisions"]


def test_what_followed_is_told_with_letters_and_limits(desk: System) -> None:
    case_id = supplemented(desk)
    number = replay_case(desk, case_id)["case"]["number"]
    assert frames(desk, case_id)[1]["decisions"] == [
        "受理期限按期结束",
        "等待申请人：材料不全的一次性告知需补齐的材料并重新提交",
        "补正期限开始计时：15个工作日，自2026年9月22日 09:00起",
        f"应出具一次性告知书（{number}-2）",
        "设定到期处理“补正期限届满”：2026年10月20日 24:00",
    ]


def test_the_ledger_stands_as_it_stood_then(desk: System) -> None:
    case_id = enrol(desk).case_id
    act(desk, case_id, ACCEPT)
    at(desk, "2026-09-23T02:00:00Z")
    act(desk, case_id, LATER)
    running = {line["key"]: line for line in frames(desk, case_id)[1]["ledger"]}["handling"]
    assert (running["title"], running["state"], running["remaining"]) == ("办理时限", "running", "剩余 5 个工作日")
    assert (running["due"], running["due_at"]) == ("2026年9月30日 17:00", "2026-09-30T17:00:00+08:00")
    paused = {line["key"]: line for line in frames(desk, case_id)[2]["ledger"]}
    assert (paused["handling"]["state"], paused["handling"]["due"]) == ("suspended", None)
    assert paused["supplement"]["due"] == "2026年10月21日 24:00"
    assert paused["intake"]["state"] == "met"


def test_a_timer_and_an_alarm_tell_the_limit_that_ran_out(desk: System) -> None:
    case_id = enrol(desk).case_id
    act(desk, case_id, INCOMPLETE)
    at(desk, "2026-10-21T02:00:00Z")
    fire_timers(desk)
    warning, *_, fired = frames(desk, case_id)[2:]
    assert (warning["title"], warning["actor"]) == ("补正期限临期预警", "系统")
    assert warning["why"].startswith("补正期限：10月20日到期：自9月22日起15个工作日，")
    assert (fired["title"], fired["at"]) == ("到期：补正期限届满", "2026-10-20T16:00:00+00:00")
    assert fired["why"].startswith("补正期限：10月20日到期")
    assert fired["elements"]["supplement"] == "cancelled"
    assert fired["elements"]["lapsed"] == "done"
    assert "补正期限逾期结束" in fired["decisions"]


def test_the_form_is_shown_as_submitted_with_personal_fields_marked(desk: System) -> None:
    form = {line["label"]: line for line in frames(desk, supplemented(desk))[0]["form"]}
    assert form["单位名称"]["value"] == "某某有限公司"
    assert form["法定代表人 姓名"] == {"label": "法定代表人 姓名", "value": "张三", "mark": "personal"}
    checklist = {line["label"]: line["value"] for line in frames(desk, supplemented(desk))[1]["form"]}
    assert "未提交" in checklist.values()


def test_what_was_lawfully_erased_is_named_and_not_shown(desk: System) -> None:
    case_id = supplemented(desk)
    with tampering(desk.store) as connection:
        key = {"c": case_id}
        payload = connection.execute(
            text("SELECT payload FROM events WHERE case_id = :c AND seq = 1"), key
        ).scalar_one()
        facts, fields = load_payload(payload)
        kept = [erase(f) if f[0] == "legal_rep.identity" else f for f in fields]
        values = {**key, "p": dump_payload(facts, kept)}
        connection.execute(text("UPDATE events SET payload = :p WHERE case_id = :c AND seq = 1"), values)
    first = frames(desk, case_id)[0]
    erased = [line for line in first["form"] if line["value"] == "已依法删除"]
    assert [(line["label"], line["mark"]) for line in erased] == [("身份证件号码", "personal")]
    assert "11010519491231002X" not in str(first)


def test_a_case_is_told_on_its_own_version(desk: System) -> None:
    case_id = supplemented(desk)
    draft_id = start_draft(desk, WEI, ENROLMENT, "hunan")
    with desk.store.reading() as connection:
        row = drafts.by_id(connection, draft_id)
        assert row is not None
    renamed = row.xml.replace('id="review" name="审核"', 'id="review" name="复核"')
    save_draft(desk, WEI, draft_id, renamed, 1)
    propose_draft(desk, WEI, draft_id, ["hunan"], "改名", 2)
    approve_draft(desk, BOSS, draft_id, 3)
    assert frames(desk, case_id)[-1]["title"] == "审核：审核通过"
    assert frames(desk, supplemented(desk))[-1]["title"] == "复核：审核通过"


def test_an_unreadable_record_is_shown_as_far_as_it_goes(desk: System) -> None:
    case_id = supplemented(desk)
    with tampering(desk.store) as connection:
        connection.execute(
            text(
                "UPDATE events SET payload = replace(payload, '\"close\"', '\"shut\"') WHERE case_id = :c AND seq = 4"
            ),
            {"c": case_id},
        )
    found = frames(desk, case_id)
    assert [f["kind"] for f in found] == ["case_opened", "task_completed", "task_completed", "broken"]
    assert found[-1]["why"].startswith("第 4 号事件的内容不能读取")
    with tampering(desk.store) as connection:
        connection.execute(text("UPDATE events SET payload = '{' WHERE case_id = :c AND seq = 4"), {"c": case_id})
    assert [f["kind"] for f in frames(desk, case_id)] == ["broken"]


def test_replaying_writes_nothing(desk: System) -> None:
    case_id = supplemented(desk)
    with desk.store.reading() as connection:
        before = connection.execute(text("SELECT revision, seq, hash FROM cases")).all()
    replay_case(desk, case_id)
    with desk.store.reading() as connection:
        assert connection.execute(text("SELECT revision, seq, hash FROM cases")).all() == before


def test_a_case_that_does_not_exist_is_not_found(desk: System) -> None:
    with pytest.raises(NotFound):
        replay_case(desk, 99)
