"""An objection received within the period and entered after it: what is not signed yet goes back to the notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.actions import quarter
from engine.actions.complete_task import complete_task
from engine.actions.fire_timers import fire_timers
from engine.actions.register_message import register_message
from engine.actions.replay_case import replay_case
from engine.actions.system import System
from engine.errors import Conflict, EngineError, TaskAlreadyDone
from engine.store import tasks
from tests.engine.actions.test_complete_task import together
from tests.engine.actions.test_objections import DISMISSED, LEADER, LETTER, UPHELD, WINDOW, file, resolve
from tests.support.hours import at, instant
from tests.support.notice import FORMS, SIGNED_AFTER, WITH_NOTICE
from tests.support.small import REGION, deploy, do, drop_tokens, new_id, opened, person, row, sound, task_at

EVENING = replace(LETTER, received_at=instant("2026-03-27 23:40"))  # the last day of the notice


@pytest.fixture
def unsigned(system: System) -> int:
    """Its notice ended with Friday 27 March; now it is Monday morning and it waits to be signed."""
    at(system, "2026-03-20 10:00")
    deploy(system, SIGNED_AFTER, FORMS, WITH_NOTICE)
    case_id = opened(system)
    notice = {"number": "1", "published_at": "2026-03-20T10:00", "ends_on": "2026-03-27"}
    register_message(system, LEADER, case_id, "notice_published", notice, new_id())
    at(system, "2026-03-30 09:00")
    fire_timers(system)
    return case_id


def open_tasks(system: System, case_id: int) -> list[str]:
    with system.store.reading() as connection:
        return [task.node for task in tasks.open_of_case(connection, case_id)]


def test_the_case_goes_back_to_the_notice_at_once_and_its_task_is_gone(system: System, unsigned: int) -> None:
    assert open_tasks(system, unsigned) == ["signing"]
    assert file(system, unsigned, EVENING).n == 1
    assert open_tasks(system, unsigned) == []
    assert (row(system, unsigned).status, row(system, unsigned).next_due) == ("open", None)
    titles = [frame["title"] for frame in replay_case(system, unsigned)["frames"][-2:]]
    assert titles == ["登记第 1 号异议", "公示期内异议：办件回到公示"]
    sound(system, unsigned)


def test_dismissed_it_goes_on_at_once_and_one_more_brings_it_back_again(system: System, unsigned: int) -> None:
    file(system, unsigned, EVENING)
    drop_tokens(system, unsigned)
    at(system, "2026-03-31 10:00")
    assert resolve(system, unsigned, 1, DISMISSED).left == 0
    assert open_tasks(system, unsigned) == ["signing"]
    assert file(system, unsigned, replace(EVENING, objector="李某")).n == 2
    assert open_tasks(system, unsigned) == []
    resolve(system, unsigned, 2, DISMISSED)
    do(system, unsigned, "signing", LEADER, number="1")
    assert open_tasks(system, unsigned) == ["settling"]
    sound(system, unsigned)


def test_upheld_it_ends_the_case_at_once(system: System, unsigned: int) -> None:
    file(system, unsigned, EVENING)
    assert resolve(system, unsigned, 1, UPHELD).ended
    assert row(system, unsigned).outcome == "refused"
    sound(system, unsigned)


def test_receipt_counts_and_not_entry(system: System, unsigned: int) -> None:
    midnight = replace(LETTER, received_at=instant("2026-03-28 00:00"))
    with pytest.raises(Conflict, match="收到时公示期已满"):
        file(system, unsigned, midnight)
    with pytest.raises(Conflict, match="早于公示发布"):
        file(system, unsigned, replace(LETTER, received_at=instant("2026-03-19 16:00")))
    assert open_tasks(system, unsigned) == ["signing"]
    assert file(system, unsigned, replace(LETTER, received_at=instant("2026-03-27 23:59"))).n == 1


def test_what_is_signed_is_told_where_to_go(system: System, unsigned: int) -> None:
    do(system, unsigned, "signing", LEADER, number="1")
    with pytest.raises(Conflict, match="按投诉举报办理，属实的依协议约定"):
        file(system, unsigned, EVENING)
    do(system, unsigned, "settling", WINDOW, code="1")
    with pytest.raises(Conflict, match="办件已经结束"):
        file(system, unsigned, EVENING)
    sound(system, unsigned)


def test_the_same_form_twice_brings_the_case_back_once(system: System, unsigned: int) -> None:
    request = new_id()
    first = file(system, unsigned, EVENING, request=request)
    seq = row(system, unsigned).seq
    assert file(system, unsigned, EVENING, request=request) == first
    assert row(system, unsigned).seq == seq


def test_who_was_about_to_sign_is_told_why_the_task_is_gone(system: System, unsigned: int) -> None:
    signing = task_at(system, unsigned, "signing").id
    file(system, unsigned, EVENING)
    with pytest.raises(TaskAlreadyDone, match="因收到公示期内的异议关闭"):
        complete_task(system, LEADER, signing, {"number": "1"}, new_id())


def test_an_objection_and_the_signing_at_once_do_not_both_happen(system: System, unsigned: int) -> None:
    signing = task_at(system, unsigned, "signing").id
    found = together(
        lambda: file(system, unsigned, EVENING),
        lambda: complete_task(system, person("sun", "leader"), signing, {"number": "1"}, new_id()),
    )
    refused = [x for x in found if isinstance(x, EngineError)]
    assert len(refused) == 1, found
    assert open_tasks(system, unsigned) in ([], ["settling"])
    sound(system, unsigned)


def test_the_quarter_knows_that_an_objection_can_still_be_heard(system: System, unsigned: int) -> None:
    def stands() -> tuple[bool, bool]:
        (member,) = quarter.members(system, REGION)
        return member.heard, member.notice_ends is not None

    assert stands() == (True, False)
    file(system, unsigned, EVENING)
    assert stands() == (True, True)
    resolve(system, unsigned, 1, DISMISSED)
    do(system, unsigned, "signing", LEADER, number="1")
    assert stands() == (False, False)
