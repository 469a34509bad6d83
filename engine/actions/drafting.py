"""What the actions on diagram drafts share: who may touch one, what text is let in, what a region would get.

A diagram belongs to a region as a whole, so its roles are asked for every office ('*'). A draft is hostile until it
is checked: its text comes in through `engine.workflow.xml` only, and nothing of it runs before it is published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from engine.actions.actor import Actor
from engine.actions.system import Deployed, System
from engine.bundles import Bundle
from engine.check import CheckContext, Finding, attributes_of, check_bytes, limits_not_started, unfit_for_guide
from engine.clock import SHANGHAI
from engine.errors import Conflict, Forbidden, InvalidDiagram, InvalidInput, NotFound
from engine.forms import form_of, load_definition
from engine.forms.produced import form_keys
from engine.store import deployments, drafts, users
from engine.workflow.differences import Comparison, compare
from engine.workflow.parser import parse_model
from engine.workflow.xml import MAX_BYTES, parse_xml

EVERY_OFFICE = "*"
APPROVERS = ("approver", "designer")
NOTE_LENGTH = 500
_ENCODING = re.compile(r"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


@dataclass(frozen=True)
class DraftView:
    """A draft as pages and actions see it."""

    row: Any  # of diagram_drafts, with the base's region and version
    base: Deployed

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(self.row.regions.split())

    @property
    def editors(self) -> tuple[str, ...]:
        return tuple(self.row.editors.split())


def find_draft(system: System, connection: Any, draft_id: int, held: bool = False) -> DraftView:
    """The draft, locked when `held`; NotFound when there is none."""
    row = drafts.take(connection, draft_id) if held else drafts.by_id(connection, draft_id)
    if row is None:
        raise NotFound(f"没有编号为 {draft_id} 的流程图草稿")
    return DraftView(row, system.deployed(row.base_deployment))


def require_editor(system: System, actor: Actor, view: DraftView) -> None:
    if not actor.may("designer", view.base.region, EVERY_OFFICE):
        raise Forbidden(f"修改流程图须由{system.region_name(view.base.region)}的流程设计人员办理")


def require_status(system: System, connection: Any, view: DraftView, *expected: str) -> None:
    """Conflict that says who did what when."""
    if view.row.status in expected:
        return
    said = {
        drafts.EDITING: "还在编辑", drafts.PROPOSED: "已提交审批", drafts.PUBLISHED: "已发布",
        drafts.REJECTED: "已被退回", drafts.DISCARDED: "已作废",
    }  # fmt: skip
    raise Conflict(f"这份草稿{said[view.row.status]}（{who_and_when(connection, view.row)}），不能再进行此项操作")


def require_revision(connection: Any, view: DraftView, revision: int) -> None:
    """Conflict that says who saved it meanwhile, and when."""
    if view.row.revision != revision:
        raise Conflict(f"这份草稿已被更新：{who_and_when(connection, view.row)}，现为第 {view.row.revision} 稿。")


def who_and_when(connection: Any, row: Any) -> str:
    who, at = (row.decided_by, row.decided_at) if row.decided_by else (row.updated_by, row.updated_at)
    local = at.astimezone(SHANGHAI)
    return f"{person(connection, who)}于{local.month}月{local.day}日{local:%H:%M}"


def person(connection: Any, username: str) -> str:
    row = users.by_username(connection, username)
    return row.name if row is not None else username


def checked_xml(xml: str) -> str:
    """A draft's text, refused (InvalidDiagram) unless it is XML that every later reader reads alike."""
    try:
        data = xml.encode()
    except UnicodeEncodeError:
        raise InvalidDiagram("流程图含有不完整的字符，请重新导出后再试") from None
    if len(data) > MAX_BYTES:
        raise InvalidDiagram(f"流程图过大：{len(data)} 字节，最多 {MAX_BYTES} 字节（2 MB）")
    declared = _ENCODING.match(xml[:400])
    if declared and declared[1].lower() not in ("utf-8", "utf8"):
        raise InvalidDiagram("流程图的编码声明应为 UTF-8")
    parse_xml(data, "draft")
    return xml


