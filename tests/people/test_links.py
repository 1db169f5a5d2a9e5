"""One-time links: the first password, and one that was forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from backoffice.access import Actor, Role
from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.people import operations, queries
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given.people import (
    NEW_PASSWORD,
    Deed,
    a_link,
    a_session,
    can_sign_in,
    done_to,
    facts_of,
    live_sessions,
    locked_out,
    refused,
    version_of,
)
from tests.given.roster import email_of

TARGET = given.OFFICER


def use(app: Flask, token: str, password: str = NEW_PASSWORD) -> str:
    """Set a password with a link; the address of its account."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with app.app_context():
        return operations.use_link(house.office, sessions.session(), token, password)


def test_an_invited_person_has_no_password_until_the_link_is_used(
    office: Office, app: Flask
) -> None:
    token = a_link(office)
    before = can_sign_in(office, "invited@office.example", "")

    email = use(app, token)

    assert before is False
    assert email == "invited@office.example"
    assert can_sign_in(office, email, NEW_PASSWORD)


@pytest.mark.parametrize(("hours", "works"), [(23, True), (24, False), (48, False)])
def test_an_invitation_lasts_a_day(
    office: Office, app: Flask, clock: FixedClock, hours: int, works: bool
) -> None:
    token = a_link(office)
    clock.advance(hours=hours)

    if works:
        assert use(app, token)
    else:
        with refused("people.link_void"):
            use(app, token)


def test_a_link_is_used_once(office: Office, app: Flask) -> None:
    token = a_link(office)
    use(app, token)

    with refused("people.link_void"):
        use(app, token, "Another-Harbour-9")


@pytest.mark.parametrize("token", ["", "guessed", "token-1%"])
def test_a_link_of_nobody_is_void(app: Flask, token: str) -> None:
    with refused("people.link_void"):
        use(app, token)


def test_one_person_s_link_is_void_for_another(office: Office) -> None:
    token = a_link(office)

    with refused("people.link_void"):
        office.perform(
            operations.accept_link, given.OFFICER, operations.token_digest(token), "$hash"
        )


def test_a_weak_password_leaves_the_link_open(office: Office, app: Flask) -> None:
    token = a_link(office)

    with refused("people.password_short"):
        use(app, token, "short")
    assert use(app, token)


def renewed(office: Office, person: Actor | int) -> str:
    token = "renewed"
    number = person if isinstance(person, int) else person.id
    office.perform(
        operations.renew_link,
        given.ADMIN,
        number,
        version_of(office, number),
        operations.token_digest(token),
        "當面確認本人",
    )
    return token


def test_a_new_link_ends_the_one_before(office: Office, app: Flask) -> None:
    first = a_link(office)
    invited = max(row.id for row in everybody(app))

    second = renewed(office, invited)

    with refused("people.link_void"):
        use(app, first)
    assert use(app, second)


def everybody(app: Flask) -> tuple[queries.AccountRow, ...]:
    with app.app_context():
        return queries.accounts(sessions.session(), queries.AccountFilter())[0]


def test_a_forgotten_password_is_replaced_and_every_session_ends(
    office: Office, app: Flask
) -> None:
    a_session(office, TARGET)

    use(app, renewed(office, TARGET))

    assert live_sessions(office, TARGET) == []
    assert can_sign_in(office, email_of(TARGET), NEW_PASSWORD)
    assert not can_sign_in(office, email_of(TARGET), given.PASSWORD)


@pytest.mark.parametrize(("minutes", "works"), [(29, True), (30, False)])
def test_a_link_for_a_forgotten_password_lasts_half_an_hour(
    office: Office, app: Flask, clock: FixedClock, minutes: int, works: bool
) -> None:
    token = renewed(office, TARGET)
    clock.advance(minutes=minutes)

    if works:
        assert use(app, token)
    else:
        with refused("people.link_void"):
            use(app, token)


def test_a_link_lifts_a_lock_and_takes_no_password_of_before(office: Office, app: Flask) -> None:
    locked_out(office, email_of(TARGET))
    token = renewed(office, TARGET)

    with refused("people.password_reused"):
        use(app, token, given.PASSWORD)
    use(app, token)
    assert can_sign_in(office, email_of(TARGET), NEW_PASSWORD)


@pytest.mark.parametrize("deed", [operations.suspend, operations.close], ids=lambda d: d.name)
def test_a_link_of_an_account_that_was_taken_out_of_use_is_void(
    office: Office, app: Flask, deed: Deed
) -> None:
    token = renewed(office, TARGET)

    done_to(office, deed, TARGET)

    with refused("people.link_void"):
        use(app, token)


def test_an_invitation_may_be_temporary(office: Office, app: Flask, clock: FixedClock) -> None:
    ends_on = clock.now().date() + timedelta(days=7)
    number = office.perform(
        operations.invite,
        given.ADMIN,
        "temp@office.example",
        "臨時 人員",
        Role.REVIEWER,
        operations.token_digest("temp"),
        ends_on=ends_on,
    )
    use(app, "temp")

    assert facts_of(office, number).ends_on == ends_on
    clock.advance(days=8)
    assert not can_sign_in(office, "temp@office.example", NEW_PASSWORD)
