"""The smaller pages: letters, guides, 督办, the demo clock, administration, errors, health."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert

from engine import errors
from engine.actions.fire_timers import fire_timers
from engine.actions.seed_demo import EMERGENCY, ENROLMENT
from engine.actions.system import System
from engine.clock import FixedClock
from engine.store.incidents import incidents
from tests.support.visitor import Visitor, case_of, letter_of, task_of, text_of, tree
from webapp.app import create_app
from webapp.errors import ADVICE, STATUS, status_of

LACKING, DONE, REFUSED, ACCEPTED = (
    "长沙市天心区向阳幼儿园", "长沙麓谷生物科技有限公司", "长沙县星沙建材经营部", "长沙岳麓茶业有限公司",
)  # fmt: skip


def letter(system: System, visit: Callable[..., Visitor], applicant: str, template: str) -> str:
    return text_of(visit("changsha.window").get(f"/letters/{letter_of(system, applicant, template).id}"))


# --- letters ------------------------------------------------------------------------------------------


def test_the_one_time_notice_lists_everything_missing_and_the_last_day(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    words = letter(demo_system, visit, LACKING, "one_time_notice")
    for part in ("一次性告知书", LACKING, "法人有效身份证件复印件（加盖单位公章）", "请于2026年10月20日24:00前补齐",
                 "咨询电话：0731-88665154", "监督电话：82116227", "2026年9月22日"):  # fmt: skip
        assert part in words, part


def test_the_notice_of_acceptance_gives_the_limit_and_its_last_day(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    words = letter(demo_system, visit, ACCEPTED, "acceptance_notice")
    assert "办理时限：5个工作日，最迟于2026年9月30日办结" in words
    assert "中秋9月25日不计" in words


def test_a_refusal_gives_its_reason(demo_system: System, visit: Callable[..., Visitor]) -> None:
    assert "单位名称与统一社会信用代码登记信息不一致" in letter(demo_system, visit, REFUSED, "refusal_notice")


def test_a_letter_does_not_change_with_what_happens_later(demo_system: System, visit: Callable[..., Visitor]) -> None:
    before = letter(demo_system, visit, LACKING, "one_time_notice")
    visitor, task = visit("changsha.window"), task_of(demo_system, LACKING)
    visitor.post(f"/tasks/{task.id}", {"items": "复印件", "received_at": "2026-09-22T10:00", "channel": "window"})
    visitor.post(f"/tasks/{task_of(demo_system, LACKING).id}",
                 {"decision": "reject", "reason": "后来的理由", "_confirmed": "yes"})  # fmt: skip
    assert case_of(demo_system, LACKING).outcome == "not_accepted"
    assert letter(demo_system, visit, LACKING, "one_time_notice") == before


def test_when_nobody_supplements_the_letter_says_so(demo_system: System, visit: Callable[..., Visitor]) -> None:
    assert isinstance(demo_system.clock, FixedClock)
    demo_system.clock.set(demo_system.clock.now() + timedelta(days=40))
    fire_timers(demo_system)
    words = letter(demo_system, visit, LACKING, "lapsed_notice")
    assert "至2026年10月20日24:00期限届满" in words
    assert "法人有效身份证件复印件" in words
    history = text_of(visit("changsha.window").get(f"/cases/{case_of(demo_system, LACKING).number}"))
    assert "到期：补正期限届满" in history
    assert "办件结束：逾期终止" in history


# --- guides -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "region"),
    [(ENROLMENT, r) for r in ("hunan", "yueyang", "hubei", "zhuzhou", "changsha")]
    + [(EMERGENCY, r) for r in ("hunan", "yueyang", "zhuzhou")],
)
def test_a_guide_reads_as_printed_and_needs_no_login(
    visit: Callable[..., Visitor], demo_system: System, slug: str, region: str
) -> None:
    words = text_of(visit().get(f"/guides/{slug}/{region}"))
    guide = demo_system.current(slug, region).guide
    for printed in (guide.audience, guide.materials_raw, guide.time_limit_text, guide.query, guide.supervision):
        assert " ".join(printed.split()).replace(" ", "") in words.replace(" ", "")
    assert visit().get(f"/guides/{slug}/{region}/diagram.bpmn").mimetype == "text/plain"


def test_a_guide_that_a_region_does_not_have_is_not_found(visit: Callable[..., Visitor]) -> None:
    for address in (f"/guides/{EMERGENCY}/changsha", "/guides/nothing/hunan", f"/guides/{ENROLMENT}/nowhere"):
        assert visit().get(address).status_code == 404, address


def test_guides_are_found_by_name(visit: Callable[..., Visitor]) -> None:
    assert "异地急诊人员备案" in visit().get("/guides?q=急诊").text
    assert "单位参保登记" not in visit().get("/guides?q=急诊").text


# --- 督办 ---------------------------------------------------------------------------------------------


def test_an_overdue_limit_is_listed_until_somebody_says_what_was_done(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    assert isinstance(demo_system.clock, FixedClock)
    demo_system.clock.set(demo_system.clock.now() + timedelta(days=9))  # 1 October: past 30 September, 17:00
    fire_timers(demo_system)
    visitor = visit("supervisor.own")
    page = tree(visitor.get("/supervision"))
    (item,) = [x for x in page.xpath("//li[contains(@class,'item')]") if ACCEPTED in x.text_content()
               and "逾期" in x.text_content()]  # fmt: skip
    assert "办理时限" in item.text_content()
    (address,) = item.xpath(".//form/@action")
    assert "请填写处理情况" in text_of(visitor.follow(visitor.post(address, {"note": " "})))
    done = text_of(visitor.follow(visitor.post(address, {"note": "已电话催办，今日办结"})))
    assert "已登记处理情况" in done
    assert "已电话催办" in visitor.get("/supervision?status=handled").text
    again = text_of(visitor.follow(visitor.post(address, {"note": "再次"})))
    assert "已由" in again
    assert ACCEPTED not in text_of(visit("supervisor.foreign").get("/supervision"))


# --- the demo clock -----------------------------------------------------------------------------------


@pytest.fixture
def moving(demo_file: Path, tmp_path: Path) -> Iterator[System]:
    """The demonstration on its own clock in the database."""
    path = tmp_path / "moving.db"
    shutil.copy(demo_file, path)
    system = System.open(f"sqlite:///{path}", demo=True)
    yield system
    system.close()


def test_the_slider_moves_the_clock_forward_and_what_was_due_has_happened(moving: System) -> None:
    visitor = Visitor(create_app(moving, secret="tests"), "changsha.window")
    assert "演示" in visitor.get("/").text
    before = moving.clock.now()
    answer = visitor.follow(visitor.post("/demo/clock", {"hours": str(60 * 24)}))
    assert "演示时钟已拨到" in text_of(answer)
    assert timedelta(days=60) <= moving.clock.now() - before < timedelta(days=60, minutes=5)
    assert case_of(moving, LACKING).outcome == "lapsed"


def test_the_clock_never_goes_back_nor_absurdly_far(moving: System) -> None:
    visitor = Visitor(create_app(moving, secret="tests"), "changsha.window")
    for wrong in ({"hours": "0"}, {"hours": "-5"}, {"hours": "9999"}, {"to": "2020-01-01T00:00"}, {"to": "x"}, {}):
        assert visitor.post("/demo/clock", wrong).status_code == 422, wrong


def test_production_has_no_clock_to_move(demo_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "production.db"
    shutil.copy(demo_file, path)
    system = System.open(f"sqlite:///{path}")
    app = create_app(system, secret="tests")
    assert "拨快时钟" not in Visitor(app).get("/guides").text
    assert Visitor(app, None).post("/demo/clock", {"hours": "1"}).status_code == 401
    system.close()


# --- administration, errors, health -------------------------------------------------------------------


def test_the_administrator_sees_people_incidents_and_calendars(
    demo_system: System, visit: Callable[..., Visitor]
) -> None:
    with demo_system.store.writing() as connection:
        row = {
            "what": "complete_task",
            "node": "intake",
            "message": "流程未能前进",
            "raised_at": demo_system.clock.now(),
        }
        connection.execute(insert(incidents), row)
    visitor = visit("admin")
    assert "王秀英" in visitor.get("/admin/users").text
    assert "流程未能前进" in visitor.get("/admin/incidents").text
    assert demo_system.calendar().version[:12] in visitor.get("/admin/calendars").text


def test_every_error_of_the_engine_has_a_status_and_advice() -> None:
    def kinds(kind: type[errors.EngineError]) -> Iterator[type[errors.EngineError]]:
        yield kind
        for below in kind.__subclasses__():
            yield from kinds(below)

    for kind in kinds(errors.EngineError):
        error = kind({"a": "b"}) if kind is errors.InvalidSubmission else kind()  # type: ignore[arg-type]
        assert status_of(error) in ADVICE, kind
    bases = [kind for kind, _ in STATUS]
    assert all(not issubclass(later, earlier) for i, earlier in enumerate(bases) for later in bases[i + 1 :])


def test_an_unexpected_error_says_what_to_do_and_shows_nothing_of_itself(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise RuntimeError("身份证 430102198001010011")

    app.view_functions["guides.index"] = broken
    broken.access_rule = app.view_functions["guides.show"].access_rule  # type: ignore[attr-defined]
    answer = Visitor(app).get("/guides")
    assert answer.status_code == 500
    assert "请稍后重试" in answer.text
    assert "430102198001010011" not in answer.text


def test_missing_pages_and_wrong_methods_say_what_to_do(visit: Callable[..., Visitor]) -> None:
    missing = visit("changsha.window").get("/cases/430100-2026-999999")
    assert missing.status_code == 404
    assert "请核对" in missing.text
    assert visit("changsha.window").get("/logout").status_code == 405


def test_programs_get_errors_as_json(visit: Callable[..., Visitor]) -> None:
    answer = visit("changsha.window").get("/cases/430100-2026-999999/diagram.json")
    assert answer.status_code == 404
    assert answer.json["message"].startswith("没有这个办件")


def test_health_and_readiness_answer_without_login(visit: Callable[..., Visitor]) -> None:
    assert visit().get("/healthz").json == {"status": "ok"}
    assert visit().get("/readyz").json == {"status": "ok"}


def test_a_server_without_its_tables_is_not_ready(tmp_path: Path) -> None:
    system = System.open(f"sqlite:///{tmp_path / 'empty.db'}")
    answer = create_app(system, secret="tests").test_client().get("/readyz")
    assert answer.status_code == 503
    system.close()


def test_a_guide_offers_to_open_a_case_to_who_may_open_one_there(visit: Callable[..., Visitor]) -> None:
    for user, region, offered in (
        ("yueyang.window", "yueyang", 1),
        ("yueyang.window", "hunan", 0),
        (None, "yueyang", 0),
    ):
        page = tree(visit(user).get(f"/guides/002036001001-unit-enrolment/{region}"))
        assert len(page.xpath("//a[@id='open']")) == offered, (user, region)
