"""Coming in and going out: sign-in, sign-out, the first page, the choice of language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.people import operations
from backoffice.people.forms import SignInForm
from backoffice.people.operations import Visit
from backoffice.people.queries import demonstration_accounts
from backoffice.people.rules import DEMONSTRATION_PASSWORD, local_path, locale_of
from backoffice.people.views.room import blueprint
from backoffice.people.views.visitor import LANGUAGE_COOKIE, network
from backoffice.web import guard
from backoffice.web.guard import EVERYBODY, PUBLIC, page
from backoffice.web.navigation import home_of
from backoffice.web.render import render


@blueprint.route("/")
@page(requires=EVERYBODY)
def home() -> ResponseReturnValue:
    """Where this role's day begins."""
    return redirect(url_for(home_of(guard.actor().role)), code=303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@page(requires=PUBLIC)
def sign_in() -> ResponseReturnValue:
    """The sign-in page; in a demonstration it offers one account per role."""
    form = SignInForm()
    if form.submitted():
        try:
            return _signed_in(form)
        except Refused as refusal:
            form.refuse(refusal)
    offered = demonstration_accounts(sessions.session()) if guard.house().demonstration() else ()
    chosen = next((one for one in offered if one.role == request.args.get("as")), None)
    if request.method == "GET":
        form.next.data = local_path(request.args.get("next")) or ""
        form.email.data = chosen.email if chosen else ""
    return render(
        form=form,
        offered=offered,
        chosen=chosen,
        demonstration_password=DEMONSTRATION_PASSWORD,
        already=guard.visitor(),
        lapsed=guard.visitor() is None and guard.cookie_name() in request.cookies,
        session_hours=guard.house().session_hours,
    )


def _signed_in(form: SignInForm) -> Response:
    house, before = guard.house(), guard.visitor()
    visit = Visit(network=network(), agent=request.user_agent.string, hours=house.session_hours)
    token, actor = operations.sign_in(
        house.office, str(form.email.data), str(form.password.data), visit
    )
    if before is not None:
        house.office.perform(operations.sign_out, before.actor, before.session_id)
    session.clear()  # another person's forms are not this one's
    answer = redirect(local_path(form.next.data) or url_for(home_of(actor.role)), code=303)
    answer.set_cookie(
        guard.cookie_name(),
        token,
        httponly=True,
        samesite="Lax",
        secure=house.secure_cookies,
        path="/",
    )
    return answer


@blueprint.route("/sign-out", methods=["POST"])
@page(requires=PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End this session. Public, so that a lapsed session meets no second sign-in on its way out."""
    who = guard.visitor()
    if who is not None:
        guard.house().office.perform(operations.sign_out, who.actor, who.session_id)
    session.clear()
    answer = redirect(url_for("people.sign_in"), code=303)
    answer.delete_cookie(guard.cookie_name(), path="/", secure=guard.house().secure_cookies)
    # Texts that the browser kept for this person are not the next one's (SE-12).
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@blueprint.route("/language", methods=["POST"])
@page(requires=PUBLIC)
def choose_language() -> ResponseReturnValue:
    """Keep the chosen language: on the account, and in the browser for the sign-in page."""
    chosen = locale_of(request.form.get("locale", ""))
    if chosen is None:
        raise BadRequest
    who, house = guard.visitor(), guard.house()
    if who is not None:
        house.office.perform(operations.choose_language, who.actor, chosen)
    answer = redirect(_way_back(), code=303)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=365 * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=house.secure_cookies,
        path="/",
    )
    return answer


def _way_back() -> str:
    """The page that the request came from, if it is ours."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return url_for("people.home")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return local_path(path) or url_for("people.home")
