"""Examples with named people: seats, substitutions, letters from outside, extensions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.actions.system import System
from engine.clock import FixedClock
from engine.examples import ExampleFailed, InvalidExample, Ran, load_examples, run_example
from engine.store import users
from tests.support import assessment, correspondence, notice
from tests.support.bpmn import HEAD as HEAD_OF_DIAGRAM
from tests.support.forms import ENROLMENT
from tests.support.small import deploy, sound

Run = Callable[[str], Ran]

MAY_NOT = ("nobody", "gone", "far.off")  # unknown, closed, of another region
HEAD = """
people:
  lin.yan: {name: 林燕, roles: review}
  he.jun: review
  su.min: [review, window]
  boss: leader
  far.off: {roles: [review], region: hubei}
  gone: {roles: [review], active: false}
given:
  甲医院: {unit_name: 甲医院}
examples:
- example: 一句话
  region: hunan
  steps:
  - {at: 2026-09-22 09:30, open: 甲医院}
"""
NAMED = """
  - {at: 2026-09-22 10:00, do: 指定评估小组, who: boss, with: {members: [{user: lin.yan}, {user: he.jun}]}, expect: {seats: [he.jun, lin.yan], tasks: [experts, experts]}}
"""  # noqa: E501
ASKED = "  - {at: 2026-09-22 10:00, do: 发联系函, with: {to: 长沙市}}\n"


def step(words: str) -> str:
    return f"  - {words}\n"


def told(words: str) -> str:
    """A step at eleven o'clock."""
    return step(f"{{at: 2026-09-22 11:00, {words}}}")


def running(system: System, body: str, forms: dict[str, object], folder: Path, head: str = HEAD_OF_DIAGRAM) -> Run:
    system.clock = FixedClock(datetime(2026, 9, 21, tzinfo=UTC))
    deploy(system, body, forms, head)

    def run(rest: str) -> Ran:
        path = folder / "examples.yaml"
        path.write_text(HEAD + rest, encoding="utf-8")
        (example,) = load_examples(path)
        ran = run_example(system, ENROLMENT, example)
        for case_id in ran.cases:
            sound(system, case_id)
        return ran

    return run


@pytest.fixture
def assessing(system: System, tmp_path: Path) -> Run:
    return running(system, assessment.BODY, assessment.FORMS, tmp_path)


@pytest.fixture
def corresponding(system: System, tmp_path: Path) -> Run:
    return running(system, correspondence.BODY, correspondence.FORMS, tmp_path)


@pytest.fixture
def publishing(system: System, tmp_path: Path) -> Run:
    return running(system, notice.BODY, notice.FORMS, tmp_path, notice.WITH_NOTICE)


def test_everybody_takes_the_own_seat_and_the_path_names_the_task_once(assessing: Run) -> None:
    assessing(
        NAMED
        + told("do: experts, who: he.jun, with: {opinion: 'yes'}, expect: {seats: [lin.yan]}")
        + told("do: experts, who: lin.yan, with: {opinion: 'yes'}, expect: {seats: [], task: 结论}")
        + step("{at: 2026-09-22 12:00, do: 结论, who: boss, with: {decision: pass}}")
        + "  end: {outcome: approved}\n  path: [申请, 指定评估小组, experts, 结论, passed]\n"
    )


def test_a_seat_is_refused_to_others_and_given_to_whom_the_leader_names(assessing: Run) -> None:
    assessing(
        NAMED
        + told("do: experts, who: su.min, with: {opinion: 'yes'}, expect: {refused: 这个席位指定由}")
        + told("substitute: he.jun, to: su.min, by: review, reason: 回避, expect: {refused: 单位负责人}")
        + told("substitute: he.jun, to: far.off, reason: 回避, expect: {refused: 不是本经办机构}")
        + told("substitute: he.jun, to: gone, reason: 回避, expect: {refused: 在用的“审核”人员}")
        + told("substitute: he.jun, to: su.min, reason: 系近亲属, expect: {seats: [su.min, lin.yan]}")
        + told("do: experts, who: su.min, with: {opinion: 'yes'}, expect: {seats: [lin.yan]}")
    )


@pytest.mark.parametrize("name", MAY_NOT)
def test_people_who_may_not_are_refused(assessing: Run, name: str) -> None:
    says = "不在可选的人员中"
    words = f"{{at: 2026-09-22 10:00, do: naming, with: {{members: [{{user: {name}}}]}}, expect: {{refused: {says}}}}}"
    assessing(step(words))


def test_every_example_has_its_people_as_its_own_file_tells(assessing: Run, system: System) -> None:
    assessing(NAMED)
    assessing(NAMED.replace("he.jun", "su.min"))
    with system.store.reading() as connection:
        row = users.by_username(connection, "su.min")
        assert row is not None
        assert sorted(users.memberships_of(connection, row.id)) == [
            ("hunan", "本级", "review"),
            ("hunan", "本级", "window"),
        ]


def test_a_seat_that_nobody_has_is_told(assessing: Run) -> None:
    with pytest.raises(ExampleFailed, match=r"“su\.min”没有未办的席位；有：lin\.yan、he\.jun"):
        assessing(NAMED + told("substitute: su.min, to: boss, reason: 回避"))


