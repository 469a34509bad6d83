"""The auditor's pages: the player's data, verification of one case and of many, the export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import text

from engine.actions.system import System
from tests.support.tampering import tampering
from tests.support.visitor import Visitor, case_of, text_of, tree

CLOSED = "长沙麓谷生物科技有限公司"
OPEN = "长沙星河软件有限公司"
Visit = Callable[..., Visitor]


def number(system: System, applicant: str = CLOSED) -> str:
    return str(case_of(system, applicant).number)


def alter(system: System, applicant: str = CLOSED) -> None:
    """What somebody with the database's password might do."""
    change = "UPDATE events SET payload = replace(payload, '麓谷', '麓山') WHERE case_id = :c AND seq = 1"
    with tampering(system.store) as connection:
        changed = connection.execute(text(change), {"c": case_of(system, applicant).id})
        assert changed.rowcount == 1


def verify(visitor: Visitor, case: str) -> dict[str, object]:
    answer = visitor.client.post(f"/cases/{case}/replay/verify.json", json={}, headers={"X-CSRFToken": visitor.csrf})
    assert answer.status_code == 200, answer.text
    value: dict[str, object] = answer.get_json()
    return value


def test_the_player_gets_its_addresses_and_runs_under_the_strict_policy(visit: Visit, demo_system: System) -> None:
    case = number(demo_system)
    page = visit("auditor").get(f"/cases/{case}/replay")
    (player,) = tree(page).xpath("//*[@id='player']")
    for name in ("xml", "frames", "verify"):
        assert player.get(f"data-{name}-url").startswith(f"/cases/{case}/replay/")
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_frames_and_diagram_are_those_of_the_case(visit: Visit, demo_system: System) -> None:
    case = number(demo_system)
    answer = visit("auditor").get(f"/cases/{case}/replay/frames.json").get_json()
    assert answer["case"]["number"] == case
    assert answer["frames"][0]["title"] == "开立办件：申请"
    assert answer["frames"][-1]["title"] == "审核：审核通过"
    assert answer["frames"][0]["actor"] == "王秀英"
    diagram = visit("auditor").get(f"/cases/{case}/replay/process.bpmn")
    assert (diagram.mimetype, diagram.text) == (
        "text/plain",
        demo_system.deployed(case_of(demo_system, CLOSED).deployment_id).bundle.bpmn,
    )


def test_a_whole_record_verifies_and_an_altered_one_does_not(visit: Visit, demo_system: System) -> None:
    assert verify(visit("auditor"), number(demo_system))["result"] == "intact"
    alter(demo_system)
    verdict = verify(visit("auditor"), number(demo_system))
    assert verdict["result"] == "altered"
    assert "第 1 号事件" in str(verdict["details"])


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("auditor", 200), ("supervisor", 200), ("changsha.window", 200), ("auditor.own", 200),
        ("auditor.foreign", 404), ("yueyang.window", 404), ("designer", 403), ("admin", 403), (None, 401),
    ],
)  # fmt: skip
def test_only_who_may_see_the_case_may_replay_it(
    visit: Visit, demo_system: System, who: str | None, status: int
) -> None:
    case, visitor = number(demo_system), visit(who)
    json = {"Accept": "application/json"}
    assert visitor.get(f"/cases/{case}/replay/frames.json", headers=json).status_code == status
    assert visitor.get(f"/cases/{case}/replay/process.bpmn", headers=json).status_code == status
    posted = visitor.client.post(
        f"/cases/{case}/replay/verify.json", json={}, headers={"X-CSRFToken": visitor.csrf, **json}
    )
    assert posted.status_code == status


def test_the_list_holds_what_the_auditor_may_see_and_the_filter_asks_for(visit: Visit, demo_system: System) -> None:
    everything = visit("auditor").get("/audit")
    assert all(name in text_of(everything) for name in (CLOSED, OPEN, "罗玉梅"))
    own = text_of(visit("auditor.own").get("/audit"))
    assert CLOSED in own
    assert "罗玉梅" not in own
    closed = text_of(visit("auditor").get("/audit?status=approved&q=麓谷"))
    assert CLOSED in closed
    assert OPEN not in closed
    that_day = "since=2026-09-22&until=2026-09-22"
    for days, found in ((that_day, True), ("since=2026-09-23", False), ("until=2026-09-21", False)):
        assert (OPEN in text_of(visit("auditor").get(f"/audit?{days}"))) is found, days
    assert "没有符合条件的办件" in visit("auditor").get("/audit?q=%07nobody%25").text
    assert visit("auditor").get("/audit?since=yesterday&status=x&region=x&matter=x").status_code == 200


def test_all_cases_of_a_filter_are_verified_at_once_each_with_its_result(visit: Visit, demo_system: System) -> None:
    before = tree(visit("auditor").get("/audit"))
    assert {cell.get("data-verdict") for cell in before.xpath("//td[@data-verdict]")} == {""}
    alter(demo_system)
    page = visit("auditor").post("/audit", {"matter": "002036001001-unit-enrolment"})
    results = {r.get("data-case"): r.xpath(".//td/@data-verdict")[0] for r in tree(page).xpath("//tr[@data-case]")}
    assert results.pop(number(demo_system)) == "altered"
    assert set(results.values()) == {"intact"}
    assert f"已核验 {len(results) + 1} 件：未被改动 {len(results)} 件被改动 1 件" in text_of(page)
    assert "第 1 号事件" in page.text


def test_an_auditor_verifies_only_cases_of_his_place(visit: Visit) -> None:
    page = visit("auditor.foreign").post("/audit", {"region": "changsha"})
    assert "没有符合条件的办件" in page.text


def test_the_export_is_the_list_and_no_cell_is_a_formula(visit: Visit, demo_system: System) -> None:
    with demo_system.store.writing() as connection:
        connection.execute(
            text("UPDATE cases SET applicant = '=HYPERLINK(\"http://x\")' WHERE applicant = :a"), {"a": OPEN}
        )
    answer = visit("auditor").get("/audit.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff办件编号,申请人")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len({len(row) for row in rows}) == 1
    assert [row[1] for row in rows if "HYPERLINK" in row[1]] == ['\'=HYPERLINK("http://x")']
    assert {row[-1] for row in rows[1:]} == {"未核验"}
    line = next(row for row in rows if row[1] == CLOSED)
    assert (line[0], line[3], line[7], line[9]) == (number(demo_system), "长沙市", "办结", "1")


def test_the_export_tells_the_result_of_verifying_when_asked(visit: Visit, demo_system: System) -> None:
    alter(demo_system)
    rows = list(csv.reader(io.StringIO(visit("auditor").get("/audit.csv?verify=1&q=麓").text)))
    assert {row[1]: row[-1] for row in rows[1:]}[CLOSED] == "被改动"


def test_who_is_no_auditor_has_no_list(visit: Visit) -> None:
    for who in ("changsha.window", "designer", "admin"):
        assert visit(who).get("/audit").status_code == 403
        assert visit(who).get("/audit.csv").status_code == 403
