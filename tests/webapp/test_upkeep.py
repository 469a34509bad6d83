"""The administrator's calendar and incidents: nothing is amended that was not shown before."""

from __future__ import annotations

import io
from collections.abc import Callable

from sqlalchemy import select

from engine.actions.incidents import raise_incident
from engine.actions.system import System
from engine.store import incidents
from tests.support.hours import at
from tests.support.spring_2020 import EXTENDED, ORIGINAL, original, registered
from tests.support.visitor import Visitor, case_of, text_of, tree

Visit = Callable[..., Visitor]


def test_a_notice_is_uploaded_previewed_and_confirmed(visit: Visit, demo_system: System) -> None:
    at(demo_system, "2019-12-02 10:00")
    original(demo_system)
    registered(demo_system, "2020-01-22 10:00", "2020-01-22 11:00")
    at(demo_system, "2020-01-28 09:00")
    admin, before = visit("admin"), demo_system.calendar().version
    shown = admin.post(
        "/admin/calendars/preview",
        {"file": (io.BytesIO(EXTENDED.encode()), "notice.yaml"), "reason": "国办发明电〔2020〕1号"},
        content_type="multipart/form-data",
    )
    assert shown.status_code == 200
    assert "改变 2 天：2020年1月31日（周五）放假、2020年2月1日（周六）放假" in text_of(shown)
    assert "2月2日 00:00" in text_of(shown)
    assert "2月5日 00:00" in text_of(shown)
    assert demo_system.calendar().version == before
    (form,) = [f for f in tree(shown).forms if f.get("action") == "/admin/calendars"]
    fields = {name: value for name, value in form.form_values() if name != "csrf_token"}
    done = admin.post("/admin/calendars", fields)
    assert "新的日历版本已经生效" in text_of(done)
    assert "申报期限：2月2日 00:00 改为 2月5日 00:00" in text_of(done)
    assert demo_system.calendar().version != before
    assert "国办发明电〔2020〕1号" in text_of(admin.get("/admin/calendars"))
    assert admin.post("/admin/calendars", fields).status_code == 409  # what was previewed is no longer in force


def test_what_cannot_be_read_is_said_beside_what_was_typed(visit: Visit) -> None:
    answer = visit("admin").post("/admin/calendars/preview", {"text": "year: 明年", "reason": "通知"})
    assert answer.status_code == 422
    assert "放假通知" in text_of(answer)
    assert "year: 明年" in answer.text


def test_a_reason_is_wanted(visit: Visit, demo_system: System) -> None:
    before = demo_system.calendar().version
    answer = visit("admin").post("/admin/calendars", {"text": ORIGINAL, "reason": ""})
    assert answer.status_code == 422
    assert "请填写修订依据" in text_of(answer)
    assert demo_system.calendar().version == before


def test_an_incident_is_resolved_with_a_button(visit: Visit, demo_system: System) -> None:
    raise_incident(demo_system, case_of(demo_system, "长沙星河软件有限公司").id, "fire_timers", "", "状态无法读取")
    admin = visit("admin")
    with demo_system.store.reading() as connection:
        incident = connection.execute(select(incidents.incidents)).one()
    assert f"/admin/incidents/{incident.id}" in admin.get("/admin/incidents").text
    page = admin.follow(admin.post(f"/admin/incidents/{incident.id}"))
    assert "已登记处理" in text_of(page)
    assert "已解决" in text_of(page)
    assert "已由高明处理" in text_of(admin.follow(admin.post(f"/admin/incidents/{incident.id}")))


def test_the_calendar_of_all_regions_is_not_amended_by_the_administrator_of_one(
    visit: Visit, demo_system: System
) -> None:
    local, before = visit("admin.own"), demo_system.calendar().version
    page = local.get("/admin/calendars")
    assert "由管理全部统筹区的系统管理员修订" in text_of(page)
    assert not tree(page).xpath("//textarea")
    for address in ("/admin/calendars/preview", "/admin/calendars"):
        assert local.post(address, {"text": ORIGINAL, "reason": "通知"}).status_code == 403
    assert demo_system.calendar().version == before


def test_an_administrator_sees_the_incidents_of_his_own_office(visit: Visit, demo_system: System) -> None:
    case = case_of(demo_system, "长沙星河软件有限公司")
    raise_incident(demo_system, case.id, "fire_timers", "", "状态无法读取")
    raise_incident(demo_system, None, "open_case", "x/hubei", "流程无法开始")
    assert case.number in text_of(visit("admin.own").get("/admin/incidents"))
    assert "流程无法开始" not in text_of(visit("admin.own").get("/admin/incidents"))
    assert case.number not in text_of(visit("admin.foreign").get("/admin/incidents"))
    everything = text_of(visit("admin").get("/admin/incidents"))
    assert case.number in everything
    assert "流程无法开始" in everything
