"""J19x the last gate: what the schema and our own parser refuse, where no rule has said anything better."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.check.document import Document
from engine.check.findings import ERROR, CheckContext, Fault, rule, shown
from engine.errors import EngineError
from engine.workflow.parser import parse_model

MAX_ENTRIES = 200  # of the schema validator that are looked at
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
    for entry in islice(schema.error_log, MAX_ENTRIES):  # type: ignore[call-overload]
        element = _element_at(doc, entry.path)
        if element is None:
            element = by_line.get(entry.line, doc.root)
        owner = element
        while owner is not None and not owner.get("id"):
            owner = owner.getparent()
        owner = owner if owner is not None else element
        if owner not in seen:
            seen.add(owner)
            yield Fault(owner, f"不符合 BPMN 的 XSD：{shown(_NAMESPACES.sub('', entry.message[:2000]), 200)}")


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


@rule("J191", ERROR, "引擎不能装载", "对照提示修改流程图；仍不能解决时请联系管理员")
def against_parser(doc: Document, context: CheckContext) -> Iterator[Fault]:
    """Found by `refused_by_parser`, which needs the bytes and a file without any other error."""
    yield from ()


def refused_by_parser(data: bytes, name: str) -> str | None:
    """What our own parser says of a diagram that all rules pass; None when it takes it.

    Any exception counts: SpiffWorkflow raises whatever it stumbles over, and a designer must not see a traceback.
    """
    try:
        parse_model(data, name)
    except EngineError as error:
        return f"引擎不能装载：{shown(error.message, 200)}"
    except Exception as error:
        return f"引擎不能装载：{type(error).__name__} {shown(error, 200)}"
    return None
