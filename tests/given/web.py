"""Somebody at a browser: signed in, reading a page, filling in a form and sending it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backoffice.access import Actor
from backoffice.db import sessions
from backoffice.people.models import Account
from backoffice.people.operations import Visit, open_session, token_digest
from backoffice.web import guard

NETWORK = "127.0.0.1"  # where the test client comes from


def signed_in(app: Flask, person: Actor) -> FlaskClient:
    """A client with a session of this person, opened by the same use case as on the sign-in page.

    Only the password is not compared, which takes its time on purpose.
    """
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        proved = session.execute(
            select(Account.password_hash).where(Account.id == person.id)
        ).scalar_one()
    token = secrets.token_urlsafe(32)
    visit = Visit(network=NETWORK, agent="test", hours=house.session_hours)
    house.office.perform(open_session, person, proved, token_digest(token), visit, rehashed=proved)
    client = app.test_client()
    client.set_cookie("sid", token)
    return client


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """The statements that pages send to the database meanwhile; acts are not counted."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = sessions.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def soup_of(response: TestResponse) -> BeautifulSoup:
    """The document that was answered."""
    return BeautifulSoup(response.text, "html.parser")


def page(client: FlaskClient, url: str) -> BeautifulSoup:
    """The page at this address, which must open."""
    response = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status} {words_of(response)[:500]}"
    return soup_of(response)


def words_of(response: TestResponse) -> str:
    """The text of the answer's main part, its white space made single."""
    document = soup_of(response)
    return " ".join((document.find("main") or document).get_text(" ").split())


def submit(
    client: FlaskClient, url: str, *, form: str | None = None, **fields: Any
) -> TestResponse:
    """Open the page, fill in its form and send it; redirections are not followed.

    The form is the first of the page's main part that has all these fields, or the one that the
    CSS selector `form` names. Everything that the page filled in is sent along, hidden fields
    too. A list is sent as several values, a pair (stream, name) as a file; None leaves a field
    out. A button counts as a field: `submit(client, url, decision="approve")`.
    """
    document = page(client, url)
    chosen = _form(document, form, set(fields))
    sent = filled_in(chosen)
    for name, value in fields.items():
        sent.pop(name, None)
        if value is not None:
            sent[name] = value if isinstance(value, (list, tuple)) else _written(value)
    target = str(chosen.get("action") or "") or url
    multipart = "multipart/form-data" in str(chosen.get("enctype", ""))
    return client.post(target, data=sent, content_type="multipart/form-data" if multipart else None)


def filled_in(form: Tag) -> dict[str, Any]:
    """What a browser would send of the form as it stands; a single nameless button adds nothing."""
    sent: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.has_attr("disabled"):
            continue
        for value in _values(field):
            sent.setdefault(str(field["name"]), []).append(value)
    return sent


def _values(field: Tag) -> list[str]:
    match field.name:
        case "textarea":
            return [field.get_text().removeprefix("\n")]
        case "select":
            options = field.select("option")
            chosen = [option for option in options if option.has_attr("selected")]
            if not chosen and not field.has_attr("multiple"):
                chosen = options[:1]
            return [str(option.get("value", option.get_text())) for option in chosen]
        case _:
            return _typed(field)


def _typed(field: Tag) -> list[str]:
    kind = str(field.get("type", "text"))
    if kind in ("submit", "button", "image", "file", "reset"):
        return []
    if kind in ("checkbox", "radio"):
        return [str(field.get("value", "on"))] if field.has_attr("checked") else []
    return [str(field.get("value", ""))]


def _form(document: BeautifulSoup, selector: str | None, names: set[str]) -> Tag:
    ground = document.find("main") or document
    assert isinstance(ground, Tag)
    forms = ground.select(selector or "form[method=post]")
    for form in forms:
        if names <= {str(part["name"]) for part in form.select("[name]")}:
            return form
    there = [sorted(str(part["name"]) for part in form.select("[name]")) for form in forms]
    raise AssertionError(f"no form with {sorted(names)} among {there}")


def _written(value: object) -> str:
    return value if isinstance(value, str) else str(value)
