"""What happens inside 办理: each stage brings its nodes and flows and says how the case can be refused there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.drafting.model import Flow, Node


@dataclass
class Inner:
    """The content of 办理 as it grows; `open` is the node and the edge's name that the next stage hangs on."""

    clocks: str  # deadlines that stand still while an applicant supplements
    supplements: bool = True  # the guides know a limit for that
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)  # conditions under which the outcome is a refusal
    open: tuple[str, str | None] = ("", None)
    lapses: bool = False  # a supplement may never come

    def start(self) -> None:
        self.nodes.append(Node("startEvent", "handling_started", "开始办理"))
        self.open = ("handling_started", None)

    def follow(self, node: Node) -> None:
        """The next node in the way of the case."""
        self.nodes.append(node)
        source, name = self.open
        self.flows.append(Flow(source, node.id, name))
        self.open = (node.id, None)

    def task(self, task_id: str, name: str, group: str, form: str, **ours: str) -> None:
        self.follow(Node("userTask", task_id, name, ours={"candidateGroup": group, "form": form, **ours}))

    def decide(self, gateway: str, name: str, passed: str) -> None:
        self.follow(Node("exclusiveGateway", gateway, name))
        self.open = (gateway, passed)

    def refuse(self, gateway: str, condition: str, end: str, edge: str, name: str, below: bool = False) -> None:
        self.nodes.append(Node("endEvent", end, name, row="below" if below else "above", by=gateway))
        self.flows.append(Flow(gateway, end, edge, condition))
        self.refusals.append(condition)

    def back(self, gateway: str, target: str, edge: str, condition: str) -> None:
        self.flows.append(Flow(gateway, target, edge, condition))

    def supplement(self, gateway: str, task: str, form: str) -> None:
        """The applicant is asked for what is missing; the limits stand still meanwhile."""
        if not self.supplements:
            return
        ours = {
            "candidateGroup": "applicant", "form": "supplement", "purpose": "supplement", "actAs": "window",
            "starts": "supplement", "ends": "supplement",
            **({"suspends": self.clocks} if self.clocks else {}), "letter": "one_time_notice",
        }  # fmt: skip
        asked, expired, ended = "handling_supplement", "handling_supplement_expired", "handling_lapsed"
        self.nodes += [
            Node("userTask", asked, "补正材料（受理后）", ours=ours, row="below", by=gateway),
            Node(
                "boundaryEvent", expired, "补正期限届满", host=asked, timer='due("supplement")', row="below", by=asked
            ),
            Node("endEvent", ended, "逾期未补正", error=True, row="below", by=expired),
        ]
        self.flows += [
            Flow(gateway, asked, "需补正", f'{form}.decision = "supplement"'),
            Flow(asked, task),
            Flow(expired, ended),
        ]
        self.lapses = True

    def end(self, end_id: str, name: str) -> None:
        self.follow(Node("endEvent", end_id, name))


def one_review(inner: Inner, end: bool = True) -> None:
    """审核 by one person."""
    inner.task("review", "审核", "review", "review", purpose="review")
    inner.decide("review_decision", "审核结果", "通过")
    inner.refuse("review_decision", 'review.decision = "refuse"', "review_refused", "不通过", "审核不通过")
    inner.supplement("review_decision", "review", "review")
    if end:
        inner.end("reviewed", "审核通过")


def first_review(inner: Inner, refused: str, name: str = "初审", form: str = "first_review") -> None:
    inner.task("first_review", name, "review", form, purpose="review")
    inner.decide("first_decision", "初审结果", "通过")
    inner.refuse("first_decision", f'{form}.decision = "refuse"', "review_refused", refused, refused)
    inner.supplement("first_decision", "first_review", form)


def second_review(inner: Inner, name: str = "复核", form: str = "second_review", apart: str = "first_review") -> None:
    """复核 by another person, who may send the case back to 初审."""
    inner.task("second_review", name, "review", form, purpose="review", separateFrom=apart)
    inner.decide("second_decision", f"{name[-2:]}结果", "通过")
    inner.back("second_decision", "first_review", "退回初审", f'{form}.decision = "return"')


def refuse_second(inner: Inner, refused: str, form: str = "second_review") -> None:
    """What 复核 may refuse by itself stands below: above its gateway leads the way back."""
    said = f'{form}.decision = "refuse"'
    inner.refuse("second_decision", said, "second_refused", refused, refused, below=True)


