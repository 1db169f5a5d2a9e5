"""Who may open which page of the room, and nobody else."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.access import Role
from backoffice.use_case import Office
from tests import given
from tests.given import budget, cases
from tests.given.web import signed_in

_BOARD = {Role.CONVENOR, Role.ACCOUNTING, Role.MANAGER, Role.AUDITOR}
_LEDGER = {Role.ACCOUNTING, Role.MANAGER, Role.AUDITOR}
_AUDIT = {Role.AUDITOR}
_ENTER = {Role.ACCOUNTING}
_DECLARE = {Role.MANAGER}
PAGES = {
    "/reports/board": _BOARD,
    "/reports/movements/awarded": _BOARD,
    "/reports/movements/paid": _BOARD,
    "/reports/budget": _LEDGER,
    "/reports/entries/S01/available": _LEDGER,
    "/reports/entries/S01/outstanding": _LEDGER,
    "/reports/budget/appropriation": _ENTER,
    "/reports/budget/allotment": _ENTER,
    "/reports/schemes/S01/used-up": _DECLARE,
    "/reports/audit": _AUDIT,
    "/reports/audit/cases/1": _AUDIT,
    "/reports/verify": _AUDIT,
}
POSTS = {
    "/reports/budget/appropriation": _ENTER,
    "/reports/budget/allotment": _ENTER,
    "/reports/audit/cases/1": _AUDIT,
    "/reports/verify": _AUDIT,
}
PEOPLE = (
    given.REVIEWER,
    given.OFFICER,
    given.CONVENOR,
    given.ACCOUNTING,
    given.CASHIER,
    given.MANAGER,
    given.AUDITOR,
    given.ADMIN,
)


@pytest.mark.parametrize("url", PAGES)
def test_a_page_opens_for_those_who_may_and_for_nobody_else(
    app: Flask, office: Office, url: str
) -> None:
    budget.an_appropriation(office)
    cases.an_imported_case(office)

    answers = {person.role: signed_in(app, person).get(url).status_code for person in PEOPLE}

    assert answers == {person.role: 200 if person.role in PAGES[url] else 403 for person in PEOPLE}


@pytest.mark.parametrize("url", POSTS)
def test_a_form_without_its_token_is_refused_to_everybody(app: Flask, url: str) -> None:
    answers = {person.role: signed_in(app, person).post(url).status_code for person in PEOPLE}

    assert set(answers.values()) <= {400, 403}
    assert {role for role, status in answers.items() if status == 400} <= set(Role)


def test_a_stranger_is_led_to_the_door(app: Flask) -> None:
    client = app.test_client()

    assert {client.get(url).status_code for url in PAGES} == {303}
