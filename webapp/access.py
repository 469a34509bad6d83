"""Who may use which route: every view declares it, and an application with an undeclared route does not start.

    @blueprint.get("/cases/<number>")
    @allow(*READERS, at=case_place)
    def show(number): ...

`at` finds the thing that the address names and answers where it belongs (`Place`); it keeps what it read in
`flask.g`, so looking first costs no second query. The guard answers
- anonymous: the login page (401 for programs and for input that would be lost);
- a signed-in person without any of the roles: 403;
- a person whose roles do not reach that region and office: 404, as for a thing that does not exist - the answer
  must not tell that it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from engine.actions.actor import LANES, Actor
from engine.errors import Forbidden, NotFound
from webapp.context import visitor

View = TypeVar("View", bound=Callable[..., Any])

FIRST_OF_ALL = ("account.password", "account.change", "identity.leave")  # before one has a password of one's own
READERS = (*LANES, "auditor", "supervisor")  # those who may see a case of their region (and office)


@dataclass(frozen=True)
class Place:
    """Where a thing belongs; `roles` narrows the rule (a task belongs to one lane)."""

    region: str
    office: str
    roles: tuple[str, ...] = ()


Finder = Callable[..., Place]


@dataclass(frozen=True)
class Rule:
    """Declared by a view. No roles and not public: anybody who is signed in."""

    public: bool = False
    roles: tuple[str, ...] = ()
    at: Finder | None = None
    keeps: Callable[..., str] | None = None  # where typed input of this POST is kept when the session has ended

    def describe(self) -> str:
        """For the table of routes in the documentation."""
        if self.public:
            return "公开"
        who = "、".join(self.roles) or "任何已登录人员"
        return f"{who}（限本统筹区、本经办机构）" if self.at else who


class UndeclaredRoute(RuntimeError):
    """A route without an access rule."""


class PasswordNeeded(Exception):
    """The session was opened with a password that an administrator knows; `webapp.identity` answers it."""


class LoginNeeded(Exception):
    """An anonymous request for something that is not public; `webapp.identity` answers it."""

    def __init__(self, rule: Rule) -> None:
        super().__init__("login needed")
        self.rule = rule


def public(view: View) -> View:
    """Anybody, without login."""
    return _declare(view, Rule(public=True))


def allow(*roles: str, at: Finder | None = None, keeps: Callable[..., str] | None = None) -> Callable[[View], View]:
    """Signed-in people with one of the roles (none named: anybody signed in), reaching the place that `at` finds."""
    return lambda view: _declare(view, Rule(roles=roles, at=at, keeps=keeps))


def rule_of(view: Callable[..., Any]) -> Rule | None:
    return getattr(view, "access_rule", None)


def require_declared(app: Flask) -> None:
    """Raises UndeclaredRoute naming every route that lacks a rule."""
    bare = sorted({r.rule for r in app.url_map.iter_rules() if rule_of(app.view_functions[r.endpoint]) is None})
    if bare:
        raise UndeclaredRoute(f"routes without an access rule (use webapp.access.allow or public): {bare}")


def guard() -> None:
    """Before every request: raises what the module's text lists, or lets the view run."""
    if request.url_rule is None or request.endpoint is None:
        return  # 404 or 405, Flask's own
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        raise Forbidden("这个地址没有设定访问规则。")
    if rule.public:
        return
    who = visitor()
    if who is None:
        raise LoginNeeded(rule)
    if g.get("must_change") and request.endpoint not in FIRST_OF_ALL:
        raise PasswordNeeded
    _require(who, rule, dict(request.view_args or {}))


def holds(who: Actor | None, *roles: str) -> bool:
    """Whether any of the roles is held anywhere."""
    return who is not None and any(m.role in roles for m in who.memberships)


def _require(who: Actor, rule: Rule, arguments: dict[str, Any]) -> None:
    if rule.roles and not holds(who, *rule.roles):
        raise Forbidden("您没有使用这个页面的权限。如需办理，请联系管理员授权。")
    if rule.at is None:
        return
    place = rule.at(**arguments)
    if not who.may_any(place.roles or rule.roles, place.region, place.office):
        raise NotFound("没有找到所请求的内容。")


def _declare(view: View, rule: Rule) -> View:
    view.access_rule = rule  # type: ignore[attr-defined]
    return view
