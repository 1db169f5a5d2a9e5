"""Render the template whose path is the endpoint: the mirror of routes and templates."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Any, cast

from flask import Flask, Response, g, make_response, render_template, request, url_for
from flask_babel import get_locale, get_translations
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined

from backoffice.access import Permission
from backoffice.messages import act_words, shown
from backoffice.messages.records import account_words, field_words, subject_words, value_words
from backoffice.web import filters, guard
from backoffice.web.forms import BackofficeForm
from backoffice.web.navigation import home_of, menu


def render(*, status: int | None = None, **facts: Any) -> Response:
    """The page of this endpoint. A form that was refused decides the status (422, 409)."""
    assert request.endpoint is not None
    path = request.endpoint.replace(".", "/") + ".html"
    form = next((fact for fact in facts.values() if _is_faulty(fact)), None)
    decided = status or (form.status if form is not None else 200)
    return make_response(render_template(path, **facts), decided)


def _is_faulty(fact: object) -> bool:
    return isinstance(fact, BackofficeForm) and fact.status != 200


def register(app: Flask) -> None:
    """Filters, strict names, and what every page is given."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    filters.register(app)
    app.jinja_env.filters["shown"] = shown
    # Flask-Babel looks the request's language up anew for every word; a page has hundreds.
    cast("Any", app.jinja_env).install_gettext_callables(_gettext, _ngettext, newstyle=True)
    app.jinja_env.filters.update(
        act_name=act_words,
        account_name=account_words,
        subject_name=subject_words,
        field_name=field_words,
        field_value=value_words,
    )
    app.context_processor(_shell)


def _catalogue() -> NullTranslations:
    """The words of this request's language, looked up once a request."""
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return cast("NullTranslations", found)


def _gettext(text: str) -> str:
    return _catalogue().gettext(text)


def _ngettext(one: str, many: str, count: int) -> str:
    return _catalogue().ngettext(one, many, count)


def _shell() -> dict[str, Any]:
    who = guard.visitor()
    english = str(get_locale()).startswith("en")
    return {
        "locale": "en" if english else "zh-Hant-TW",
        "navigation": menu(who.actor) if who else [],
        "actor": who.actor if who else None,
        "clock_notice": guard.house().clock_notice(),
        "csrf_token": generate_csrf,
        "search_url": _search_url(who),
        "search_value": request.args.get("q", ""),
        "density": who.density if who else "comfortable",
        "shortcuts": who.shortcuts if who else True,
        "idle_minutes": guard.house().idle_minutes,
        "now": guard.now(),
        "version": guard.house().version,
        "urls": _urls(who),
    }


def _search_url(who: guard.Visitor | None) -> str | None:
    return url_for("cases.queue") if who and who.actor.may(Permission.CASE_READ) else None


def _urls(who: guard.Visitor | None) -> dict[str, str]:
    version = guard.house().version
    return {
        "home": url_for(home_of(who.actor.role)) if who else url_for("people.sign_in"),
        "sign_out": url_for("people.sign_out"),
        "settings": url_for("people.settings"),
        "language": url_for("people.choose_language"),
        "static_css": url_for("static", filename="style.css", v=version),
        "static_js": url_for("static", filename="app.js", v=version),
    }
