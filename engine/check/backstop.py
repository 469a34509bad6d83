"""J19x the last gate: what the schema and our own parser refuse, where no rule has said anything better."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.check.document import Document
from engine.check.findings import ERROR, CheckContext, Fault, rule, shown

_NAMESPACES = re.compile(r"\{[^{}]{1,200}\}")


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    return BpmnValidator().validator  # type: ignore[no-any-return]


@rule("J190", ERROR, "不符合 BPMN 2.0 的 XSD", "在设计器中重新画这个元素，或改正 XML")
def against_schema(doc: Document, context: CheckContext) -> Iterator[Fault]:
    schema = _schema()
    if schema.validate(doc.root.getroottree()):
        return
    by_line: dict[int, Any] = {}
    for element in doc.elements:
        by_line.setdefault(element.sourceline or 1, element)
    seen: set[Any] = set()
    for entry in list(schema.error_log):  # type: ignore[call-overload]
        element = _element_at(doc, entry.path) or by_line.get(entry.line, doc.root)
        owner = element
        while owner is not None and not owner.get("id"):
            owner = owner.getparent()
        owner = owner if owner is not None else element
        if owner not in seen:
            seen.add(owner)
            yield Fault(owner, f"不符合 BPMN 的 XSD：{shown(_NAMESPACES.sub('', entry.message), 200)}")


def _element_at(doc: Document, path: str | None) -> Any | None:
    """The element of a libxml2 path such as `/*/*[2]/*[3]`."""
    element = doc.root
    for step in (path or "").split("/")[2:]:
        number = re.fullmatch(r"[^\[\]]+(?:\[(\d+)\])?", step)
        if number is None:
            return None
        name = step.partition("[")[0]
        children = [c for c in element if name == "*" or _prefixed(c) == name]
        index = int(number[1] or 1) - 1
        if index >= len(children):
            return None
        element = children[index]
    return element if path else None


def _prefixed(element: Any) -> str:
    name = etree.QName(element).localname
    return f"{element.prefix}:{name}" if element.prefix else name
