"""Who is asking, what the page requires, and what time it is. Wraps Flask-Login once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin

from backoffice.access import Actor, Permission
from backoffice.use_case import Office

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = "public"  # anybody, signed in or not
EVERYBODY: Final = Permission.ACCOUNT_OWN  # whoever is signed in

EXTENSION = "backoffice"
_LOADER: Final = "backoffice.visitor"  # who loads the visitor of a token


@dataclass(slots=True)
class House:
    """What the application keeps for its pages: the door, and the settings that pages show."""

    office: Office
    idle_minutes: int
    session_hours: int
    secure_cookies: bool
    version: str
    demonstration: Callable[[], bool]
    clock_notice: Callable[[], datetime | None]


class Visitor(UserMixin):
    """The signed-in person as Flask-Login wants to see one."""

    def __init__(
        self,
        actor: Actor,
        *,
        session_id: int,
        locale: str,
        density: str,
        shortcuts: bool,
        must_change_password: bool,
    ) -> None:
        self.id = str(actor.id)
        self.actor = actor
        self.session_id = session_id
        self.locale = locale
        self.density = density
        self.shortcuts = shortcuts
        self.must_change_password = must_change_password


class Unguarded(Exception):
    """A programme error: a route that does not say who may open it."""


def page(
    *, requires: Permission | str, sends: tuple[Permission, ...] = ()
) -> Callable[[View], View]:
    """Say which permission a page requires; without it the application does not start.

    `sends`: whoever sends the page's form needs one of these as well; none says that whoever may
    read the page may send it.
    """

    def mark(view: View) -> View:
        view.__dict__["page_requires"] = requires
        view.__dict__["page_sends"] = sends
        return view

    return mark


def requirement(app: Flask, endpoint: str) -> Permission | str | None:
    """What an endpoint requires, None when it does not say."""
    view = app.view_functions[endpoint]
    return cast("Permission | str | None", view.__dict__.get("page_requires"))


def refuse_unguarded(app: Flask) -> None:
    """Raise `Unguarded` naming every route without a declared requirement."""
    names = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if requirement(app, rule.endpoint) is None
    }
    if names:
        raise Unguarded(", ".join(sorted(names)))


def register(app: Flask, load: Callable[[str], Visitor | None]) -> None:
    """Ask at every request who it is (`load` reads the session's row) and whether they may."""
    app.extensions[_LOADER] = load
    # Templates are given the visitor by us; Flask-Login would ask for its own at every page.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # sessions are rows of ours, revoked there

    @manager.request_loader
    def _visitor(_request: object) -> Visitor | None:
        return visitor()

    @app.before_request
    def _guard() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        required = requirement(app, request.endpoint)
        if required == PUBLIC:
            return None
        who = visitor()
        if who is None:
            return redirect(url_for("people.sign_in", next=_here()), code=303)
        if who.must_change_password and request.endpoint not in (
            "people.change_password",
            "people.sign_out",
        ):
            return redirect(url_for("people.change_password"), code=303)
        if not who.actor.may(Permission(str(required))) or not _may_send(app, who.actor):
            abort(403)
        return None


def _may_send(app: Flask, actor: Actor) -> bool:
    view = app.view_functions[str(request.endpoint)]
    sends: tuple[Permission, ...] = view.__dict__.get("page_sends", ())
    return request.method != "POST" or not sends or any(actor.may(each) for each in sends)


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def cookie_name() -> str:
    """`__Host-` cookies exist under TLS only; plain HTTP on one's own machine uses another."""
    return "__Host-sid" if house().secure_cookies else "sid"


def house() -> House:
    """What the application keeps for its pages."""
    return cast("House", current_app.extensions[EXTENSION])


def visitor() -> Visitor | None:
    """The signed-in person, or None: asked of the database once a request."""
    if "visitor" not in g:
        token = request.cookies.get(cookie_name())
        g.visitor = current_app.extensions[_LOADER](token) if token else None
    return cast("Visitor | None", g.visitor)


def actor() -> Actor:
    """The signed-in person's name, number and role; only on pages that require a permission."""
    who = visitor()
    assert who is not None, "only guarded pages ask for the actor"
    return who.actor


def now() -> datetime:
    """The page's one instant: read once per request."""
    if "now" not in g:
        g.now = house().office.clock.now()
    return cast("datetime", g.now)
