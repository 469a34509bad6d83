"""Trying a draft and working beside others, as the pages ask for it: who gets in, what is answered, what is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from engine import encoding
from engine.clock import SystemClock
from engine.store import trials
from engine.store.trials import DONE, FAILED, RUNNING, STOPPED
from engine.trials.standing import digest
from tests.support.visitor import Visitor, text_of
from tests.webapp.test_designer import propose, renamed, send, start

Visit = Callable[..., Visitor]
FOUND = {
    "examples": [
        {"sentence": "材料齐全", "region": "changsha", "line": 9, "passed": True},
        {
            "sentence": "审核不通过", "region": "changsha", "line": 20, "passed": False, "step": 2,
            "at": "2026-09-22 10:00", "act": "办理“受理”", "elements": ["review"],
            "differences": [{"what": "在办任务", "expected": "审核", "happened": "复核"}],
        },
    ],
    "walked": {"changsha": {"flows": 19, "missing": ["review_to_review_decision"]}},
}  # fmt: skip


def draft_of(address: str) -> int:
    return int(address.rsplit("/", 1)[1])


def given(visitor: Visitor, address: str, status: str, found: Any = None, revision: int = 2) -> None:
    """A run of the draft as it is saved now, as if its process had told this."""
    system, now = visitor.system, SystemClock().now()
    values = {
        "draft": draft_of(address), "run": "00000000-0000-0000-0000-000000000000", "revision": revision,
        "digest": digest(visitor.get(f"{address}/draft.json").get_json()["xml"]), "status": status, "finished": 1,
        "total": 2, "started_by": "designer", "started_at": now, "alive_at": now,
        "found": encoding.dumps(found) if found else "",
    }  # fmt: skip
    with system.store.writing() as connection:
        trials.put(connection, values)


def test_a_run_is_started_watched_and_stopped_by_the_page(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    assert designer.get(f"{address}/trial.json").get_json() == {"status": "never"}
    started = send(designer, "POST", f"{address}/trial.json", {"revision": 1})
    assert (started.status_code, started.get_json()) == (202, {"status": "running"})
    told = designer.get(f"{address}/trial.json").get_json()
    assert (told["status"], told["mine"], told["same"], told["summary"]) == (RUNNING, True, True, None)
    again = send(designer, "POST", f"{address}/trial.json", {"revision": 1})
    assert (again.status_code, "正在试运行" in again.get_json()["message"]) == (409, True)
    assert send(designer, "DELETE", f"{address}/trial.json", None).status_code == 204
    assert designer.get(f"{address}/trial.json").get_json()["status"] == STOPPED
    time.sleep(2)  # its keeper notices within a second; the database must outlive it


@pytest.mark.parametrize("body", [None, {}, {"revision": "1"}, {"revision": True}, [1]])
def test_a_run_without_a_revision_is_refused(visit: Visit, body: Any) -> None:
    designer = visit("designer")
    address = start(designer)
    assert send(designer, "POST", f"{address}/trial.json", body).status_code == 422
    assert send(designer, "POST", f"{address}/copy.json", body).status_code == 422


def test_only_designers_of_the_region_start_stop_attend_and_copy_and_only_with_the_token(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    asked = [("POST", "trial.json"), ("DELETE", "trial.json"), ("POST", "presence.json"), ("POST", "copy.json")]
    for method, name in asked:
        assert send(visit("approver"), method, f"{address}/{name}", {"revision": 1}).status_code == 403, name
        assert send(visit("changsha.window"), method, f"{address}/{name}", {"revision": 1}).status_code == 403, name
        assert send(visit(), method, f"{address}/{name}", {"revision": 1}).status_code == 401, name
        bare = designer.client.open(f"{address}/{name}", method=method, json={"revision": 1})
        assert (bare.status_code, "页面已过期" in bare.get_json()["message"]) == (400, True), name
    assert visit("approver").get(f"{address}/trial.json").status_code == 200
    assert visit("changsha.window").get(f"{address}/trial.json").status_code == 403


def test_who_approves_reads_how_many_examples_pass_and_what_was_not_taken(visit: Visit) -> None:
    designer, approver = visit("designer"), visit("approver")
    address = start(designer)
    renamed(designer, address)
    assert "没有试运行过" in text_of(approver.get(f"{address}/review"))
    given(designer, address, DONE, FOUND)
    assert propose(designer, address, "changsha").status_code == 302
    page = text_of(approver.get(f"{address}/review"))
    assert "2 个示例中 1 个通过" in page
    assert "走过 18／19 条流向" in page
    assert "第 2 步（2026-09-22 10:00 办理“受理”）：在办任务应为“审核”，实为“复核”" in page
    assert "复核 → 审核结果" in page
    assert "图与这一稿相同" in page


def test_a_result_of_another_drawing_is_not_shown_as_this_ones(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    given(designer, address, DONE, FOUND, revision=1)
    renamed(designer, address)
    page = text_of(designer.get(f"{address}/review"))
    assert "这一稿没有试运行；上一次试运行的是第 1 稿" in page
    assert "个通过" not in page
    assert designer.get(f"{address}/trial.json").get_json()["same"] is False


def test_a_region_that_was_not_tried_leaves_no_summary(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    renamed(designer, address)
    given(designer, address, DONE, FOUND)
    assert propose(designer, address, "changsha", "hunan").status_code == 302
    assert "试运行没有完成" in text_of(designer.get(f"{address}/review"))


def test_a_run_that_failed_says_why(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    given(designer, address, FAILED, {"why": "超过规定的时间"}, revision=1)
    assert "试运行没有完成：超过规定的时间。" in text_of(designer.get(f"{address}/review"))


def test_two_people_at_one_matter_learn_of_each_other(visit: Visit) -> None:
    designer, other = visit("designer"), visit("admin")
    address = start(designer)
    assert send(other, "POST", f"{address}/presence.json", None).status_code == 403
    assert send(designer, "POST", f"{address}/presence.json", None).get_json() == {"here": [], "drafts": []}
    second = start(designer)
    (beside,) = send(designer, "POST", f"{second}/presence.json", None).get_json()["drafts"]
    assert beside["url"] == f"{address}/review"
    assert "您的草稿（长沙市第 1 版，编辑中" in beside["text"]


def test_a_drawing_is_kept_as_a_draft_of_its_own(visit: Visit) -> None:
    designer = visit("designer")
    address = start(designer)
    xml = designer.get(f"{address}/draft.json").get_json()["xml"].replace('name="审核"', 'name="核定"')
    answer = send(designer, "POST", f"{address}/copy.json", {"xml": xml})
    assert answer.status_code == 200
    kept = designer.get(f"{answer.get_json()['url']}/draft.json").get_json()
    assert (kept["xml"], kept["revision"]) == (xml, 1)
    assert "核定" not in designer.get(f"{address}/draft.json").get_json()["xml"]
    assert send(designer, "POST", f"{address}/copy.json", {"xml": "<cut"}).status_code == 422
