"""Render the template whose path is the endpoint: the mirror of routes and templates."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined

from backoffice.access import Actor, Permission
from backoffice.messages import act_words, shown
from backoffice.messages.records import account_words, field_words, subject_words, value_words
from backoffice.web import figures, filters, guard
from backoffice.web.forms import BackofficeForm
from backoffice.web.language import language
from backoffice.web.lists import list_files
from backoffice.web.navigation import address, home_of, menu


def render(*, status: int | None = None, **facts: Any) -> Response:
    """The page of this endpoint. A form that was refused decides the status (422, 409)."""
    assert request.endpoint is not None
    path = request.endpoint.replace(".", "/") + ".html"
    form = next((fact for fact in facts.values() if _is_faulty(fact)), None)
    decided = status or (form.status if form is not None else 200)
    return make_response(render_template(path, **facts), decided)


def fragment(**facts: Any) -> Response:
    """The part of a page that is this endpoint's whole answer: without what a page's frame needs.

    Nothing of the visitor or the menu is in it, so nothing of them is looked up.
    """
    assert request.endpoint is not None
    path = request.endpoint.replace(".", "/") + ".html"
    return make_response(current_app.jinja_env.get_or_select_template(path).render(facts))


def _is_faulty(fact: object) -> bool:
    return isinstance(fact, BackofficeForm) and fact.status != 200


def register(app: Flask) -> None:
    """Filters, strict names, and what every page is given."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    filters.register(app)
    app.jinja_env.filters["shown"] = _shown
    app.jinja_env.globals.update(
        list_files=list_files,
        explain_url=figures.explain_url,
        explain_case_url=figures.explain_case_url,
        explain_sheet_url=figures.explain_sheet_url,
    )
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


def _gettext(text: str) -> str:
    spoken = language()
    return text if spoken is None else spoken.catalogue.gettext(text)


def _ngettext(one: str, many: str, count: int) -> str:
    spoken = language()
    if spoken is None:
        return one if count == 1 else many
    return spoken.catalogue.ngettext(one, many, count)


def _shown(value: Any) -> str:
    """`messages.shown`, with the words of closed vocabularies remembered for each language."""
    if isinstance(value, StrEnum) and (spoken := language()) is not None:
        return spoken.words(type(value))[value.value]
    return shown(value)


def _shell() -> dict[str, Any]:
    who, house, spoken = guard.visitor(), guard.house(), language()
    actor = who.actor if who else None
    return {
        "locale": spoken.tag if spoken else "zh-Hant-TW",
        "navigation": menu(actor) if actor else [],
        "actor": actor,
        "clock_notice": house.clock_notice(),
        "csrf_token": generate_csrf,
        "search_url": address("cases.queue") if _searches(actor) else None,
        "search_value": request.args.get("q", ""),
        "density": who.density if who else "comfortable",
        "shortcuts": who.shortcuts if who else True,
        "idle_minutes": house.idle_minutes,
        "now": guard.now(),
        "version": house.version,
        "urls": {
            "home": address(home_of(actor.role) if actor else "people.sign_in"),
            "sign_out": address("people.sign_out"),
            "settings": address("people.settings"),
            "language": address("people.choose_language"),
            "static_css": address("static", filename="style.css", v=house.version),
            "static_js": address("static", filename="app.js", v=house.version),
        },
    }


def _searches(actor: Actor | None) -> bool:
    return actor is not None and actor.may(Permission.CASE_READ)
