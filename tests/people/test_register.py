"""The register of employments: what is entered, when it ends, and what is not taken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people import operations, queries
from backoffice.use_case import Office
from tests import given
from tests.given.people import version_of

UBN = "12345675"
BEGAN = date(2020, 3, 1)
ENDED = date(2022, 6, 30)


def enter(
    office: Office,
    *,
    ubn: str = UBN,
    firm_name: str = "宏達精密工業股份有限公司",
    began_on: date = BEGAN,
    ended_on: date | None = None,
) -> int:
    return office.perform(
        operations.add_employment,
        given.ADMIN,
        given.REVIEWER.id,
        ubn,
        firm_name,
        began_on,
        ended_on=ended_on,
    )


def entries(app: Flask) -> tuple[queries.EmploymentRow, ...]:
    with app.app_context():
        return queries.employments(sessions.session(), given.REVIEWER.id)


def test_an_employment_is_entered_with_a_checked_number(office: Office, app: Flask) -> None:
    enter(office, ubn=" １２３４５６７５ ")

    [entry] = entries(app)
    assert (entry.ubn, entry.began_on, entry.ended_on) == (UBN, BEGAN, None)


@pytest.mark.parametrize("ubn", ["12345678", "1234567", "", "１２３", "abcdefgh"])
def test_a_number_that_is_none_is_refused(office: Office, ubn: str) -> None:
    with pytest.raises(Refused) as refusal:
        enter(office, ubn=ubn)

    assert refusal.value.code == "ubn.invalid"


def test_a_firm_has_a_name(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        enter(office, firm_name=" ")

    assert refusal.value.code == "people.name_missing"


@pytest.mark.parametrize(("days", "code"), [(0, None), (1, "people.employment_future")])
def test_an_employment_has_begun(
    office: Office, clock: FixedClock, days: int, code: str | None
) -> None:
    began_on = clock.now().date() + timedelta(days=days)

    if code is None:
        assert enter(office, began_on=began_on)
    else:
        with pytest.raises(Refused) as refusal:
            enter(office, began_on=began_on)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("ended_on", "code"),
    [(BEGAN, None), (BEGAN - timedelta(days=1), "people.employment_backwards")],
)
def test_an_employment_does_not_end_before_it_began(
    office: Office, ended_on: date, code: str | None
) -> None:
    number = enter(office)

    if code is None:
        office.perform(operations.end_employment, given.ADMIN, number, 1, ended_on)
    else:
        with pytest.raises(Refused) as refusal:
            office.perform(operations.end_employment, given.ADMIN, number, 1, ended_on)
        assert refusal.value.code == code


def test_an_employment_ends_once(office: Office, app: Flask) -> None:
    number = enter(office)
    office.perform(operations.end_employment, given.ADMIN, number, 1, ENDED)

    with pytest.raises(Refused) as refusal:
        office.perform(operations.end_employment, given.ADMIN, number, 2, ENDED)

    assert refusal.value.code == "people.employment_ended"
    assert entries(app)[0].ended_on == ENDED


def test_the_end_of_an_employment_that_changed_meanwhile_is_stale(office: Office) -> None:
    number = enter(office)
    office.perform(operations.end_employment, given.ADMIN, number, 1, ENDED)

    with pytest.raises(Stale):
        office.perform(operations.end_employment, given.ADMIN, number, 1, ENDED)


@pytest.mark.parametrize(
    ("began_on", "ended_on", "twice"),
    [
        (ENDED, None, True),
        (ENDED + timedelta(days=1), None, False),
        (BEGAN - timedelta(days=9), BEGAN, True),
        (BEGAN - timedelta(days=9), BEGAN - timedelta(days=1), False),
        (BEGAN - timedelta(days=9), None, True),
        (BEGAN + timedelta(days=9), BEGAN + timedelta(days=10), True),
    ],
)
def test_one_firm_is_entered_once_for_one_time(
    office: Office, app: Flask, began_on: date, ended_on: date | None, twice: bool
) -> None:
    enter(office, ended_on=ENDED)

    if twice:
        with pytest.raises(Refused) as refusal:
            enter(office, began_on=began_on, ended_on=ended_on)
        assert refusal.value.code == "people.employment_twice"
    else:
        enter(office, began_on=began_on, ended_on=ended_on)
    assert len(entries(app)) == (1 if twice else 2)


def test_a_closed_account_is_entered_nowhere(office: Office) -> None:
    office.perform(
        operations.close,
        given.ADMIN,
        given.REVIEWER.id,
        version_of(office, given.REVIEWER),
        "任期屆滿",
    )

    with pytest.raises(Refused) as refusal:
        enter(office)

    assert refusal.value.code == "people.is_closed"


def test_what_goes_on_stands_first(office: Office, app: Flask) -> None:
    enter(office, ended_on=ENDED)
    enter(office, ubn="04595257", began_on=date(2019, 1, 1))

    assert [entry.ended_on for entry in entries(app)] == [None, ENDED]
