"""J126: four eyes, `jingban:separateFrom="first_review expert_opinion"`: tasks that other people must have done.

A list of ids with white space between them, as XML writes it (xs:IDREFS). Who did nothing yet cannot be kept out, so a
task that the case never comes to before this one is refused as well: the diagram would promise what never holds. In
doubt (a picture that is broken elsewhere, branches side by side) nothing is claimed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from engine.check.document import Document, Node
from engine.check.findings import ERROR, CheckContext, Fault, rule, shown
from engine.check.reach import reach_of
from engine.check.rules_ours import REFUSED

HOW = "写另一个用户任务的 id，它应在本任务之前办理；几个任务用空格分开"
MAX_PAIRS = 300  # whose order is looked at; no diagram that people read has as many
_COMMA = re.compile(r"[,，、;；]")

Place = tuple[Node, bool]  # entered, or (True) left
Ways = Mapping[Place, list[Place]]


@rule("J126", ERROR, "须由不同人员办理的任务写得不对", HOW)
def separate_from(doc: Document, context: CheckContext) -> Iterator[Fault]:
    pairs = 0
    for node in doc.iter_nodes("userTask"):
        for reference, times in Counter(node.ours("separateFrom").split()).items():
            pairs += 1
            other = doc.find_node(reference)
            if _COMMA.search(reference):
                yield Fault(node.element, f"jingban:separateFrom 的几个任务应用空格分开，现写作 {shown(reference)}")
            elif other is node:
                yield Fault(node.element, "jingban:separateFrom 指向了任务自己")
            elif other is None or other.tag not in {"userTask", *REFUSED}:
                yield Fault(node.element, f"jingban:separateFrom 指向的用户任务 {shown(reference)} 不存在")
            elif times > 1:
                yield Fault(node.element, f"jingban:separateFrom 重复写了 {shown(reference)}", "每个任务只写一次")
            elif pairs <= MAX_PAIRS and not _may_precede(doc, other, node):
                words = f"jingban:separateFrom 指向的 {shown(reference)} 不会在本任务之前办理，写了也不起作用"
                yield Fault(node.element, words, "删去它，或写在后办理的那个任务上")


def _may_precede(doc: Document, other: Node, node: Node) -> bool:
    """Whether a case can come to `node` after what was done at `other`, or has both open at once."""
    if not _sound(doc):
        return True
    before = _found(_backwards(doc), (node, False))
    if (other, True) in before:
        return True
    beside = _found(_backwards(doc), (other, False))
    return any(_apart(targets, before, beside) for targets in _splits(doc))


def _apart(targets: list[Node], one: set[Place], another: set[Place]) -> bool:
    """Whether two different branches of a split lead to the two."""
    to_one = {target for target in targets if (target, False) in one}
    to_another = {target for target in targets if (target, False) in another}
    return bool(to_one and to_another) and len(to_one | to_another) > 1


def _sound(doc: Document) -> bool:
    """Nothing else is wrong with the ways of the diagram, and there are none but the drawn ones."""
    sound: bool | None = doc.remembered.get("sound ways")
    if sound is None:
        sound = doc.remembered["sound ways"] = (
            all(flow.whole for flow in doc.flows)
            and not any(node.id_broken or node.for_compensation or "link" in node.kinds for node in doc.nodes)
            and not any(scope.is_event_subprocess or scope.is_ad_hoc for scope in doc.scopes)
            and all(scope.starts and reach_of(doc, scope).complete for scope in doc.scopes)
        )
    return sound


def _backwards(doc: Document) -> Ways:
    """Place -> the places from which a token comes there in one step."""
    known: dict[Place, list[Place]] | None = doc.remembered.get("backwards")
    if known is None:
        known = doc.remembered["backwards"] = {}
        for node in doc.nodes:
            for source, target in _steps(node):
                known.setdefault(target, []).append(source)
    return known


def _steps(node: Node) -> Iterator[tuple[Place, Place]]:
    entered, left = (node, False), (node, True)
    yield entered, left
    for boundary in node.boundaries:
        yield entered, (boundary, False)
        if node.inner is not None:  # whatever was done inside
            yield left, (boundary, False)
    for start in node.inner.starts if node.inner is not None else ():
        yield entered, (start, False)
    for flow in node.outgoing:
        if flow.target is not None:
            yield left, (flow.target, False)
    if node.scope.node is not None:  # it may have been the last thing inside
        yield left, (node.scope.node, True)


def _found(ways: Ways, place: Place) -> set[Place]:
    found: set[Place] = set()
    waiting = [place]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting.extend(ways.get(here, ()))
    return found


def _splits(doc: Document) -> Iterable[list[Node]]:
    """What begins at once: the branches of a split, or an activity and what a timer beside it begins."""
    for node in doc.nodes:
        if node.tag == "boundaryEvent" and node.host is not None and not node.interrupts:
            yield [node, node.host]
        elif node.tag not in ("exclusiveGateway", "eventBasedGateway") and len(node.outgoing) > 1:
            yield [flow.target for flow in node.outgoing if flow.target is not None]
