"""Opening a case: find the matter, read its guide in brief, fill the application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, session, url_for

from engine.actions.actor import Actor
from engine.actions.counter_sheets import may_be_immediate
from engine.actions.open_case import MAY_OPEN, open_case
from engine.actions.system import Deployed
from engine.errors import Conflict, InvalidInput, InvalidSubmission, NotFound
from engine.forms import Form, FormContext
from engine.guides import MatterSummary
from engine.guides.contacts import names_office
from engine.store import cases
from webapp import afterwards, drafts, filling
from webapp.access import Place, allow
from webapp.context import actor, now, system
from webapp.lists import loading
from webapp.matter_search import FOUND, frequent, grouped, search, sought
from webapp.words import matter_names

RECENTLY = timedelta(days=180)  # of these days the use counts

blueprint = Blueprint("opening", __name__, url_prefix="/open")


def place_of(slug: str, region: str, **_: Any) -> str:
    return f"open:{slug}/{region}"


def matter_place(slug: str, region: str, **_: Any) -> Place:
    """A matter belongs to a region; the office is chosen on the form, so any office of one's own will do."""
    if slug not in matter_names() or region not in system().regions():
        raise NotFound("没有这个事项，或该统筹区未开通。")
    g.deployed = system().current(slug, region)
    offices = offices_of(actor(), region)
    return Place(region, offices[0] if offices else "")


def offices_of(who: Actor, region: str) -> list[str]:
    """Offices of the region in which the person may receive applications."""
    known = system().regions().get(region)
    return [o for o in known.office_names() if who.may_any(MAY_OPEN, region, o)] if known else []


def office_of(region: str) -> str:
    """The office chosen on the form, else the one last chosen in the region, else the first of one's own.

    Those that the guide lists come first: elsewhere the matter is hardly received.
    """
    offices, last = offices_of(actor(), region), session.get("offices", {}).get(region, "")
    likely = listed_of(offices) or offices
    return request.form.get("_office", "") or (last if last in likely else likely[0])


def listed_of(offices: list[str]) -> list[str]:
    """Those of the offices that the matter's guide lists, or all where it lists none."""
    return [office for office in offices if names_office(g.deployed.guide, office)]


def own_office(region: str, office: str) -> str:
    """The office of a form that was sent, kept for the next one. Raises InvalidInput."""
    if office not in offices_of(actor(), region):
        raise InvalidInput("请选择您所在的经办机构。")
    session["offices"] = {**session.get("offices", {}), region: office}
    return office


@blueprint.get("")
@allow(*MAY_OPEN)
def choose() -> str:
    """The matters that this person may open in one region: those used most, then all by category; or what is sought."""
    words = request.args.get("q", "").strip()[:60]
    regions = [code for code in system().regions() if offices_of(actor(), code)]
    region = _region(regions)
    offered = [matter for matter in matter_names().values() if region in matter.regions]
    with system().store.reading() as connection:
        used = cases.opened_since(connection, region, actor().username, now() - RECENTLY)
    if words:
        groups = sought(system().root, offered, words, region, used)
    else:
        often = frequent(offered, used)
        groups = [*([("常用", often)] if often else []), *grouped(offered)]
    exact = not words or any(title == FOUND for title, _ in groups)
    page = "opening/found.html" if request.headers.get("HX-Request") == "true" else "opening/choose.html"
    return render_template(
        page,
        groups=groups,
        exact=exact,
        words=words,
        region=region,
        regions=regions,
        elsewhere=[] if exact else _elsewhere(words, region),
    )


def _region(regions: list[str]) -> str:
    """The one asked for, else the one that was looked at last, else the first."""
    wanted = (request.args.get("region", ""), session.get("region", ""), *regions)
    region = next((region for region in wanted if region in regions), "")
    if region and len(regions) > 1:
        session["region"] = region
    return region


def _elsewhere(words: str, region: str) -> list[MatterSummary]:
    """Matters that fit and that only other regions offer."""
    return search((m for m in matter_names().values() if region not in m.regions), words)[:5]


@blueprint.get("/<slug>/<region>")
@allow(*MAY_OPEN, at=matter_place)
def fill(slug: str, region: str) -> str:
    return _page(slug, region, filling.blank(_form(), _context(slug, region), place_of(slug, region)))


@blueprint.post("/<slug>/<region>")
@allow(*MAY_OPEN, at=matter_place, keeps=place_of)
def submit(slug: str, region: str) -> Any:
    typed, request_id = drafts.typed(request.form), request.form.get("request_id", "")
    office, place = own_office(region, request.form.get("_office", "")), place_of(slug, region)
    if files := loading(_form(), typed, _context(slug, region)):
        filled, status = filling.loaded(_form(), files, _context(slug, region), place, request_id)
        return _page(slug, region, filled), status
    try:
        opened = open_case(system(), actor(), slug, region, office, typed, request_id, linked_case())
    except InvalidSubmission as invalid:
        context = _context(slug, region)
        return _page(slug, region, filling.refused(_form(), typed, invalid.errors, context, place, request_id)), 422
    except Conflict as conflict:
        drafts.keep(actor().user_id, place, typed)
        flash(f"{conflict.message}。您填写的内容已保留。", "warning")
        return redirect(url_for("opening.fill", slug=slug, region=region))
    drafts.drop(place)
    flash(afterwards.opened(opened, actor()), "done")
    return redirect(url_for("cases.show", number=opened.number))


@blueprint.post("/<slug>/<region>/check")
@allow(*MAY_OPEN, at=matter_place)
def check(slug: str, region: str) -> Response:
    return jsonify(filling.check(_form(), drafts.typed(request.form), _context(slug, region)))


def _form() -> Form:
    deployed: Deployed = g.deployed
    return deployed.forms[deployed.program.model.start.form]


def _context(slug: str, region: str) -> FormContext:
    case = {"region": region, "office": request.form.get("_office", ""), "matter": slug}
    return FormContext(now=now(), guide=g.deployed.guide, variables={"case": case}, agency=True)


def linked_case() -> int | None:
    """The earlier case that this one follows, when the person may see it."""
    number = request.values.get("_linked", "")
    if not number:
        return None
    with system().store.reading() as connection:
        row = cases.by_number(connection, number)
    if row is None or not actor().may_any(MAY_OPEN, row.region, row.office):
        raise InvalidInput("没有找到要关联的办件，请核对编号。")
    return int(row.id)


def immediate_kinds(deployed: Deployed) -> str:
    """The kinds of applicant to whom alone 即时办结 is promised, as the guide prints them; '' where it is everybody."""
    limit = deployed.guide.limit("handling")
    if limit is None or limit.unit == "immediate":
        return ""
    return "、".join(case.words for case in limit.cases if case.unit == "immediate")


def _page(slug: str, region: str, filled: dict[str, Any]) -> str:
    offices = offices_of(actor(), region)
    return render_template(
        "opening/page.html",
        slug=slug,
        region=region,
        deployed=g.deployed,
        counter=may_be_immediate(g.deployed),
        counter_kinds=immediate_kinds(g.deployed),
        guide=g.deployed.guide,
        offices=offices,
        listed=listed_of(offices),
        office=office_of(region),
        linked=request.values.get("_linked", ""),
        **filled,
    )
