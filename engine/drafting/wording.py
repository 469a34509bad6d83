"""The words of a drawing: as the guide prints them where it does, else those of the diagrams we have."""

from __future__ import annotations

from collections.abc import Sequence

from engine.guides import Guide

SUPPLEMENT = "材料不全的一次性告知需补齐的材料并重新提交"
NOT_ACCEPTED = "不属于受理范围的不予受理并告知原因"
DECISION = "判断是否受理"
_PAYING = ("报销", "支付", "支取", "结算", "补贴")


def printed(guides: Sequence[Guide], beginning: str, ending: str, otherwise: str) -> str:
    """The text of a printed flowchart that begins and ends so: the usual words where any region prints them, else as
    the region prints it."""
    nodes = [text for guide in guides for text in guide.plain.get("flowchart_nodes") or []]
    if otherwise in nodes:
        return otherwise
    return next((text for text in nodes if text.startswith(beginning) and text.endswith(ending)), otherwise)


def supplement_name(guides: Sequence[Guide]) -> str:
    return printed(guides, "材料不全", "提交", SUPPLEMENT)


def not_accepted_name(guides: Sequence[Guide]) -> str:
    return printed(guides, "不属于受理范围", "原因", NOT_ACCEPTED)


def result_name(guide: Guide) -> str:
    """The one task of a matter that closes at once: what it produces."""
    if guide.name.startswith("出具"):
        return guide.name
    return "登记并出具" if "登记" in guide.name else "查询并出具"


def result_form(guide: Guide) -> str:
    """The form that holds what it produces: 《参保凭证》 is a voucher."""
    return "voucher" if guide.name.startswith("出具") else "result"


def paid(guide: Guide) -> str:
    """What the matter calls the payment: 报销, 支取 …"""
    return next((word for word in _PAYING if word in guide.name), "拨付")


def documentation(guides: Sequence[Guide], guide: Guide, steps: Sequence[str], paying: bool) -> str:
    """What the diagram follows, and what in it no guide prints."""
    whose = "各统筹区办事指南" if len(guides) > 1 else f"《{guide.document.strip('《》')}》"
    named = [f"{step}（初审、复核由不同人员办理）" if paying and step == "审核" else step for step in steps]
    said = [f"依{whose}“{guide.name}”的办理流程：{'、'.join(named)}。"]
    unlimited = [one for one in guides if "handling" not in one.limits]
    if unlimited and len(unlimited) < len(guides):
        said.append('指南写明办理时限的统筹区，handling 起算；没有写明的，due("handling") 为空，永不逾期')
        shown = any("target" in one.limits for one in guides)
        said.append("，只显示内部目标 target，不预警、不督办。" if shown else "。")
    else:
        said.append("办理时限和材料见指南，期限由台账计算。")
    if paying:
        said.append("拨付由财务岗位、没有参加初审和复核的人员办理；确认到账和退汇处理由本系统设定。")
    return "".join(said)
