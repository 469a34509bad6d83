"""Every route with every role, in one's own region, another office and another region, and anonymous."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from werkzeug.routing import Rule as Route

from engine.actions.incidents import raise_incident
from engine.actions.system import System
from engine.store import notices
from engine.store.incidents import incidents
from engine.store.supervision import supervisions
from tests.support.visitor import Visitor, case_of, letter_of, task_of
from tests.webapp.conftest import ROLES
from webapp.access import UndeclaredRoute, require_declared, rule_of

LACKING = "长沙市天心区向阳幼儿园"  # waits for its applicant; has had a letter
FRESH = "长沙星河软件有限公司"  # waits for 受理
LANES = {"window", "review", "finance", "leader"}
READERS = LANES | {"auditor", "supervisor"}
ALL = set(ROLES)
# endpoint -> who gets in at their own place; None: the public. A new route of these pages must be entered here.
EXPECTED: dict[str, set[str] | None] = {
    "static": None, "healthz": None, "readyz": None,
    "identity.login": None, "identity.enter": None, "identity.leave": ALL,
    "notices.index": None, "notices.show": None, "notices.pdf": None,
    "guides.index": None, "guides.show": None, "guides.diagram": None,
    "inbox.show": ALL, "inbox.next_task": LANES, "inbox.claim": {"window"}, "inbox.release": {"window"},
    "tasks.show": {"window"}, "tasks.complete": {"window"}, "tasks.check": {"window"}, "tasks.history": {"window"},
    "tasks.case_history": READERS,
    "cases.search": READERS, "cases.show": READERS, "cases.diagram": READERS, "cases.diagram_state": READERS,
    "cases.paper": READERS, "cases.export": READERS,
    "forms.show": READERS, "forms.pdf": READERS, "forms.blank": None, "forms.blank_pdf": None,
    "account.password": ALL, "account.change": ALL,
    "letters.show": READERS, "letters.pdf": READERS,
    "opening.choose": {"window"}, "opening.fill": {"window"}, "opening.submit": {"window"}, "opening.check": {"window"},
    "counter.fill": {"window"}, "counter.submit": {"window"}, "counter.check": {"window"}, "counter.later": {"window"},
    "counter.done": READERS,
    "measures.extension": {"supervisor", "leader"}, "measures.extend": {"supervisor", "leader"},
    "replies.fill": set(), "replies.register": set(), "replies.check": set(),  # its case awaits no reply
    "substituting.ask": set(), "substituting.substitute": set(),  # its task is no seat
    "substituting.take_back": {"leader", "supervisor"},
    "lists.show": set(), "lists.export": set(),  # its case has no table from a file; see test_lists
    "measures.reopening": {"supervisor"}, "measures.reopen": {"supervisor"},
    "upkeep.preview": set(), "upkeep.amend": set(),  # for whoever administers every region
    "upkeep.resolve": {"admin"},
    "supervision.show": {"supervisor"}, "supervision.handle": {"supervisor"},
    "supervision.order": READERS, "supervision.order_pdf": READERS,
    "drafts.save": ALL, "drafts.discard": ALL, "demo.move": ALL,
    "admin.people": {"admin"}, "admin.incidents": {"admin"}, "admin.calendars": {"admin"},
    "admin.new_person": {"admin"}, "admin.create": {"admin"}, "admin.reset": {"admin"}, "admin.unlock": {"admin"},
    "admin.activate": {"admin"},
    "erasing.choose": {"leader"}, "erasing.erase": {"leader"},
    "roles.show": {"admin"}, "roles.assign": {"admin"},
    "roles.trail": {"admin", "auditor"}, "roles.export": {"admin", "auditor"},
}  # fmt: skip
ABOUT_A_CASE = {"number", "task_id", "letter_id", "item_id", "incident_id"}
OTHERS = ("designer", "replay", "agreements")  # blueprints with tests of their own; here: that they keep strangers out


def addresses(app: Flask, system: System) -> list[tuple[Route, str, str]]:
    """(route, method, address) of everything the application answers, about one case of 长沙市本级."""
    task, letter = task_of(system, FRESH), letter_of(system, LACKING, "one_time_notice")
    _notice(system)
    values: dict[str, Any] = {
        "task_id": task.id, "letter_id": letter.id, "item_id": _item(system, letter.case_id), "number": _number(system),
        "slug": "002036001001-unit-enrolment", "region": "changsha", "filename": "css/base.css",
        "key": "application", "incident_id": _incident(system, letter.case_id),
    }  # fmt: skip
    found = []
    adapter = app.url_map.bind("localhost")
    for route in app.url_map.iter_rules():
        arguments = {name: values.get(name, 1) for name in route.arguments}
        methods = (route.methods or set()) - {"HEAD", "OPTIONS"}
        found += [(route, method, adapter.build(route.endpoint, arguments)) for method in sorted(methods)]
    return found


def _number(system: System) -> str:
    return str(case_of(system, LACKING).number)


def _notice(system: System) -> None:
    """A public notice that happens to have the case's number: both are found by an address with a number in it."""
    now = system.clock.now()
    row = {
        "number": _number(system), "region": "changsha", "office": "本级", "cycle": "2026Q3", "title": "公示",
        "agency": "经办机构", "contacts": "[]", "days": 7, "published_at": now, "ends_on": now.date(),
        "published_by": "leader.own", "request_id": "x",
    }  # fmt: skip
    with system.store.writing() as connection:
        if notices.by_number(connection, row["number"]) is None:
            notices.add(connection, row)


