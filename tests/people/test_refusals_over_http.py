"""What the room refuses over HTTP. That both languages say so: `tests.given.refusals`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.access import Actor
from backoffice.people import operations
from backoffice.use_case import Office
from tests import given
from tests.given import refusals
from tests.given.people import WRONG_PASSWORD, Deed, a_link, done_to
from tests.given.roster import email_of
from tests.given.web import signed_in, submit

Scene = Callable[[FlaskClient, Office], TestResponse]

TARGET = given.OFFICER
EMPLOYMENTS = f"/people/{given.REVIEWER.id}/employments"
FORWARDS = {"ubn": "12345675", "firm_name": "宏達精密工業", "began_on": "109/03/01"}


def invite(**typed: str) -> Scene:
    somebody = {"email": "new@office.example", "name": "新來 何人", "role": "officer"}
    return lambda client, _office: submit(client, "/people/invite", **somebody | typed)


def deed(page: str, *before: Deed, who: Actor = TARGET) -> Scene:
    """Ask for it on its page, after other deeds were done to the account."""

    def scene(client: FlaskClient, office: Office) -> TestResponse:
        for one in before:
            done_to(office, one, who)
        return submit(client, f"/people/{who.id}/{page}", reason="與主管確認")

    return scene


def suspend_the_invited(client: FlaskClient, office: Office) -> TestResponse:
    a_link(office)
    return submit(client, f"/people/{len(given.ROSTER) + 1}/suspend", reason="與主管確認")


def employment(**typed: str) -> Scene:
    return lambda client, _office: submit(client, f"{EMPLOYMENTS}/new", **FORWARDS | typed)


def employment_twice(client: FlaskClient, _office: Office) -> TestResponse:
    submit(client, f"{EMPLOYMENTS}/new", **FORWARDS)
    return submit(client, f"{EMPLOYMENTS}/new", **FORWARDS)


def employment_ended(client: FlaskClient, _office: Office) -> TestResponse:
    submit(client, f"{EMPLOYMENTS}/new", **FORWARDS, ended_on="110/03/01")
    return submit(client, f"{EMPLOYMENTS}/1/end", ended_on="111/03/01")


def too_long_a_password(client: FlaskClient, _office: Office) -> TestResponse:
    new = "Lantern-Harbour-42" * 8
    return submit(client, "/settings/password", present=given.PASSWORD, new=new, again=new)


SCENES: dict[str, Scene] = {
    "people.email_unreadable": invite(email="nobody@nowhere"),
    "people.name_too_long": invite(name="某" * 121),
    "people.ends_before_today": invite(ends_on="112/04/16"),
    "people.own_account": deed("suspend", who=given.ADMIN),
    "people.is_invited": suspend_the_invited,
    "people.is_active": deed("reactivate"),
    "people.is_suspended": deed("link", operations.suspend),
    "people.is_closed": deed("close", operations.close),
    "people.not_locked": deed("unlock"),
    "people.no_sessions": deed("end-sessions"),
    "people.nothing_changed": deed("role"),
    "people.password_long": too_long_a_password,
    "people.employment_future": employment(began_on="112/04/18"),
    "people.employment_backwards": employment(ended_on="109/02/29"),
    "people.employment_twice": employment_twice,
    "people.employment_ended": employment_ended,
}


@pytest.mark.parametrize("code", SCENES)
def test_a_refusal_is_told_in_both_languages(app: Flask, office: Office, code: str) -> None:
    answer = SCENES[code](signed_in(app, given.ADMIN), office)

    assert answer.status_code == 422
    assert refusals.heard(app)[code] == refusals.BOTH


def test_a_failed_sign_in_is_told_in_both_languages(app: Flask) -> None:
    for locale in refusals.BOTH:
        with refusals.speaking(app, locale):
            answer = submit(
                app.test_client(), "/sign-in", email=email_of(TARGET), password=WRONG_PASSWORD
            )

        assert answer.status_code == 422

    assert refusals.heard(app)["people.sign_in_refused"] == refusals.BOTH


def test_a_wrong_present_password_is_told_in_both_languages(app: Flask) -> None:
    client, new = signed_in(app, TARGET), "Lantern-Harbour-42"
    for locale in refusals.BOTH:
        with refusals.speaking(app, locale):
            answer = submit(
                client, "/settings/password", present=WRONG_PASSWORD, new=new, again=new
            )

        assert answer.status_code == 422

    assert refusals.heard(app)["people.password_wrong"] == refusals.BOTH
