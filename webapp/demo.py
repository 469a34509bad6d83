"""The demo clock: a banner on every page, and the slider that moves it forward. Nothing of it exists in production."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from engine.actions.move_clock import move_clock
from engine.clock import SHANGHAI
from engine.errors import InvalidInput, NotFound
from webapp.access import allow
from webapp.addresses import page_behind
from webapp.context import actor, now, system
from webapp.words import full_moment

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

FURTHEST = timedelta(days=90)  # of one move


@blueprint.post("/clock")
@allow()
def move() -> Response:
    """Forward only: by hours from the slider, or to an instant typed exactly."""
    if not system().demo:
        raise NotFound("没有找到所请求的内容。")
    distance = _asked()
    if not timedelta(0) < distance <= FURTHEST:
        raise InvalidInput("演示时钟只能向前拨，一次最多 90 天。请重新选择时间。")
    move_clock(system(), actor(), int(distance.total_seconds()))
    flash(f"演示时钟已拨到{full_moment(now() + distance)}，到期的事项已自动处理。")
    return redirect(page_behind())


def _asked() -> timedelta:
    exact = request.form.get("to", "")
    if exact:
        try:
            target = datetime.fromisoformat(exact)
        except ValueError as error:
            raise InvalidInput("请按“年-月-日 时:分”填写要拨到的时间。") from error
        if target.tzinfo is None:
            target = target.replace(tzinfo=SHANGHAI)
        return target - now()
    hours = request.form.get("hours", "")
    if not hours.isdecimal() or not hours.isascii() or len(hours) > 4:
        raise InvalidInput("请用滑块选择要向前拨的时间。")
    return timedelta(hours=int(hours))
