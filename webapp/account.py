"""One's own account: a new password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.actions.change_password import change_password
from engine.errors import Forbidden, InvalidInput
from engine.passwords import MAX_LENGTH, MIN_LENGTH
from webapp import identity
from webapp.access import allow
from webapp.context import actor, system

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("/password")
@allow()
def password() -> str:
    return _page({})


@blueprint.post("/password")
@allow()
def change() -> Any:
    """Ends every session, this one too: whoever knew the old password is out, and the new one is tried at once."""
    current, new, again = (request.form.get(name, "") for name in ("current", "new", "again"))
    if new != again:
        return _page({"again": "两次填写的新密码不一致，请重新填写"}), 422
    if new == current:
        return _page({"new": "新密码不能与原密码相同"}), 422
    try:
        change_password(system(), actor(), current, new)
    except InvalidInput as invalid:
        return _page({"new": invalid.message}), 422
    except Forbidden as wrong:
        if identity.locked_out(actor().user_id):
            return redirect(url_for("identity.login"))
        return _page({"current": wrong.message}), 422
    flash("密码已修改，请用新密码登录。", "done")
    return redirect(url_for("identity.login"))


def _page(errors: dict[str, str]) -> str:
    return render_template("account/password.html", errors=errors, least=MIN_LENGTH, most=MAX_LENGTH)
