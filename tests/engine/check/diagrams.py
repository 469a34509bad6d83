"""Small diagrams for the check's tests, written as short as they can be thought."""

from __future__ import annotations

import re

from engine.check import CheckContext, check_bytes

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    '{ours} id="definitions" targetNamespace="urn:test">'
)
START = '<bpmn:startEvent id="s" name="申请"/>'
END = '<bpmn:endEvent id="e" name="办结" jingban:outcome="approved"/>'
DUE = '<bpmn:timerEventDefinition><bpmn:timeDate>due("handling")</bpmn:timeDate></bpmn:timerEventDefinition>'


def task(*ids: str, inner: str = "", **attributes: str) -> str:
    """User tasks with everything they need; attributes without a prefix are ours, `b_` marks BPMN's."""
    ours = {"candidateGroup": "window", "form": "intake"} | attributes
    written = "".join(
        f' {key[2:]}="{value}"' if key.startswith("b_") else f' jingban:{key}="{value}"' for key, value in ours.items()
    )
    return "".join(f'<bpmn:userTask id="{i}" name="{i}"{written}>{inner}</bpmn:userTask>\n' for i in ids)


def gateway(kind: str, *ids: str, **attributes: str) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return "".join(f'<bpmn:{kind}Gateway id="{i}" name="{i}"{written}/>\n' for i in ids)


def flows(text: str) -> str:
    """`a>b` is a flow a_b; `a>b?x = 1` has a condition (no spaces inside a flow: use `_` for a space)."""
    written = []
    for word in text.split():
        ends, _, condition = word.partition("?")
        source, target = ends.split(">")
        body = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition.replace("_", " ")}'
            "</bpmn:conditionExpression>"
            if condition
            else ""
        )
        written.append(
            f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{body}'
            "</bpmn:sequenceFlow>\n"
        )
    return "".join(written)


def boundary(element_id: str, host: str, definition: str = DUE, **attributes: str) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f'<bpmn:boundaryEvent id="{element_id}" name="届满" attachedToRef="{host}"{written}>{definition}'
        "</bpmn:boundaryEvent>\n"
    )


def sub(element_id: str, body: str, tag: str = "subProcess", **attributes: str) -> str:
    """A sub-process; its ids are the caller's business."""
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{tag} id="{element_id}" name="办理"{written}>\n{body}</bpmn:{tag}>\n'


INNER = '<bpmn:startEvent id="s1"/>' + task("t1") + '<bpmn:endEvent id="e1"/>' + flows("s1>t1 t1>e1")


def document(content: str, *, ours: bool = True, picture: bool = True) -> bytes:
    """A file with the given children of `definitions`, drawn completely."""
    head = HEAD.format(ours=' xmlns:jingban="urn:jingban:bpmn:1"' if ours else "")
    if not ours:
        content = re.sub(r' jingban:\w+="[^"]*"', "", content)
    drawn = _picture(content) if picture else ""
    return f"{head}\n{content}{drawn}</bpmn:definitions>\n".encode()


def process(body: str, *, extra: str = "", ours: bool = True, picture: bool = True, starts: str = "handling") -> bytes:
    """A file with one executable process, in which the deadline `handling` starts."""
    begun = f' jingban:starts="{starts}"' if starts else ""
    body = body.replace(START, START.replace("/>", begun + "/>"))
    content = f'{extra}<bpmn:process id="p" name="流程" isExecutable="true">\n{body}</bpmn:process>\n'
    return document(content, ours=ours, picture=picture)


_DRAWN = re.compile(
    r"<bpmn:(\w*(?:[tT]ask|Event|Gateway|[sS]ubProcess|callActivity|transaction)|sequenceFlow)"
    r' id="([^"]+)"'
)


def _picture(content: str) -> str:
    shapes = []
    for number, (tag, element_id) in enumerate(dict.fromkeys(_DRAWN.findall(content))):
        if tag == "sequenceFlow":
            shapes.append(
                f'<bpmndi:BPMNEdge id="di{number}" bpmnElement="{element_id}"><di:waypoint x="0" y="0"/>'
                '<di:waypoint x="9" y="0"/></bpmndi:BPMNEdge>'
            )
        else:
            shapes.append(
                f'<bpmndi:BPMNShape id="di{number}" bpmnElement="{element_id}">'
                f'<dc:Bounds x="0" y="{number * 10}" width="9" height="9"/></bpmndi:BPMNShape>'
            )
    inside = "\n".join(shapes)
    return (
        '<bpmndi:BPMNDiagram id="picture"><bpmndi:BPMNPlane id="plane" bpmnElement="p">'
        f"\n{inside}\n</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n"
    )


def found(data: bytes, context: CheckContext | None = None) -> list[tuple[str, str]]:
    """(rule, element id) of every finding, warnings included, by line."""
    return [(f.rule, f.element_id) for f in check_bytes(data, "test.bpmn", context).findings]
