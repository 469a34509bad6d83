"""An administrator changes what somebody may do, and the auditor reads it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from engine.actions.system import System
from engine.store.people import users
from tests.support.visitor import Visitor, text_of, tree

Visit = Callable[..., Visitor]
REASON = "长医保人〔2026〕12号"


def id_of(system: System, username: str) -> int:
    with system.store.reading() as connection:
        return int(connection.execute(select(users.c.id).where(users.c.username == username)).scalar_one())


def test_a_role_is_given_on_the_page_counts_at_once_and_is_on_record(visit: Visit, demo_system: System) -> None:
    address = f"/admin/users/{id_of(demo_system, 'changsha.finance')}/roles"
    admin, clerk, auditor = visit("admin"), visit("changsha.finance"), visit("auditor")
    assert clerk.get("/open").status_code == 403
    page = tree(admin.get(address))
    (form,) = [f for f in page.forms if f.get("action") == address]
    assert (form.fields["place-0"], form.fields["role-0"], form.fields["seen"]) == (
        "changsha/本级", "finance", "changsha/本级/finance",
    )  # fmt: skip
    fields = {"seen": "changsha/本级/finance", "place-0": "changsha/本级", "role-0": "finance"}
    more = {**fields, "place-1": "changsha/本级", "role-1": "window", "reason": REASON}
    answer = admin.post(address, more)
    assert answer.headers["Location"] == address
    assert clerk.get("/open").status_code == 200
    assert REASON in text_of(admin.get(address))
    told = text_of(auditor.get("/audit/accounts"))
    assert "变更职责 增加：长沙市 本级 窗口受理" in told
    assert REASON in told
    assert REASON in auditor.get("/audit/accounts.csv").text


def test_what_is_refused_is_told_with_what_was_chosen(visit: Visit, demo_system: System) -> None:
    address = f"/admin/users/{id_of(demo_system, 'changsha.finance')}/roles"
    admin = visit("admin")
    chosen = {"seen": "changsha/本级/finance", "place-0": "changsha/芙蓉区", "role-0": "window", "reason": ""}
    answer = admin.post(address, chosen)
    assert answer.status_code == 422
    assert "请填写变更依据" in text_of(answer)
    assert tree(answer).xpath("//select[@id='place-0']/option[@selected]/@value") == ["changsha/芙蓉区"]
    assert "现有职责：长沙市 本级 财务" in text_of(answer)
    half = admin.post(address, {**chosen, "reason": REASON, "role-0": ""})
    assert "须同时选择" in text_of(half)
    stale = admin.post(address, {**chosen, "reason": REASON, "seen": "changsha/本级/leader"})
    assert stale.status_code == 409
    assert "已由其他管理员变更" in text_of(stale)


def test_nobody_changes_his_own_roles_or_those_of_people_elsewhere(visit: Visit, demo_system: System) -> None:
    admin = visit("admin.own")
    for username in ("admin.own", "window.foreign", "admin"):
        address = f"/admin/users/{id_of(demo_system, username)}/roles"
        posted = {"place-0": "changsha/本级", "role-0": "window", "reason": REASON}
        assert admin.get(address).status_code == 403, username
        assert admin.post(address, posted).status_code == 403, username


def test_an_administrator_reads_the_changes_of_his_office_only(visit: Visit, demo_system: System) -> None:
    visit("admin").post(f"/admin/users/{id_of(demo_system, 'window.foreign')}/password")
    visit("admin").post(f"/admin/users/{id_of(demo_system, 'window.own')}/password")
    told = text_of(visit("admin.own").get("/audit/accounts"))
    assert "window.own" in told
    assert "window.foreign" not in told
    assert visit("review.own").get("/audit/accounts").status_code == 403
