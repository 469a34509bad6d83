"""The words of a drawing: as the guide prints them where it does, else those of the diagrams we have."""

from __future__ import annotations

from collections.abc import Sequence

from engine.guides import Guide

SUPPLEMENT = "材料不全的一次性告知需补齐的材料并重新提交"
NOT_ACCEPTED = "不属于受理范围的不予受理并告知原因"
DECISION = "判断是否受理"
_PAYING = ("报销", "支付", "支取", "结算", "补贴")


def printed(guides: Sequence[Guide], beginning: str, ending: str, otherwise: str) -> str:
    """The text of the printed flowcharts that begins and ends so; misprints in between are not taken over."""
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


def paid(guide: Guide) -> str:
    """What the matter calls the payment: 报销, 支取 …"""
    return next((word for word in _PAYING if word in guide.name), "拨付")


def documentation(guide: Guide, steps: Sequence[str], several: bool) -> str:
    whose = "各统筹区办事指南" if several else f"《{guide.document.strip('《》')}》"
    return f"依{whose}“{guide.name}”的办理流程：{'、'.join(steps)}。办理时限和材料见指南，期限由台账计算。"
