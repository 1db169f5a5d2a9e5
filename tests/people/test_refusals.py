"""Every refusal of the room is provoked once, and reads as a sentence in every language we have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from backoffice.access import SYSTEM, Actor, Role
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.messages import ACTS, act_words, sentence
from backoffice.messages import people as words
from backoffice.people import operations
from backoffice.people.forms import NewPasswordForm
from backoffice.people.rules import ENGLISH, TAIWANESE
from backoffice.people.rules.passwords import acceptable
from backoffice.use_case import REGISTER, Office
from config import PROJECT
from tests import given
from tests.given import people
from tests.given.people import a_person, version_of
from tests.given.roster import email_of

# The source is zh-TW; every compiled catalogue beside it is another language.
CATALOGUES = PROJECT / "backoffice" / "translations"
LOCALES = [TAIWANESE, *sorted(path.parts[-3] for path in CATALOGUES.glob("*/LC_MESSAGES/*.mo"))]

TARGET = given.OFFICER
UBN = "12345675"
DAY = date(2020, 3, 1)


def deed(name: str, *before: str, person: Actor = TARGET) -> Callable[[Office], object]:
    """Do it to somebody, after other deeds were done to them."""

    def act(office: Office) -> None:
        for one in (*before, name):
            office.perform(
                REGISTER[one], given.ADMIN, person.id, version_of(office, person), "理由"
            )

    return act


def on_an_invited_account(office: Office) -> None:
    people.a_link(office)
    office.perform(operations.suspend, given.ADMIN, len(given.ROSTER) + 1, 1, "理由")


def on_a_suspended_account(office: Office) -> None:
    deed("people.suspend")(office)
    version = version_of(office, TARGET)
    office.perform(operations.renew_link, given.ADMIN, TARGET.id, version, "x", "理由")


def role_as_it_is(office: Office) -> None:
    version = version_of(office, TARGET)
    office.perform(
        operations.change_role, given.ADMIN, TARGET.id, version, TARGET.role, None, "理由"
    )


def ended_before(office: Office) -> None:
    yesterday = office.clock.now().date() - timedelta(days=1)
    office.perform(
        operations.invite, given.ADMIN, "a@b.tw", "某", Role.CASHIER, "x", ends_on=yesterday
    )


def password(text: str) -> Callable[[Office], object]:
    return lambda _office: acceptable(text, name="林怡君", email="lin.yc@agency.gov.tw")


def changed(present: str, new: str) -> Callable[[Office], object]:
    """Needs an application's context, in which the test runs it."""
    return lambda office: operations.change_password(
        office,
        sessions.session(),
        TARGET,
        present=present,
        new=new,
        session_id=0,
        network=people.NETWORK,
    )


def unlike(_office: Office) -> None:
    form = NewPasswordForm()
    form.new.data, form.again.data = "Lantern-Harbour-42", "Lantern-Harbour-43"
    form.password()


def employment(began_on: date = DAY, ended_on: date | None = None) -> Callable[[Office], object]:
    return lambda office: office.perform(
        operations.add_employment,
        given.ADMIN,
        given.REVIEWER.id,
        UBN,
        "宏達精密工業",
        began_on,
        ended_on=ended_on,
    )


def employment_twice(office: Office) -> None:
    employment()(office)
    employment()(office)


def employment_ended(office: Office) -> None:
    employment(ended_on=DAY)(office)
    office.perform(operations.end_employment, given.ADMIN, 1, 1, DAY)


def installation(first: bool) -> Callable[[Office], object]:
    def act(office: Office) -> None:
        for demonstration in (first, not first):
            office.perform(operations.make_installation, SYSTEM, demonstration=demonstration)

    return act


PROVOKED: dict[str, Callable[[Office], object]] = {
    "people.sign_in_refused": lambda office: operations.sign_in(
        office, email_of(TARGET), "wrong", people.a_visit()
    ),
    "people.email_taken": lambda office: a_person(office, email=email_of(TARGET)),
    "people.email_unreadable": lambda office: a_person(office, email="nothing"),
    "people.name_missing": lambda office: a_person(office, name=" "),
    "people.name_too_long": lambda office: a_person(office, name="某" * 121),
    "people.own_account": deed("people.suspend", person=given.ADMIN),
    "people.is_invited": on_an_invited_account,
    "people.is_active": deed("people.reactivate"),
    "people.is_suspended": on_a_suspended_account,
    "people.is_closed": deed("people.suspend", "people.close"),
    "people.not_locked": deed("people.unlock"),
    "people.no_sessions": deed("people.end_sessions"),
    "people.nothing_changed": role_as_it_is,
    "people.ends_before_today": ended_before,
    "people.link_void": lambda office: operations.use_link(
        office, sessions.session(), "guessed", "Lantern-Harbour-42"
    ),
    "people.password_short": password("Ab1!"),
    "people.password_long": password("Lantern-Harbour-42" * 8),
    "people.password_classes": password("lanternharbour"),
    "people.password_personal": password("怡君-Lantern-42"),
    "people.password_agency": password("補助-Lantern-42"),
    "people.password_common": password("Password-2024"),
    "people.password_reused": changed(given.PASSWORD, given.PASSWORD),
    "people.password_wrong": changed("wrong", "Lantern-Harbour-42"),
    "people.password_unlike": unlike,
    "people.employment_future": employment(began_on=date(2099, 1, 1)),
    "people.employment_backwards": employment(ended_on=DAY - timedelta(days=1)),
    "people.employment_twice": employment_twice,
    "people.employment_ended": employment_ended,
    "installation.is_real": installation(first=False),
    "installation.is_demonstration": installation(first=True),
}


def test_every_refusal_of_the_room_is_provoked_here() -> None:
    assert set(PROVOKED) == set(words.SENTENCES)


@pytest.mark.parametrize("code", PROVOKED)
def test_a_refusal_says_in_every_language_what_happened(
    app: Flask, office: Office, code: str
) -> None:
    with app.test_request_context(), pytest.raises(Refused) as refusal:
        PROVOKED[code](office)

    assert refusal.value.code == code
    with app.test_request_context():
        for locale in LOCALES:
            with force_locale(locale):
                text = sentence(refusal.value)
            assert "%" not in text
            assert text.endswith("." if locale == ENGLISH else "。")


def test_every_deed_of_the_room_has_words(app: Flask) -> None:
    mine = {name for name in REGISTER if name.startswith(("people.", "installation."))}

    assert mine == set(words.ACTS)
    with app.test_request_context():
        assert all(act_words(name) != name for name in mine)
    assert set(words.ACTS) <= set(ACTS)