def drawn_experts(inner: Inner) -> None:
    """抽取医务专家: experts are drawn, and each gives an opinion of their own, one seat for each user on the list."""
    first_review(inner, "不符合条件")
    inner.task("group", "抽取专家", "review", "group")
    inner.task(
        "assessment", "专家认定", "review", "assessment", purpose="review", participants="group.members.user"
    )  # fmt: skip
    second_review(inner, apart="first_review assessment")
    refuse_second(inner, "不予认定")


def two_experts(inner: Inner) -> None:
    """As the printed forms have it: opinions of a first and of another second expert, then the agency's."""
    first_review(inner, "不符合条件", "专家初审", "expert_review")
    inner.task("expert_opinion", "专家复审", "review", "expert_opinion", purpose="review", separateFrom="first_review")
    second_review(inner, "医保部门审批", "recognition", "first_review expert_opinion")
    refuse_second(inner, "不予认定", "recognition")


def payment(inner: Inner) -> None:
    """拨付 by finance and by nobody who reviewed it; what is returned is paid again or its account corrected."""
    reviews = [node.id for node in inner.nodes if node.id in ("first_review", "second_review")]
    inner.task("payment", "拨付", "finance", "payment", **({"separateFrom": " ".join(reviews)} if reviews else {}))
    inner.task("settlement", "确认到账", "finance", "settlement")
    inner.decide("settled", "是否退汇", "已到账")
    ours: Mapping[str, str] = {
        "candidateGroup": "applicant", "form": "account", "purpose": "supplement", "actAs": "window",
        **({"suspends": inner.clocks} if inner.clocks else {}), "letter": "payment_returned_notice",
    }  # fmt: skip
    inner.nodes.append(
        Node("userTask", "account_correction", "退汇：更正收款账户", ours=ours, row="below", by="settled")
    )
    inner.flows.append(Flow("settled", "account_correction", "更正账户", 'settlement.decision = "correct"'))
    inner.back("settled", "payment", "重新拨付", 'settlement.decision = "again"')
    inner.flows.append(Flow("account_correction", "payment"))
    inner.end("paid", "拨付到账")


def assessment(inner: Inner) -> None:
    """考察评估: a group is named, each of its members assesses, and somebody else draws the conclusion."""
    inner.task("group", "组建评估小组", "leader", "group")
    inner.task("assessment", "考察评估", "review", "assessment", participants="group.members.user")
    inner.task("conclusion", "评估结论", "leader", "conclusion", separateFrom="assessment")
    inner.decide("assessed", "评估是否合格", "合格")
    inner.refuse("assessed", 'conclusion.decision = "fail"', "assessment_failed", "不合格", "评估不合格")


def notice(inner: Inner) -> None:
    """结果公示: the quarterly workspace publishes it; an objection holds the case, and one upheld ends it at once."""
    inner.follow(
        Node("intermediateCatchEvent", "notice_published_event", "结果公示", message="notice_published",
             ours={"candidateGroup": "leader", "form": "notice"})
    )  # fmt: skip
    ended = (
        "if case.upheld_objections > 0 then notice.published_at"
        " else if case.open_objections > 0 then null else end of day(notice.ends_on)"
    )
    inner.follow(Node("intermediateCatchEvent", "notice_ended", "公示结束", timer=ended))
    inner.decide("objected", "异议是否成立", "不成立")
    inner.refuse("objected", "case.upheld_objections > 0", "objection_upheld", "成立", "异议成立")


def agreement(inner: Inner) -> None:
    """签署协议, unless the two sides did not come together."""
    inner.task("signing", "签署协议", "leader", "agreement")
    inner.decide("signed", "是否签署", "已签署")
    inner.refuse("signed", 'agreement.decision = "fail"', "agreement_failed", "未签署", "未签订协议")


def investigation(inner: Inner) -> None:
    inner.task("investigation", "调查", "review", "investigation")


PRINTED: Mapping[str, Callable[[Inner], None]] = {
    "考察评估": assessment, "结果公示": notice, "签署协议": agreement, "调查": investigation,
}  # fmt: skip
"""What is known of steps that only some matters print."""
