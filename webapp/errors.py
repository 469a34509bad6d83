"""One table from what the engine refuses to what HTTP calls it, and the pages that say what to do next."""

from __future__ import annotations

import traceback
from typing import Any

import structlog
from flask import Flask, current_app, flash, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine import errors
from webapp import drafts
from webapp.access import rule_of
from webapp.addresses import page_behind
from webapp.context import visitor

log = structlog.get_logger("webapp")

STATUS: tuple[tuple[type[errors.EngineError], int], ...] = (  # first match wins: subclasses before their bases
    (errors.NotFound, 404),
    (errors.Forbidden, 403),
    (errors.Conflict, 409),
    (errors.InvalidInput, 422),
    (errors.NotCovered, 422),
    (errors.EngineFailure, 500),
    (errors.EngineError, 500),
)

ADVICE = {  # status -> (heading, what to do)
    400: ("请求无法识别", "请返回上一页，刷新后重试。"),
    401: ("请先登录", "登录后会回到您要去的页面。"),
    403: ("没有权限", "您的账号没有办理此项操作的权限。如果工作需要，请联系本机构管理员授权。"),
    404: ("没有找到", "内容不存在、已被移除，或不在您可查看的范围内。请核对编号，或从办件列表中查找。"),
    405: ("不能这样访问", "这个地址不能直接打开。请从页面上的按钮进入。"),
    409: ("已被他人更新", "别人刚刚改动了同一内容。请刷新后查看最新情况，再决定是否继续。"),
    413: ("内容过大", "提交的内容超过 2 MB。请删减后重试。"),
    422: ("内容需要更正", "请返回上一页，按提示更正后重新提交。"),
    429: ("操作过于频繁", "请稍候再试。"),
    500: ("系统未能完成这次操作", "办件没有发生任何改变，故障已记录。请稍后重试；如反复出现，请联系管理员。"),
    503: ("暂时不能提供", "请稍后重试。"),
}


def install(app: Flask) -> None:
    app.register_error_handler(errors.EngineError, _engine_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: errors.EngineError) -> int:
    return next(status for kind, status in STATUS if isinstance(error, kind))


def page(status: int, message: str = "") -> Any:
    """The answer in the form that was asked for: a page, a fragment for htmx, JSON for programs."""
    heading, advice = ADVICE.get(status, ADVICE[400] if status < 500 else ADVICE[500])
    if request.accept_mimetypes.best == "application/json" or request.is_json or request.path.endswith(".json"):
        return {"message": message or f"{heading}。{advice}", "status": status}, status
    template = "errors/fragment.html" if request.headers.get("HX-Request") == "true" else "errors/page.html"
    return render_template(template, status=status, heading=heading, message=message, advice=advice), status


def _engine_error(error: errors.EngineError) -> Any:
    status = status_of(error)
    if status >= 500:
        _log("engine_error", error)
    return page(status, error.message)


def _http_error(error: HTTPException) -> Any:
    if error.code is not None and error.code < 400:
        return error
    return page(error.code or 500)


def _unexpected(error: Exception) -> Any:
    """Nothing of the error itself is shown: it may hold a person's data."""
    _log("unexpected_error", error)
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return page(500)


def _log(what: str, error: Exception) -> None:
    """Kind and place of an error; its message stays out, since a database's message quotes values."""
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-8:]]
    log.error(what, kind=type(error).__name__, endpoint=request.endpoint, frames=frames)


def _csrf_error(error: CSRFError) -> Any:
    """A page older than the browser's session. What was typed is kept when the request came from our own page."""
    rule = rule_of(current_app.view_functions[request.endpoint]) if request.endpoint else None
    who = visitor()
    same_site = request.headers.get("Origin", request.host_url.rstrip("/")) == request.host_url.rstrip("/")
    if rule and rule.keeps and who and same_site and request.referrer:
        place = rule.keeps(**(request.view_args or {}))
        if drafts.keep(who.user_id, place, drafts.typed(request.form)):
            flash("页面已过期，没有提交。您填写的内容已保留，请核对后再次提交。")
            return redirect(page_behind())
    log.warning("csrf_refused", endpoint=request.endpoint)
    return page(400, "页面已过期：请返回上一页并刷新，再重新提交。")
