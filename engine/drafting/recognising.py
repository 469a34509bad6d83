"""Which of the known shapes a guide's steps have.

Printed titles decide; a guide without titles (Hubei's) is read by the words of its sentences. When several regions
offer a matter the first guide that prints titles speaks for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import InvalidInput
from engine.guides import Guide

FIRST, ACCEPTED, CLOSED = ("申请", "投诉", "申报"), "受理", "办结"
REVIEW, PAYMENT = "审核", "拨付"
_SENTENCES = (  # word of a sentence -> the title that other guides print for such a step; the first match counts
    ("评估", "考察评估"),
    ("公示", "结果公示"),
    ("签订", "签署协议"),
    ("签署", "签署协议"),
    ("调查", "调查"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A family of diagrams."""

    name: str  # what --shape takes
    steps: str  # the steps it is meant for
    words: str  # what is drawn


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("review", "申请、受理、审核、办结", "一人审核，通过、不通过、受理后补正"),
        Shape("result", "申请、受理、办结", "受理后由窗口一项任务办出结果（查询、凭证、登记）"),
        Shape("payment", "申请、受理、审核、拨付、办结", "初审、复核两人办理，财务拨付，确认到账，退汇更正"),
        Shape(
            "recognition",
            "申请、受理、审核、办结（专家认定）",
            "专家初审、专家复审、医保部门审批；指南写明专家的，抽取专家、各自认定后复核",
        ),
        Shape("stages", "其他步骤，如考察评估、结果公示、调查", "受理与办结之间每一步一项任务，依次办理"),
    )
}


def decisive(guides: Sequence[Guide]) -> Guide:
    """The guide whose steps decide: the first with printed titles, else the one with the most sentences."""
    if not guides:
        raise InvalidInput("没有办事指南，不能生成流程图")
    titled = [guide for guide in guides if all(step.title for step in guide.steps) and guide.steps]
    return titled[0] if titled else max(guides, key=lambda guide: len(guide.steps))


def shape_of(guide: Guide) -> str:
    """The name of the shape that fits the guide's steps."""
    middle = titles_between(guide)
    if middle == (REVIEW,):
        expert = any(word in step.text for step in guide.steps for word in ("专家", "鉴定"))
        return "recognition" if expert or "认定" in guide.name else "review"
    if middle == ():
        return "result"
    if middle == (REVIEW, PAYMENT):
        return "payment"
    return "stages"


def titles_between(guide: Guide) -> tuple[str, ...]:
    """The titles after 受理 and before 办结; of a guide without titles, the ones its sentences stand for."""
    titles = [step.title for step in guide.steps if step.title]
    if len(titles) < len(guide.steps) or not titles:
        return _from_sentences(guide)
    ends = {*FIRST, ACCEPTED, CLOSED}
    return tuple(title for title in titles if title not in ends)


def _from_sentences(guide: Guide) -> tuple[str, ...]:
    texts = [step.text for step in guide.steps]
    whole = "".join(texts)
    if "签订" in whole or "签署" in whole or "调查" in whole:
        found = [next((title for word, title in _SENTENCES if word in text), None) for text in texts]
        return tuple(dict.fromkeys(title for title in found if title))
    if any(word in whole for word in ("拨付", "支付")):
        return (REVIEW, PAYMENT)
    if "审核" not in whole or "查询" in guide.name or guide.name.startswith("出具"):
        return () if any(word in whole for word in ("查询", "出具", "登记")) else (REVIEW,)
    return (REVIEW,)
