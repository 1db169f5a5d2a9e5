"""Who is asking, what the page requires, and what time it is. Wraps Flask-Login once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user

from backoffice.access import Actor, Permission
from backoffice.use_case import Office

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = "public"  # anybody, signed in or not
EVERYBODY: Final = Permission.ACCOUNT_OWN  # whoever is signed in

EXTENSION = "backoffice"


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


def page(*, requires: Permission | str) -> Callable[[View], View]:
    """Say which permission a page requires; without it the application does not start."""

    def mark(view: View) -> View:
        view.__dict__["page_requires"] = requires
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
    manager = LoginManager(app)
    manager.session_protection = None  # sessions are rows of ours, revoked there

    @manager.request_loader
    def _visitor(_request: object) -> Visitor | None:
        token = request.cookies.get(cookie_name())
        return load(token) if token else None

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
        if not who.actor.may(Permission(str(required))):
            abort(403)
        return None


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def cookie_name() -> str:
    """`__Host-` cookies exist under TLS only; plain HTTP on one's own machine uses another."""
    return "__Host-sid" if house().secure_cookies else "sid"


def house() -> House:
    """What the application keeps for its pages."""
    return cast("House", current_app.extensions[EXTENSION])


def visitor() -> Visitor | None:
    """The signed-in person, or None."""
    return cast("Visitor | None", current_user._get_current_object()) if _signed_in() else None


def _signed_in() -> bool:
    return bool(current_user.is_authenticated)


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
