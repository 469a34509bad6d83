"""The page on which the head of an office erases personal values, and every other page of a case afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from engine.actions.actor import Membership
from engine.actions.create_user import create_user
from engine.actions.erase_values import BASES
from engine.actions.seed_demo import DEMO_PASSWORD
from engine.actions.submitting import ERASED_NAME
from engine.actions.system import System
from engine.store import letters
from engine.store.cases import cases
from tests.support.visitor import Visitor, case_of, text_of, tree

Visit = Callable[..., Visitor]
OPEN, CLOSED = "长沙星河软件有限公司", "长沙麓谷生物科技有限公司"
GIVEN = {"basis": BASES[0], "reason": "销毁清册〔2036〕3号", "sure": "yes"}


def ended(system: System) -> list[Any]:
    with system.store.reading() as connection:
        return list(connection.execute(select(cases).where(cases.c.status == "closed").order_by(cases.c.id)))


def head(system: System, visit: Visit, roles: tuple[str, ...] = ("leader",)) -> Visitor:
    """A leader of every region."""
    create_user(system, "head", "何正", DEMO_PASSWORD, [Membership("*", "*", role) for role in roles])
    return visit("head")


def shown_values(page: Any) -> list[str]:
    """What the page offers to erase, as it shows it; not what is only counted or cut off."""
    lines = page.xpath("//label[input[@name='value']]/span/span/text()")
    return [line for line in lines if len(line) > 1 and not line.startswith("共 ") and not line.endswith("…")]


def addresses(system: System, row: Any) -> Iterator[str]:
    """Every page that speaks of the case."""
    number = row.number
    yield from (f"/cases/{number}", f"/cases/{number}/history", f"/cases/{number}/erase", f"/cases/{number}/replay")
    yield from (f"/cases/{number}/replay/frames.json", f"/cases/{number}/diagram.json", f"/counter/{number}")
    for key in system.deployed(row.deployment_id).forms:
        yield f"/cases/{number}/forms/{key}"
    with system.store.reading() as connection:
        yield from (f"/letters/{letter.id}" for letter in letters.of_case(connection, row.id))


def test_every_page_of_every_case_stands_without_what_was_erased(visit: Visit, demo_system: System) -> None:
    leader, found = head(demo_system, visit, ("leader", "supervisor")), ended(demo_system)
    assert len(found) >= 3
    for row in found:
        page = tree(leader.get(f"/cases/{row.number}/erase"))
        boxes = page.xpath("//input[@name='value']/@value")
        values = [v for v in shown_values(page) if any(c.isdigit() for c in v) and len(v) >= 11]
        if not boxes:
            continue
        answer = leader.post(f"/cases/{row.number}/erase", {**GIVEN, "value": boxes})
        assert answer.headers["Location"] == f"/cases/{row.number}", text_of(answer)
        for address in addresses(demo_system, row):
            answer = leader.get(address)
            assert answer.status_code in (200, 302, 404), (address, answer.status_code)
            assert [v for v in values if v in answer.text] == [], address
    verified = tree(leader.post("/audit"))
    assert verified.xpath("//td[@data-verdict='altered']/..//text()") == []
    assert len(verified.xpath("//td[@data-verdict='unverifiable']")) >= 3


def test_whole_steps_are_ticked_at_once_and_the_case_says_what_happened(visit: Visit, demo_system: System) -> None:
    row = case_of(demo_system, CLOSED)
    leader = visit("changsha.leader")
    assert "删除个人信息" in text_of(leader.get(f"/cases/{row.number}"))
    done = leader.post(f"/cases/{row.number}/erase", {**GIVEN, "all": "1"})
    told = text_of(leader.follow(done))
    assert "项个人信息，并记入办理经过" in told
    assert f"：{BASES[0]}；销毁清册〔2036〕3号" in told
    assert "项内容已依法删除" in told


def test_what_is_refused_loses_nothing_that_was_chosen(visit: Visit, demo_system: System) -> None:
    address = f"/cases/{case_of(demo_system, CLOSED).number}/erase"
    leader = visit("changsha.leader")
    (place,) = tree(leader.get(address)).xpath("(//input[@name='value']/@value)[1]")
    for lacking, words in (("sure", "已核对"), ("reason", "理由"), ("basis", "法律依据")):
        answer = leader.post(address, {**{k: v for k, v in GIVEN.items() if k != lacking}, "value": place})
        assert answer.status_code == 422
        assert words in tree(answer).get_element_by_id("problem").text_content()
        assert tree(answer).xpath(f"//input[@value='{place}'][@checked]")
    assert leader.post(address, {**GIVEN, "value": "x:y"}).status_code == 422
    assert leader.post(address, {**GIVEN, "value": f"{10**9}:legal_rep.name"}).status_code == 422


def test_an_open_case_offers_nothing_and_others_than_the_head_get_nowhere(visit: Visit, demo_system: System) -> None:
    running = case_of(demo_system, OPEN).number
    leader = visit("changsha.leader")
    assert "办件还在办理" in text_of(leader.get(f"/cases/{running}/erase"))
    assert leader.post(f"/cases/{running}/erase", {**GIVEN, "value": "1:legal_rep.name"}).status_code == 409
    address = f"/cases/{case_of(demo_system, CLOSED).number}/erase"
    assert visit("changsha.window").get(address).status_code == 403
    assert visit("admin").get(address).status_code == 403
    assert visit("yueyang.leader").get(address).status_code == 404
    assert visit("yueyang.leader").post(address, {**GIVEN, "all": "1"}).status_code == 404
    assert case_of(demo_system, CLOSED).applicant != ERASED_NAME
