"""Who may do what, and who changed it: the memberships of one person, and the record of all changes to accounts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from engine.actions.account_trail import Change, changes
from engine.actions.actor import ROLE_NAMES, ROLES, Membership
from engine.actions.assign_roles import MAX_REASON, assign_roles
from engine.actions.user_reach import person_within
from engine.errors import Conflict, Forbidden, InvalidInput
from engine.store import finding, users
from webapp.access import allow
from webapp.addresses import row_id
from webapp.admin import memberships_of, offered_places
from webapp.context import actor, system
from webapp.sheets import csv_response, minute
from webapp.words import office_name, region_name

blueprint = Blueprint("roles", __name__)

SPARE = 3  # empty rows below those that are held
PAGE = 50
MOST = 5_000  # entries of one export
READ_BY = ("auditor", "admin")
COLUMNS = ("时间", "经办人", "用户名", "姓名", "变更", "取消的职责", "增加的职责", "依据")
BY = {"system": "系统", "operator": "系统运维（命令行）"}


@blueprint.get("/admin/users/<int:user_id>/roles")
@allow("admin")
def show(user_id: int) -> str:
    return _page(user_id, None, "")


@blueprint.post("/admin/users/<int:user_id>/roles")
@allow("admin")
def assign(user_id: int) -> Any:
    try:
        seen = [_membership(text) for text in request.form.getlist("seen")]
        assign_roles(system(), actor(), user_id, seen, memberships_of(request.form), request.form.get("reason", ""))
    except (InvalidInput, Conflict) as refused:
        return _page(user_id, request.form, refused.message), 409 if isinstance(refused, Conflict) else 422
    flash("职责已变更，即时生效；变更已留痕，稽核人员可以查看。", "done")
    return redirect(url_for("roles.show", user_id=user_id))


@blueprint.get("/audit/accounts")
@allow(*READ_BY)
def trail() -> str:
    """Every change to accounts within one's reach, newest first."""
    found = changes(system(), actor(), READ_BY, row_id(request.args.get("before", "")), PAGE + 1)
    return render_template(
        "replay/accounts.html",
        changes=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else 0,
        names=_names(found),
    )


@blueprint.get("/audit/accounts.csv")
@allow(*READ_BY)
def export() -> Response:
    found = changes(system(), actor(), READ_BY, None, MOST + 1)
    names = _names(found)
    lines = [(*_plain(c, names), _words(c.taken), _words(c.given), c.reason) for c in found[:MOST]]
    if len(found) > MOST:
        lines.append((f"只列出最近的 {MOST} 条", *[""] * (len(COLUMNS) - 1)))
    return csv_response("accounts.csv", COLUMNS, lines)


def _page(user_id: int, typed: Any, problem: str) -> str:
    """`typed`: what was refused, shown again beside what is held now."""
    with system().store.reading() as connection:
        person = person_within(connection, actor(), user_id)
        held = [Membership(*place) for place in users.memberships_of(connection, user_id)]
    if user_id == actor().user_id:
        raise Forbidden("不能变更自己的职责，请由其他管理员办理")
    rows = [(f"{m.region}/{m.office}", m.role) for m in held]
    if typed is not None:
        count = max(len(rows) + SPARE, sum(name.startswith("place-") for name in typed))
        rows = [(typed.get(f"place-{n}", ""), typed.get(f"role-{n}", "")) for n in range(count)]
    found = changes(system(), actor(), ("admin",), None, PAGE, person.username)
    return render_template(
        "admin/roles.html",
        person=person,
        held=held,
        rows=rows if typed is not None else [*rows, *[("", "")] * SPARE],
        places=_choices(held),
        roles={role: ROLE_NAMES[role] for role in ROLES},
        reason=typed.get("reason", "") if typed is not None else "",
        most=MAX_REASON,
        problem=problem,
        changes=found,
        names=_names(found),
        current="users",
    )


def _choices(held: list[Membership]) -> list[tuple[str, str]]:
    """What may be chosen; a place that is held and not offered any more stays until somebody takes it away."""
    return list({**{f"{m.region}/{m.office}": _place(m) for m in held}, **dict(offered_places())}.items())


def _membership(text: str) -> Membership:
    """`changsha/本级/window`, as the page that is posted was told."""
    region, _, rest = text.partition("/")
    office, _, role = rest.rpartition("/")
    return Membership(region, office, role)


def _names(found: list[Change]) -> dict[str, str]:
    with system().store.reading() as connection:
        return {**finding.names_of(connection, {change.actor for change in found}), **BY}


def _plain(change: Change, names: dict[str, str]) -> tuple[str, ...]:
    return (minute(change.at), names.get(change.actor, change.actor), change.username, change.name, change.words)


def _words(places: tuple[Membership, ...]) -> str:
    return "；".join(f"{_place(m)} {ROLE_NAMES.get(m.role, m.role)}" for m in places)


def _place(held: Membership) -> str:
    return f"{region_name(held.region)} {office_name(held.office)}"