def plain_note(text: str, what: str) -> str:
    """Words that somebody must give, without control characters; InvalidInput when absent or too long."""
    note = "".join(c for c in text.replace("\r\n", "\n").strip() if c.isprintable() or c == "\n")
    if not note:
        raise InvalidInput(f"请填写{what}")
    if len(note) > NOTE_LENGTH:
        raise InvalidInput(f"{what}最多 {NOTE_LENGTH} 字，现为 {len(note)} 字")
    return note


# --- what a region would get -----------------------------------------------------------------------------


def sharing_regions(system: System, connection: Any, base: Deployed) -> dict[str, Deployed]:
    """Regions of the matter whose newest version still has the diagram that the draft was started from."""
    current = [system.deployed(i) for i, _ in deployments.newest(connection, base.matter)]
    order = list(system.regions())
    current.sort(key=lambda d: order.index(d.region) if d.region in order else len(order))
    return {d.region: d for d in current if d.bundle.bpmn == base.bundle.bpmn}


def form_definitions(system: System, current: Deployed) -> dict[str, Any]:
    """Every form a diagram of this region may name: those of the current version, then those of forms/."""
    definitions = dict(current.bundle.forms)
    folders = (system.root / "forms" / current.matter, system.root / "forms" / "shared")
    for path in sorted(p for folder in folders for p in folder.glob("*.json")):
        key = path.name.split(".")[0]
        if key not in definitions:
            definitions[key] = load_definition(system.root, current.matter, key, current.region)
    return definitions


def next_bundle(system: System, current: Deployed, bpmn: str) -> Bundle:
    """The region's bundle with this diagram: guide and known forms stay those of its current version.

    Not `bundles.assemble`, which reads guide and forms from files: what was published must not change by the way.
    """
    model = parse_model(bpmn.encode())
    keys = sorted({e.form for e in model.elements.values() if e.form})
    known = form_definitions(system, current)
    missing = [key for key in keys if key not in known]
    if missing:
        raise InvalidDiagram(f"流程图用到的表单不存在：{'、'.join(missing)}")
    taken = {*keys, *(form_keys(current.guide) & known.keys())}
    return replace(current.bundle, bpmn=bpmn, forms={key: known[key] for key in sorted(taken)})


def findings_for(system: System, current: Deployed, xml: str) -> list[Finding]:
    """The check under one region's forms and guide; a file that is no diagram at all gives one finding."""
    forms = {key: form_of(value, key) for key, value in form_definitions(system, current).items()}
    context = CheckContext(
        forms={key: form.kinds() for key, form in forms.items()},
        people={key: form.choices_of_people() for key, form in forms.items()},
        deadline_keys=deadline_keys(system, current.matter),
    )
    try:
        data = checked_xml(xml).encode()
        found = list(check_bytes(data, "process.bpmn", context).findings)
        attributes = attributes_of(data, "process.bpmn")
        used = {key: forms[key] for key in attributes.get("form", ()) if key in forms}
        if used:  # else there is no diagram yet that a guide could ask anything of
            found += limits_not_started(current.guide.limits, attributes)
            found += unfit_for_guide(current.guide, used, system.region_name(current.region))
        return found
    except InvalidDiagram as error:
        line = error.details.get("line")
        where = line if isinstance(line, int) else 1
        return [Finding(where, "J000", "-", "error", error.message, "请改正后再检查")]


def deadline_keys(system: System, matter: str) -> frozenset[str]:
    """Keys that any region's guide has: a shared diagram may name a limit that one region lacks (it is never due)."""
    with system.store.reading() as connection:
        newest = deployments.newest(connection, matter)
    return frozenset(key for deployment_id, _ in newest for key in system.deployed(deployment_id).guide.limits)


def compared(view: DraftView) -> Comparison:
    return compare(view.base.bundle.bpmn.encode(), view.row.xml.encode())
