"""An example that does not go as told says at which step, what was expected and what happened."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.actions.system import System
from engine.clock import FixedClock, SystemClock
from engine.examples import ExampleFailed, InvalidExample, load_examples, run_example
from tests.support.forms import ENROLMENT, GIVEN

HEAD = (
    GIVEN
    + """examples:
- example: 一句话
  region: hunan
  steps:
  - {at: 2026-09-22 09:30, open: 一家企业}
"""
)
ACCEPT = "{at: 2026-09-22 10:00, do: 受理, with: {decision: accept, materials: all}"


@pytest.fixture(scope="module")
def agency(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    path = tmp_path_factory.mktemp("running") / "jingban.db"
    shutil.copy(prepared_sqlite, path)
    system = System.open(f"sqlite:///{path}")
    system.clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    yield system
    system.close()


@pytest.fixture
def run(agency: System, tmp_path: Path) -> Callable[[str], None]:
    def told(rest: str) -> None:
        path = tmp_path / "examples.yaml"
        path.write_text(HEAD + rest, encoding="utf-8")
        for example in load_examples(path):
            run_example(agency, ENROLMENT, example)

    return told


def step(words: str) -> str:
    return f"  - {words}\n"


WRONG = {
    step(ACCEPT + ", expect: {task: 办结}}"): "第2步：task 应为 [办结]，实为 [审核]",
    step(ACCEPT + ", expect: {due: 2026-09-29 17:00}}"): "due 应为 2026-09-29 17:00，实为 2026-09-30 17:00",
    step(ACCEPT + ", expect: {letters: []}}"): "letters 应为 []，实为 [acceptance_notice]",
    step(ACCEPT + ", expect: {alarms: [handling overdue]}}"): "alarms 应为 [handling overdue]，实为 []",
    step(ACCEPT + ", expect: {outcome: approved}}"): "outcome 应为 approved，实为 open",
    step(
        ACCEPT + ", expect: {values: {intake.decision: reject, intake.reason: none}}}"
    ): "应为 [intake.decision reject, intake.reason none]，实为 [intake.decision accept, intake.reason none]",
    step(ACCEPT + ", expect: {deadlines: {handling: {state: met}}}}"): "deadlines 应为 {'handling': {'state': 'met'}}",
    step(ACCEPT + ", expect: {deadlines: {filing: {state: met}}}}"): "实为 {'filing': 'none'}",
    step(ACCEPT + ", expect: {refused: 不行}}"): "应被拒绝（不行），但办成了",
    step(ACCEPT + ", by: review}"): "被拒绝：此项操作须由",
    step("{at: 2026-09-22 10:00, do: 审核}"): "没有在办的任务“审核”；在办：受理（intake）",
    step(
        "{at: 2026-09-22 10:00, do: 受理, with: {decision: accept, materials: none}}"
    ): "被拒绝：decision：还有材料未收齐",
    "  end: {outcome: approved}\n": "的结局 outcome 应为 approved，实为 open",
    "  end: {node: 办结}\n": "的结局 node 应为 办结，实为 （未办结）",
    "  path: [申请, 审核]\n": "的路径应为 申请→审核，实为 申请→受理",
}


@pytest.mark.parametrize("rest", WRONG)
def test_what_goes_otherwise_is_told(run: Callable[[str], None], rest: str) -> None:
    with pytest.raises(ExampleFailed) as caught:
        run(rest)
    message = caught.value.message
    assert "examples.yaml:" in message
    assert "“一句话”" in message
    assert WRONG[rest] in message


@pytest.mark.parametrize(
    ("materials", "says"),
    [("some", "应写作 all、none 或 all but"), ("all but photograph", "此时不须提交材料“photograph”")],
)
def test_a_checklist_that_cannot_be_meant_is_told(run: Callable[[str], None], materials: str, says: str) -> None:
    with pytest.raises(InvalidExample, match=says):
        run(step(f"{{at: 2026-09-22 10:00, do: 受理, with: {{decision: accept, materials: {materials}}}}}"))


def test_what_goes_as_told_says_nothing(run: Callable[[str], None]) -> None:
    run(step(ACCEPT + ", expect: {task: review, due: 2026-09-30 17:00}}") + "  path: [申请, 受理, 审核]\n")


def test_a_step_may_be_done_by_another_person_of_the_lane(run: Callable[[str], None]) -> None:
    claimed = step("{at: 2026-09-22 09:40, claim: 受理, who: 乙}")
    run(claimed + step(ACCEPT + ", who: 乙, expect: {task: 审核}}"))
    with pytest.raises(ExampleFailed, match="已由example-window-乙领取"):
        run(claimed + step(ACCEPT + "}"))


def test_an_example_needs_a_clock_of_its_own(agency: System, tmp_path: Path) -> None:
    path = tmp_path / "examples.yaml"
    path.write_text(HEAD, encoding="utf-8")
    real = System(agency.store, agency.root, SystemClock())
    with pytest.raises(TypeError, match="FixedClock"):
        run_example(real, ENROLMENT, load_examples(path)[0])
