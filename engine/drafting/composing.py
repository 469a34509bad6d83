"""From guides to the whole process: 申请 and 受理 before 办理, the content of 办理, the outcomes after it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.drafting import stages, wording
from engine.drafting.model import HANDLING, Flow, Lane, Node, Process
from engine.drafting.recognising import CLOSED, FIRST, PAYMENT, REVIEW, SHAPES, decisive, shape_of, titles_between
from engine.drafting.stages import Inner
from engine.errors import InvalidInput
from engine.guides import Guide

APPLICANTS, WINDOWS = Lane("applicants", "申请人", "applicant"), Lane("windows", "窗口受理", "window")
REVIEWERS, LEADERS = Lane("reviewers", "审核", "review"), Lane("leaders", "单位负责人", "leader")
REFUSED, NOT_PASSED = "审核不通过，将原因告知申请人", "未通过，将原因告知申请人"


def draft(guides: Sequence[Guide], shape: str | None = None) -> Process:
    """The process of the regions whose guides are given (they share the diagram).

    Raises InvalidInput for a shape that is not known, or for no guide at all.
    """
    guide = decisive(guides)
    chosen = shape or shape_of(guide)
    if chosen not in SHAPES:
        raise InvalidInput(f"没有“{chosen}”这种流程；可用：{'、'.join(SHAPES)}")
    keys = {key for each in guides for key in each.limits}
    clocks = " ".join(key for key in ("handling", "target") if key in keys)
    inner = _inside(guide, chosen, clocks, "supplement" in keys)
    working = WINDOWS if chosen == "result" else REVIEWERS
    before, into = _before(guides, guide, keys)
    around, out = _around(guide, chosen, inner, "handling" in keys, working)
    box = Node("subProcess", HANDLING, "办理", lane=working.id, ours=_handling(chosen, clocks))
    lanes = [APPLICANTS, WINDOWS, REVIEWERS, LEADERS]
    nodes = (*before, box, *sorted(inner.nodes, key=lambda node: node.row == "below"), *around)
    flows = [*into, *inner.flows, *out]
    order = [node.id for node in nodes]
    flows.sort(key=lambda flow: (order.index(flow.source), flow.condition is not None))  # defaults come first
    used = {node.lane for node in nodes}
    return Process(
        slug=guide.slug,
        id=_process_id(guide.slug),
        name=guide.name,
        documentation=wording.documentation(guides, guide, _steps(guide, chosen), chosen == "payment"),
        lanes=tuple(lane for lane in lanes if lane.id in used),
        nodes=nodes,
        flows=tuple(flows),
    )


def _process_id(slug: str) -> str:
    """The English words of the slug: unit_enrolment of 002036001001-unit-enrolment."""
    words = "_".join(word for word in slug.split("-") if not word.isdigit())
    return words if words[:1].isalpha() else f"matter_{slug.replace('-', '_')}"


def form_keys(process: Process) -> tuple[str, ...]:
    """The forms that the drawing names, in the order of the drawing."""
    return tuple(dict.fromkeys(node.ours["form"] for node in process.nodes if "form" in node.ours))


def _steps(guide: Guide, shape: str) -> list[str]:
    printed = [step.title for step in guide.steps if step.title]
    return printed if printed else SHAPES[shape].steps.split("（")[0].split("、")


def _inside(guide: Guide, shape: str, clocks: str, supplements: bool) -> Inner:
    inner = Inner(clocks, supplements)
    inner.start()
    if shape == "review":
        stages.one_review(inner)
    elif shape == "result":
        inner.task("result", wording.result_name(guide), "window", wording.result_form(guide))
        inner.end("produced", "已出具")
    elif shape == "payment":
        stages.first_review(inner, f"不予{wording.paid(guide)}")
        stages.second_review(inner)
        stages.payment(inner)
    elif shape == "recognition":
        if any("专家" in step.text for step in guide.steps):
            stages.drawn_experts(inner)
        else:
            stages.two_experts(inner)
        inner.end("recognised", "予以认定")
    else:
        _one_after_another(inner, titles_between(guide))
    return inner


def _one_after_another(inner: Inner, titles: Sequence[str]) -> None:
    for number, title in enumerate(titles, 1):
        if title == REVIEW:
            stages.one_review(inner, end=False)
        elif title == PAYMENT:
            stages.payment(inner)
        elif title in stages.PRINTED:
            stages.PRINTED[title](inner)
        else:
            inner.task(f"step_{number}", title, "review", f"step_{number}")
    if PAYMENT not in titles:
        inner.end("handled", "办理完毕")


def _handling(shape: str, clocks: str) -> dict[str, str]:
    said = {"starts": clocks, "ends": clocks} if clocks else {}
    return said if shape == "result" else {**said, "letter": "acceptance_notice"}


def _before(guides: Sequence[Guide], guide: Guide, keys: set[str]) -> tuple[list[Node], list[Flow]]:
    """From the application to 受理, with the supplement that the applicant owes where there is a limit for it."""
    first = guide.steps[0].title if guide.steps else None
    filing = {"starts": "filing"} if "filing" in keys else {}
    ends = "intake filing" if filing else "intake"
    nodes = [
        Node("startEvent", "application_received", first if first in FIRST and first else FIRST[0],
             lane=APPLICANTS.id, ours={"form": "application", **filing}),
        Node("userTask", "intake", "受理", lane=WINDOWS.id,
             ours={"form": "intake", "purpose": "intake", "starts": "intake", "ends": ends}),
        Node("exclusiveGateway", "intake_decision", wording.DECISION, lane=WINDOWS.id),
        *(_supplement(guides) if "supplement" in keys else ()),
        Node("endEvent", "not_accepted", wording.not_accepted_name(guides), lane=WINDOWS.id,
             ours={"outcome": "not_accepted", "letter": "not_accepted_notice"}),
    ]  # fmt: skip
    flows = [
        Flow("application_received", "intake"),
        Flow("intake", "intake_decision"),
        Flow("intake_decision", "not_accepted", "不予受理", 'intake.decision = "reject"'),
        Flow("intake_decision", HANDLING, "受理"),
    ]
    if "supplement" in keys:
        flows[2:2] = [
            Flow("intake_decision", "supplement", "材料不全", 'intake.decision = "supplement"'),
            Flow("supplement", "intake"),
            Flow("supplement_expired", "lapsed"),
        ]
    return nodes, flows


def _supplement(guides: Sequence[Guide]) -> list[Node]:
    return [
        Node("userTask", "supplement", wording.supplement_name(guides), lane=APPLICANTS.id,
             ours={"form": "supplement", "purpose": "supplement", "actAs": "window", "starts": "supplement",
                   "ends": "supplement", "letter": "one_time_notice"}),
        Node("boundaryEvent", "supplement_expired", "补正期限届满", lane=APPLICANTS.id, host="supplement",
             timer='due("supplement")'),
        Node("endEvent", "lapsed", "逾期未补正", lane=APPLICANTS.id,
             ours={"outcome": "lapsed", "letter": "lapsed_notice"}),
    ]  # fmt: skip


def _around(guide: Guide, shape: str, inner: Inner, limited: bool, working: Lane) -> tuple[list[Node], list[Flow]]:
    """What hangs on 办理 and follows it: 督办, 逾期未补正, the outcome and its ends."""
    nodes: list[Node] = []
    flows: list[Flow] = []
    if limited:
        nodes += [
            Node("boundaryEvent", "handling_overdue", "办理期限届满", lane=working.id, host=HANDLING,
                 timer='due("handling")', interrupts=False),
            Node("endEvent", "supervised", "督办", lane=LEADERS.id),
        ]  # fmt: skip
        flows.append(Flow("handling_overdue", "supervised"))
    if inner.lapses:
        nodes.append(
            Node("boundaryEvent", "handling_abandoned", "逾期未补正", lane=working.id, host=HANDLING, error=True)
        )
        flows.append(Flow("handling_abandoned", "handling_lapsed_end"))
    question, no, yes = _outcome(guide, shape)
    refused = NOT_PASSED if question == "是否通过" else REFUSED
    closed = Node("endEvent", "closed", CLOSED, lane=working.id,
                  ours={"outcome": "approved", "letter": "closing_notice"})  # fmt: skip
    if inner.refusals:
        nodes += [
            Node("exclusiveGateway", "outcome", question, lane=working.id),
            Node("endEvent", "refused", refused, lane=working.id,
                 ours={"outcome": "refused", "letter": "refusal_notice"}),
        ]  # fmt: skip
        flows += [
            Flow(HANDLING, "outcome"),
            Flow("outcome", "refused", no, " or ".join(inner.refusals)),
            Flow("outcome", "closed", yes),
        ]
    else:
        flows.append(Flow(HANDLING, "closed"))
    nodes.append(closed)
    if inner.lapses:
        nodes.append(Node("endEvent", "handling_lapsed_end", "逾期未补正", lane=working.id,
                          ours={"outcome": "lapsed", "letter": "lapsed_notice"}))  # fmt: skip
    return nodes, flows


def _outcome(guide: Guide, shape: str) -> tuple[str, str, str]:
    """Name of the outcome gateway, of its refusal and of its default."""
    if shape == "payment":
        word = wording.paid(guide)
        return f"是否{word}", f"不予{word}", "已拨付"
    if shape == "recognition":
        return "是否认定", "不予认定", "认定"
    if shape == "stages" and REVIEW not in titles_between(guide):
        return "是否通过", "未通过", "通过"
    return "审核是否通过", "不通过", "通过"
