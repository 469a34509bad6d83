"""Who is asking: login, logout, sessions kept in the database, lockout.

The cookie holds a random token, the database its sha256: a copied database opens no session, and logging out ends
one for good (a signed cookie would go on working). Sessions and lockout run on the machine's clock: moving the demo
clock must not throw everybody out.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as form_session
from sqlalchemy import Row
from werkzeug.wrappers import Response as AnyResponse

from engine.actions import account_trail
from engine.actions.actor import SYSTEM, Actor, Membership
from engine.clock import SystemClock
from engine.passwords import verify_password
from engine.store import users
from webapp import drafts, rate
from webapp.access import LoginNeeded, PasswordNeeded, allow, public
from webapp.addresses import is_local, page_behind
from webapp.context import system, visitor

blueprint = Blueprint("identity", __name__)

COOKIE = "jingban_session"
ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(minutes=60)
TOUCH = timedelta(minutes=1)  # how exact `seen_at` is; finer would write on every request
DRAFTS_KEPT = timedelta(days=90)  # typed and never sent
FAILURES = 5  # wrong passwords in a row that lock an account
LOCKED_FOR = timedelta(minutes=15)


def install(app: Flask, https: bool) -> None:
    """Must run before the CSRF check is installed: its error page wants to know who is asking."""
    app.config["SESSION_TOKEN_SECURE"] = https
    app.before_request(_recognise)
    app.register_error_handler(LoginNeeded, _ask)
    app.register_error_handler(PasswordNeeded, _change_first)
    app.register_blueprint(blueprint)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _recognise() -> None:
    """Sets `g.actor` from the session cookie; an ended session leaves the request anonymous."""
    g.actor = None
    token = request.cookies.get(COOKIE, "")
    if not token or request.endpoint == "static":
        return
    moment = SystemClock().now()
    with system().store.reading() as connection:
        row = users.session(connection, token_hash(token))
        if row is None or not _alive(row, moment):
            return
        places = users.memberships_of(connection, row.user_id)
    if moment - row.seen_at >= TOUCH:
        with system().store.writing() as connection:
            users.touch_session(connection, row.token_hash, moment)
    g.must_change = row.must_change
    g.actor = Actor(row.user_id, row.username, row.name, tuple(Membership(*place) for place in places))


def _alive(row: Row[Any], moment: datetime) -> bool:
    if not row.active or (row.demo and not system().demo):
        return False
    return bool(moment < row.expires_at and moment - row.seen_at < IDLE)


# --- pages --------------------------------------------------------------------------------------------


@blueprint.get("/login")
@public
def login() -> str | AnyResponse:
    if visitor() is not None:
        return redirect(_next())
    return _page()


@blueprint.post("/login")
@public
def enter() -> Any:
    """Checks the password; right: a new session and back to where the person wanted to go."""
    if rate.guessed_too_often():
        abort(429)
    username = request.form.get("username", "").strip()[:60]
    password = request.form.get("password", "")[:200]
    problem, person = _check(username, password)
    if problem or person is None:
        rate.guessed_wrong()
        return _page(problem, username), 422
    _rescue(person.id)
    response = make_response(redirect(_next()))
    _open_session(response, person.id)
    return response


@blueprint.post("/logout")
@allow()
def leave() -> AnyResponse:
    token = request.cookies.get(COOKIE, "")
    with system().store.writing() as connection:
        users.end_session(connection, token_hash(token))
    form_session.clear()
    response = redirect(url_for("identity.login"))
    response.delete_cookie(COOKIE, samesite="Lax", httponly=True)
    flash("您已退出登录。")
    return response


def _check(username: str, password: str) -> tuple[str | None, Row[Any] | None]:
    """(what is wrong, None) or (None, the person).

    Unknown, wrong, closed and locked are told in the same words and take the time of one argon2: the answer must not
    tell which user names exist, nor, while an account is locked, that the password was found.
    """
    moment = SystemClock().now()
    with system().store.reading() as connection:
        person = users.by_username(connection, username)
    usable = person is not None and person.active and (system().demo or not person.demo)
    locked = person is not None and person.locked_until is not None and person.locked_until > moment
    right = verify_password(person.password_hash if person is not None and usable and not locked else None, password)
    if person is None or not usable or locked:
        return _WRONG, None
    if not right:
        count_failure(person.id)
        return _WRONG, None
    if person.failures or person.locked_until:
        with system().store.writing() as connection:
            users.count_failure(connection, person.id, 0, None)
    return None, person


_WRONG = (
    f"用户名或密码不正确，请检查后重试。连续输错 {FAILURES} 次，账号将锁定 {LOCKED_FOR.seconds // 60} 分钟，"
    "其间密码正确也不能登录；急需使用的，请联系管理员解锁。"
)


def count_failure(user_id: int) -> bool:
    """Counts a wrong password; whether it locked the account. Read again under the write lock: two at once are two."""
    with system().store.writing() as connection:
        current = users.by_id(connection, user_id)
        before = current.failures if current is not None and current.locked_until is None else 0
        until = SystemClock().now() + LOCKED_FOR if before + 1 >= FAILURES else None
        users.count_failure(connection, user_id, before + 1, until)
        if current is not None and until is not None:
            places = users.memberships_of(connection, user_id)
            account_trail.note(system(), connection, SYSTEM.username, current, account_trail.LOCKED, places)
    return until is not None


def locked_out(user_id: int) -> bool:
    """Counts a wrong password that was given inside a session, as the login would; whether the session is over.

    Else whoever finds a machine unlocked could try passwords for as long as the session lives.
    """
    if not count_failure(user_id):
        return False
    with system().store.writing() as connection:
        users.end_sessions_of(connection, user_id)
    flash(f"原密码连续输错 {FAILURES} 次，账号已锁定 {LOCKED_FOR.seconds // 60} 分钟，并已退出登录。")
    return True


def _open_session(response: Response, user_id: int) -> None:
    """A new token at every login, so that a token planted before it is worth nothing."""
    token, moment = secrets.token_urlsafe(32), SystemClock().now()
    values = {"token_hash": token_hash(token), "user_id": user_id, "created_at": moment, "seen_at": moment}
    with system().store.writing() as connection:
        users.purge_sessions(connection, moment)
        users.purge_drafts(connection, moment - DRAFTS_KEPT)
        users.add_session(connection, {**values, "expires_at": moment + ABSOLUTE, "data": "{}"})
    secure = current_app.config["SESSION_TOKEN_SECURE"]
    response.set_cookie(
        COOKIE, token, max_age=int(ABSOLUTE.total_seconds()), httponly=True, samesite="Lax", secure=secure
    )


# --- what an ended session must not lose ----------------------------------------------------------------


def _ask(needed: LoginNeeded) -> Any:
    """Anonymous where a login is needed: programs get 401, a page the login form, a POST keeps what was typed."""
    if request.headers.get("HX-Request") == "true":
        return "", 401, {"HX-Redirect": url_for("identity.login", next=page_behind())}
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        return {"message": "登录已过期，请重新登录。", "status": 401}, 401
    if request.method == "GET":
        return redirect(url_for("identity.login", next=request.full_path.rstrip("?")))
    keeps = needed.rule.keeps
    place = keeps(**(request.view_args or {})) if keeps else ""
    words = "登录已过期。您填写的内容没有丢失，登录后会自动恢复。" if place else "登录已过期，请重新登录后再操作。"
    text = json.dumps(drafts.typed(request.form), ensure_ascii=False) if place else ""
    return _page(words, typed=text, place=place, target=page_behind()), 401


def _change_first(_: PasswordNeeded) -> Any:
    """An administrator made this password: nothing is done with it in this person's name."""
    address = url_for("account.password")
    if request.headers.get("HX-Request") == "true":
        return "", 403, {"HX-Redirect": address}
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        return {"message": "请先修改管理员告知的密码。", "status": 403}, 403
    return redirect(address)


def _rescue(user_id: int) -> None:
    """Input that the login page carried becomes the person's draft, which the form's page then offers."""
    place, values = request.form.get("place", ""), drafts.carried(request.form.get("typed", ""))
    if place and values and drafts.keep(user_id, place, values):
        flash("已恢复登录过期前您填写的内容，请核对后提交。")


def _next() -> str:
    target = request.values.get("next", "")
    return target if is_local(target) else url_for("inbox.show")


def _page(problem: str | None = None, username: str = "", typed: str = "", place: str = "", target: str = "") -> str:
    people = []
    if system().demo:
        with system().store.reading() as connection:
            people = users.demo_users(connection)
    carried = {
        "typed": typed or request.form.get("typed", ""),
        "place": place or request.form.get("place", ""),
        "next": target or request.values.get("next", ""),
    }
    return render_template("login.html", problem=problem, username=username, people=people, carried=carried)
