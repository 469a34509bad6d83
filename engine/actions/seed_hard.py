"""Demo cases of the matters that many people work on: agreements of a quarter, a transfer that waits for its replies, a
complaint under investigation, a reimbursement before its second review.

Worked through the same actions as any other; `seed_demo` moves the clock and says when.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from engine.actions.actor import Actor
from engine.actions.open_case import Opened
from engine.identity import credit_check_character, identity_check_digit

PHARMACY, HOSPITAL = "002036009002-pharmacy-agreement", "002036009001-medical-institution-agreement"
TRANSFER, COMPLAINT = "002036003002-relationship-transfer", "002036011001-complaint"
REIMBURSEMENT = "002036006002-inpatient-reimbursement"
PERSON = "43010219900307851"
GROUP = {"members": [{"user": "yueyang.review", "specialty": "insurance", "head": True},
                     {"user": "yueyang.review2", "specialty": "health"}]}  # fmt: skip


class Desk(Protocol):
    """What `seed_demo` lends: its people, and the ways to open a case and to complete a task."""

    @property
    def actors(self) -> Mapping[str, Actor]: ...
    def open(self, actor: Actor, slug: str, region: str, raw: Mapping[str, Any]) -> Opened: ...
    def accept(self, actor: Actor, opened: Opened) -> None: ...
    def act(self, actor: Actor, opened: Opened, raw: Mapping[str, Any]) -> None: ...
    def act_in_seat(self, actor: Actor, opened: Opened, raw: Mapping[str, Any]) -> None: ...
    def day(self, ago: int = 0) -> str: ...


class HardCases:
    """The same cases in two visits: taken in, and brought to where a newcomer finds them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.who = desk.actors

    def taken_in(self) -> None:
        """Six days ago."""
        desk, who = self.desk, self.who
        window = who["yueyang.window"]
        self.pharmacies = [
            desk.open(window, PHARMACY, "yueyang", _pharmacy(name, n))
            for n, name in enumerate(("岳阳楼区康达大药房", "岳阳市同济堂连锁巴陵中路店", "岳阳经开区仁和诊所药房"))
        ]
        self.hospital = desk.open(who["hunan.clerk"], HOSPITAL, "hunan", _hospital("长沙岳麓康复医院"))
        self.transfer = desk.open(who["changsha.window"], TRANSFER, "changsha", _transfer())
        self.complaint = desk.open(who["zhuzhou.window"], COMPLAINT, "zhuzhou", _complaint())
        self.bills = desk.open(window, REIMBURSEMENT, "yueyang", _bills(desk))
        for opened in (*self.pharmacies, self.bills):
            desk.accept(window, opened)
        desk.accept(who["hunan.clerk"], self.hospital)
        desk.accept(who["changsha.window"], self.transfer)
        desk.accept(who["zhuzhou.window"], self.complaint)

    def worked(self) -> None:
        """Three days ago: one pharmacy waits for the notice, one for a second opinion, one for its group."""
        desk, who = self.desk, self.who
        passed, judged, _ = self.pharmacies
        for opened in (passed, judged):
            desk.act(who["yueyang.leader"], opened, GROUP)
            desk.act_in_seat(who["yueyang.review"], opened, _scores(88))
        desk.act_in_seat(who["yueyang.review2"], passed, _scores(84))
        desk.act(who["yueyang.leader"], passed, {"decision": "pass", "opinion": "同意纳入公示。"})
        desk.act(who["changsha.review"], self.transfer, _contact_letter())
        members = [{"user": "zhuzhou.review", "head": True}, {"user": "zhuzhou.review2"}]
        desk.act(who["zhuzhou.leader"], self.complaint, {"members": members, "points": "核对结算明细和进销存。"})
        desk.act_in_seat(who["zhuzhou.review"], self.complaint, _record(desk))
        amounts = {"eligible": "52000", "deductible": "1300", "rate": "70"}
        desk.act(who["yueyang.review"], self.bills, {"decision": "pass", **amounts})