def test_letters_are_registered_by_the_name_of_the_message_or_of_its_event_awaited_or_early(corresponding: Run) -> None:
    corresponding(
        step("{at: 2026-09-22 09:40, receive: funds, with: {amount: '1.00'}, expect: {task: 发联系函}}")
        + step("{at: 2026-09-22 09:40, receive: funds, with: {amount: '2.00'}, expect: {refused: 已}}")
        + ASKED
        + told("receive: info, who: su.min, with: {months: '9'}, expect: {task: 核对}")
        + "  path: [申请, 发联系函, info, money, 核对]\n"
    )


def test_a_letter_that_the_diagram_does_not_know_is_told(corresponding: Run) -> None:
    with pytest.raises(ExampleFailed, match="没有来函“复函”；有：info（reply）、money（funds）"):
        corresponding(step("{at: 2026-09-22 09:40, receive: 复函}"))


PUBLISHED = told("receive: 公示发布, with: {number: '1', ends_on: 2026-09-25}")
OBJECTED = told("objection: 张某, with: {contact: '1', received_at: 2026-09-22 10:30}, reason: 医师未在该院执业")


def test_an_objection_holds_the_case_until_it_is_dismissed(publishing: Run) -> None:
    publishing(
        PUBLISHED
        + OBJECTED.replace("业}", "业, expect: {objections: [open]}}")
        + told("objection: 李某, reason: 同上, expect: {objections: [open, open]}")
        + told("resolve: 1, with: {resolution: dismissed, decided_by: 单位负责人}, reason: 均已注册")
        + step("{at: 2026-09-26 00:00, wait: true, expect: {outcome: open, objections: [dismissed, open]}}")
        + step(
            "{at: 2026-09-27 10:00, resolve: 2, with: {resolution: dismissed, decided_by: 集体研究}, reason: 均已注册,"
            " expect: {outcome: approved}}"
        )
    )


def test_an_objection_that_is_upheld_refuses_the_case(publishing: Run) -> None:
    publishing(
        PUBLISHED
        + OBJECTED
        + told("resolve: 1, by: window, with: {resolution: upheld, decided_by: 集体研究}, reason: 属实, "
               "expect: {refused: 单位负责人}")
        + told("resolve: 1, with: {resolution: upheld, decided_by: 集体研究}, reason: 属实")
        + step("{at: 2026-09-26 00:00, wait: true, expect: {outcome: refused}}")
    )  # fmt: skip


def test_an_objection_before_the_notice_is_refused(publishing: Run) -> None:
    publishing(told("objection: 张某, reason: 不符, expect: {refused: 还没有公示}"))


UNMEANT = {
    "objection: 张某, with: {phone: '1'}": "应写明 contact（可不写）、received_at（可不写）",
    "resolve: 1, with: {resolution: upheld}": "应写明 resolution、decided_by",
    "resolve: 张某, with: {resolution: upheld, decided_by: 集体研究}": "应为异议的序号",
}


@pytest.mark.parametrize("words", UNMEANT)
def test_an_objection_that_cannot_be_meant_is_told(publishing: Run, words: str) -> None:
    with pytest.raises(InvalidExample, match=UNMEANT[words]):
        publishing(PUBLISHED + told(words))


def test_a_running_limit_is_extended(corresponding: Run) -> None:
    corresponding(
        ASKED.replace("}}", "}, expect: {deadlines: {handling: {last_day: 2026-09-30}}}}")
        + step(
            "{at: 2026-09-23 10:00, extend: handling, with: {unit: working_days, value: 20, level: 单位负责人},"
            " reason: 案情复杂, expect: {letters: [extension_notice], deadlines: {handling: {last_day: 2026-10-27}}}}"
        )
        + step(
            "{at: 2026-09-23 10:00, extend: handling, by: window, with: {unit: months, value: 3, level: 集体},"
            " reason: 案情复杂, expect: {refused: 须由}}"
        )
    )


def test_a_case_that_no_timer_closed_is_not_reopened(corresponding: Run) -> None:
    corresponding(step("{at: 2026-09-23 10:00, reopen: true, reason: 日历修订, expect: {refused: 没有办结}}"))


WRONG = {
    "{at: 2026-09-22 10:00, extend: handling, with: {unit: months, value: 3}}": "应写明 unit、value、level",
    "{at: 2026-09-22 10:00, extend: handling, with: {unit: months, value: 三, level: 甲}}": "应为整数",
    "{at: 2026-09-22 10:00, do: ask, to: he.jun}": "不认识“to”",
    "{at: 2026-09-22 10:00, substitute: he.jun, with: {}}": "不认识“with”",
}


@pytest.mark.parametrize("words", WRONG)
def test_a_step_that_cannot_be_meant_is_told(corresponding: Run, words: str) -> None:
    with pytest.raises(InvalidExample, match=WRONG[words]):
        corresponding(step(words))


def test_a_role_that_there_is_not_is_told(tmp_path: Path) -> None:
    path = tmp_path / "examples.yaml"
    path.write_text(HEAD.replace("boss: leader", "boss: chief"), encoding="utf-8")
    with pytest.raises(InvalidExample, match="people 的“boss”的职责应为"):
        load_examples(path)
