"""Smallest diagrams, parsed and run as SpiffWorkflow's documentation says, without anything of ours."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'targetNamespace="urn:upstream" id="definitions">'
)


def flow(source: str, target: str, condition: str = "") -> str:
    """A sequence flow named source_target."""
    body = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{body}</sequenceFlow>'


def chain(*ids: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(ids))


def nodes(tag: str, *ids: str) -> str:
    return "".join(f'<{tag} id="{i}"/>' for i in ids)


def ends(start: str = "begin", *stops: str) -> str:
    return nodes("startEvent", start) + nodes("endEvent", *(stops or ("done",)))


def timer(kind: str, expression: str) -> str:
    return f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{expression}</{kind}></timerEventDefinition>'


def document(body: str, extra: str = "") -> bytes:
    return f'{HEAD}{extra}<process id="p" isExecutable="true">{body}</process></definitions>'.encode()


def parsed(body: str, extra: str = "", validate: bool = True) -> tuple[Any, Any]:
    parser = BpmnParser(validator=BpmnValidator() if validate else None)
    parser.add_bpmn_xml(etree.fromstring(document(body, extra)))
    return parser.get_spec("p"), parser.get_subprocess_specs("p")


def started(body: str, extra: str = "", validate: bool = True) -> Any:
    """A workflow after its first engine steps."""
    workflow = BpmnWorkflow(*parsed(body, extra, validate))
    workflow.do_engine_steps()
    return workflow


def ready(workflow: Any) -> list[str]:
    """Names of the tasks somebody could do."""
    return [t.task_spec.name for t in workflow.get_tasks(state=TaskState.READY, manual=True)]


def complete(workflow: Any, name: str, **data: Any) -> None:
    task = next(t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.name == name)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()