def _pharmacy(name: str, n: int) -> dict[str, Any]:
    first17 = f"9143060{n}MA4R5K7X{n}"
    return {
        "name": name,
        "business_mode": "零售",
        "address": f"岳阳市岳阳楼区巴陵中路 {n + 1}08 号",
        "legal_rep": "周建华",
        "insurance_head": "吴敏",
        "handler": "郑洁",
        "handler_phone": "13907300021",
        "licence_registration": first17 + credit_check_character(first17),
        "drug_licence": f"湘CB730000{n + 1}",
        "drugs": {"western": 1200, "insured_western": 800},
        "staff": {"total": 6, "licensed": 2},
        "employees": [{"name": "王莉", "post": "执业药师", "certificate": f"ZY000{n + 1}", "signed": True}],
    }


def _hospital(name: str) -> dict[str, Any]:
    return {
        "institution_name": name,
        "address": "长沙市岳麓区示范路 66 号",
        "institution_type": "综合医院，非营利性",
        "institution_level": "二级甲等",
        "account_name": name,
        "agreement_category": "住院、门诊",
        "bank_name": "某某银行岳麓支行",
        "account_number": "6222020200112233445",
        "legal_rep": "周宏",
        "legal_rep_phone": "13907310031",
        "insurance_head": "吴静",
        "insurance_head_phone": "0731-84900000",
        "information_system": "yes",
        "floor_area": "5600.5",
        "staff": {"doctors": {"total": 30, "senior": 5}, "nurses": {"total": 45}, "technicians": {"total": 12}},
        "approved_beds": 120,
        "open_beds": 100,
        "departments": [{"department": "内科", "beds": 50}, {"department": "外科", "beds": 50}],
        "reasons": "符合申报条件，自愿申请协议管理。",
    }


def _transfer() -> dict[str, Any]:
    return {
        "name": "赵小明",
        "gender": "male",
        "identity_number": PERSON + identity_check_digit(PERSON),
        "phone": "13907310041",
        "household_type": "urban",
        "insurance_type": "employee",
        "account_needed": "yes",
        "sender": {"name": "武汉市医疗保障经办机构", "phone": "027-85775000", "division": "420100"},
    }


def _contact_letter() -> dict[str, Any]:
    return {
        "account_needed": "yes",
        "account_name": "长沙市医疗保障经办机构",
        "bank_name": "某某银行长沙分行",
        "account_number": "6222020200112233445",
        "contact_phone": "0731-84907936",
    }


def _complaint() -> dict[str, Any]:
    return {
        "kind": "complaint",
        "name": "王芳",
        "phone": "13907330051",
        "respondent_name": "株洲市某某大药房",
        "respondent_kind": "pharmacy",
        "content": "在该药房用医保卡购药，实际结算了保健品。",
    }


def _bills(desk: Desk) -> dict[str, Any]:
    bill = {"hospital": "武汉市某某医院", "self_paid": "3000"}
    return {
        "admission_on": desk.day(ago=30),
        "discharge_on": desk.day(ago=18),
        "bills": [
            {"date": desk.day(ago=24), "invoice_number": "0022345", "amount": "30000.00", **bill},
            {"date": desk.day(ago=18), "invoice_number": "0022346", "amount": "33000.00", **bill},
        ],
        "name": "方立新",
        "gender": "male",
        "identity_number": PERSON + identity_check_digit(PERSON),
        "insurance_type": "employee",
        "phone": "13907300061",
        "hospital": "武汉市某某医院",
        "diagnosis": "急性阑尾炎",
        "account_name": "方立新",
        "bank_name": "某某银行岳阳分行",
        "account_number": "6222020200112233445",
    }


def _record(desk: Desk) -> dict[str, Any]:
    return {
        "visited_on": desk.day(),
        "location": "药房营业场所",
        "findings": "结算明细与进销存不符，店长承认串换。",
        "opinion": "established",
    }


def _scores(points: int) -> dict[str, Any]:
    given = {"score": points, "finding": "met"}
    return {
        "management": given,
        "finance": given,
        "information_system": given,
        "opinion": "pass",
        "comment": "符合医保管理要求。",
        "impartial": True,
    }
