"""From BPMN bytes to a Model: hardened XML, XSD, our attributes, SpiffWorkflow's parser, our lowering."""

from __future__ import annotations

import logging
from collections import defaultdict
from functools import lru_cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins.inclusive_gateway import InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway

from engine.errors import InvalidDiagram
from engine.expressions import Expression, parse
from engine.workflow.lowering import lower
from engine.workflow.model import Element, Flow, Model
from engine.workflow.xml import parse_xml

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
JINGBAN = "{urn:jingban:bpmn:1}"

# SpiffWorkflow builds the whole state into every log record's extras, even unlogged ones, below level 20.
logging.getLogger("spiff").setLevel(logging.WARNING)
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)

MODELS = 256  # kept parsed: a library has about one for each of its matters, and most regions share it

FLOW_NODES = frozenset(
    BPMN + tag
    for tag in (
        "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent userTask subProcess "
        "exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway task manualTask scriptTask serviceTask"
    ).split()
)


@lru_cache(maxsize=1)
def _validator() -> BpmnValidator:
    return BpmnValidator()


def parse_model(data: bytes, name: str = "process.bpmn") -> Model:
    """The Model of a diagram that the check has passed; one and the same for all deployments of the same bytes.

    Raises InvalidDiagram, with the line where there is one; InvalidExpression for a timer or condition. It does not
    repeat the check: publishing does both.
    """
    return _parsed(data, name)


