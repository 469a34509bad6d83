"""Every decision has one sentence, whoever tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.deadlines import TimeLimit
from engine.workflow.parser import parse_model
from engine.workflow.sentences import Teller, day_and_time, headline, sentence
from tests.support.bpmn import HEAD, TAIL, end, path, reply, seats, start, task, timer

NINE = datetime(2026, 9, 22, 1, 0, tzinfo=UTC)
LIMIT = TimeLimit("handling", "working_days", 10).to_value()
BODY = (
    start() + task("naming", candidateGroup="leader") + seats("experts", "naming.people") + reply("info", "reply")
    + task("correct", candidateGroup="applicant") + timer("late", "correct", "supplement", True)
    + end("done") + end("over") + path("begin", "naming", "experts", "info", "correct", "done") + path("late", "over")
)  # fmt: skip
NAMES = {"sun": "孙某", "qian": "钱某"}
TELLER = Teller(
    parse_model(f"{HEAD}{BODY}{TAIL}".encode()),
    lambda who: NAMES.get(who, who),
    {("late", 1): datetime(2026, 10, 20, 16, 0, tzinfo=UTC)},
)
SAID: list[tuple[list[Any], str]] = [
    (["open", "task", "naming", 1], "转到“naming”，由单位负责人办理"),
    (["open", "task", "correct", 2], "等待申请人：correct（第 2 次）"),
    (["open", "task", "experts[1]", 1], ""),
    (["assign", "experts[1]", 1, "sun"], "“experts（第 1 席）”指定由孙某办理"),
    (["assign", "naming", 1, "sun"], ""),
    (["open", "message", "info", 1], "等待“info”"),
    (["keep", "reply"], "留存，办件到达等待的环节时使用"),
    (["deliver", "reply", "info", 1], "使用先前登记的“info”"),
    (["open", "timer", "late", 1], "设定到期处理“late”：2026年10月20日 24:00"),
    (["open", "timer", "late", 2], ""),
    (["open", "activity", "experts", 1], "进入“experts”"),
    (["close", "correct", 1, "cancelled"], "“correct”取消"),
    (["close", "late", 1, "cancelled"], ""),
    (["close", "correct", 1, "completed"], ""),
    (["start", "handling", LIMIT, NINE], "办理时限开始计时：10个工作日，自2026年9月22日 09:00起"),
    (["end", "handling", NINE, NINE], "办理时限逾期结束"),
    (["end", "handling", NINE, None], "办理时限按期结束"),
    (["suspend", "handling", NINE, "correct#1"], "办理时限暂停"),
    (["resume", "handling", NINE, "correct#1"], "办理时限恢复计时"),
    (["extend", "handling", LIMIT, NINE, "sun", "集体", "复杂"], "办理时限经集体批准延长为10个工作日，起算日不变"),
    (["calendar", "a" * 64, "b" * 64], f"改按新的工作日历计算（{'a' * 12} 改为 {'b' * 12}）"),
    (["reopen", 5], "第 5 号事件起的处理不再有效，办件回到此前的状态；已发出的文书仍然列明"),
    (["objection", 1, "open"], "本件公示事项在异议处理完毕前暂停"),
    (["letter", "closing_notice", "done"], "应出具办结通知书（430000-2026-000001-1）"),
    (["outcome", "approved", "done"], "办件结束：办结"),
    (["flow", "begin_naming"], ""),
    (["pass", "begin"], ""),
]  # fmt: skip
TITLES: list[tuple[str, str, dict[str, Any], str]] = [
    ("case_opened", "begin", {}, "开立办件：开始"),
    ("case_opened", "begin", {"counter": "x"}, "开立办件：开始（即办）"),
    ("task_completed", "naming", {}, "办理“naming”"),
    ("timer_fired", "late", {}, "到期：late"),
    ("alarm_raised", "", {"detail": {"key": "handling", "alarm": "overdue"}}, "办理时限逾期"),
    ("message_received", "", {"detail": {"message": "reply", "early": True}}, "登记“info”（先行登记）"),
    ("message_received", "info", {"detail": {"message": "reply", "early": False}}, "登记“info”"),
    ("task_claimed", "naming", {}, "领取“naming”"),
    ("task_released", "naming", {}, "退回“naming”，待他人领取"),
    ("deadline_extended", "", {"detail": {"key": "handling"}}, "办理时限延期"),
    ("calendar_amended", "", {}, "工作日历修订"),
    ("case_reopened", "", {}, "恢复办理"),
    ("objection_received", "", {"n": 2}, "登记第 2 号异议"),
    ("objection_resolved", "", {"n": 2, "detail": {"resolution": "upheld"}}, "第 2 号异议：异议成立"),
    ("something_new", "", {}, "something_new"),
    (
        "participant_substituted", "experts[2]", {"detail": {"instead_of": "sun", "assignee": "qian"}},
        "替换“experts（第 2 席）”的人员：孙某由钱某代替",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("decision", "words"), SAID, ids=lambda value: str(value)[:40])
def test_a_decision_is_told_in_one_sentence(decision: list[Any], words: str) -> None:
    assert sentence(TELLER, decision, iter(["430000-2026-000001-1"])) == words


@pytest.mark.parametrize(("kind", "node", "facts", "words"), TITLES, ids=lambda value: str(value)[:40])
def test_an_event_has_a_title(kind: str, node: str, facts: dict[str, Any], words: str) -> None:
    assert headline(TELLER, kind, node, facts) == words


def test_the_choice_on_the_form_is_the_title_of_a_completed_task() -> None:
    assert headline(TELLER, "task_completed", "naming", {}, "予以受理") == "naming：予以受理"


def test_a_letter_that_takes_over_was_neither_kept_nor_waited_for() -> None:
    """撤回: a timer at the side of a task leads to it, and waits for nothing else."""
    body = (
        start() + task("correct", candidateGroup="applicant") + timer("taken_back", "correct", "supplement", True)
        + reply("withdrawal", "reply") + end("done") + end("over")
        + path("begin", "correct", "done") + path("taken_back", "withdrawal", "over")
    )  # fmt: skip
    teller = Teller(parse_model(f"{HEAD}{body}{TAIL}".encode()))
    for decision in (["keep", "reply"], ["open", "message", "withdrawal", 1], ["deliver", "reply", "withdrawal", 1]):
        assert sentence(teller, decision, iter(())) == ""
    assert headline(teller, "timer_fired", "taken_back", {}) == "taken_back"
    registered = {"detail": {"message": "reply", "early": True}}
    assert headline(teller, "message_received", "", registered) == "登记“withdrawal”"


def test_midnight_is_the_end_of_the_day_before_where_a_limit_ends() -> None:
    midnight = datetime(2026, 9, 22, 16, 0, tzinfo=UTC)
    assert (day_and_time(midnight), day_and_time(midnight, last=True)) == (
        "2026年9月23日 00:00",
        "2026年9月22日 24:00",
    )
