from __future__ import annotations

import pytest

from engine.drafting import decisive, draft, shape_of
from engine.errors import InvalidInput
from tests.engine.drafting.guides import AGREEMENT, COMMON, PAYING, guide

TITLED = [
    ("review", guide(*COMMON)),
    ("result", guide("申请", "受理", "办结", name="参保人员参保信息查询")),
    ("payment", guide(*PAYING)),
    ("recognition", guide(*COMMON, name="特殊药品待遇认定")),
    ("recognition", guide(*COMMON, texts=["申请", "受理", "抽取专家审核", "办结"])),
    ("stages", guide(*AGREEMENT)),
    ("stages", guide("投诉", "受理", "调查", "办结")),
]


@pytest.mark.parametrize(("shape", "printed"), TITLED)
def test_printed_titles_decide_the_shape(shape: str, printed: object) -> None:
    assert shape_of(printed) == shape  # type: ignore[arg-type]


SENTENCES = [
    ("review", "单位参保登记", ["申请人现场申请；", "医保经办机构完成受理、审核；", "完成信息登记。"]),
    ("result", "参保单位参保信息查询", ["申请人申请；", "医保经办机构受理；", "完成参保信息查询。"]),
    ("result", "出具《参保凭证》", ["申请人申请；", "完成受理、审核；", "医保经办机构出具《参保凭证》。"]),
    ("payment", "门诊费用报销", ["提交材料；", "对材料进行审核；", "初审和复核后，完成支付，并反馈办理结果。"]),
    ("payment", "费用结算", ["按协议约定时间申报；", "按规定进行费用审核、拨付。"]),
    ("recognition", "门诊慢特病病种待遇认定", ["提交材料；", "接收并初审材料；", "抽取医务专家予以认定；"]),
    ("stages", "申请定点", ["提交申请；", "组织专家进行评估；", "向社会公示；", "签订服务协议，并向社会公布。"]),
]


@pytest.mark.parametrize(("shape", "name", "texts"), SENTENCES)
def test_a_guide_without_titles_is_read_by_its_sentences(shape: str, name: str, texts: list[str]) -> None:
    assert shape_of(guide(name=name, texts=texts)) == shape


def test_the_sentences_of_an_agreement_become_the_steps_that_others_print() -> None:
    texts = ["提交申请；", "组织专家进行评估；", "向社会公示；", "签订服务协议，并向社会公布。"]
    names = [node.name for node in draft([guide(texts=texts)]).inner()]
    assert [name for name in names if name in AGREEMENT] == ["考察评估", "结果公示", "签署协议"]


def test_a_guide_with_titles_speaks_for_those_without() -> None:
    silent = guide(texts=["申请；", "受理、审核；"], region="hubei")
    printed = guide(*PAYING, region="yueyang")
    assert decisive([silent, printed]) is printed
    assert decisive([silent]) is silent


def test_an_unknown_shape_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="review、result、payment、recognition、stages"):
        draft([guide(*COMMON)], "circle")


def test_nothing_is_drawn_from_no_guide() -> None:
    with pytest.raises(InvalidInput, match="没有办事指南"):
        draft([])
