"""A region's agreements quarter by quarter (季度协议): one page for all cases, and what is done for many at once.

Each case stays a process of its own. A batch is one transaction a case, its page shows the result of each, and sending
the same page again completes the rest.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from engine.actions import objection_batches, quarter
from engine.actions.actor import Actor
from engine.actions.batches import Item
from engine.actions.file_objection import MAY_FILE, Objection
from engine.actions.name_group import name_group
from engine.actions.publish_notice import Published, carry_on, last_day, may_publish, publish_notice
from engine.actions.quarter import GROUP, NOTICE, Member, members, of_quarter, participating
from engine.actions.resolve_objection import Resolution
from engine.clock import SHANGHAI, local_date
from engine.errors import Conflict, InvalidInput, InvalidSubmission, NotFound
from engine.forms import form_view, validate
from engine.store import finding, notice_items, notices
from engine.workflow.messages import catching
from engine.workflow.objections import SIGNED
from webapp import drafts, quarters
from webapp.access import Place, allow
from webapp.casework import CaseFile
from webapp.context import actor, now, system

blueprint = Blueprint("agreements", __name__, url_prefix="/agreements")

ROLES = ("window", "review", "leader")
SECONDS = 60.0  # how long a newly published diagram may be missing from the navigation
_CYCLE = re.compile(r"[0-9]{4}Q[1-4]")


def region_place(region: str, cycle: str = "", **_: Any) -> Place:
    """A workspace belongs to a region; cases of offices that one does not belong to are left out of it."""
    if region not in system().regions() or region not in participating(system()):
        raise NotFound("这个统筹区没有按季度办理的协议事项。")
    if cycle and not _CYCLE.fullmatch(cycle):
        raise NotFound("没有这个季度，季度应当形如 2026Q1。")
    g.offices = offices_of(actor(), region)
    g.members = members(system(), region, g.offices)
    led = [o for o in g.offices if actor().may("leader", region, o)]
    return Place(region, (led or g.offices or [""])[0])


def offices_of(who: Actor, region: str) -> list[str]:
    known = system().regions().get(region)
    return [o for o in known.office_names() if who.may_any(ROLES, region, o)] if known else []


@blueprint.app_template_global("has_agreements")
def has_agreements() -> bool:
    """Whether the navigation leads here: asked by every page, so the answer is kept for a minute."""
    kept = current_app.extensions.get("jingban.agreements")
    if kept is None or time.monotonic() - kept[0] > SECONDS:
        kept = current_app.extensions["jingban.agreements"] = (time.monotonic(), set(participating(system())))
    return any(m.role in ROLES and (m.region == "*" or m.region in kept[1]) for m in actor().memberships)


@blueprint.app_template_global("quarter_page")
def quarter_page(case: CaseFile) -> str:
    """Where the workspace lists a case, for its own page; '' where none does, or its reader does not use it."""
    row, deadline = case.row, case.state.ledger.deadlines.get("handling")
    if deadline is None or not catching(case.deployed.program.model, NOTICE):
        return ""
    if not actor().may_any(ROLES, row.region, row.office):
        return ""
    _, cycle = quarter.accepted_in(case.state, deadline.started_at)
    return url_for("agreements.show", region=row.region, cycle=cycle)


@blueprint.get("")
@allow(*ROLES)
def index() -> Any:
    """The regions in which one works; with one of them its present quarter at once."""
    regions = [r for r in system().regions() if r in participating(system()) and offices_of(actor(), r)]
    if len(regions) == 1:
        return redirect(url_for("agreements.show", region=regions[0], cycle=_present()))
    return render_template("agreements/index.html", regions=regions, present=_present())


@blueprint.get("/<region>")
@allow(*ROLES, at=region_place)
def listing(region: str) -> str:
    """The quarters that have cases, and the present one."""
    counted: dict[str, list[Member]] = {_present(): []}
    for member in g.members:
        counted.setdefault(member.cycle, []).append(member)
    found = [(cycle, counted[cycle]) for cycle in sorted(counted, reverse=True)]
    return render_template("agreements/listing.html", region=region, quarters=found, cycle_name=quarters.cycle_name)


@blueprint.get("/<region>/<cycle>")
@allow(*ROLES, at=region_place)
def show(region: str, cycle: str) -> str:
    return _page(region, cycle)


# --- one assessment group for several cases ---------------------------------------------------------------


@blueprint.get("/<region>/<cycle>/group")
@allow("leader", at=region_place)
def group(region: str, cycle: str) -> Any:
    found = _asked(quarters.to_name(of_quarter(g.members, cycle)), request.args.getlist("case"))
    return _group_page(region, cycle, found) if found else _nothing(region, cycle, "请先勾选待组建评估小组的办件。")


@blueprint.post("/<region>/<cycle>/group")
@allow("leader", at=region_place)
def name(region: str, cycle: str) -> Any:
    """The form is judged once before any case is touched; what a single case refuses is its result."""
    found = _asked(of_quarter(g.members, cycle), request.form.getlist("_case"))
    typed = drafts.typed(request.form)
    if not found:
        return _nothing(region, cycle, "请先勾选待组建评估小组的办件。")
    waiting = quarters.to_name(found)
    if waiting:
        case = CaseFile(waiting[0].row)
        try:
            validate(case.deployed.forms[GROUP], typed, case.form_context())
        except InvalidSubmission as invalid:
            return _group_page(region, cycle, waiting, typed, invalid.errors), 422
    items = name_group(system(), actor(), [m.id for m in found], typed, request.form.get("request_id", ""))
    if waiting and not any(item.done for item in items):
        return _group_page(region, cycle, waiting, typed, {}, items), 422
    return _results(region, cycle, "组建评估小组", items, again=url_for("agreements.name", region=region, cycle=cycle))


def _group_page(
    region: str, cycle: str, found: list[Member], typed: Any = None, errors: Any = None, items: Any = None
) -> str:
    case = CaseFile(found[0].row)
    return render_template(
        "agreements/group.html",
        **_frame(region, cycle, "name"),
        found=found,
        view=form_view(case.deployed.forms[GROUP], typed or {}, errors or {}, case.form_context()),
        items=items or [],
    )


# --- one public notice for all who passed -----------------------------------------------------------------


@blueprint.get("/<region>/<cycle>/notice")
@allow("leader", at=region_place)
def notice(region: str, cycle: str) -> Any:
    found = _asked(quarters.to_publish(of_quarter(g.members, cycle)), request.args.getlist("case"))
    return _notice_page(region, cycle, found) if found else _nothing(region, cycle, "请先勾选待公示的办件。")


@blueprint.post("/<region>/<cycle>/notice")
@allow("leader", at=region_place)
def publish(region: str, cycle: str) -> Any:
    found = _asked(of_quarter(g.members, cycle), request.form.getlist("_case"))
    title = request.form.get("title", "")
    try:
        published = publish_notice(
            system(), actor(), region, cycle, [m.id for m in found], title, request.form.get("request_id", "")
        )
    except Conflict as refused:  # another leader was first: the quarter as it stands now
        return _page(region, cycle, refused.message), 409
    except InvalidInput as refused:
        if not found:
            return _nothing(region, cycle, refused.message)
        return _notice_page(region, cycle, found, title, refused.message), 422
    return _published(region, cycle, published)


@blueprint.post("/<region>/<cycle>/notice/<number>")
@allow("leader", at=region_place)
def again(region: str, cycle: str, number: str) -> Any:
    """Tells the cases that the notice has not reached yet."""
    with system().store.reading() as connection:
        known = notices.by_number(connection, number)
    if known is None or (known.region, known.cycle) != (region, cycle) or known.office not in g.offices:
        raise NotFound("没有这份公示。")
    return _published(region, cycle, carry_on(system(), actor(), number))


def _published(region: str, cycle: str, published: Published) -> str:
    back = url_for("agreements.again", region=region, cycle=cycle, number=published.number)
    return _results(region, cycle, "发布公示", published.items, again=back, number=published.number)


def _notice_page(region: str, cycle: str, found: list[Member], title: str = "", refused: str = "") -> str:
    names = "、".join(dict.fromkeys(m.deployed.guide.name for m in found))
    return render_template(
        "agreements/notice.html",
        **_frame(region, cycle, "publish"),
        found=found,
        title=title or f"{quarters.cycle_name(cycle)}{names}拟签约机构公示"[:100],
        refused=refused,
        ends_on=last_day(system(), region, now()),
    )


# --- objections -------------------------------------------------------------------------------------------


@blueprint.get("/<region>/<cycle>/objection")
@allow(*MAY_FILE, at=region_place)
def objection(region: str, cycle: str) -> str:
    return _objection_page(region, cycle)


@blueprint.post("/<region>/<cycle>/objection")
@allow(*MAY_FILE, at=region_place)
def file(region: str, cycle: str) -> Any:
    found = _asked(of_quarter(g.members, cycle), request.form.getlist("_case"))
    try:
        given = Objection(
            request.form.get("objector", ""), request.form.get("contact", ""), _instant("received_at"),
            request.form.get("grounds", ""),
        )  # fmt: skip
        items = objection_batches.file_for_several(
            system(), actor(), [m.id for m in found], given, request.form.get("request_id", "")
        )
    except InvalidInput as refused:
        return _objection_page(region, cycle, refused.message), 422
    if not any(item.done for item in items):
        return _objection_page(region, cycle, "；".join(f"{i.name}：{i.text}" for i in items)), 409
    back = url_for("agreements.file", region=region, cycle=cycle)
    return _results(region, cycle, "登记异议", items, again=back)


@blueprint.get("/<region>/<cycle>/resolution")
@allow("leader", at=region_place)
def resolution(region: str, cycle: str) -> Any:
    wanted = _objections_asked(cycle, request.args.getlist("objection"))
    return _resolution_page(region, cycle, wanted) if wanted else _nothing(region, cycle, "请先勾选要处理的异议。")


@blueprint.post("/<region>/<cycle>/resolution")
@allow("leader", at=region_place)
def resolve(region: str, cycle: str) -> Any:
    wanted = _objections_asked(cycle, request.form.getlist("_objection"))
    if not wanted:
        return _nothing(region, cycle, "请先勾选要处理的异议。")
    given = Resolution(*(request.form.get(key, "") for key in ("resolution", "reasons", "decided_by")))
    pairs = [(member.id, one.n) for member, one in wanted]
    try:
        items = objection_batches.resolve_several(system(), actor(), pairs, given, request.form.get("request_id", ""))
    except InvalidInput as refused:
        return _resolution_page(region, cycle, wanted, refused.message), 422
    back = url_for("agreements.resolve", region=region, cycle=cycle)
    return _results(region, cycle, "处理异议", items, again=back)


def _objection_page(region: str, cycle: str, refused: str = "") -> str:
    here = of_quarter(g.members, cycle)
    return render_template(
        "agreements/objection.html",
        **_frame(region, cycle, "file"),
        found=quarters.by_notice(here),
        ended=quarters.past_notice(here),
        signed=SIGNED,
        stage=quarters.stage,
        late=any(m.heard and m.notice_ends is None for m in here),
        chosen=set(request.values.getlist("case") + request.form.getlist("_case")),
        typed=request.form,
        refused=refused,
        moment=now().astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"),
    )


def _resolution_page(region: str, cycle: str, wanted: list[Any], refused: str = "") -> str:
    return render_template(
        "agreements/resolution.html",
        **_frame(region, cycle, "resolve"),
        wanted=wanted,
        typed=request.form,
        refused=refused,
    )


def _objections_asked(cycle: str, named: Iterable[str]) -> list[Any]:
    wanted = set(named)
    return [pair for pair in quarters.filed(system(), of_quarter(g.members, cycle))
            if f"{pair[0].id}-{pair[1].n}" in wanted]  # fmt: skip


def _instant(name: str) -> datetime:
    try:
        given = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise InvalidInput("请填写收到异议的时间") from error
    return given if given.tzinfo else given.replace(tzinfo=SHANGHAI)


# --- shared -----------------------------------------------------------------------------------------------


def _present() -> str:
    return quarter.quarter_of(local_date(now()))


def _asked(found: list[Member], named: Iterable[str]) -> list[Member]:
    """Those of the members that were ticked: nobody reaches a case through an address that the page does not show."""
    wanted = set(named)
    return [member for member in found if str(member.id) in wanted]


def _frame(region: str, cycle: str, action: str = "") -> dict[str, Any]:
    """What every page is drawn with. `action`: the view that its form is sent to, with the request id it had before."""
    request_id = request.form.get("request_id") or str(uuid.uuid4())
    return {
        "region": region,
        "cycle": cycle,
        "cycle_name": quarters.cycle_name,
        "action": action,
        "request_id": request_id,
    }


def _nothing(region: str, cycle: str, message: str) -> tuple[str, int]:
    return _page(region, cycle, message), 422


def _results(region: str, cycle: str, what: str, items: list[Item], again: str, number: str = "") -> str:
    """What came of each case; what was not done can be sent again as it was."""
    return render_template(
        "agreements/results.html", **_frame(region, cycle), what=what, items=items, again=again, number=number,
        sent=[(k, v) for k, v in request.form.items(multi=True) if k != "csrf_token"],
    )  # fmt: skip


def _page(region: str, cycle: str, refused: str = "") -> str:
    found = of_quarter(g.members, cycle)
    leader = any(actor().may("leader", region, office) for office in g.offices)
    with system().store.reading() as connection:
        published = [
            (row, notice_items.of_notice(connection, row.id))
            for row in notices.of_cycle(connection, region, cycle)
            if row.office in g.offices
        ]
        names = finding.names_of(connection, quarters.assessors(found))
    before, after = quarters.neighbours(cycle)
    return render_template(
        "agreements/quarter.html",
        **_frame(region, cycle),
        refused=refused,
        before=before,
        after=after,
        schedule=quarter.schedule(system(), region, cycle),
        found=found,
        leaving=[m for m in of_quarter(g.members, after) if m.rolled],
        stage=quarters.stage,
        limit=quarters.limit,
        to_name=quarters.to_name(found),
        to_publish=[m for m in quarters.to_publish(found) if may_publish(actor(), system(), m.row)],
        waiting=quarters.to_publish(found),
        on_notice=quarters.on_notice(found),
        sheets=quarters.sheets(found, names),
        objections=quarters.filed(system(), found),
        signing=quarters.signing(found),
        published=published,
        leader=leader,
        files=leader or any(actor().may("window", region, office) for office in g.offices),
    )
