"""The drawing as BPMN 2.0: model first, picture after it, in the order and layout of the diagrams by hand."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.drafting.geometry import Box, Point
from engine.drafting.model import LAPSED, Flow, Node, Process
from engine.drafting.placing import Picture, place
from engine.drafting.routing import edge_label, node_label, points

_NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "jingban": "urn:jingban:bpmn:1",
}


def diagram(process: Process) -> bytes:
    """The file, UTF-8 with declaration; the same bytes for the same process."""
    root = etree.Element(_name("bpmn:definitions"), nsmap=_NAMESPACES)
    root.set("id", f"definitions_{process.id}")
    root.set("targetNamespace", f"urn:jingban:process:{process.slug}")
    collaboration = _add(root, "bpmn:collaboration", id=f"collaboration_{process.id}")
    _add(collaboration, "bpmn:participant", id=f"participant_{process.id}", name=process.name, processRef=process.id)
    if any(node.error for node in process.nodes):
        _add(root, "bpmn:error", id=LAPSED, name="逾期未补正", errorCode=LAPSED)
    for node in process.nodes:
        if node.message:
            _add(root, "bpmn:message", id=node.message, name=node.name)
    _write_process(root, process)
    _write_picture(root, process, place(process))
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    text = written.decode().replace("<?xml version='1.0' encoding='UTF-8'?>", '<?xml version="1.0" encoding="UTF-8"?>')
    head, _, rest = text.partition("<bpmn:definitions ")
    attributes, _, body = rest.partition(">")
    lines = attributes.replace(" xmlns:", "\n                  xmlns:").replace(" id=", "\n                  id=")
    return f"{head}<bpmn:definitions {lines}>{body.replace('/>', ' />')}\n".encode()


def _write_process(root: Any, process: Process) -> None:
    element = _add(root, "bpmn:process", id=process.id, name=process.name, isExecutable="true")
    _add(element, "bpmn:documentation").text = process.documentation
    lanes = _add(element, "bpmn:laneSet", id=f"lanes_{process.id}")
    for lane in process.lanes:
        here = _add(lanes, "bpmn:lane", id=lane.id, name=lane.name)
        here.set(_name("jingban:candidateGroup"), lane.group)
        for node in process.outer():
            if node.lane == lane.id:
                _add(here, "bpmn:flowNodeRef").text = node.id
    for node in process.outer():
        _write_node(element, process, node)
    for flow in process.flows:
        if not process.is_inner(flow):
            _write_flow(element, flow)


def _write_node(parent: Any, process: Process, node: Node) -> None:
    element = _add(parent, f"bpmn:{node.kind}", id=node.id, name=node.name)
    if node.host:
        element.set("attachedToRef", node.host)
    if not node.interrupts:
        element.set("cancelActivity", "false")
    default = process.default_of(node)
    if default is not None:
        element.set("default", default.id)
    for key, value in node.ours.items():
        element.set(_name(f"jingban:{key}"), value)
    for flow in (flow for flow in process.flows if flow.target == node.id):
        _add(element, "bpmn:incoming").text = flow.id
    for flow in process.leaving(node.id):
        _add(element, "bpmn:outgoing").text = flow.id
    if node.timer:
        timer = _add(element, "bpmn:timerEventDefinition", id=f"{node.id}_timer")
        _expression(timer, "bpmn:timeDate", node.timer)
    if node.message:
        _add(element, "bpmn:messageEventDefinition", id=f"{node.id}_message", messageRef=node.message)
    if node.error:
        _add(element, "bpmn:errorEventDefinition", id=f"{node.id}_error", errorRef=LAPSED)
    if "participants" in node.ours:
        loop = _add(element, "bpmn:multiInstanceLoopCharacteristics", isSequential="false")
        _expression(loop, "bpmn:loopCardinality", f"count({node.ours['participants']})")
    if node.kind == "subProcess":
        for one in process.inner():
            _write_node(element, process, one)
        for flow in process.flows:
            if process.is_inner(flow):
                _write_flow(element, flow)


def _write_flow(parent: Any, flow: Flow) -> None:
    element = _add(parent, "bpmn:sequenceFlow", id=flow.id)
    if flow.name:
        element.set("name", flow.name)
    element.set("sourceRef", flow.source)
    element.set("targetRef", flow.target)
    if flow.condition:
        _expression(element, "bpmn:conditionExpression", flow.condition)


def _expression(parent: Any, tag: str, text: str) -> None:
    element = _add(parent, tag)
    element.set(_name("xsi:type"), "bpmn:tFormalExpression")
    element.text = text


def _write_picture(root: Any, process: Process, picture: Picture) -> None:
    whole = _add(root, "bpmndi:BPMNDiagram", id=f"diagram_{process.id}")
    plane = _add(whole, "bpmndi:BPMNPlane", id=f"plane_{process.id}", bpmnElement=f"collaboration_{process.id}")
    _shape(plane, f"participant_{process.id}", picture.pool, isHorizontal="true")
    for lane in process.lanes:
        _shape(plane, lane.id, picture.lanes[lane.id], isHorizontal="true")
    for node in sorted(process.nodes, key=lambda one: one.host is not None):  # what is attached is drawn last
        more = {"exclusiveGateway": {"isMarkerVisible": "true"}, "subProcess": {"isExpanded": "true"}}
        shape = _shape(plane, node.id, picture.boxes[node.id], **more.get(node.kind, {}))
        _label(shape, node_label(process, picture, node))
    for flow in process.flows:
        corners = points(process, picture, flow)
        edge = _add(plane, "bpmndi:BPMNEdge", id=f"{flow.id}_edge", bpmnElement=flow.id)
        for x, y in corners:
            _waypoint(edge, (x, y))
        source = process.node(flow.source)
        default = source is not None and process.default_of(source) == flow
        _label(edge, edge_label(corners, flow.name, default) if flow.name else None)


def _shape(parent: Any, element_id: str, box: Box, **more: str) -> Any:
    shape = _add(parent, "bpmndi:BPMNShape", id=f"{element_id}_shape", bpmnElement=element_id, **more)
    _bounds(shape, box)
    return shape


def _label(parent: Any, box: Box | None) -> None:
    if box is not None:
        _bounds(_add(parent, "bpmndi:BPMNLabel"), box)


def _bounds(parent: Any, box: Box) -> None:
    _add(parent, "dc:Bounds", x=str(box.x), y=str(box.y), width=str(box.width), height=str(box.height))


def _waypoint(parent: Any, point: Point) -> None:
    _add(parent, "di:waypoint", x=str(point[0]), y=str(point[1]))


def _add(parent: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(parent, _name(tag), attributes)


def _name(tag: str) -> str:
    prefix, local = tag.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"
