"""The guides as pages anybody may read and print: in the order and words of the printed guide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from engine.actions.system import Deployed
from engine.errors import NotFound
from webapp.access import public
from webapp.context import system, visitor
from webapp.guide_words import limits_in_order, time_rules
from webapp.matter_search import FOUND, grouped, sought
from webapp.opening import offices_of
from webapp.words import matter_names

blueprint = Blueprint("guides", __name__, url_prefix="/guides")


@blueprint.get("")
@public
def index() -> str:
    words = request.args.get("q", "").strip()[:60]
    known = list(matter_names().values())
    groups = sought(system().root, known, words) if words else grouped(known)
    exact = not words or any(title == FOUND for title, _ in groups)
    page = "guides/found.html" if request.headers.get("HX-Request") == "true" else "guides/index.html"
    return render_template(page, groups=groups, words=words, exact=exact)


@blueprint.get("/<slug>/<region>")
@public
def show(slug: str, region: str) -> str:
    deployed = deployed_guide(slug, region)
    matter = matter_names()[slug]
    guide, who = deployed.guide, visitor()
    return render_template(
        "guides/page.html",
        guide=guide,
        limits=limits_in_order(guide),
        rules=time_rules(guide),
        deployed=deployed,
        matter=matter,
        region=region,
        opens=who is not None and bool(offices_of(who, region)),
    )


@blueprint.get("/<slug>/<region>/diagram.bpmn")
@public
def diagram(slug: str, region: str) -> Response:
    """The chart that new cases run on, as text: no browser shall take somebody's file for a page of ours."""
    return Response(deployed_guide(slug, region).bundle.bpmn, mimetype="text/plain")


def deployed_guide(slug: str, region: str) -> Deployed:
    """What new cases of the matter run on in the region. Raises NotFound."""
    matter: Any = matter_names().get(slug)
    if matter is None or region not in matter.regions:
        raise NotFound("没有这份办事指南，或该统筹区未开通此事项。")
    return system().current(slug, region)
