"""A new password: what it asks for, what it refuses, and whom it signs out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people import operations
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import people
from tests.given.people import (
    NETWORK,
    WRONG_PASSWORD,
    a_session,
    guess,
    live_sessions,
)
from tests.given.roster import email_of

EMAIL = email_of(given.OFFICER)


def test_a_new_password_ends_the_other_sessions(office: Office, app: Flask) -> None:
    here, there = a_session(office, given.OFFICER), a_session(office, given.OFFICER)
    _change(app, given.PASSWORD, people.NEW_PASSWORD, here)

    assert live_sessions(office, given.OFFICER) == [here]
    assert there not in live_sessions(office, given.OFFICER)
    assert guess(office, EMAIL, given.PASSWORD) == "people.sign_in_refused"
    assert guess(office, EMAIL, people.NEW_PASSWORD) == "in"


def _change(app: Flask, present: str, new: str, session_id: int = 0) -> None:
    house: guard.House = app.extensions[guard.EXTENSION]
    with app.app_context():
        operations.change_password(
            house.office,
            sessions.session(),
            given.OFFICER,
            present=present,
            new=new,
            session_id=session_id,
            network=NETWORK,
        )


def test_changing_a_password_asks_for_the_present_one(office: Office, app: Flask) -> None:
    with pytest.raises(Refused) as refusal:
        _change(app, WRONG_PASSWORD, people.NEW_PASSWORD)

    assert refusal.value.code == "people.password_wrong"
    assert guess(office, EMAIL, given.PASSWORD) == "in"


def test_wrong_present_passwords_lock_the_account_like_those_at_the_door(
    office: Office, app: Flask
) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            _change(app, WRONG_PASSWORD, people.NEW_PASSWORD)

    assert guess(office, EMAIL, given.PASSWORD) == "people.sign_in_refused"


def test_none_of_the_last_three_passwords_is_taken_again(office: Office, app: Flask) -> None:
    used = [given.PASSWORD, "Second-Harbour-22", "Third-Harbour-333", "Fourth-Harbour-44"]
    for present, new in pairwise(used):
        _change(app, present, new)

    for again in used[1:]:
        with pytest.raises(Refused) as refusal:
            _change(app, used[-1], again)
        assert refusal.value.code == "people.password_reused"
    _change(app, used[-1], used[0])
    assert guess(office, EMAIL, used[0]) == "in"


def test_two_changes_from_one_present_password_are_one(office: Office) -> None:
    proved = operations.prove(office, EMAIL, given.PASSWORD, NETWORK)
    office.perform(operations.set_password, given.OFFICER, proved.password_hash, "$first", 0)

    with pytest.raises(Stale):
        office.perform(operations.set_password, given.OFFICER, proved.password_hash, "$second", 0)
