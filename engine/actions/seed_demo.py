"""Demo users of every role, and some cases in different states; only in demo mode, only once.

The cases are worked through the same actions as any other: nothing is written behind the engine's back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from math import ceil
from typing import Any

from sqlalchemy import func, select

from engine.actions.actor import Actor, Membership
from engine.actions.claim_task import claim_task
from engine.actions.complete_task import complete_task
from engine.actions.create_user import create_user
from engine.actions.fire_timers import fire_timers
from engine.actions.open_case import Opened, open_case
from engine.actions.seed_hard import HardCases
from engine.actions.system import System
from engine.clock import SHANGHAI
from engine.errors import Forbidden, InvalidInput
from engine.identity import credit_check_character, identity_check_digit
from engine.store import cases, settings, tasks, users

DEMO_PASSWORD = "jingban-demo-2026"
ENROLMENT = "002036001001-unit-enrolment"
EMERGENCY = "002036004005-remote-emergency-filing"

# user name, name, memberships (region, office, role)
USERS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    ("changsha.window", "王秀英", (("changsha", "本级", "window"),)),
    ("changsha.review", "李建国", (("changsha", "本级", "review"),)),
    ("changsha.leader", "张志强", (("changsha", "本级", "leader"),)),
    ("yueyang.window", "刘芳", (("yueyang", "本级", "window"),)),
    ("yueyang.review", "陈磊", (("yueyang", "本级", "review"),)),
    ("yueyang.leader", "杨帆", (("yueyang", "本级", "leader"),)),
    ("zhuzhou.window", "赵敏", (("zhuzhou", "*", "window"),)),
    ("zhuzhou.review", "黄勇", (("zhuzhou", "*", "review"), ("zhuzhou", "*", "leader"))),
    ("hunan.clerk", "周静", tuple(("hunan", "本级", role) for role in ("window", "review", "finance", "leader"))),
    ("hubei.clerk", "吴涛", tuple(("hubei", "本级", role) for role in ("window", "review", "finance", "leader"))),
    ("changsha.review2", "谢琳", (("changsha", "本级", "review"),)),  # 初审 and 复核 are two people
    ("yueyang.review2", "许晴", (("yueyang", "本级", "review"),)),
    ("zhuzhou.review2", "邓强", (("zhuzhou", "*", "review"),)),
    ("hunan.review2", "曹颖", (("hunan", "本级", "review"),)),
    ("hubei.review2", "冯超", (("hubei", "本级", "review"),)),
    # what several people do apart must not end for want of somebody: experts, their group's conclusion, the payment
    ("hunan.review3", "贺俊", (("hunan", "本级", "review"),)),
    ("hunan.leader", "龙辉", (("hunan", "本级", "leader"),)),
    ("hunan.finance", "舒敏", (("hunan", "本级", "finance"),)),
    ("hubei.review3", "江琴", (("hubei", "本级", "review"),)),
    ("hubei.review4", "熊伟", (("hubei", "本级", "review"),)),
    ("hubei.leader", "夏明", (("hubei", "本级", "leader"),)),
    ("hubei.finance", "万芸", (("hubei", "本级", "finance"),)),
    ("changsha.finance", "唐慧", (("changsha", "本级", "finance"),)),
    ("yueyang.finance", "袁静", (("yueyang", "本级", "finance"),)),
    ("zhuzhou.leader", "罗文", (("zhuzhou", "*", "leader"),)),  # who decides a complaint did not investigate it
    ("zhuzhou.finance", "谭丽", (("zhuzhou", "*", "finance"),)),
    # 综合柜员: 即办 needs who may also review; what two people must do is still handed on
    ("changsha.counter", "郭蓉", (("changsha", "本级", "window"), ("changsha", "本级", "review"))),
    ("yueyang.counter", "彭丹", (("yueyang", "本级", "window"), ("yueyang", "本级", "review"))),
    ("zhuzhou.counter", "肖勇", (("zhuzhou", "*", "window"), ("zhuzhou", "*", "review"))),
    ("designer", "徐丽", (("*", "*", "designer"),)),
    ("approver", "孙伟", (("*", "*", "approver"),)),
    ("auditor", "胡军", (("*", "*", "auditor"),)),
    ("supervisor", "朱红", (("*", "*", "supervisor"),)),
    ("admin", "高明", (("*", "*", "admin"),)),
)


def seed_demo(system: System, present: datetime | None = None, fewer: bool = False) -> list[tuple[str, str]]:
    """The demo users as (user name, name); adds what is missing.

    `present`: where the demo clock stands at the end, the machine's time without it. `fewer`: without the matters that
    many people work on (`seed_hard`). Raises InvalidInput when there are cases already: their clock never goes back.
    """
    if not system.demo:
        raise Forbidden("演示数据只能在演示系统中建立")
    for username, name, memberships in USERS:
        with system.store.reading() as connection:
            known = users.by_username(connection, username)
        if known is None:
            create_user(system, username, name, DEMO_PASSWORD, [Membership(*m) for m in memberships], demo=True)
    with system.store.reading() as connection:
        empty = connection.execute(select(func.count()).select_from(cases.cases)).scalar() == 0
    if present is not None and not empty:
        raise InvalidInput("演示时钟的起点只能在还没有办件的数据库上设定；请换一个数据库，或在页面上向前拨")
    if empty:
        _Demo(system, present).cases(fewer)
    return [(username, name) for username, name, _ in USERS]


class _Demo:
    """Works the demo cases, each as the clerks of its region."""

    def __init__(self, system: System, present: datetime | None = None) -> None:
        self.system = system
        self.ahead = present - datetime.now(UTC) if present else timedelta(0)  # of the machine, at the end
        self.actors = {
            username: Actor(0, username, name, tuple(Membership(*m) for m in memberships))
            for username, name, memberships in USERS
        }

    def cases(self, fewer: bool = False) -> None:
        """Twelve days of an agency's work; the demo clock starts in the past and ends at the present."""
        changsha, zhuzhou = self.actors["changsha.window"], self.actors["zhuzhou.window"]
        review, hard = self.actors["changsha.review"], HardCases(self)

        self.go(12, "09:10")
        done = self.enrol(changsha, "changsha", "长沙麓谷生物科技有限公司", "91430100MA4M9B3H5")
        self.accept(changsha, done)
        late = self.enrol(changsha, "changsha", "长沙湘江物流股份有限公司", "91430100MA4L7T5W2")
        self.accept(changsha, late)
        refused = self.enrol(changsha, "changsha", "长沙县星沙建材经营部", "92430121MA4N2R6T7")
        self.accept(changsha, refused)
        lacking = self.enrol(changsha, "changsha", "长沙市天心区向阳幼儿园", "52430103MJJ58D6E3")
        self.act(changsha, lacking, self.intake(lacking, "supplement", 1))
        self.go(10, "15:40")
        self.act(review, done, {"decision": "pass"})
        self.act(review, refused, {"decision": "refuse", "reason": "单位名称与统一社会信用代码登记信息不一致"})
        paused = self.enrol(zhuzhou, "zhuzhou", "株洲渌江陶瓷有限公司", "91430211MA4P6D8F1")
        self.accept(zhuzhou, paused)
        self.go(9, "10:05")
        self.act(
            self.actors["zhuzhou.review"],
            paused,
            {"decision": "supplement", "items": "登记表第二页漏盖单位公章，请补盖后重新提交"},
        )
        self.registrations()
        self.go(6, "11:20")
        accepted = self.enrol(changsha, "changsha", "长沙岳麓茶业有限公司", "91430104MA4PQ2KC8")
        self.accept(changsha, accepted)
        if not fewer:
            hard.taken_in()
        self.go(3, "14:30")
        claimed = self.enrol(changsha, "changsha", "长沙浏阳河酒店管理有限公司", "91430102MA4R8X2L6")
        self.accept(changsha, claimed)
        claim_task(self.system, review, self.open_task(claimed).id)
        if not fewer:
            hard.worked()
        self.go(0, "")
        self.enrol(changsha, "changsha", "长沙星河软件有限公司", "91430100MA4QT0XJ1")
        self.enrol(changsha, "changsha", "湖南省梅溪湖文化传播有限公司长沙分公司", "91430104MA4T5Y7U9")
        self.enrol(self.actors["hubei.clerk"], "hubei", "武汉江汉商贸有限公司", "91420103MA4K4U1B6")
        self.emergencies()

    def registrations(self) -> None:
        """Two visits registered by telephone: nobody applies for the first, whose window closes by itself."""
        window = self.actors["yueyang.window"]
        self.emergency(window, "yueyang", "方国平", "43060319751130301", "registration")
        done = self.emergency(window, "yueyang", "罗玉梅", "43062119620805404", "application")
        self.accept(window, done)
        self.act(self.actors["yueyang.review"], done, {"decision": "pass"})

    def emergencies(self) -> None:
        window = self.actors["yueyang.window"]
        self.emergency(window, "yueyang", "周小燕", "43060219880412202", "application")
        self.emergency(window, "yueyang", "蒋文斌", "43060219860708115", "registration")
        self.emergency(window, "yueyang", "彭志远", "43060219930217151", "application", days=20)
        self.emergency(self.actors["zhuzhou.window"], "zhuzhou", "唐晓东", "43020219790918107", "application")

    def go(self, days: int, at: str) -> None:
        """Sets the demo clock `days` before today, at a time of day, or ('') to the present; fires what is due."""
        machine = datetime.now(UTC)
        target = present = machine + self.ahead
        if at:
            day = present.astimezone(SHANGHAI).date() - timedelta(days=days)
            target = datetime.combine(day, time.fromisoformat(at), SHANGHAI)
        with self.system.store.writing() as connection:
            settings.set_demo_offset(connection, ceil((target - machine).total_seconds()), machine, "system")
        while fire_timers(self.system).cases:
            pass

    def accept(self, actor: Actor, opened: Opened) -> None:
        self.act(actor, opened, self.intake(opened, "accept"))

    def enrol(self, actor: Actor, region: str, name: str, code: str) -> Opened:
        raw = {
            "registration_type": "new",
            "unit_name": name,
            "credit_code": code + credit_check_character(code),
            "address": f"{name[:3]}示范路 100 号",
            "unit_nature": "企业",
            "legal_rep": {"name": "谭伟", "identity": _identity("43010219800101001"), "phone": "13907310001"},
            "handler": {"name": "何敏", "mobile": "13907310002"},
            "insurances": ["employee_medical"],
            "declared": True,
            "channel": "window",
            "received_at": self._now_text(),
        }
        if region == "changsha":
            raw["civil_servant_subsidy"] = "none"
        return open_case(self.system, actor, ENROLMENT, region, "本级", raw, str(uuid.uuid4()))

    def emergency(self, actor: Actor, region: str, name: str, identity: str, kind: str, days: int = 0) -> Opened:
        """`days`: how long ago the visit was."""
        now = self.system.clock.now().astimezone(SHANGHAI)
        visit = now - timedelta(days=days, hours=1)
        raw: dict[str, Any] = {
            "kind": kind,
            "visit_at": visit.strftime("%Y-%m-%dT%H:%M"),
            "hospital": "广州市第一人民医院",
            "name": name,
            "channel": "phone" if kind == "registration" else "window",
            "received_at": self._now_text(),
        }
        if kind == "application":
            raw |= {
                "gender": "female",
                "insurance_type": "employee",
                "person_category": "referral_emergency",
                "registration_category": "new",
                "identity_number": _identity(identity),
                "home_address": "湖南省岳阳市岳阳楼区示范路 8 号",
                "care_address": "广东省广州市越秀区盘福路 1 号",
                "phone1": "13907300003",
                "destination_province": "广东省",
                "destination_city": "广州市",
                "signer": "self",
            }
        return open_case(self.system, actor, EMERGENCY, region, "本级", raw, str(uuid.uuid4()))

    def open(self, actor: Actor, slug: str, region: str, raw: Mapping[str, Any]) -> Opened:
        """A case received just now at the counter."""
        received = {"channel": "window", "received_at": self._now_text()}
        return open_case(self.system, actor, slug, region, "本级", {**raw, **received}, str(uuid.uuid4()))

    def intake(self, opened: Opened, decision: str, lacking: int = 0) -> dict[str, Any]:
        """The checklist with everything ticked but the last `lacking` materials."""
        with self.system.store.reading() as connection:
            row = cases.by_id(connection, opened.case_id)
        assert row is not None
        guide = self.system.deployed(row.deployment_id).guide
        owed = [m for m in guide.materials if m.when is None and not m.divided]
        received: dict[str, Mapping[str, Any]] = {}
        for material in owed[: len(owed) - lacking]:
            entry: dict[str, Any] = {"received": True, "form": material.original_or_copy or "original"}
            if material.seal:
                entry["sealed"] = True
            if material.alternatives:
                entry["choice"] = material.alternatives[0].id
            received[material.id] = entry
        return {"decision": decision, "materials": received}

    def act(self, actor: Actor, opened: Opened, raw: Mapping[str, Any]) -> None:
        complete_task(self.system, actor, self.open_task(opened).id, raw, str(uuid.uuid4()))

    def act_in_seat(self, actor: Actor, opened: Opened, raw: Mapping[str, Any]) -> None:
        """Of a task that several named people do: the one that is the actor's."""
        with self.system.store.reading() as connection:
            mine = next(t for t in tasks.open_of_case(connection, opened.case_id) if t.assignee == actor.username)
        complete_task(self.system, actor, mine.id, raw, str(uuid.uuid4()))

    def day(self, ago: int = 0) -> str:
        """A day of the demo, counted back from where its clock stands."""
        today: datetime = self.system.clock.now().astimezone(SHANGHAI)
        return (today.date() - timedelta(days=ago)).isoformat()

    def open_task(self, opened: Opened) -> Any:
        with self.system.store.reading() as connection:
            return tasks.open_of_case(connection, opened.case_id)[0]

    def _now_text(self) -> str:
        now: datetime = self.system.clock.now().astimezone(SHANGHAI)
        return now.strftime("%Y-%m-%dT%H:%M")


def _identity(first17: str) -> str:
    return first17 + identity_check_digit(first17)