@lru_cache(maxsize=MODELS)
def _parsed(data: bytes, name: str) -> Model:
    tree = parse_xml(data, name)
    process = _executable_process(tree.getroot(), name)
    try:
        return _model(tree, process, name)
    except ValidationException as error:
        raise InvalidDiagram(f"{name}:{getattr(error, 'line_number', None) or process.sourceline}: {error}") from error
    except (etree.LxmlError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidDiagram(f"{name}: 流程图无法解析：{type(error).__name__}: {error}") from error


def _model(tree: Any, process: Any, name: str) -> Model:
    elements = _elements(process)
    flows = _flows(process)
    _take_out_seats(process)
    parser = BpmnParser(validator=_validator())
    parser.add_bpmn_xml(tree, filename=name)
    spec = parser.get_spec(process.get("id"))
    subprocess_specs = parser.get_subprocess_specs(process.get("id"))
    conditions = _conditions(process)
    outcomes = {e.id for e in elements.values() if e.outcome}
    lower(spec, conditions, True, outcomes)
    for sub in subprocess_specs.values():
        lower(sub, conditions, False, outcomes)
    return Model(
        process_id=process.get("id"),
        name=process.get("name") or process.get("id"),
        elements=elements,
        flows=flows,
        between=_between(flows),
        spec=spec,
        subprocess_specs=subprocess_specs,
        presses=_presses(elements),
        prunable=frozenset(s.name for s in (spec, *subprocess_specs.values()) if _prunable(s)),
    )


def _executable_process(root: Any, name: str) -> Any:
    processes = [p for p in root.iter(BPMN + "process") if p.get("isExecutable", "true") == "true"]
    if len(processes) != 1:
        raise InvalidDiagram(f"{name}: 应有且仅有一个可执行的 process，现有 {len(processes)} 个")
    return processes[0]


def _elements(process: Any) -> dict[str, Element]:
    lanes = _lanes(process)
    found: dict[str, Element] = {}
    for node in process.iter(*FLOW_NODES):
        path = [node.get("id")]
        for parent in node.iterancestors(BPMN + "subProcess"):
            path.insert(0, parent.get("id"))
        lane_name, lane_group = lanes.get(path[0], ("", ""))
        found[node.get("id")] = Element(
            id=node.get("id"),
            path="/".join(path),
            name=node.get("name") or node.get("id"),
            kind=etree.QName(node).localname,
            line=node.sourceline or 0,
            lane=lane_name,
            group=_ours(node, "candidateGroup") or lane_group,
            form=_ours(node, "form"),
            starts=tuple(_ours(node, "starts").split()),
            ends=tuple(_ours(node, "ends").split()),
            suspends=tuple(_ours(node, "suspends").split()),
            outcome=_ours(node, "outcome"),
            letter=_ours(node, "letter"),
            purpose=_ours(node, "purpose"),
            act_as=_ours(node, "actAs"),
            separate_from=tuple(_ours(node, "separateFrom").split()),
            interrupting=node.get("cancelActivity", "true") == "true",
            attached_to=node.get("attachedToRef") or "",
            timer=_timer(node),
            message=_message(node),
            participants=_participants(node),
        )
    return found


def _ours(node: Any, attribute: str) -> str:
    return str(node.get(JINGBAN + attribute, "")).strip()


def _timer(node: Any) -> Expression | None:
    date = node.find(f"{BPMN}timerEventDefinition/{BPMN}timeDate")
    return parse((date.text or "").strip()) if date is not None else None


def _message(node: Any) -> str:
    """Only of catch events: a message at a boundary or a start is not run."""
    definition = node.find(BPMN + "messageEventDefinition") if node.tag == BPMN + "intermediateCatchEvent" else None
    return str(definition.get("messageRef") or "") if definition is not None else ""


def _participants(node: Any) -> Expression | None:
    """Named people, one seat each; only where the diagram says multi-instance (the check wants both or neither)."""
    text = _ours(node, "participants")
    return parse(text) if text and node.find(BPMN + "multiInstanceLoopCharacteristics") is not None else None


def _take_out_seats(process: Any) -> None:
    """SpiffWorkflow sees one user task where we keep the seats, see seats.py."""
    for task in process.iter(BPMN + "userTask"):
        for loop in task.findall(BPMN + "multiInstanceLoopCharacteristics") if _participants(task) else ():
            task.remove(loop)


def _lanes(process: Any) -> dict[str, tuple[str, str]]:
    lanes = {}
    for lane in process.iter(BPMN + "lane"):
        for reference in lane.findall(BPMN + "flowNodeRef"):
            lanes[(reference.text or "").strip()] = (lane.get("name", ""), _ours(lane, "candidateGroup"))
    return lanes


def _flows(process: Any) -> dict[str, Flow]:
    return {
        f.get("id"): Flow(f.get("id"), f.get("name") or "", f.get("sourceRef"), f.get("targetRef"))
        for f in process.iter(BPMN + "sequenceFlow")
    }


def _between(flows: dict[str, Flow]) -> dict[tuple[str, str], str]:
    between: dict[tuple[str, str], str] = {}
    for flow in flows.values():
        between.setdefault((flow.source, flow.target), flow.id)
    return between


def _presses(elements: dict[str, Element]) -> dict[str, tuple[str, ...]]:
    """What an activity starts, then what the timers on its border wait for."""
    presses = {e.id: list(e.starts) for e in elements.values() if e.kind in ("userTask", "subProcess") or e.message}
    for event in elements.values():
        if event.timer is not None and event.attached_to in presses:
            presses[event.attached_to].extend(sorted(event.timer.deadline_keys))
    return {activity: tuple(dict.fromkeys(keys)) for activity, keys in presses.items()}


def _conditions(process: Any) -> dict[str, list[tuple[str | None, str]]]:
    """Gateway id -> its flows in document order, the default last and without condition."""
    defaults = {g.get("default") for g in process.iter(BPMN + "exclusiveGateway", BPMN + "inclusiveGateway")}
    gateways = {g.get("id") for g in process.iter(BPMN + "exclusiveGateway", BPMN + "inclusiveGateway")}
    conditions: dict[str, list[tuple[str | None, str]]] = defaultdict(list)
    for flow in process.iter(BPMN + "sequenceFlow"):
        if flow.get("sourceRef") not in gateways:
            continue
        body = flow.find(BPMN + "conditionExpression")
        text = (body.text or "").strip() if body is not None and flow.get("id") not in defaults else ""
        conditions[flow.get("sourceRef")].append((text or None, flow.get("targetRef")))
    return conditions


def _prunable(spec: Any) -> bool:
    """No joins that look back at finished tasks: then finished tasks may be forgotten."""
    looks_back = (ParallelGateway, InclusiveGateway, LoopTask)
    return not any(isinstance(s, looks_back) for s in spec.task_specs.values())