def _item(system: System, case_id: int) -> int:
    row = {
        "case_id": case_id, "seq": 1, "region": "changsha", "office": "本级", "kind": "warning", "deadline": "handling",
        "occurrence": 1, "raised_at": system.clock.now(), "status": "open", "note": "",
    }  # fmt: skip
    with system.store.writing() as connection:
        known = connection.execute(select(supervisions.c.id).where(supervisions.c.case_id == case_id)).scalar()
        return known or int(connection.execute(insert(supervisions).returning(supervisions.c.id), row).scalar_one())


def _incident(system: System, case_id: int) -> int:
    raise_incident(system, case_id, "fire_timers", "", "状态无法读取")
    with system.store.reading() as connection:
        return int(connection.execute(select(func.max(incidents.c.id))).scalar_one())


def named(answer: Any) -> bool:
    return LACKING in answer.text or FRESH in answer.text


def ask(visitor: Visitor, method: str, address: str) -> Any:
    if method == "PUT":
        return visitor.client.put(address, headers={"X-CSRFToken": visitor.csrf}, json={})
    return visitor.get(address) if method == "GET" else visitor.post(address)


def test_a_route_without_an_access_rule_keeps_the_application_from_starting(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "anybody reads this")
    with pytest.raises(UndeclaredRoute, match="/forgotten"):
        require_declared(app)


def test_every_page_of_ours_stands_in_the_table_of_who_may_use_it(app: Flask) -> None:
    ours = {r.endpoint for r in app.url_map.iter_rules() if r.endpoint.partition(".")[0] not in OTHERS}
    assert ours == set(EXPECTED)


def test_an_anonymous_visitor_gets_the_public_pages_and_nothing_else(app: Flask, demo_system: System) -> None:
    for route, method, address in addresses(app, demo_system):
        answer = ask(Visitor(app), method, address)
        rule = rule_of(app.view_functions[route.endpoint])
        assert rule is not None
        if rule.public:
            assert answer.status_code in (200, 422), (address, answer.status_code)
            continue
        to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/login")
        assert to_login or answer.status_code == 401, (method, address, answer.status_code)
        assert not named(answer)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_exactly_its_own_pages_in_its_own_region(
    app: Flask, demo_system: System, role: str, visit: Callable[..., Visitor]
) -> None:
    refused, admitted = [], []
    visitors = addresses(app, demo_system)
    for route, method, address in visitors:
        expected = EXPECTED.get(route.endpoint)
        if route.endpoint not in EXPECTED or expected is None or route.endpoint == "identity.leave":
            continue
        answer = ask(visit(f"{role}.own"), method, address)
        (admitted if answer.status_code not in (401, 403, 404) else refused).append(route.endpoint)
        if role not in expected:
            assert not named(answer), (method, address)
    should = {e for e, roles in EXPECTED.items() if roles and role in roles and e != "identity.leave"}
    assert set(admitted) == should
    assert not should & set(refused)


@pytest.mark.parametrize("place", ["office", "foreign"])
@pytest.mark.parametrize("role", ROLES)
def test_nobody_reaches_a_case_of_another_region_or_office(
    app: Flask, demo_system: System, role: str, place: str, visit: Callable[..., Visitor]
) -> None:
    number = _number(demo_system)
    for route, method, address in addresses(app, demo_system):
        rule = rule_of(app.view_functions[route.endpoint])
        assert rule is not None
        if rule.public or route.endpoint == "identity.leave":
            continue
        answer = ask(visit(f"{role}.{place}"), method, address)
        assert not named(answer), (method, address)
        if route.arguments & ABOUT_A_CASE:
            assert answer.status_code in (403, 404), (method, address, answer.status_code)
            assert number not in answer.text.replace(address, ""), (method, address)


def test_a_stranger_is_told_the_same_as_for_a_case_that_does_not_exist(
    visit: Callable[..., Visitor], demo_system: System
) -> None:
    stranger = visit("window.foreign")
    theirs, nobodys = stranger.get(f"/cases/{_number(demo_system)}"), stranger.get("/cases/430100-2026-999999")
    assert theirs.status_code == nobodys.status_code == 404


@pytest.mark.parametrize("role", ["designer", "approver", "admin"])
def test_who_only_builds_or_administers_sees_no_case(visit: Callable[..., Visitor], role: str) -> None:
    assert visit(f"{role}.own").get("/cases").status_code == 403


def test_a_clerk_opens_cases_only_in_the_offices_of_his_membership(visit: Callable[..., Visitor]) -> None:
    page = visit("window.own").get("/open/002036001001-unit-enrolment/changsha")
    assert 'name="_office" value="本级"' in page.text
    sent = visit("window.own").post("/open/002036001001-unit-enrolment/changsha", {"_office": "芙蓉区"})
    assert sent.status_code == 422
    assert "请选择您所在的经办机构" in sent.text
