"""Whatever stands in an address or a form, nobody is shown an error page."""

from __future__ import annotations

from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor, Role
from backoffice.people.models import Account
from backoffice.web import guard
from tests.given import odd
from tests.given.web import signed_in

PEOPLE = [role for role in Role if role is not Role.SYSTEM]
PAGES_MAX = 90
BROKEN = 500


def somebody(shown: Flask, role: Role) -> FlaskClient:
    """The first person of the demonstration with this role."""
    house: guard.House = shown.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        wanted = select(Account).where(Account.role == role).order_by(Account.id).limit(1)
        found = session.scalars(wanted).one()
        person = Actor(found.id, found.name, found.role)
    return signed_in(shown, person)


@pytest.mark.parametrize("role", PEOPLE)
def test_no_address_ends_in_an_error_page(shown: Flask, role: Role) -> None:
    client, random, broken = somebody(shown, role), Random(role.value), []
    rules = [rule for rule in shown.url_map.iter_rules() if "GET" in (rule.methods or ())]

    for rule in rules:
        for _turn in range(2):
            url = odd.address(rule.rule, random)
            answer = client.get(url)
            answer.get_data()  # to its end, as a browser would
            if answer.status_code >= BROKEN:
                broken.append(url)

    assert broken == []


@pytest.mark.parametrize("role", PEOPLE)
def test_no_form_ends_in_an_error_page(shown: Flask, role: Role) -> None:
    client, random, broken, sent = somebody(shown, role), Random(role.value), [], 0

    for url, form in odd.forms(client, PAGES_MAX):
        for _turn in range(3):
            fields = odd.fields(form, random)
            answer = client.post(url, data=fields, content_type="multipart/form-data")
            sent += 1
            if answer.status_code >= BROKEN:
                broken.append((url, fields))

    assert broken == []
    assert sent
