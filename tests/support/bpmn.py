"""A small language for the tests' own diagrams: `start() + task("a") + end("done") + path("begin", "a", "done")`."""

from __future__ import annotations

from itertools import pairwise

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:jingban="urn:jingban:bpmn:1"'
    ' id="definitions" targetNamespace="urn:test"><bpmn:error id="stop" name="停" errorCode="stop"/>'
    '<bpmn:message id="reply" name="复函"/><bpmn:message id="funds" name="资金"/>'
    '<bpmn:process id="p" name="流程" isExecutable="true">'
)
TAIL = "</bpmn:process></bpmn:definitions>"


def task(name: str, **ours: str) -> str:
    written = "".join(f' jingban:{k}="{v}"' for k, v in {"form": name, "candidateGroup": "window", **ours}.items())
    return f'<bpmn:userTask id="{name}" name="{name}"{written}/>'


def seats(name: str, participants: str, **ours: str) -> str:
    """A task with a seat for everybody on a list."""
    written = "".join(
        f' jingban:{k}="{v}"'
        for k, v in {"form": name, "candidateGroup": "review", "participants": participants, **ours}.items()
    )
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        f"<bpmn:loopCardinality>count({participants})</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    return f'<bpmn:userTask id="{name}" name="{name}"{written}>{loop}</bpmn:userTask>'


def reply(name: str, message: str, **ours: str) -> str:
    """A catch event that waits for a letter."""
    written = "".join(f' jingban:{k}="{v}"' for k, v in {"form": message, "candidateGroup": "window", **ours}.items())
    body = f'<bpmn:messageEventDefinition messageRef="{message}"/>'
    return f'<bpmn:intermediateCatchEvent id="{name}" name="{name}"{written}>{body}</bpmn:intermediateCatchEvent>'


def timer(name: str, host: str, key: str, interrupting: bool) -> str:
    cancel = "" if interrupting else ' cancelActivity="false"'
    return f'<bpmn:boundaryEvent id="{name}" attachedToRef="{host}"{cancel}>{date(key)}</bpmn:boundaryEvent>'


def date(key: str) -> str:
    return f'<bpmn:timerEventDefinition><bpmn:timeDate>due("{key}")</bpmn:timeDate></bpmn:timerEventDefinition>'


def choice(name: str, default: str) -> str:
    return f'<bpmn:exclusiveGateway id="{name}" default="{default}"/>'


def flow(source: str, target: str, condition: str = "") -> str:
    body = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    name = f"{source}_{target}"
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{body}</bpmn:sequenceFlow>'


def path(*names: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(names))


def sub(name: str, body: str, **ours: str) -> str:
    written = "".join(f' jingban:{k}="{v}"' for k, v in ours.items())
    return f'<bpmn:subProcess id="{name}"{written}>{body}</bpmn:subProcess>'


def start(name: str = "begin") -> str:
    return f'<bpmn:startEvent id="{name}" name="开始"/>'


def end(name: str, outcome: str = "") -> str:
    return f'<bpmn:endEvent id="{name}" name="{name}"' + (f' jingban:outcome="{outcome}"/>' if outcome else "/>")


def error_end(name: str) -> str:
    return f'<bpmn:endEvent id="{name}"><bpmn:errorEventDefinition errorRef="stop"/></bpmn:endEvent>'


def error_boundary(name: str, host: str) -> str:
    body = '<bpmn:errorEventDefinition errorRef="stop"/>'
    return f'<bpmn:boundaryEvent id="{name}" attachedToRef="{host}">{body}</bpmn:boundaryEvent>'


DONE = end("done", "approved")
