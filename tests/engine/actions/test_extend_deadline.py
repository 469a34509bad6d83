"""Extending a limit: who may, how often, what moves by itself, and that the record proves it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from engine.actions.extend_deadline import Extension, extend_deadline, preview_extension
from engine.actions.fire_timers import fire_timers
from engine.actions.rebuild_case import rebuild_case
from engine.actions.replay_case import replay_case
from engine.actions.system import System
from engine.actions.verify_history import verify_history
from engine.errors import Conflict, Forbidden, InvalidInput, NotFound, RequestReused
from engine.store import deadlines, letters, supervision, tasks, timers
from tests.engine.actions.test_complete_task import case_row, clerk, recorded, together
from tests.support.clerk import ACCEPT, PASS, SUPPLEMENT_LATER, act, enrol, new_request, open_task, supplement
from tests.support.hours import at, instant

TEN_DAYS = Extension("handling", "working_days", 10, "单位负责人", "需向参保地核实缴费记录")
LEADER, SUPERVISOR = clerk("zhao", "leader"), clerk("qian", "supervisor")


@pytest.fixture
def agency(system: System) -> System:
    at(system, "2026-09-21 09:30")
    return system


@pytest.fixture
def accepted(agency: System) -> int:
    """In 审核, five working days from 21 September: due on Tuesday 29 September, 17:00 (25 September is 中秋)."""
    case_id = enrol(agency).case_id
    act(agency, case_id, ACCEPT)
    return case_id


def rows(system: System, table: Any, case_id: int) -> list[Any]:
    with system.store.reading() as connection:
        return list(connection.execute(select(table).where(table.c.case_id == case_id)))


def assert_proved(system: System, case_id: int) -> None:
    assert verify_history(system, case_id).result == "intact"
    assert rebuild_case(system, case_id).changed == ()


def test_an_extension_moves_limit_timer_and_task_and_makes_the_notice_due(agency: System, accepted: int) -> None:
    assert case_row(agency, accepted).next_due == instant("2026-09-29 09:00")
    given = extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request())
    assert (given.before.isoformat(), given.last_day.isoformat(), given.seq) == ("2026-09-29", "2026-10-12", 3)
    assert "经单位负责人批准延长" in given.explanation
    due = instant("2026-10-12 17:00")
    (deadline,) = (d for d in rows(agency, deadlines.deadlines, accepted) if d.key == "handling")
    assert (deadline.unit, deadline.value, deadline.due) == ("working_days", 10, due)
    assert open_task(agency, accepted).due == due
    armed = {t.kind: t.due for t in rows(agency, timers.timers, accepted) if t.status == "armed"}
    assert armed == {"timer": due, "overdue": due, "warning": instant("2026-10-12 09:00")}
    (letter,) = rows(agency, letters.letters, accepted)[-1:]
    assert (letter.template, letter.seq) == ("extension_notice", 3)
    assert_proved(agency, accepted)


def test_nothing_fires_at_the_old_due_instant_and_everything_at_the_new(agency: System, accepted: int) -> None:
    extend_deadline(agency, SUPERVISOR, accepted, TEN_DAYS, new_request())
    at(agency, "2026-10-10 18:00")
    assert fire_timers(agency).cases == 0
    at(agency, "2026-10-12 17:00")
    assert fire_timers(agency).cases == 1
    assert [s.kind for s in rows(agency, supervision.supervisions, accepted)] == ["warning", "overdue"]
    assert_proved(agency, accepted)


def test_a_limit_that_was_warned_of_is_warned_of_again_after_its_extension(agency: System, accepted: int) -> None:
    at(agency, "2026-09-29 10:00")
    fire_timers(agency)
    extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request())
    at(agency, "2026-10-12 10:00")
    fire_timers(agency)
    assert [s.kind for s in rows(agency, supervision.supervisions, accepted)] == ["warning", "warning"]
    assert_proved(agency, accepted)


def test_the_unit_may_change(agency: System, accepted: int) -> None:
    given = extend_deadline(agency, LEADER, accepted, replace(TEN_DAYS, unit="months", value=3), new_request())
    assert given.last_day.isoformat() == "2026-12-21"
    assert_proved(agency, accepted)


def test_the_guide_says_how_often(agency: System, accepted: int) -> None:
    extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request())
    with pytest.raises(Conflict, match="已延长 1 次"):
        extend_deadline(agency, LEADER, accepted, replace(TEN_DAYS, value=20), new_request())
    assert len(recorded(agency, accepted)) == 3


def test_a_suspended_limit_is_extended_and_goes_on_with_it(agency: System, accepted: int) -> None:
    at(agency, "2026-09-23 10:00")
    act(agency, accepted, SUPPLEMENT_LATER)
    given = extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request())
    assert open_task(agency, accepted).name.startswith("补充") or case_row(agency, accepted).status == "open"
    at(agency, "2026-09-24 15:00")
    act(agency, accepted, supplement(agency))
    assert open_task(agency, accepted).due > instant(f"{given.last_day.isoformat()} 17:00")
    assert_proved(agency, accepted)


def test_a_limit_that_has_run_out_is_not_extended(agency: System, accepted: int) -> None:
    at(agency, "2026-09-29 17:00")
    with pytest.raises(Conflict, match="已经届满"):
        extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request())
    assert [e.kind for e in recorded(agency, accepted)][2:] == ["alarm_raised", "alarm_raised", "timer_fired"]
    assert_proved(agency, accepted)


def test_a_budget_that_gives_no_more_time_is_refused(agency: System, accepted: int) -> None:
    for value in (4, 5):
        with pytest.raises(InvalidInput, match="不晚于原来的 2026-09-29"):
            extend_deadline(agency, LEADER, accepted, replace(TEN_DAYS, value=value), new_request())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": "  "}, "延期理由"),
        ({"level": ""}, "由谁批准"),
        ({"value": 0}, "延长后的期限"),
        ({"unit": "weeks"}, "期限"),
    ],
)
def test_what_is_missing_is_named(agency: System, accepted: int, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        extend_deadline(agency, LEADER, accepted, replace(TEN_DAYS, **change), new_request())


def test_what_does_not_run_cannot_be_extended(agency: System, accepted: int) -> None:
    for key in ("supplement", "intake", "nonsense"):
        with pytest.raises(NotFound):
            extend_deadline(agency, LEADER, accepted, replace(TEN_DAYS, key=key), new_request())
    act(agency, accepted, PASS)
    with pytest.raises(NotFound):
        extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request())


@pytest.mark.parametrize(
    "actor", [clerk("sun", "review"), clerk("li", "window"), clerk("wu", "leader", "芙蓉区"), clerk("xu", "admin")]
)
def test_only_leader_or_supervisor_of_the_office_may(agency: System, accepted: int, actor: Any) -> None:
    with pytest.raises(Forbidden):
        extend_deadline(agency, actor, accepted, TEN_DAYS, new_request())


def test_the_same_form_twice_extends_once_and_another_content_is_refused(agency: System, accepted: int) -> None:
    request = new_request()
    first = extend_deadline(agency, LEADER, accepted, TEN_DAYS, request)
    at(agency, "2026-09-22 10:00")
    assert extend_deadline(agency, LEADER, accepted, TEN_DAYS, request) == first
    with pytest.raises(RequestReused):
        extend_deadline(agency, LEADER, accepted, replace(TEN_DAYS, value=20), request)
    assert len(recorded(agency, accepted)) == 3


def test_two_leaders_at_once_extend_once(agency: System, accepted: int) -> None:
    request = new_request()
    found = together(
        lambda: extend_deadline(agency, LEADER, accepted, TEN_DAYS, request),
        lambda: extend_deadline(agency, SUPERVISOR, accepted, TEN_DAYS, new_request()),
    )
    assert sorted(type(x).__name__ for x in found) == ["Conflict", "Extended"]
    assert_proved(agency, accepted)


def test_a_preview_says_the_same_and_writes_nothing(agency: System, accepted: int) -> None:
    shown, state = preview_extension(agency, LEADER, accepted, TEN_DAYS)
    assert len(recorded(agency, accepted)) == 2
    assert state.ledger.deadlines["handling"].budget.value == 10
    assert extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request()) == shown


def test_the_player_tells_who_why_and_until_when(agency: System, accepted: int) -> None:
    extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request())
    frame = replay_case(agency, accepted)["frames"][-1]
    assert frame["title"] == "办理时限延期"
    assert "单位负责人批准。理由：需向参保地核实缴费记录" in frame["why"]
    assert frame["decisions"][0] == "办理时限经单位负责人批准延长为10个工作日，起算日不变"
    assert frame["decisions"][1].startswith("应出具延期通知书（")
    (ledger,) = (x for x in frame["ledger"] if x["key"] == "handling")
    assert ledger["due"] == "2026年10月12日 17:00"


def test_tasks_of_other_lanes_stay_as_they_are(agency: System, accepted: int) -> None:
    before = [(t.node, t.status, t.opened_at) for t in rows(agency, tasks.human_tasks, accepted)]
    extend_deadline(agency, LEADER, accepted, TEN_DAYS, new_request())
    assert [(t.node, t.status, t.opened_at) for t in rows(agency, tasks.human_tasks, accepted)] == before
